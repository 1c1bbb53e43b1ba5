"""Sharing the cost of a plant that makes several services, on figures that can be followed by hand."""

import numpy as np
import pytest

from edsim.appraisal import joint_costs as joint

_GAME = {
    frozenset(group): cost
    for group, cost in (
        (("cold",), 60.0), (("heat",), 50.0), (("steam",), 100.0),
        (("cold", "heat"), 80.0), (("cold", "steam"), 150.0), (("heat", "steam"), 130.0),
        (("cold", "heat", "steam"), 180.0),
    )
}  # fmt: skip
_PLAYERS = ("cold", "heat", "steam")


def test_shares_by_games_are_those_of_paper_and_pencil() -> None:
    """Proves: both methods against three services worked by hand.

    Cold joins at 60 first, at 30, 50 and 50 after heat, steam and both: 60/3 + (30 + 50)/6 + 50/3 = 50. Separable costs
    are 50, 30 and 100 of 180; the benefits left are 10, 20 and 0, so that cold pays nothing more.
    """
    shares = joint.game_shares(_PLAYERS, _GAME)
    assert shares["shapley"] == pytest.approx({"cold": 50 / 180, "heat": 35 / 180, "steam": 95 / 180})
    assert shares["separable"] == pytest.approx({"cold": 50 / 180, "heat": 30 / 180, "steam": 100 / 180})


def test_a_group_that_would_leave_is_named() -> None:
    """Proves: charges are held to every group's own plant. If ignored: steam would subsidize the others unseen."""
    fair = joint.leaving({"cold": 50.0, "heat": 35.0, "steam": 95.0}, _GAME)
    assert fair == {"cold": "cold + heat", "heat": "cold + heat"}  # 85 for a plant of 80
    core = joint.leaving({"cold": 50.0, "heat": 30.0, "steam": 100.0}, _GAME)
    assert core == {}
    unfair = joint.leaving({"cold": 20.0, "heat": 20.0, "steam": 140.0}, _GAME)
    assert unfair["steam"] == "steam"
    assert joint.leaving({"cold": 1.0}, {}) == {}


def test_a_gain_within_the_error_of_the_costs_names_nobody() -> None:
    """Proves: heat and steam together cost 156 of 150, so 4 % are in doubt. If ignored: 51 for 50 is a quarrel."""
    game = _GAME | {frozenset(("heat", "steam")): 156.0}
    assert joint.dearer_together(_GAME) == 0.0
    assert joint.dearer_together(game) == pytest.approx(0.04)
    charges = {"cold": 28.0, "heat": 51.0, "steam": 101.0}
    assert joint.leaving(charges, game)["heat"] == "heat"
    assert joint.leaving(charges, game, 0.04) == {}


@pytest.mark.parametrize(("pressure_bar", "kwh"), [(0.0, 0.0), (7.0, 0.0624654)])
def test_compressed_air_is_the_work_of_isothermal_compression(pressure_bar: float, kwh: float) -> None:
    """101.325 kJ x 293.15/273.15 x ln(8.01325/1.01325) / 3600 = 0.062465 kWh per normal cubic metre at 7 bar."""
    assert joint.work_kwh_per_nm3(pressure_bar, 20.0) == pytest.approx(kwh, abs=1e-6)
    if kwh:
        assert kwh == pytest.approx(101.325 * 293.15 / 273.15 * np.log(8.01325 / 1.01325) / 3600, abs=1e-6)
