"""The loop of sizing on typical days and dispatching the year: which days join, and how it ends."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError, SolverError
from edsim.lp import HighsSession
from edsim.optimization.model.criteria import LEAST_COST
from edsim.optimization.model.model import Model, build
from edsim.optimization.sizing import certify
from edsim.optimization.sizing.aggregate import choose_days, driving_series, missing_days, next_days
from edsim.optimization.sizing.certify import DesignOptions, design
from edsim.optimization.sizing.proof import balance_residual, certificate
from edsim.optimization.types import Flow

HOUR = np.arange(8760) % 24
DAY = np.arange(8760) // 24


def _short(**kwh_of_day: float) -> np.ndarray:
    out = np.zeros((365, 24))
    for name, kwh in kwh_of_day.items():
        out[int(name[1:]), 12] = kwh
    return out.ravel()


def test_a_shown_day_brings_its_neighbors() -> None:
    """Proves: the worst day joins; once it is shown, the next days before and after it and the next worst join.

    If ignored: the same day would join again and again, and the plant would stay as small as it was.
    """
    short = _short(d30=5.0, d200=2.0)
    assert next_days(short, set()) == (30,)
    assert next_days(short, {30}) == (29, 31, 200)
    assert next_days(short, {29, 30, 31, 200}) == (28, 32)
    assert next_days(_short(d0=5.0), {0}) == (1,)


def test_few_days_that_are_missing_join_together() -> None:
    """Proves: up to three days that typical days lack join; more of them, or one that is shown and short, none.

    If ignored: a city whose typical days lack one warm day is sized on all 8760 hours, at twice the time; or days
    join round after round where a store must bridge many of them.
    """
    short = _short(d30=5.0, d200=2.0, d7=1e-9)
    assert missing_days(short, {100}, 1e-6) == (30, 200)
    assert missing_days(short, {100}, 3.0) == (30,)
    assert missing_days(short, {30, 100}, 1e-6) == ()
    assert missing_days(_short(d1=1.0, d5=1.0, d9=1.0, d13=1.0), set(), 1e-6) == ()


@pytest.fixture
def dark_spell(make, system):
    """Return an island of sun and battery alone, whose battery must bridge five dark days."""
    sun = np.where((HOUR > 6) & (HOUR < 18), 0.6, 0.0)
    sun[(DAY >= 100) & (DAY < 105)] *= 0.05
    parts = [
        make("pv", id="roof", max_capacity_kwp=4000.0),
        make("battery", id="battery", max_capacity_kwh=20000.0),
    ]
    return system(parts, {"electricity": np.full(8760, 20.0)}, pv_kw_per_kwp={"roof": sun})


def test_prices_in_pesos_are_clustered_without_a_warning(make, system) -> None:
    """Proves: what rounding makes of large prices is no fault. If ignored: a run prints warnings of a library."""
    price = np.where((HOUR >= 18) & (HOUR < 22), 980.0, 720.0)
    power = 1e4 * np.random.default_rng(0).random(8760)
    assert (
        choose_days(
            system([make("grid", id="grid", tariff="power")], {"electricity": power}, price=price), 10
        ).n_periods
        >= 10
    )


def test_days_are_told_apart_by_what_changes(make, system) -> None:
    """Proves: two typical days of a year with weekends are a working day and a day of rest, each for its own days.

    If ignored: typical days are picked by series that are the same all year, and the plant is sized for one kind.
    """
    rest = DAY % 7 >= 5
    hall = system([make("grid", id="grid", tariff="power")], {"electricity": np.where(rest, 5.0, 20.0)})
    assert list(driving_series(hall)) == ["demand energy_center electricity"], "what is constant tells nothing"
    shown = np.asarray(choose_days(hall, 2).day_to_period)
    assert set(shown[rest[::24]]).isdisjoint(shown[~rest[::24]])


@pytest.mark.slow
def test_a_dark_spell_is_sized_for(dark_spell) -> None:
    """Proves: where one typical day leaves hours short, sizing on all hours follows at once and serves all.

    If ignored: an island could not be sized, or only after rounds of dispatch that each cost as much.
    """
    said: list[str] = []
    found = design(dark_spell, DesignOptions(typical_days=1), said.append)
    assert found.certificate.status == "certified"
    assert found.certificate.unserved_kwh == 0.0
    assert found.certificate.gap_frac < 1e-4
    assert sum("dispatching" in line for line in said) == 1


@pytest.mark.slow
def test_a_solve_of_all_hours_that_fails_leaves_the_design_of_more_days(dark_spell, monkeypatch) -> None:
    """Proves: where the solve of all hours ends without a result, days left short join, and the proof stays honest.

    If ignored: after an hour the run of a large plant with stores ends with an error and nothing else.
    """

    def failed(*_: object) -> None:
        raise SolverError("time_limit")

    said: list[str] = []
    monkeypatch.setattr(certify, "sized_on_all_hours", failed)
    monkeypatch.setattr(certify, "_ROUNDS", 12)  # one typical day is far from what an island needs
    found = design(dark_spell, DesignOptions(typical_days=1), said.append)
    assert found.certificate.unserved_kwh == pytest.approx(0.0, abs=1e-2)
    assert found.certificate.lower_bound < found.certificate.upper_bound
    assert sum("did not finish" in line for line in said) == 1
    monkeypatch.setattr(certify, "_ROUNDS", 1)
    with pytest.raises(SolverError, match="time_limit"):
        design(dark_spell, DesignOptions(typical_days=1))


@pytest.mark.slow
def test_a_screening_that_stays_short_says_so(dark_spell, monkeypatch) -> None:
    """Proves: a screening whose rounds are used up ends in E513 with kWh, hours and day, and no bound is solved.

    If ignored: a plant that is too small would be reported as a design.
    """
    monkeypatch.setattr(certify, "_ROUNDS", 1)
    with pytest.raises(InfeasibleError) as caught:
        design(dark_spell, DesignOptions(mode="screening", typical_days=1))
    (finding,) = caught.value.findings
    assert finding.code == "E513"
    assert "worst day 10" in finding.got
    assert "--screening" in finding.hint


@pytest.fixture
def small(make, system, one_day) -> Model:
    """Return one day of a plant with a battery that stands for the year."""
    price = np.where(HOUR < 12, 0.05, 0.2)
    parts = [make("grid", id="grid", tariff="power"), make("battery", id="battery", max_capacity_kwh=500.0)]
    return build(system(parts, {"electricity": np.full(8760, 20.0)}, price), one_day)


@pytest.mark.parametrize(
    ("left", "joined", "is_found"),
    [
        ([_short(d30=5.0), _short()], [set(), {30}], True),
        ([_short(d30=5.0), _short(d31=5.0)], [set(), {30}], False),
        ([_short(**dict.fromkeys(("d30", "d31", "d32", "d33"), 5.0))], [set()], False),
    ],
    ids=["served then", "short again", "many days"],
)
def test_missing_days_join_once_before_all_hours(small, monkeypatch, left, joined, is_found) -> None:
    """Proves: a design to be certified takes one more round for a few missing days, else all hours (None).

    If ignored: a city whose typical days lack one warm day is sized on all hours, at twice the time, or a plant
    whose store empties over weeks takes round after round before it is.
    """
    rounds, asked = iter(left), []
    grid = small.grid
    monkeypatch.setattr(certify, "choose_days", lambda _system, _days, extra: asked.append(set(extra)) or grid)
    monkeypatch.setattr(certify, "build", lambda _system, _grid: small)
    monkeypatch.setattr(certify, "unserved", lambda _: next(rounds))
    year: Any = SimpleNamespace(
        system=small.system, last_result=SimpleNamespace(method="steps"), solve=lambda *_, **__: "dispatched"
    )
    found, counts = certify._size_and_dispatch(year, DesignOptions(), lambda _: None, LEAST_COST)
    assert (found == "dispatched") is is_found
    assert asked == joined
    assert len(counts) == len(joined)


@pytest.mark.parametrize("ended", ["time_limit", "raised"])
def test_a_failed_solve_keeps_the_design_found_before(small, monkeypatch, ended) -> None:
    """Proves: where the solve that should close the gap fails, the first design stands with the best bound known.

    If ignored: a run of minutes that holds a feasible design ends with an error and nothing else.
    """
    best = small.solve()
    proven, said = small.last_result, []
    multipliers = proven.row_dual if ended == "time_limit" else None
    failed = replace(proven, status="time_limit", objective=None, row_dual=multipliers)
    monkeypatch.setattr(HighsSession, "solve", lambda *_: failed)
    how = DesignOptions(target_gap_frac=1e-9), LEAST_COST
    kept, lower = certify._improve(small, (best, -1e6), None, how, said.append)
    proof = certificate(kept, lower, 0.01, LEAST_COST)
    assert kept is best
    assert said[-1] == "that solve did not finish: the design found before stands"
    if ended == "time_limit":
        assert (proof.status, proof.lower_bound) == ("certified", pytest.approx(best.objective, rel=1e-6))
    else:
        assert (proof.status, proof.gap_frac > 0.5) == ("open", True)


class _Killed:
    """A bounding solve that its limit ended."""

    def result(self) -> None:
        raise SolverError("the solver process was stopped at its time limit")


def test_a_killed_bounding_solve_leaves_a_bound_that_holds(small) -> None:
    """Proves: without any multipliers the bound is that of none, below the optimum. If ignored: the design is lost."""
    best, said = small.solve(), []
    answer = certify._answered(_Killed(), said.append)
    assert said == ["the bounding solve did not finish: the proof is weak"]
    assert certify.bound_by(small, LEAST_COST, answer) < best.objective


def test_money_is_added_up_again(small) -> None:
    """Proves: the certificate's money residual is the measured difference of objective and accounts.

    If ignored: a booking that the objective lacks would be certified.
    """
    best = small.solve()
    assert certificate(best, None, 0.01, LEAST_COST).money_residual_frac < 1e-12
    wrong = replace(best, objective=1.01 * best.objective)
    assert certificate(wrong, None, 0.01, LEAST_COST).money_residual_frac == pytest.approx(0.01, rel=0.02)


@pytest.mark.parametrize(("kw", "said_frac"), [(1.6e-5, 6.4e-9 / 0.02), (50.0, 6.4e-9 / 50.0)])
def test_rounding_at_a_node_that_nothing_uses_is_no_broken_balance(kw: float, said_frac: float) -> None:
    """Proves: six nanowatts beside a flow that is zero but for rounding are counted against the plant, 200 kW.

    If ignored: a certificate shows 0.4 thousandths of a balance missing at a connection that is never used.
    """

    def flow(node: str, direction: Literal["in", "out"], values: float) -> Flow:
        return Flow("t", "k", "p", node, "electricity", direction, "kW", np.full(3, values))

    flows = (flow("a", "out", 200.0), flow("a", "in", 200.0), flow("b", "out", kw), flow("b", "in", kw - 6.4e-9))
    found: Any = SimpleNamespace(flows=flows)
    assert balance_residual(found) == pytest.approx(said_frac, rel=1e-3)
