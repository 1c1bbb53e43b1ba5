"""Studies of a small district: every fast path against the full evaluation, and what each study must hold."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import numpy as np
import pandas as pd
import pytest

from edsim import workflow
from edsim.bundle.manifest import digest_file
from edsim.case.schema import Case
from edsim.core.errors import CaseError, DataError, Finding, InfeasibleError, SolverError
from edsim.optimization.model.criteria import least_cost, value_of
from edsim.optimization.model.model import Model, build
from edsim.optimization.sizing.goal_sizing import size_for
from edsim.optimization.sizing.goals import Goal
from edsim.optimization.sizing.proof import unserved
from edsim.optimization.types import Objective, Solution
from edsim.report.studies.page import render_study
from edsim.results.variant import grid_import_kw
from edsim.studies.feeder import feeder_load_kw, feeder_tables, feeder_year, with_relief
from edsim.studies.fields import find_field, value_at, with_values
from edsim.studies.headline import with_headline
from edsim.studies.near_optimal import Near, design_table, near_optimal, operated
from edsim.studies.plans import YearDesk, one_year
from edsim.studies.plant import LivePlant, Sized
from edsim.studies.pricing import price_model
from edsim.studies.results import FEEDER_KPIS, Outcome, StudyResult, sizes_table
from edsim.studies.risk import break_even_row, monte_carlo
from edsim.studies.store import save_study
from edsim.studies.sweep import Evaluator, sweep, without_effect
from edsim.studies.tornado import tornado
from edsim.studies.tradeoffs import front, pareto
from edsim.studies.uncertainty import Debt, Uncertain, Uncertainty
from edsim.studies.utility import UtilityTerms, load_factor_frac, refuse_without_feeder, storage_shift, utility_view
from edsim.studies.vary import Point
from edsim.studies.workbench import Mode, Solved, Workbench
from edsim.technologies.vapour_chiller import VapourChiller
from edsim.workflow import load_case
from tests.docs.blocks import ROOT, Reader, blocks

pytestmark = pytest.mark.medium

PRICES = {
    "tariffs.main.energy_per_kwh": (0.1, 0.2),
    "tariffs.main.time_of_use.0.per_kwh": (0.2, 0.4),
    "tariffs.main.demand_per_kw_month": (0.0, 12.0),
    "tariffs.main.escalation_frac": (0.0, 0.03),
    "technologies.chillers.capex_per_kw": (200.0, 500.0),
    "technologies.old.capex_per_kw": (200.0, 500.0),
    "finance.discount_rate_frac": (0.03, 0.12),
    "finance.contingency_frac": (0.0, 0.2),
    "finance.water_price_per_m3": (0.5, 3.0),
    "emissions.grid_kg_per_kwh": (0.1, 0.5),
    "emissions.carbon_price_per_t": (0.0, 80.0),
}


def _points(count: int) -> list[Point]:
    rng = np.random.default_rng(3)
    return [Point(str(i), {k: float(rng.uniform(*v)) for k, v in PRICES.items()}) for i in range(count)]


def _full(bench: Workbench, point: Point) -> dict[str, tuple[float, float]]:
    case = with_values(bench.case, point.values, variants=(bench.variant,))
    table = bench.appraise(case, bench.solve(case, "fixed")).tables["kpis"]
    return {r["id"]: (r["bau"], r["value"]) for r in table.to_dict("records")}


def test_priced_points_are_those_of_the_full_evaluation(bench: Workbench) -> None:
    """Proves: every indicator of the fast path equals evaluate() at random prices. If ignored: other money."""
    points = _points(5)
    model = price_model(bench, points)
    assert model is not None
    quick, _ = model.evaluate(points)
    for i in (0, 3):
        for name, pair in _full(bench, points[i]).items():
            if name not in model.left_out:
                got = (quick[name][0][i], quick[name][1][i])
                assert got == pytest.approx(pair, rel=1e-7, abs=1e-6, nan_ok=True), name
    assert "npv" not in model.left_out


@pytest.mark.parametrize(
    ("path", "far"),
    [("tariffs.main.energy_per_kwh", 0.08), ("emissions.carbon_price_per_t", 60.0),
     ("emissions.grid_change_frac", -0.03), ("finance.discount_rate_frac", 0.03),
     ("technologies.chillers.capex_per_kw", 700.0)],
)  # fmt: skip
def test_one_field_at_a_time_every_indicator_follows(bench: Workbench, path: str, far: float) -> None:
    """Proves: SIR, MIRR, AIRR and abatement cost move with one price, as in full. If ignored: they keep base values."""
    points = [Point(str(v), {path: v}) for v in (far, 0.5 * (far + float(value_at(bench.case, path))))]
    model = price_model(bench, points)
    assert model is not None
    quick, _ = model.evaluate(points)
    for name, pair in _full(bench, points[1]).items():
        if name not in model.left_out:
            assert (quick[name][0][1], quick[name][1][1]) == pytest.approx(pair, rel=1e-7, abs=1e-6, nan_ok=True), name
    assert not {"sir", "modified_irr", "adjusted_irr", "abatement_cost", "irr"} & set(model.left_out)


@pytest.mark.slow
def test_an_efficiency_is_not_a_price(bench: Workbench) -> None:
    """Proves: a change of the matrix is not priced but dispatched anew. If ignored: a better chiller saves nothing."""
    points = [Point(str(c), {"technologies.chillers.rated_cop": c}) for c in (7.0, 8.0)]
    assert price_model(bench, points) is None
    found = Evaluator(bench, "fixed").outcomes(points)
    assert {o.how for o in found} == {"redispatched"}
    assert found[1].value["electricity"] < found[0].value["electricity"]


@pytest.mark.slow
def test_a_reoptimized_point_is_no_dearer_than_the_fixed_design(bench: Workbench) -> None:
    """Proves: sizing anew never costs more than keeping the sizes. If ignored: no optimum."""
    case = with_values(bench.case, {"technologies.chillers.capex_per_kw": 900.0}, variants=("district",))
    fixed, free = bench.solve(case, "fixed"), bench.solve(case, "optimized")
    assert (fixed.how, free.how) == ("repriced", "sized")
    objectives = [s.runs[1].design.solution.objective for s in (fixed, free) if s.runs[1].design is not None]
    assert objectives[1] <= objectives[0] * (1 + 1e-6)
    assert free.status == "screening"


@pytest.mark.slow
def test_a_sweep_ranks_and_explains(bench: Workbench, tmp_path: Path) -> None:
    """Proves: the ranking is in order, the waterfall adds up, an infeasible value is refused before solving."""
    result = sweep(Evaluator(bench, "fixed"), _points(6))
    values = result.tables["ranking"]["value"].to_numpy()
    assert (np.diff(values) <= 0).all()
    steps = result.tables["waterfall"]["value"].to_numpy()
    assert steps[0] + steps[1:-1].sum() == pytest.approx(steps[-1])
    folder = save_study(with_headline(result), bench.case, tmp_path / "study", {"study.html": b"x"})
    import json

    files = json.loads((folder / "manifest.json").read_bytes())["files"]
    assert all(digest_file(folder / name) == facts["sha256"] for name, facts in files.items())
    assert {"points.csv", "points.parquet", "results.csv", "inputs.csv", "waterfall.csv"} <= set(files)


def _uncertain() -> Uncertainty:
    inputs = (
        Uncertain(path="tariffs.main.energy_per_kwh", low=0.1, mode=0.16, high=0.3),
        Uncertain(path="technologies.chillers.capex_per_kw", distribution="uniform", low=200.0, high=700.0),
    )
    return Uncertainty(inputs, np.array([[1.0, 0.5], [0.5, 1.0]]), Debt(share_frac=0.5, rate_frac=0.06, tenor_a=10))


@pytest.mark.slow
def test_monte_carlo_is_repeatable_and_breaks_even(bench: Workbench) -> None:
    """Proves: one seed, one table; at the break-even factor the NPV is zero. If ignored: risk figures drift."""
    one, two = (monte_carlo(Evaluator(bench, "fixed"), _uncertain(), 64, 7) for _ in range(2))
    assert one.tables["points"].equals(two.tables["points"])
    found = one.tables["distribution"].set_index("id").loc["npv"]
    assert found["p10"] <= found["p50"] <= found["p90"]
    chances = one.tables["probabilities"].set_index("id")["value"]
    assert 0.0 <= chances["npv_below_0"] <= 1.0
    assert chances["dscr_below_1.0"] <= chances["dscr_below_1.2"]
    if "break_even_power_price_factor" in chances:
        f = chances["break_even_power_price_factor"]
        prices = {"tariffs.main.energy_per_kwh": 0.16 * f, "tariffs.main.time_of_use.0.per_kwh": 0.24 * f}
        full = _full(bench, Point("", prices))
        assert abs(full["npv"][1]) < 1e-6 * full["life_cycle_cost"][0]


@pytest.mark.slow
def test_tornado_widens_with_the_input(bench: Workbench) -> None:
    """Proves: bars are ordered by width, and the base lies between the ends of a monotone input."""
    table = tornado(bench, _uncertain(), modes=("fixed",)).tables["tornado"]
    assert (np.diff(table["width"]) <= 0).all()
    row = table.set_index("path").loc["technologies.chillers.capex_per_kw"]
    assert row["at_low"] > row["at_high"]


def test_the_feeder_adds_up(bench: Workbench, case: Case) -> None:
    """Proves: duration curves hold the same energy as the hours; peaks of months are those of the year."""
    result = utility_view(bench, UtilityTerms(200.0))
    feeder, curve, months = (result.tables[n] for n in ("feeder", "duration", "months"))
    assert curve["after_kw"].sum() == pytest.approx(feeder["after_kw"].sum())
    assert months["before_peak_kw"].max() == feeder["before_kw"].max()
    peaks = result.tables["peaks"]
    assert len(peaks) == 288
    assert peaks.groupby("month")["after_kw"].max().tolist() == months["after_peak_kw"].tolist()
    at = feeder["before_kw"].idxmax()
    assert peaks.loc[peaks["hour"] == at % 24, "before_kw"].max() == feeder["before_kw"][at]
    bill = result.tables["bill"].set_index("line")
    assert bill.loc["electricity", "bau"] > 0.0
    figures = result.tables["utility"].set_index("id")
    assert (figures["difference"] == figures["after"] - figures["before"]).all()
    assert feeder["before_kw"][int(figures.loc["peak_hour", "before"])] == feeder["before_kw"].max()
    assert bill["difference"].sum() == pytest.approx(bill["project"].sum() - bill["bau"].sum())
    without = utility_view(bench, UtilityTerms())
    assert set(figures.index) - set(without.tables["utility"]["id"]) == {"deferral_value"}
    assert "--capacity-cost" in with_headline(without).headline[-1]
    for lang in ("en", "es"):
        page = render_study("utility", result.about, result.tables, with_headline(result).headline, lang=lang)
        assert case.name in page
        assert "http" not in page.split("<body>")[1].split("application/json")[0]


def test_the_limit_of_a_feeder_is_judged_on_the_sum(bench: Workbench) -> None:
    """Proves: a connection that the compared services keep is exceeded with the buildings' other electricity.

    If ignored: a planner is shown a feeder within its limit that carries half as much again. Alternatives with one and
    the same feeder have its hours once: a thousand prices would be 24 000 rows.
    """
    bau, project = bench.base.runs
    load, services = feeder_load_kw(project, bau), grid_import_kw(project)
    limit = 0.5 * float(services.max() + load.max())
    assert services.max() < limit < load.max()
    own = project.district.case
    grids = tuple(
        t.model_copy(update={"max_connection_kw": limit}) if t.kind == "grid" else t for t in own.technologies
    )
    tight = replace(project.district, case=own.model_copy(update={"technologies": grids}))
    year = feeder_year((bau, replace(project, district=tight)))
    assert year is not None
    assert year.over_kw == pytest.approx(load.max() - limit, rel=1e-4)
    assert year.hours_over == np.count_nonzero(load > limit * 1.000001)
    assert year.highest_kw[int(load.argmax()) % 24] == year.peak_kw == load.max()
    assert bench.base_indicators()["feeder_peak"] == (feeder_load_kw(bau, bau).max(), load.max())
    tables = feeder_tables([("base", year), ("other price", year)])
    assert [len(tables[n]) for n in ("feeder", "feeder_hours", "feeder_months")] == [2, 24, 12]
    months = tables["feeder_months"]
    assert months["highest_kw"].tolist() == load[months["peak_hour"]].tolist()
    assert months["highest_kw"][6] == load[181 * 24 : 212 * 24].max()
    row = tables["feeder"].iloc[0]
    assert row["services_kw"] + row["other_kw"] == pytest.approx(row["feeder_peak_kw"])
    assert any("2 of 2 alternatives load the feeder above" in line for line in _said_of_feeder(tables["feeder"], "npv"))


def _said_of_feeder(feeder: pd.DataFrame, rank_by: str) -> tuple[str, ...]:
    """Return the headline of a sweep of two points with a table of the feeder."""
    ranking = pd.DataFrame({"rank": [1, 2], "point": ["other price", "base"], "value": [1.0, 2.0], "behind_best": 0.0})
    about = {"rank_by": rank_by, "rank_unit": "kW", "points": 2, "currency": "USD", "without_effect": []}
    points = pd.DataFrame({"status": ["screening"] * 2})
    tables = {"ranking": ranking, "points": points, "feeder": feeder}
    return with_headline(StudyResult("sweep", about | {"fields": []}, tables)).headline


def test_relief_of_the_feeder_is_priced_against_the_case_as_it_stands() -> None:
    """Proves: cost and relief are those against the base; a relief of a few watts has no cost per kW.

    If ignored: a planner divides by hand, or an alternative that saves 0.3 kW and much money leads the list.
    """
    names, peaks = ["ice", "base", "sun", "both"], [800.0, 1000.0, 999.9, 900.0]
    feeder = pd.DataFrame({"point": names, "feeder_peak_kw": peaks, "over_kw": 0.0})
    points = pd.DataFrame({"point": [*names, "lost"], "life_cycle_cost": [7000.0, 5000.0, 1000.0, 4000.0, np.nan]})
    told = with_relief({"feeder": feeder}, points)["feeder"].set_index("point")
    assert told["relief_kw"].tolist() == pytest.approx([200.0, 0.0, 0.1, 100.0])
    assert told["relief_cost"].tolist() == [2000.0, 0.0, -4000.0, -1000.0]
    assert told["relief_cost_per_kw"].tolist() == pytest.approx([10.0, np.nan, np.nan, -10.0], nan_ok=True)
    relief = (
        "A kW less at the feeder's peak than with the case as it stands costs least with both: -10.0 USD of "
        "life-cycle cost for each of 100 kW."
    )
    assert relief in _said_of_feeder(told.reset_index(), "feeder_peak")
    assert with_relief({}, points) == {}
    lost = with_relief({"feeder": feeder.query("point != 'base'")}, points)["feeder"]
    assert lost["relief_cost_per_kw"].isna().all()


def test_sizes_of_every_point_stand_in_a_table() -> None:
    """Proves: what each alternative builds can be read, in order of the points; one without a result builds nothing.

    If ignored: a study finds sizes anew and tells none of them.
    """
    ice = (("ice", "capacity_kwh", 2000.0, "kWh"), ("ice", "ice_maker_kw", 250.0, "kW"))
    made = [Outcome(Point("a", {}), "", "", {}, {}, sizes=ice), Outcome(Point("b", {}), "none", "infeasible", {}, {})]
    table = sizes_table(made)
    assert table.to_numpy().tolist() == [["a", *size] for size in ice]
    assert list(table.columns) == ["point", "technology", "quantity", "value", "unit"]


@pytest.mark.slow
def test_days_left_short_join_for_the_base_and_for_a_point_alone(bench: Workbench) -> None:
    """Proves: a first sizing that is short gets its worst day, for all that follow; a later one for itself only.

    If ignored: every point of a district that lives on its battery would be lost, or depend on the points before it.
    """
    plant = LivePlant(bench.system, 4, 600.0)
    days: list[int] = []

    def size(model: Model) -> Sized:
        """Return two thirds of the least-cost sizes until a day has joined."""
        days.append(model.grid.n_periods)
        found = model.solve(least_cost(0.0), options=plant.solver)
        few = {k: 0.67 * v for k, v in found.capacities.items()}
        return replace(found, capacities=few if len(days) in {1, 3} else found.capacities), least_cost(0.0)

    plant.served(bench.system, size)
    richer = plant.grid.n_periods
    assert days[0] < days[1] == richer
    _, year, change = plant.served(bench.system, size)
    assert days[2] == richer < days[3]
    assert change == "rebuilt"
    assert plant.grid.n_periods == plant.sizing(bench.system)[0].grid.n_periods == richer
    assert float(unserved(year).sum()) == pytest.approx(0.0, abs=1e-3)


def test_a_front_without_points_says_so(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: when no design serves the year the study ends with the reason. If ignored: an empty front, or a crash."""
    reason = InfeasibleError.of([Finding("E559", "short")])
    monkeypatch.setattr(LivePlant, "served", Mock(side_effect=reason))
    with pytest.raises(InfeasibleError, match="no point of this front serves the whole year"):
        pareto(bench, "cost:water", 2)


def test_an_end_whose_price_no_solver_takes_is_left_out_and_named(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a point whose costs lie too far apart is counted as lost, the others stand; other faults end the study.

    If ignored: after minutes a front of cost and peak ends with E507 and nothing to show.
    """
    served = LivePlant.served
    refused = [Finding("E507", "costs lie too far apart")]

    def steep(plant: LivePlant, system: Any, size: Any) -> Any:
        if refused and tried.pop() == 1:
            raise DataError.of(refused)
        return served(plant, system, size)

    monkeypatch.setattr(LivePlant, "served", steep)
    tried = [0, 0, 1, 0]
    found = front(bench, ("cost", "water_m3"), 2)
    assert [reason.partition(" ")[2] for reason in found.lost] == ["costs lie too far apart"]
    assert found.points
    refused[:] = [Finding("E505", "no objective")]
    tried = [1]
    with pytest.raises(DataError, match="no objective"):
        front(bench, ("cost", "water_m3"), 2)


@pytest.mark.slow
def test_points_that_typical_days_cannot_serve_are_sized_on_all_hours(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: a point whose sizes stay short in the year is found on all hours, and is no worse than its neighbour.

    If ignored: the end of the front, a plant of sun and battery alone, would be missing.
    """
    whole = front(bench, ("cost", "water_m3"), 2).points

    def short(_: LivePlant, __: object, size: Callable[[Model], object]) -> None:
        size(bench.plant.sizing(bench.system)[0])
        raise InfeasibleError.of([Finding("E559", "short")])

    monkeypatch.setattr(LivePlant, "served", short)
    found = front(bench, ("cost", "water_m3"), 2)
    assert found.lost == ()
    for ours, theirs in zip(found.points, whole, strict=True):
        assert ours.second == pytest.approx(theirs.second, abs=0.01 * whole[0].second)
        assert ours.first <= theirs.first * (1 + 1e-4)


def test_ends_of_a_front_over_all_hours_are_best_in_a_criterion_not_at_a_price(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: where the year needs a higher price than typical days to do without water, the end still does without.

    The stand-in for the year has dry chillers at three times the price. If ignored: a kink of typical days is missed,
    and the end of the front is the least-cost plant once more.
    """
    dearer = tuple(
        t.model_copy(update={"capex_per_kw": 3.0 * t.capex_per_kw})
        if isinstance(t, VapourChiller) and t.id == "dry"
        else t
        for t in bench.system.technologies
    )
    year = build(replace(bench.system, technologies=dearer), bench.plant.grid)

    def all_hours(plant: LivePlant, _: object, objective: Objective) -> Solution:
        return year.solve(objective, options=plant.solver)

    def short(plant: LivePlant, _: object, size: Callable[[Model], object]) -> None:
        size(plant.sizing(bench.system)[0])
        raise InfeasibleError.of([Finding("E559", "short")])

    monkeypatch.setattr(LivePlant, "served", short)
    monkeypatch.setattr(LivePlant, "size_all_hours", all_hours)
    found = front(bench, ("cost", "water_m3"), 3)
    assert found.lost == ()
    assert found.points[0].first == pytest.approx(value_of(year.solve(least_cost(0.0)), "cost"), rel=1e-6)
    assert found.points[0].second > 1000.0
    assert found.points[-1].second == pytest.approx(0.0, abs=1e-3)


@pytest.mark.slow
def test_an_alternative_that_typical_days_cannot_serve_is_sized_on_all_hours(
    bench: Workbench, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: sizes that stay short in the year are found on all hours, at no more cost than another way to size.

    If ignored: a plant that can be built is called infeasible.
    """
    whole, _ = bench.plant.optimize(bench.system, Goal())

    def short(_: LivePlant, __: object, size: Callable[[Model], object]) -> None:
        size(bench.plant.sizing(bench.system)[0])
        raise InfeasibleError.of([Finding("E559", "short")])

    monkeypatch.setattr(LivePlant, "_served", short)
    found, change = bench.plant.optimize(bench.system, Goal())
    assert change == "rebuilt"
    assert float(unserved(found).sum()) == pytest.approx(0.0, abs=1e-3)
    assert found.objective <= whole.objective * (1 + 1e-4)


@pytest.mark.slow
def test_another_goal_on_all_hours_uses_up_what_may_be_spent(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: where typical days do not show the plant, the goal is sought below the cap on the cost of the year.

    If ignored: the price that the cap has on typical days stands in for it, which spends 1 % of 5 % here, and leaves
    twice the water.
    """
    cheapest, _ = bench.plant.optimize(bench.system, Goal())

    def short(plant: LivePlant, _: object, size: Callable[[Model], object]) -> None:
        size(plant.sizing(bench.system)[0])
        raise InfeasibleError.of([Finding("E559", "short")])

    on_days, _ = bench.plant.optimize(bench.system, Goal("water_m3", 0.05))
    monkeypatch.setattr(LivePlant, "_served", short)
    found, _ = bench.plant.optimize(bench.system, Goal("water_m3", 0.05))
    cost = value_of(cheapest, "cost")
    assert value_of(found, "cost") == pytest.approx(1.05 * cost, rel=1e-4)
    assert value_of(found, "water_m3") <= 1.001 * value_of(on_days, "water_m3")


def test_a_solve_that_does_not_end_is_not_called_infeasible(bench: Workbench, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a point without an answer is `unresolved`, with the reason, the others go on. If ignored: a wrong no."""
    solve = Workbench.solve

    def late(own: Workbench, case: Case, mode: Mode) -> Solved:
        if case.finance.discount_rate_frac == 0.05:
            raise SolverError("the time limit was reached")
        return solve(own, case, mode)

    monkeypatch.setattr(Workbench, "solve", late)
    points = [Point(str(r), {"finance.discount_rate_frac": r}) for r in (0.05, 0.06)]
    lost, found = Evaluator(bench, "fixed").outcomes(points)
    assert (lost.status, lost.note) == ("unresolved", "the time limit was reached")
    assert found.value["npv"] != 0.0


def test_a_field_that_changes_nothing_is_named() -> None:
    """Proves: a field is named when outcomes that differ in it alone have the same figures, and only then.

    If ignored: three machines and four give the same digits, and nobody says why.
    """
    base = {"machines.units": 4, "price": 1.0, "never alone": 0}
    made = [({}, 10.0), ({"machines.units": 3}, 10.0), ({"price": 2.0}, 12.0), ({"price": 2.0, "never alone": 1}, 12.5)]
    outcomes = [Outcome(Point(str(i), v), "", "", {}, {"npv": f}) for i, (v, f) in enumerate(made)]
    assert without_effect(outcomes, base) == ["machines.units"]
    other = Outcome(Point("5", {"machines.units": 5}), "", "", {}, {"npv": 11.0})
    assert without_effect([*outcomes, other], base) == []


def test_the_case_as_it_stands_is_ranked_once(bench: Workbench) -> None:
    """Proves: a row "base" that changes nothing is the case as it stands, ranked once. If ignored: it stands twice."""
    points = [Point("base", {}), Point("base with a value", {"finance.discount_rate_frac": 0.09})]
    result = with_headline(sweep(Evaluator(bench, "fixed"), points))
    assert sorted(result.tables["ranking"]["point"]) == ["base", "base with a value"]
    assert result.about["points"] == 1
    assert result.about["without_effect"] == []


def test_an_island_has_no_feeder(bench: Workbench, case: Case) -> None:
    """Proves: without tariff the view is refused before a solve; a project that leaves the grid has a load factor of 0.

    If ignored: a crash after minutes of solving, or a load factor that is not a number.
    """
    with pytest.raises(CaseError, match="E548"):
        refuse_without_feeder(case.model_copy(update={"tariffs": ()}))
    assert load_factor_frac(np.zeros(8760)) == 0.0
    assert load_factor_frac(np.array([1.0, 3.0])) == pytest.approx(2.0 / 3.0)
    project = bench.base.runs[1]
    own = case.model_copy(update={"technologies": tuple(t for t in case.technologies if t.kind != "grid")})
    apart = replace(project, district=replace(project.district, case=own))
    assert storage_shift(apart).empty


@pytest.mark.slow
def test_a_front_is_a_front(bench: Workbench) -> None:
    """Proves: eight points, none beaten in both criteria, slopes rising, ends at the lexicographic optima."""
    table = pareto(bench, "cost:water", 8).tables["front"]
    assert len(table) == 8
    assert (np.diff(table["first"]) > 0).all()
    assert (np.diff(table["second"]) < 0).all()
    assert table["second"].iloc[-1] == pytest.approx(0.0, abs=1e-3)
    assert set(table["status"]) == {"screening"}


@pytest.mark.slow
def test_near_optimal_ranges_nest(bench: Workbench) -> None:
    """Proves: more slack, wider range, the best inside; something must take the heat of the chillers."""
    tables = near_optimal(bench).tables
    ranges = tables["ranges"]
    for _, part in ranges.groupby("technology"):
        assert (np.diff(part["low"]) <= 1e-6 * max(part["high"])).all()
        assert (np.diff(part["high"]) >= -1e-6 * max(part["high"])).all()
    assert 2 <= len(tables["designs"]) <= 5
    assert "must-have" in set(tables["verdicts"]["verdict"])


def test_a_curved_indicator_is_left_out_or_right(bench: Workbench) -> None:
    """Proves: with a yearly change of the grid factor, fast equals full or is left out. If ignored: a wrong TEWI."""
    ranges = {"emissions.grid_change_frac": (-0.05, 0.03), "emissions.grid_kg_per_kwh": (0.1, 0.4)}
    shares = (0.0, 0.35, 0.6, 1.0)
    points = [
        Point(
            f"{i}{j}", {p: low + s * (high - low) for s, (p, (low, high)) in zip((a, b), ranges.items(), strict=True)}
        )
        for i, a in enumerate(shares)
        for j, b in enumerate(shares[:2])
    ]
    model = price_model(bench, points)
    assert model is None or "tewi" in model.left_out
    evaluator = Evaluator(bench, "fixed")
    evaluator.learn(points)
    for point, outcome in zip(points[1:6:4], evaluator.outcomes(points)[1:6:4], strict=True):
        for name, (_, value) in _full(bench, point).items():
            if model is None or name not in model.left_out:
                assert outcome.value[name] == pytest.approx(value, rel=1e-7, abs=1e-6, nan_ok=True), name


@pytest.mark.slow
@pytest.mark.parametrize("goal", ["ghg", "grid_peak"])
def test_studies_keep_the_goal_of_the_case(case: Case, goal: str) -> None:
    """Proves: sizes are best for the goal within the cost allowed, in every mode, as certified; fronts do not mind.

    Water is dear, so that the cheapest chillers are dry ones that draw more. If ignored: a study of a green case sizes
    the cheapest plant, or refuses to.
    """
    case = with_values(case, {"finance.water_price_per_m3": 6.0})
    bench = Workbench(case, "district")
    green = with_values(case, {"settings.objective": goal}, variants=("district",))
    mine, criterion = Workbench(green, "district"), workflow.goal_of(green).criterion
    cheapest, best = (value_of(_plant(b.base), criterion) for b in (bench, mine))
    cost, allowed = (value_of(_plant(b.base), "cost") for b in (mine, bench))
    assert best < cheapest
    assert cost <= allowed * (1.0 + 1.1 * green.settings.cost_cap_frac)
    model, _ = mine.plant.sizing(mine.system)  # on the days that size both, and over the year, nothing is cheaper
    sized = [value_of(size_for(model, workflow.goal_of(c), mine.plant.solver).solution, "cost") for c in (case, green)]
    assert sized[0] < sized[1] <= sized[0] * (1.0 + green.settings.cost_cap_frac) * (1.0 + 1e-6)
    assert value_of(_plant(bench.solve(case, "certified")), "cost") <= cost * (1.0 + 1e-9)
    modes: tuple[Mode, ...] = ("fixed", "redispatched", "optimized")
    for mode in modes:
        assert value_of(_plant(mine.solve(green, mode)), criterion) == pytest.approx(best, rel=1e-5), mode
    proven = mine.solve(green, "certified").runs[1].design
    assert proven is not None
    assert proven.certificate.minimized == criterion
    assert best == pytest.approx(proven.certificate.upper_bound, rel=0.01)
    assert len(pareto(mine, "cost:ghg", 3).tables["front"]) >= 2


@pytest.mark.slow
def test_a_menu_is_near_the_best_of_the_goal(case: Case) -> None:
    """Proves: for a green case designs of the menu are within 5 % of the least GHG, and said so, not of the cost."""
    green = with_values(case, {"settings.objective": "ghg"}, variants=("district",))
    found = with_headline(near_optimal(Workbench(green, "district"), slacks=(0.05,)))
    assert found.about["criterion"] == "ghg_kg"
    assert found.tables["designs"]["above_best_frac"].max() <= 0.05 + 1e-6
    assert "5 % of the least GHG at the cost allowed" in found.headline[0]


@pytest.mark.slow
def test_whole_units_are_kept(case: Case) -> None:
    """Proves: sized anew, machines come in whole units as certified; with sizes kept, they are those of the case.

    If ignored: half a chiller, or a refusal. A front of whole units is refused and says what to do instead.
    """
    units = {"technologies.dry.units": "integer", "technologies.dry.unit_capacity_kw": 500.0}
    whole = with_values(case, units, variants=("district",))
    dear = with_values(whole, {"technologies.chillers.capex_per_kw": 2000.0}, variants=("district",))
    mine = Workbench(whole, "district")
    as_is = _plant(mine.base).capacities
    modes: tuple[Mode, ...] = ("fixed", "redispatched")
    for mode in modes:
        assert _plant(mine.solve(dear, mode)).capacities == pytest.approx(as_is, abs=1e-6)
    assert _plant(mine.solve(whole, "fixed")).accounts == _plant(mine.base).accounts
    anew, proven = _plant(mine.solve(dear, "optimized")), _plant(mine.solve(dear, "certified"))
    assert anew.capacities["dry", "capacity_kw"] == pytest.approx(1500.0)
    assert value_of(anew, "cost") == pytest.approx(value_of(proven, "cost"), rel=0.01)
    for study in (near_optimal, lambda b: pareto(b, "cost:ghg", 2)):
        with pytest.raises(CaseError, match="E549") as refused:
            study(mine)
        assert refused.value.findings[0].field == "technologies.dry"
        assert "--mode optimized" in str(refused.value.findings[0].hint)


@pytest.mark.slow
def test_a_certified_point_shows_its_gap(bench: Workbench) -> None:
    """Proves: each point of a certified sweep carries its proven gap; screening points have no such column."""
    points = [Point("dear", {"technologies.chillers.capex_per_kw": 900.0})]
    proven = sweep(Evaluator(bench, "certified"), points).tables
    assert set(proven["points"]["status"]) == {"certified"}
    assert proven["points"]["gap_frac"].between(0.0, bench.case.settings.target_gap_frac).all()
    assert "gap_frac" in proven["ranking"]
    assert "gap_frac" not in sweep(Evaluator(bench, "fixed"), points).tables["points"]


def test_a_repriced_year_keeps_what_has_no_price(bench: Workbench) -> None:
    """Proves: peak import, energy and GHG of a year that is only priced anew are those of that year, each account.

    If ignored: a column the solver had no reason to hold down, such as the peak, counts at its upper bound.
    """
    priced, base = _plant(bench.solve(bench.case, "fixed")), _plant(bench.base)
    assert priced.accounts == pytest.approx(dict(base.accounts), rel=1e-9)


def test_a_peak_without_a_price_is_billed_as_metered(case: Case) -> None:
    """Proves: a demand charge on a design made without one bills the peaks of its imports, every month.

    If ignored: peaks no price held down are billed at the size of the connection.
    """
    free = with_values(case, {"tariffs.main.demand_per_kw_month": 0.0}, variants=("district",))
    mine = Workbench(free, "district")
    charged = with_values(free, {"tariffs.main.demand_per_kw_month": 5.0}, variants=("district",))
    found = mine.solve(charged, "fixed")
    imports = next(f.values for f in _plant(found).flows if f.technology == "grid" and f.direction == "out")
    peaks = [imports[_plant(found).grid.month == m].max() for m in range(12)]
    assert found.how == "repriced"
    assert _plant(found).accounts["demand_charge"] == pytest.approx(5.0 * sum(peaks), rel=1e-9)


@pytest.mark.slow
@pytest.mark.parametrize(("name", "variant"), [("cali-yumbo-park", "park"), ("rosario-island", "mini_grid")])
def test_prices_of_the_shipped_cases_are_priced_at_once(name: str, variant: str) -> None:
    """Proves: an industrial park that buys heat and an island on diesel have the fast path, equal to full evaluation.

    If ignored: a Monte Carlo that takes a second takes ten minutes there.
    """
    shipped = load_case(Path(__file__).parents[3] / "cases" / name)
    mine = Workbench(shipped, variant)
    paths = [f"fuels.{shipped.fuels[0].id}.price_per_kwh", "finance.discount_rate_frac"]
    starts = [float(value_at(shipped, p)) for p in paths]
    points = [Point(str(f), {p: f * v for p, v in zip(paths, starts, strict=True)}) for f in (0.8, 0.9, 1.1, 1.25, 1.3)]
    evaluator = Evaluator(mine, "fixed")
    evaluator.learn(points)
    assert evaluator.prices is not None
    full = _full(mine, points[1])
    feeder = {kpi.id for kpi in FEEDER_KPIS}  # of a study, in no table of a run
    for indicator, value in evaluator.outcomes(points)[1].value.items():
        if indicator not in feeder:
            assert value == pytest.approx(full[indicator][1], rel=1e-7, abs=1e-6, nan_ok=True), indicator
    if not shipped.tariffs:  # an island buys no power
        assert break_even_row(evaluator) is None
        return
    power = f"tariffs.{shipped.tariffs[0].id}.energy_per_kwh"
    today = float(value_at(shipped, power))
    ends = Evaluator(mine, "fixed").outcomes([Point(str(f), {power: f * today}) for f in (0.0, 10.0)])
    signs = {np.sign(o.value["npv"]) for o in ends}
    assert (break_even_row(evaluator) is None) == (len(signs) == 1)  # none where the NPV keeps its sign at any price


def _plant(solved: Solved) -> Solution:
    design = solved.runs[1].design
    assert design is not None
    return design.solution


@pytest.mark.slow
def test_a_design_that_is_short_is_listed(bench: Workbench) -> None:
    """Proves: of two designs the one too small for the year is listed with its reason. If ignored: the menu aborts."""
    assert bench.base.runs[1].design is not None
    good = bench.base.runs[1].design.solution
    small = replace(good, capacities={k: 0.5 * v for k, v in good.capacities.items()})
    plans, desk = [one_year(good, 0.0), one_year(small, 0.0)], YearDesk(bench)
    answers = [operated(desk, (f"design {k}", plan, least_cost)) for k, plan in enumerate(plans, 1)]
    table, lost = design_table(plans, answers, Near("cost", plans[0].value("cost"), {}, 0.0))
    assert list(table["point"]) == ["design 1"]
    assert len(lost) == 1
    assert lost[0].startswith("design 2: the plant leaves demand unserved")


@pytest.mark.slow
def test_networks_laid_out_anew_are_announced_once(bench: Workbench) -> None:
    """Proves: varying a network's cost says once, before the first solve, for how many. If ignored: no word."""
    said: list[str] = []
    evaluator = Evaluator(bench, "fixed", said.append)
    dear = Point("dear", {"technologies.chillers.capex_per_kw": 900.0})
    evaluator.outcomes([*(Point(str(f), {"networks.cold.cost_factor": f}) for f in (1.1, 1.2, 1.3)), dear])
    assert evaluator.laid_out == 3
    warnings = [s for s in said if s.startswith("warning: networks are laid out anew for 3 of 4 alternatives")]
    assert len(warnings) == 1
    assert said.index(warnings[0]) < said.index(next(s for s in said if s.startswith("point ")))


def test_the_fields_of_the_guide_are_those_of_its_case(tmp_path: Path) -> None:
    """Proves: every field the guide names is in the case of the tutorial it works on. If ignored: its examples fail."""
    text = (ROOT / "docs" / "how-to" / "sweep.md").read_text(encoding="utf-8")
    reader = Reader(tmp_path)
    assert reader.first_fault(b for b in blocks("docs/tutorial/1-cooling-network.md") if b.kind == "file") == ""
    reader.close()
    case = load_case(tmp_path / "my-district")
    paths = set(re.findall(r"\b(?:tariffs|technologies|finance|fuels|variants)\.[a-z_0-9.]+[a-z_0-9]", text))
    assert len(paths) >= 5
    for path in paths:
        find_field(case, path)
