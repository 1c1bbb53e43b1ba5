"""What the terminal says of a study: prices are given, words of the language, units in the heading, no word broken."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from edsim.cli.commands.sweep import show_study
from edsim.cli.session import Session
from edsim.studies.headline import with_headline
from edsim.studies.results import StudyResult

RANKED = pd.DataFrame(
    {
        "rank": [1, 2],
        "point": ["2: energy price per kWh 0.2", "base"],
        "value": [50.0, -20.0],
        "behind_best": [0.0, 70.0],
        "status": ["screening", "infeasible"],
    }
)
ABOUT = {"rank_by": "npv", "rank_unit": "EUR", "points": 1, "currency": "EUR", "without_effect": []}


def swept(path: str, **about: object) -> StudyResult:
    return StudyResult("sweep", ABOUT | {"fields": [path]} | about, {"ranking": RANKED, "points": RANKED[["status"]]})


def printed(result: StudyResult, lang: Any, capsys: pytest.CaptureFixture[str], columns: int = 80) -> str:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", str(columns))
        show_study(Session(lang=lang), with_headline(result, lang), Path("study"))
    return capsys.readouterr().out


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("tariffs.main.energy_per_kwh", "highest net present value against BAU at 2: energy price per kWh 0.2"),
        ("finance.discount_rate_frac", "highest net present value"),
        ("technologies.chillers.capex_per_kw", "highest net present value"),
        ("variants.district.changes.tariffs.main.energy_per_kwh", "highest net present value"),
        ("technologies.chillers.max_capacity_kw", "best is 2: energy price per kWh 0.2"),
        ("networks.cold.supply_temp_c", "best is"),
    ],
)
def test_nobody_chooses_a_price(path: str, said: str) -> None:
    """Proves: prices, rates and costs have a highest value, sizes and temperatures a best. If ignored: dear is best."""
    assert said in with_headline(swept(path)).headline[0]


def test_a_price_among_choices_is_not_chosen() -> None:
    """Proves: a grid of sizes and prices names where the result is highest. If ignored: the dear price is the best."""
    both = swept(
        "technologies.chillers.max_capacity_kw", fields=["tariffs.main.energy_per_kwh", "technologies.pv.area_m2"]
    )
    assert "highest net present value" in with_headline(both).headline[0]


def test_the_lowest_cost_of_given_prices_in_spanish() -> None:
    """Proves: an indicator that is better low is said to be lowest, in both languages."""
    low = swept("finance.horizon_a", rank_by="life_cycle_cost")
    assert "lowest " in with_headline(low).headline[0]
    assert "menor " in with_headline(low, "es").headline[0]


def test_a_ranking_is_all_spanish(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: status, base and heading are Spanish, with the unit of the value. If ignored: half is not."""
    text = printed(swept("finance.horizon_a"), "es", capsys)
    for word in ("VPN", "EUR", "tamizaje", "sin solución", "Caso como está", "N.º"):
        assert word in text
    for word in ("screening", "npv", "base", "infeasible"):
        assert word not in text


def test_the_screen_says_fields_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: inputs, alternatives and headings on the screen have names, in both languages; the folder keeps paths.

    If ignored: who reads the table must know the names of the case file, and two tariffs of one id end alike.
    """
    rows = {
        "path": ["technologies.chillers.capex_per_kw", "finance.discount_rate_frac"],
        "mode": ["fixed", "fixed"],
        "at_low": [1.0, 2.0],
        "base": [0.0, 0.0],
        "at_high": [3.0, 4.0],
        "width": [2.0, 2.0],
    }
    fields = pd.DataFrame(rows)
    about = ABOUT | {"unit": "EUR", "clipped": [], "modes": ["fixed"], "fields": [*fields["path"]]}
    for lang, words in {
        "en": ("investment per kW", "(chillers)", "discount rate", "Result at"),
        "es": ("inversión por kW", "(chillers)", "tasa de descuento", "Resultado en"),
    }.items():
        text = printed(StudyResult("tornado", about, {"tornado": fields}), lang, capsys).split("\n", 1)[1]
        assert all(word in text for word in words), text
        assert "capex_per_kw" not in text
    named = RANKED.assign(point=["1: finance.discount_rate_frac 0.08", "base"])
    swept_over = StudyResult("sweep", ABOUT | {"fields": []}, {"ranking": named, "points": named[["status"]]})
    assert "1: discount rate 8 %" in printed(swept_over, "en", capsys)


def front(criteria: tuple[str, str]) -> StudyResult:
    rows: Mapping[str, list[object]] = {
        "point": ["front 1", "front 2"],
        "first": [527370.0, 608553.0],
        "second": [451138.0, 263675.0],
        "slope": [float("nan"), 0.433],
        "npv": [-2951036.0, -3817645.0],
        "status": ["screening", "screening"],
    }
    about = {
        "criteria": criteria,
        "units": ["EUR/a", "kgCO2e/a"],
        "slope_unit": "EUR/a per kgCO2e/a",
        "currency": "EUR",
        "removed_as_dominated": 0,
        "not_served": [],
    }
    return StudyResult("pareto", about, {"front": pd.DataFrame(rows)})


def test_a_front_has_its_units_and_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: both criteria stand with their units, points and proof in Spanish, whole, in 80 columns."""
    text = printed(front(("cost", "ghg_kg")), "es", capsys)
    for word in ("Costo anual", "EUR/a", "kgCO2e/a", "GEI", "frente 2", "tamizaje", "VPN", "Pendiente"):
        assert word in text
    assert "EUR/a" in printed(front(("cost", "ghg_kg")), "en", capsys)


def test_the_menu_breaks_no_word(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: verdicts and headings of five columns of figures stay whole in 80 columns, in both languages."""
    rows = {
        "technology": ["acometida_de_gas", "enfriador"],
        "quantity": ["connection_kw", "capacity_kw"],
        "unit": ["kW", "kW"],
        "best": [12345.0, 0.0],
        "low": [11150.0, 0.0],
        "high": [33415.0, 99999.0],
        "verdict": ["must-have", "avoidable"],
    }
    about = {
        "slacks": [0.05],
        "criterion": "cost",
        "designs": 5,
        "designs_wanted": 5,
        "not_served": [],
    }
    menu = StudyResult("near_optimal", about, {"verdicts": pd.DataFrame(rows)})
    spanish, english = (printed(menu, lang, capsys) for lang in ("es", "en"))
    table = spanish.split("\n", 1)[1]
    for word in ("Máquina", "Veredicto", "imprescindible", "evitable", "conexión", "12.345"):
        assert word in table
    for word in ("Verdict", "must-have", "avoidable", "12,345"):
        assert word in english.split("\n", 1)[1]


def test_the_chances_of_a_risk_study_have_names_and_units(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: the price at which a project breaks even has a name and a unit, and the last line says what the file is.

    If ignored: a terminal shows "break_even_power_price 412.6" and a bare path.
    """
    rows = {"id": ["npv_below_0", "break_even_power_price"], "unit": ["frac", "COP/kWh"], "value": [0.2, 412.6]}
    table = pd.DataFrame(rows | {"error": [0.04, float("nan")]})
    about = {"currency": "COP", "count": 100, "refused": 0, "mode": "fixed"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "110")
        show_study(Session(lang="en"), StudyResult("monte_carlo", about, {"probabilities": table}), Path("study"))
    out = capsys.readouterr().out
    assert "Electricity price at which the NPV is 0" in out
    assert "COP/kWh" in out
    assert out.splitlines()[-1] == f"Page: {Path('study', 'study.html')}"


def test_a_heading_of_several_lines_is_as_wide_as_its_longest(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: names of alternatives get the room that a heading in lines leaves. If ignored: eleven lines a name."""
    point = "56: area (roof_pv) 5,000 m²; largest capacity (tank) 12,000 kWh"
    ranked = RANKED.assign(point=[point, "base"])
    about = ABOUT | {"fields": ["technologies.pv.area_m2"], "rank_by": "feeder_peak", "rank_unit": "kW"}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("COLUMNS", "110")
        show_study(Session(lang="en"), StudyResult("sweep", about, {"ranking": ranked}), Path("study"))
    assert point in capsys.readouterr().out


def test_a_front_says_why_a_point_is_left_out() -> None:
    """Proves: the reason of each lost point is told, in the language. If ignored: every one "cannot serve the year"."""
    about = {"criteria": ["cost", "grid_peak_kw"], "units": ["USD/a", "kW"], "removed_as_dominated": 0}
    lost = ["679 costs lie too far apart even after scaling the objective"]
    front = pd.DataFrame({"slope": [float("nan")]})
    result = StudyResult("pareto", about | {"not_served": lost, "statuses": {}, "without_effect": []}, {"front": front})
    assert "left out, 1: costs lie too far apart" in with_headline(result, "en").headline[-1]
    assert "objetivo" in with_headline(result, "es").headline[-1]
