"""Studies of a small district: every fast path against the full evaluation, and what each study must hold."""

from pathlib import Path

import numpy as np
import pytest

from edsim.bundle.manifest import digest_file
from edsim.case.schema import Case
from edsim.report.studies_page import render_study
from edsim.studies.fields import with_values
from edsim.studies.headline import with_headline
from edsim.studies.near_optimal import near_optimal
from edsim.studies.pricing import price_model
from edsim.studies.risk import monte_carlo
from edsim.studies.store import save_study
from edsim.studies.sweep import Evaluator, sweep
from edsim.studies.tornado import tornado
from edsim.studies.tradeoffs import pareto
from edsim.studies.uncertainty import Debt, Uncertain, Uncertainty
from edsim.studies.utility import UtilityTerms, utility_view
from edsim.studies.vary import Point
from edsim.studies.workbench import Workbench

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
    """Proves: sizing anew never costs more than keeping the sizes; the session stays warm. If ignored: no optimum."""
    case = with_values(bench.case, {"technologies.chillers.capex_per_kw": 900.0}, variants=("district",))
    fixed, free = bench.solve(case, "fixed"), bench.solve(case, "optimized")
    assert (fixed.how, free.how) == ("repriced", "warm")
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
    bill = result.tables["bill"].set_index("line")
    assert bill.loc["electricity", "bau"] > 0.0
    for lang in ("en", "es"):
        page = render_study("utility", result.about, result.tables, with_headline(result).headline, lang=lang)
        assert case.name in page
        assert "http" not in page.split("<body>")[1].split("application/json")[0]


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
