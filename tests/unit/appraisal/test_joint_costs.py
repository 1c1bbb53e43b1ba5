"""Sharing the cost of a plant that makes several services, on figures that can be followed by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.services import joint_costs as joint
from edsim.technologies.air_compressor import AirCompressor

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


def _shared(wanted: str, shapley_cold: float = 0.55, *, stated: bool = True) -> joint.JointCosts:
    products = {
        "cold": joint.Product(100.0, "kWh", 100.0, 7.0, 10.0),
        "heat": joint.Product(50.0, "kWh", 50.0, 60.0, 5.0),
    }
    game = {frozenset(("cold",)): 60.0, frozenset(("heat",)): 50.0, frozenset(("cold", "heat")): 100.0}
    shares = {
        "energy": {"cold": 2 / 3, "heat": 1 / 3},
        "shapley": {"cold": shapley_cold, "heat": 1.0 - shapley_cold},
    }
    return joint.JointCosts(products, 100.0, 0.0, shares, game, 1e-6, wanted, stated)


def test_a_method_that_cannot_be_had_is_replaced_and_said() -> None:
    """Proves: separable cost is not defined here, the Shapley value takes its place, W841. If ignored: no unit cost."""
    shared = _shared("separable")
    assert shared.method == "shapley"
    assert [f.code for f in joint.sharing_remarks("v", shared)] == ["W841"]
    # Of 100, cold bears 55 with its network of 10: 45 of the 85 of the plant.
    assert shared.plant_shares() == pytest.approx({"cold": 45 / 85, "heat": 40 / 85})
    assert joint.sharing_remarks("v", _shared("shapley")) == []
    # A default is not the user's to mend: the allocation table says which method is used.
    assert joint.sharing_remarks("v", _shared("separable", stated=False)) == []


def test_who_would_leave_under_the_method_of_the_case_is_said_with_a_way_out() -> None:
    """Proves: cold pays 10 + 85 x 2/3 = 66.7 for a plant of 60, W842 names it and the method under which it stays."""
    (remark,) = joint.sharing_remarks("v", _shared("energy"))
    assert (remark.code, remark.got) == ("W842", "cold")
    assert "shapley" in remark.hint
    (remark,) = joint.sharing_remarks("v", _shared("energy", 0.7))
    assert remark.hint.startswith("no method avoids it")


@pytest.mark.parametrize(
    ("pressure_bar", "kwh"), [(0.0, 0.0), (7.0, 101.325 * 293.15 / 273.15 * np.log(8.01325 / 1.01325) / 3600)]
)
def test_compressed_air_is_the_work_of_isothermal_compression(pressure_bar: float, kwh: float) -> None:
    """101.325 kJ x 293.15/273.15 x ln(8.01325/1.01325) / 3600 = 0.062465 kWh per normal cubic meter at 7 bar."""
    assert joint.work_kwh_per_nm3(pressure_bar, 20.0) == pytest.approx(kwh, abs=1e-6)


def test_a_level_of_compressed_air_has_the_pressure_of_its_own_compressors() -> None:
    """Proves: beside 7 bar the network of compressed_air_high has the 10 bar of the machine that feeds it.

    If ignored: air of 10 bar bears the cost of 7, by whichever compressor the case names first.
    """
    low = AirCompressor(id="low", pressure_bar=7.0)
    high = AirCompressor(id="high", pressure_bar=10.0, carriers={"air": "compressed_air_high"})
    run: Any = SimpleNamespace(plant=(low, high))
    assert joint.gauge_pressure_bar(run, "compressed_air") == 7.0
    assert joint.gauge_pressure_bar(run, "compressed_air_high") == 10.0
    assert joint.gauge_pressure_bar(run, "compressed_air_low") == 0.0


def test_steam_is_shared_at_the_temperature_of_its_condensation() -> None:
    """Proves: water of 75/45 °C counts at 60, steam of 184/85 at 174, not at 134.5; without a level nothing is known.

    If ignored: by exergy steam pays for a fifth less work than it could do.
    """
    assert joint._mean_temp_c("hot_water", 75.0, 45.0) == 60.0
    assert joint._mean_temp_c("steam_low", 184.0, 85.0) == pytest.approx(174.0, abs=1.0)
    assert np.isnan(joint._mean_temp_c("steam", np.nan, np.nan))
