"""Runs side by side: inputs first, then results."""

import dataclasses

import pandas as pd
import pytest

from edsim.appraisal.types import Appraisal
from edsim.core.money import convert_money
from edsim.report.comparison.differences import MAIN, InputDifference, ResultRow, compare, rates_used
from edsim.report.comparison.inputs import input_unit, input_values, values_said
from edsim.report.comparison.page import ComparisonView, comparison_sections, render_comparison
from edsim.report.i18n import language
from edsim.report.view import BAU, Table


def test_only_what_differs_is_named(appraisal: Appraisal, dearer: Appraisal) -> None:
    """Proves: one changed value of the case is one row with both values; equal runs have none."""
    found = compare([("a", appraisal), ("b", dearer)])
    first = appraisal.tables["assumptions"].iloc[0]
    changed = [d for d in found.inputs if not d.path.startswith("run.")]
    assert [(d.path, d.values) for d in changed] == [(first["path"], (first["value"], "changed"))]
    same = compare([("a", appraisal), ("a", appraisal)])
    assert same.inputs == ()
    assert same.names == ("a", "a (2)")
    with pytest.raises(ValueError, match="at least two"):
        compare([("a", appraisal)])


@pytest.mark.parametrize("unset", ["None", "{}", "()", "nan"])
def test_an_input_left_empty_is_as_good_as_absent(appraisal: Appraisal, dearer: Appraisal, unset: str) -> None:
    """Proves: a building without measures has no row beside a case that does not have the building.

    If ignored: "()" and "{}" stand beside "absent", a dozen rows for every building of two different cases.
    """
    inputs = dearer.tables["assumptions"]
    row = inputs.iloc[[0]].assign(path="buildings.hall.measures", value=unset)
    other = dataclasses.replace(dearer, tables={**dearer.tables, "assumptions": pd.concat([inputs, row])})
    assert "buildings.hall.measures" not in {d.path for d in compare([("a", appraisal), ("b", other)]).inputs}


def test_results_are_those_of_the_tables(appraisal: Appraisal, dearer: Appraisal) -> None:
    """Proves: values are the indicators of each run, changes are against the first."""
    found = compare([("a", appraisal), ("b", dearer), ("c", appraisal)])
    row = next(r for r in found.results if r.group == MAIN and r.id == "ghg_total")
    kpis = appraisal.tables["kpis"]
    mine = kpis[(kpis["variant"] == appraisal.main_variant) & (kpis["id"] == "ghg_total")].iloc[0]
    assert row.values[0] == row.values[2] == pytest.approx(mine["value"])
    assert row.change_frac(1) == pytest.approx(0.1)
    assert row.change_frac(2) == 0.0
    bau = next(r for r in found.results if r.group == BAU and r.id == "ghg_total")
    assert bau.values[0] == pytest.approx(mine["bau"])


def test_changes_without_a_base_are_none() -> None:
    row = ResultRow(MAIN, "x", "x", "kW", (0.0, 3.0, None))
    assert row.difference(1) == 3.0
    assert row.change_frac(1) is None
    assert row.difference(2) is None


def test_runs_that_cannot_be_compared_say_so(appraisal: Appraisal) -> None:
    other = dataclasses.replace(appraisal, currency="USD", price_year=2030, name="another")
    found = compare([("a", appraisal), ("b", other)])
    assert found.notes == ("unconverted", "name")
    page = render_comparison([("a", appraisal), ("b", other)], one_file=False)
    assert "such amounts are left out" in page
    assert 'id="costs"' not in page


def test_other_sharing_of_joint_cost_is_said(appraisal: Appraisal) -> None:
    """Proves: the method used, not the one wanted, is compared.

    If ignored: a growing district shared by separate production stands beside one shared by Shapley value, and the
    levelized costs of both seem to compare.
    """

    def shared(method: str) -> Appraisal:
        methods = ("shapley", "efficiency")
        rows = [(appraisal.main_variant, m, m == method) for m in methods]
        table = pd.DataFrame(rows, columns=["variant", "method", "chosen"])
        return dataclasses.replace(appraisal, tables={**appraisal.tables, "allocation": table})

    runs = [("a", shared("shapley")), ("b", shared("efficiency"))]
    found = compare(runs)
    assert [(d.path, d.values) for d in found.inputs] == [("run.sharing", ("shapley", "efficiency"))]
    assert found.notes == ("sharing",)
    assert "levelized costs per service do not compare" in render_comparison(runs, one_file=False)
    assert compare(runs[:1] * 2).inputs == ()


def test_money_of_another_currency_is_converted_to_that_of_the_first(appraisal: Appraisal) -> None:
    """Proves: the same district in dollars of the year costs the same. If ignored: "-99.97 %" against pesos."""
    rate = convert_money(1.0, appraisal.currency, appraisal.price_year, "USD", appraisal.price_year)
    kpis = appraisal.tables["kpis"].copy()
    money = kpis["unit"].str.split("/").str[0] == appraisal.currency
    kpis.loc[money, ["bau", "value", "difference"]] *= rate
    kpis["unit"] = kpis["unit"].where(~money, kpis["unit"].str.replace(appraisal.currency, "USD"))
    other = dataclasses.replace(appraisal, currency="USD", tables={**appraisal.tables, "kpis": kpis})
    found = compare([("a", appraisal), ("b", other)])
    assert found.notes == ("converted",)
    row = next(r for r in found.results if r.group == MAIN and r.id == "investment")
    assert row.unit == appraisal.currency
    assert row.values[1] == pytest.approx(row.values[0])
    other_units = kpis.assign(unit=kpis["unit"].str.replace("USD", "ARS"))
    lost = dataclasses.replace(other, currency="ARS", tables={**other.tables, "kpis": other_units})
    found = compare([("a", appraisal), ("b", lost)])
    assert found.notes == ("unconverted",)
    assert next(r for r in found.results if r.group == MAIN and r.id == "investment").values[1] is None
    assert next(r for r in found.results if r.group == MAIN and r.id == "electricity").values[1] is not None


def test_a_run_is_converted_at_the_rate_its_case_states(appraisal: Appraisal) -> None:
    """Proves: money of a currency without table is compared at the stated rate, which is shown with its source."""
    kpis = appraisal.tables["kpis"].copy()
    kpis["unit"] = kpis["unit"].str.replace(appraisal.currency, "PEN")
    inputs = appraisal.tables["assumptions"]
    inputs = inputs[inputs["path"] != "exchange_rate_per_usd"]
    row = inputs.iloc[:1].assign(path="exchange_rate_per_usd", value="3.75", unit="currency/USD", source="bank")
    tables = {**appraisal.tables, "kpis": kpis, "assumptions": pd.concat([inputs, row], ignore_index=True)}
    other = dataclasses.replace(appraisal, currency="PEN", tables=tables)
    data = compare([("a", appraisal), ("b", other)])
    assert data.notes == ("converted",)
    per_usd = convert_money(1.0, "USD", appraisal.price_year, appraisal.currency, appraisal.price_year)
    investment = next(r for r in data.results if r.group == MAIN and r.id == "investment")
    assert investment.values[0] is not None
    assert investment.values[1] == pytest.approx(investment.values[0] * per_usd / 3.75)
    (used,) = rates_used(data.runs)
    assert used.rate == pytest.approx(max(per_usd / 3.75, 3.75 / per_usd))
    assert f"{other.name}: bank" in used.source


@pytest.mark.parametrize("lang", ["en", "es"])
def test_page_is_whole(appraisal: Appraisal, dearer: Appraisal, lang: str) -> None:
    page = render_comparison([("<b>a</b>", appraisal), ("b", dearer)], lang=lang, one_file=False)
    assert f'<html lang="{lang}">' in page
    assert "<b>a</b>" not in page
    assert page.index('id="inputs"') < page.index('id="results"') < page.index('id="costs"')
    assert render_comparison([("<b>a</b>", appraisal), ("b", dearer)], lang=lang, one_file=False) == page


def test_money_of_two_currencies_stands_with_its_units_and_the_rate(appraisal: Appraisal, dearer: Appraisal) -> None:
    """Proves: a price of each run has its own currency, and the rate used is told with year and source.

    If ignored: 0.16 and 700 stand side by side as "currency/kWh", converted by a rate nobody can check.
    """
    inputs = dearer.tables["assumptions"].copy()
    inputs.loc[inputs.index[0], "unit"] = "currency/kWh"
    other = dataclasses.replace(dearer, currency="EUR", tables={**dearer.tables, "assumptions": inputs})
    mine = appraisal.tables["assumptions"].copy()
    mine.loc[mine.index[0], "unit"] = "currency/kWh"
    first = dataclasses.replace(appraisal, currency="COP", tables={**appraisal.tables, "assumptions": mine})
    data = compare([("a", first), ("b", other)])
    changed = next(d for d in data.inputs if d.unit == "currency/kWh")
    assert input_unit(data, changed) == ""
    here, there = input_values(data, changed, "absent")
    assert (here.split()[-1], there) == ("COP/kWh", "changed EUR/kWh")
    (used,) = rates_used(data.runs)
    assert (used.currency, used.per, used.year) == ("COP", "EUR", first.price_year)
    assert used.rate == pytest.approx(convert_money(1.0, "EUR", used.year, "COP", used.year))
    assert used.source
    page = render_comparison([("a", first), ("b", other)], one_file=False, lang="es")
    assert f"COP por EUR, media de {used.year} ({used.source.split(';')[0][:20]}" in page


def test_inputs_have_the_signs_of_thousands_of_the_language(appraisal: Appraisal, dearer: Appraisal) -> None:
    """Proves: 40000 m2 and -12345.5 are written with both signs; a year, a digest and a power of ten are left alone.

    If ignored: in Spanish 40000 stands beside 18.500, or a building is of the year 1.987.
    """
    data = compare([("a", appraisal), ("b", dearer)])
    said = {
        (value, unit): values_said(language("es"), data, InputDifference("made", unit, (value, None)))[0]
        for value, unit in [
            ("40000", "m2"),
            ("1490", "m"),
            ("1987", ""),
            ("-12345.5", ""),
            ("-0.5", ""),
            ("1234e5ab", ""),
        ]
    }
    assert list(said.values()) == ["40.000", "1.490", "1987", "-12.345,5", "-0,5", "1234e5ab"]


def test_many_inputs_stand_last_and_are_written_in_the_language(appraisal: Appraisal) -> None:
    """Proves: hundreds of inputs that differ come after the results, few before; numbers bear the decimal comma.

    If ignored: who compares two cases scrolls past every building to the first result, through 0.15 beside 0,15.
    """
    inputs = appraisal.tables["assumptions"]
    wide = pd.DataFrame(
        [{**inputs.iloc[0].to_dict(), "path": f"finance.made_{k}", "unit": "", "value": "0.125"} for k in range(60)]
    )
    orders = []
    for rows in (wide.head(3), wide):
        other = dataclasses.replace(appraisal, tables={**appraisal.tables, "assumptions": pd.concat([inputs, rows])})
        view = ComparisonView(compare([("a", appraisal), ("b", other)]), language("es"))
        sections = comparison_sections(view)
        orders.append([s.key for s in sections].index("inputs"))
        (table,) = next(s.blocks for s in sections if s.key == "inputs")
        assert isinstance(table, Table)
        assert table.rows[0][2:] == ("ausente", "0,125")
    assert orders == [0, len(sections) - 1]
