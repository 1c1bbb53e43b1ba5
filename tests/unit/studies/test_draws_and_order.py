"""Draws beyond the limits of a field, the lighter indicators, verifying a study."""

from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest

from edsim.bundle import verify
from edsim.case.schema import Case
from edsim.core.errors import DataError
from edsim.studies.admissible import clipped, sift
from edsim.studies.fields import find_field, with_values
from edsim.studies.headline import with_headline
from edsim.studies.near_optimal import near_optimal
from edsim.studies.results import StudyResult
from edsim.studies.risk import SHOWN, admitted, distribution, monte_carlo
from edsim.studies.sensitivity import morris_table
from edsim.studies.store import save_study
from edsim.studies.sweep import Evaluator
from edsim.studies.uncertainty import Uncertain, Uncertainty
from edsim.studies.vary import Point
from edsim.studies.workbench import Workbench
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES

RATE, PRICE = "finance.discount_rate_frac", "tariffs.main.energy_per_kwh"


def test_a_draw_beyond_its_limit_is_left_out_with_its_reason(case: Case) -> None:
    """Proves: one draw below zero is refused alone, with field, value and limits. If ignored: it ends the study."""
    points = [Point("a", {RATE: 0.05}), Point("b", {RATE: -0.01}), Point("c", {RATE: 0.1})]
    found = sift(case, "district", points, each=False)
    assert [p.name for p in found.kept] == ["a", "c"]
    assert list(found.refused) == ["b"]
    assert RATE in found.refused["b"]
    assert "-0.01" in found.refused["b"]
    assert "≥ 0" in found.refused["b"]


def test_a_value_beyond_its_limit_is_moved_to_it(case: Case) -> None:
    points, moved = clipped(case, [Point("a", {RATE: -0.2}), Point("b", {RATE: 0.9}), Point("c", {RATE: 0.1})])
    assert [p.values[RATE] for p in points] == [0.0, 0.5, 0.1]
    assert moved == {RATE: 2}
    assert find_field(case, RATE).nearest_to(0.3) == 0.3


def test_an_unknown_field_is_answered_with_paths_that_exist(case: Case) -> None:
    """Proves: what is offered can be varied. If ignored: the user tries one wrong path after the other."""
    with pytest.raises(DataError) as caught:
        find_field(case, "tariff.main.energy_per_kw")
    hint = caught.value.findings[0].hint
    offered = hint.removeprefix("did you mean ").removesuffix("?").split(" | ")
    assert "tariffs.main.energy_per_kwh" in offered
    for path in offered:
        find_field(case, path)


def test_a_normal_input_moves_between_its_p10_and_p90(case: Case) -> None:
    """Proves: with a value of 100 a unit, a normal input of P10 0.06 and P90 0.1 has an effect near 4, as a bar has.

    If ignored: its effect is that of twelve standard deviations, and inputs with ends seem to move nothing beside it.
    """
    given = (Uncertain(path=RATE, distribution="normal", low=0.06, high=0.1),
             Uncertain(path=PRICE, distribution="uniform", low=0.1, high=0.2))  # fmt: skip
    judge = SimpleNamespace(bench=SimpleNamespace(case=case), outcomes=lambda points: [
        SimpleNamespace(value={"npv": 100.0 * (p.number(RATE) + p.number(PRICE))}) for p in points
    ])  # fmt: skip
    table, moved = morris_table(cast("Evaluator", judge), Uncertainty(given, np.eye(2), None), 1, "npv")
    assert dict(zip(table["path"], table["mu_star"], strict=True)) == pytest.approx({PRICE: 8.0, RATE: 4.0}, rel=0.06)
    assert not moved


@pytest.mark.slow
def test_the_lighter_indicators_are_those_of_the_evaluation(bench: Workbench) -> None:
    """Proves: leaving tables, company and audit out changes no figure. If ignored: studies and runs differ."""
    full, light = bench.base_indicators(), bench.indicators(bench.case, bench.base)
    assert light
    for name, pair in light.items():
        assert np.array_equal(pair, full[name], equal_nan=True), name
    assert "npv" in light
    assert "life_cycle_cost" in light


@pytest.mark.slow
def test_a_monte_carlo_goes_on_without_its_impossible_draws(bench: Workbench, tmp_path: Path) -> None:
    """Proves: refused draws are in the table with their reason, counted and said; the folder verifies."""
    inputs = (Uncertain(path=RATE, distribution="normal", low=0.01, high=0.12),)
    result = with_headline(monte_carlo(Evaluator(bench, "fixed"), Uncertainty(inputs, np.eye(1), None), 40, 1))
    table = result.tables["points"]
    refused = table[table["status"] == "refused"]
    assert result.about["refused"] == len(refused) > 0
    assert (refused[RATE] < 0).all()
    assert refused["npv"].isna().all()
    assert table.loc[table["status"] != "refused", "npv"].notna().all()
    assert any("outside the limits" in sentence for sentence in result.headline)
    folder = save_study(result, bench.case, tmp_path / "study", {})
    assert verify(folder) == ()
    (folder / "points.csv").write_text("changed", encoding="utf-8")
    assert [f.code for f in verify(folder)] == ["E812"]


def test_few_designs_are_said() -> None:
    import pandas as pd

    verdicts = pd.DataFrame({"technology": ["grid"], "verdict": ["must-have"]})
    about = {"criterion": "cost", "slacks": [0.05], "designs": 2, "designs_wanted": 5, "not_served": []}
    said = with_headline(StudyResult("near_optimal", about, {"verdicts": verdicts}), "es").headline
    assert "2" in said[1]
    assert "5" in said[1]


def test_one_design_is_no_designs() -> None:
    """Proves: a front of one point and a menu of one design are said in words that fit one. If ignored: "1 points"."""
    import pandas as pd

    front = pd.DataFrame({"slope": [np.nan]})
    about = {"removed_as_dominated": 2, "units": ["USD/a", "kg"], "not_served": []}
    (said,) = with_headline(StudyResult("pareto", about, {"front": front})).headline
    assert said == "Points no design beats in both criteria: 1; dominated ones left out: 2."
    verdicts = pd.DataFrame({"technology": ["grid"], "verdict": ["must-have"]})
    menu = {"criterion": "cost", "slacks": [0.05], "designs": 1, "designs_wanted": 5, "not_served": ["design 2: short"]}
    said = with_headline(StudyResult("near_optimal", menu, {"verdicts": verdicts})).headline[1:]
    assert said[0].endswith("only 1; 5 were looked for.")
    assert said[1] == "Designs of the menu left out, 1: the plant cannot serve the whole year."


@pytest.mark.parametrize("slacks", [(), (0.0,), (0.02, -0.01)])
def test_a_menu_needs_room(slacks: tuple[float, ...]) -> None:
    """Proves: no slack, or one of 0, is refused in words before anything is solved. If ignored: UnboundLocalError."""
    with pytest.raises(ValueError, match="above 0"):
        near_optimal(cast("Workbench", None), slacks)


def test_percentiles_of_the_payback_are_of_all_draws() -> None:
    """Proves: of ten draws six are paid back in 5 to 10 years, three never, one has nothing to pay back; one failed.

    In order 0, 5, 6, 7, 8, 9, 10, never: P50 lies midway between the fifth and the sixth, 8.5; P90 among those never
    paid back. Another figure is of the draws that have it. If ignored: the median of the good draws (7.5) looks like
    that of the project, though three in ten never pay.
    """
    import pandas as pd

    shown = {name: np.ones(11) for name in SHOWN}
    shown["npv"] = np.array([9.0, 8, 7, 6, 5, 4, -1, -2, -3, 10, np.nan])
    shown["discounted_payback"] = np.array([5.0, 6, 7, 8, 9, 10, *([np.nan] * 5)])
    shown["irr"] = np.array([0.1, *([np.nan] * 10)])
    table = distribution(pd.DataFrame(shown)).set_index("id")
    row = table.loc["discounted_payback"]
    assert row["never"] == pytest.approx(0.3)
    assert row["p50"] == pytest.approx(8.5)
    assert row["p05"] == pytest.approx(0.45 * 5.0)
    assert np.isnan([row["p75"], row["p90"], row["mean"], row["sd"]]).all()
    assert row["defined"] == pytest.approx(6.0 / 11.0)
    assert table.loc["irr", "p90"] == pytest.approx(0.1)
    assert np.isnan(table.loc["irr", "never"])
    shown["npv"][6:9] = shown["discounted_payback"][6:9] = 11.0
    paid = distribution(pd.DataFrame(shown)).set_index("id").loc["discounted_payback"]
    assert paid["never"] == 0.0
    assert paid["mean"] == pytest.approx((0 + 5 + 6 + 7 + 8 + 9 + 10 + 33) / 10.0)


def test_break_even_is_sought_at_prices_the_case_admits(tmp_path: Path) -> None:
    """Proves: with exports at 0.14, power of 0.75 × 0.16 is refused (E1882), of 1, 1.25 and 1.5 × 0.16 is not.

    Without exports both are admitted. If ignored: a Monte Carlo ends with an error after its sizing, in a price that
    nobody drew.
    """
    text = TWO_OFFICES.replace("tariff: main}", "tariff: main, max_export_kw: null}")
    text = text.replace("energy_per_kwh: 0.16,", "energy_per_kwh: 0.16, export_per_kwh: 0.14,")
    for name, given, lower in (("sold", text, 0), ("bought", TWO_OFFICES, 3)):
        folder = tmp_path / name
        folder.mkdir()
        (folder / "case.yaml").write_text(given, encoding="utf-8")
        case = load_case(folder)
        assert len(admitted(case, "district", {PRICE: 0.16}, (0.75, 1.0, 1.25))) == lower
        higher = admitted(case, "district", {PRICE: 0.16}, (1.0, 1.25, 1.5))
        assert [p.values[PRICE] for p in higher] == pytest.approx([0.16, 0.2, 0.24])


def test_a_technology_is_said_once() -> None:
    """Proves: of a store with two sizes, one needed, the headline says must-have once. If ignored: it is both."""
    import pandas as pd

    verdicts = pd.DataFrame({"technology": ["ice", "ice"], "verdict": ["avoidable", "must-have"]})
    about = {"criterion": "cost", "slacks": [0.05], "designs": 5, "designs_wanted": 5, "not_served": []}
    (said,) = with_headline(StudyResult("near_optimal", about, {"verdicts": verdicts})).headline
    assert said == "Within 5 % of the least cost: must-have ice; real choice none; avoidable none."


@pytest.mark.slow
def test_alternatives_keep_the_temperature_levels_chosen(tmp_path: Path) -> None:
    """Proves: a variant that chooses its levels is studied at those of the case. If ignored: plant and pipes differ."""
    text = TWO_OFFICES.replace("  district: {}\n", "  district: {levels_c: {cold: [[5.5, 13.5], [7, 12]]}}\n")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    bench = Workbench(load_case(tmp_path), "district")
    base = bench.base.runs[1].district
    assert len(base.levels) == 2
    other = bench.solve(with_values(bench.case, {RATE: 0.1}, variants=("district",)), "optimized").runs[1].district
    temps = [[(n.supply_temp_c, n.return_temp_c) for n in d.case.networks] for d in (base, other)]
    assert temps[0] == temps[1]
    assert other.levels == base.levels


@pytest.mark.slow
def test_no_alternative_is_solved_twice(bench: Workbench) -> None:
    """Proves: an alternative asked for again, and one equal to the case, cost no solve."""
    evaluator = Evaluator(bench, "fixed")
    one, two = evaluator.outcomes([Point("a", {RATE: 0.08}), Point("b", {})])
    assert one.value == two.value
    assert len(evaluator._known) == 1
    assert (one.point.name, two.point.name) == ("a", "b")
