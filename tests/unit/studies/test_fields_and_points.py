"""What may be varied, how it is written, and what is said when it is wrong."""

import io
from pathlib import Path

import openpyxl
import pandas as pd
import pytest

from edsim.case.parts.exchange_rate import case_money
from edsim.case.parts.tariff_spec import DemandBandSpec
from edsim.case.schema import Case
from edsim.core.errors import CaseError, DataError
from edsim.core.language.sentences import finding_in_language
from edsim.report.figures.studies import StudyView
from edsim.report.i18n import language
from edsim.report.studies.workbook import render_study_workbook
from edsim.studies.field_names import as_written, field_in_words, point_in_words
from edsim.studies.fields import find_field, value_at, with_values
from edsim.studies.sweep import inputs_table
from edsim.studies.vary import Point, grid_points, other_than, parse_axis, read_points
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES


def test_a_range_has_its_ends_and_equal_steps(case: Case) -> None:
    """Proves: LOW:HIGH:COUNT gives COUNT values with both ends. If ignored: a sweep misses what was asked."""
    assert parse_axis(case, "finance.discount_rate_frac=0.06:0.12:4").values == (0.06, 0.08, 0.1, 0.12)


def test_units_are_converted(case: Case) -> None:
    """Proves: a value with a unit is read as in the case file (1 TR = 3.5168528 kW)."""
    axis = parse_axis(case, "technologies.chillers.max_capacity_kw=1 MW,500 TR")
    assert axis.values == (1000.0, pytest.approx(1758.4264))


def test_money_is_read_as_in_the_case_file(case: Case) -> None:
    """Proves: a price in the currency of the case is its number, another currency and year are converted.

    A unit that does not fit is named with units that do, in Spanish too. If ignored: who copies a price from the case
    file is refused.
    """
    path = "tariffs.main.energy_per_kwh"
    own, pesos, older = parse_axis(case, f"{path}=0.2 USD/kWh,800 COP/kWh,0.12 USD2016/kWh").values
    to_case = case_money(case)
    assert own == 0.2
    assert pesos == pytest.approx(to_case(800.0, "COP", None))
    assert older == pytest.approx(to_case(0.12, "USD", 2016))
    assert older > 0.12
    with pytest.raises(DataError) as caught:
        parse_axis(case, f"{path}=180 MWh")
    (wrong,) = caught.value.findings
    assert (wrong.code, wrong.field, wrong.got) == ("E550", path, "180 MWh")
    assert finding_in_language(wrong, "es").allowed.startswith("un número, o un número con una unidad como COP/kWh")


def test_the_case_as_it_stands_is_listed_once(case: Case) -> None:
    """Proves: a point of a grid that changes nothing is left to `base`, unless it is all that was asked for.

    If ignored: the case stands twice in the ranking, once as "base" and once as "2: discount rate 0.09".
    """
    now = case.finance.discount_rate_frac
    points = grid_points([parse_axis(case, f"finance.discount_rate_frac={now - 0.02},{now},{now + 0.02}")])
    assert other_than(case, points) == (points[0], points[2])
    assert other_than(case, points[1:2]) == points[1:2]


def test_a_grid_multiplies(case: Case) -> None:
    """Proves: two fields give every combination once, each with a name of its own."""
    axes = [parse_axis(case, "finance.discount_rate_frac=0.06,0.1"), parse_axis(case, "finance.horizon_a=20:30:3")]
    points = grid_points(axes)
    assert len({p.name for p in points}) == 6
    assert points[1].values == {"finance.discount_rate_frac": 0.06, "finance.horizon_a": 25}


@pytest.mark.parametrize(
    ("path", "hint"),
    [
        ("finance.discount_rate", "finance.discount_rate_frac"),
        ("technologies.chiller.capex_per_kw", "technologies.chillers.capex_per_kw"),
        ("capex_per_kw", "technologies.chillers.capex_per_kw"),
    ],
)
def test_an_unknown_path_names_the_nearest(case: Case, path: str, hint: str) -> None:
    """Proves: a wrong path is answered with whole paths that exist. If ignored: users guess."""
    with pytest.raises(DataError) as caught:
        find_field(case, path)
    assert caught.value.findings[0].code == "E551"
    assert hint in caught.value.findings[0].hint


def test_a_band_that_is_not_there_is_not_added(case: Case) -> None:
    """Proves: the user is told to write the band first, and how many there are.

    If ignored: the paths of other fields are offered for a band that nobody has written yet.

    The band written at a price of 0 is found, and moves no figure but when its price is varied.
    """
    with pytest.raises(DataError) as caught:
        find_field(case, "tariffs.main.demand_bands.0.demand_per_kw_month")
    found = caught.value.findings[0]
    assert (found.code, found.got, found.allowed) == ("E551", "0", "a list that has parts")
    assert "price of 0" in found.hint
    tariff = case.tariffs[0]
    band = DemandBandSpec(demand_per_kw_month=0.0, hours=(18, 19, 20))
    having = case.model_copy(update={"tariffs": (tariff.model_copy(update={"demand_bands": (band,)}),)})
    assert find_field(having, "tariffs.main.demand_bands.0.demand_per_kw_month").base == 0.0
    with pytest.raises(DataError) as caught:
        find_field(having, "tariffs.main.demand_bands.1.demand_per_kw_month")
    assert caught.value.findings[0].allowed == "0 to 0"


@pytest.mark.parametrize("path", ["finance", "technologies.chillers", "currency"])
def test_a_part_is_not_a_value(case: Case, path: str) -> None:
    with pytest.raises(DataError) as caught:
        find_field(case, path)
    assert caught.value.findings[0].code == "E552"


def test_limits_of_the_case_hold(case: Case) -> None:
    """Proves: a value is refused as in the case file, with the limits. If ignored: a sweep computes nonsense."""
    with pytest.raises(CaseError) as caught:
        with_values(case, {"finance.discount_rate_frac": 0.9})
    finding = caught.value.findings[0]
    assert (finding.code, finding.field) == ("E123", "finance.discount_rate_frac")
    assert "0.5" in finding.allowed


def test_values_reach_the_variant(case: Case) -> None:
    """Proves: lists without ids and defaults can be set; the case itself stays as it was."""
    values = {"tariffs.main.time_of_use.0.per_kwh": 0.3, "technologies.chillers.rated_cop": 6.5}
    made = with_values(case, values, variants=("district",))
    assert [value_at(made, p) for p in values] == [0.3, 6.5]
    assert value_at(case, "tariffs.main.time_of_use.0.per_kwh") == 0.24


def test_all_buildings_grow_by_one_factor(case: Case) -> None:
    """Proves: a factor of 1.3 is 30 % more of every building, rooms and meals too. If ignored: hot water stays."""
    uses = {"rooms": 100.0, "meals_per_day": 500.0, "steam_kg_per_day": 800.0}
    counted = case.model_copy(update={"buildings": tuple(b.model_copy(update=uses) for b in case.buildings)})
    made = with_values(counted, {"buildings.floor_area_factor": 1.3}, variants=("district",))
    for before, after in zip(counted.buildings, made.buildings, strict=True):
        for name in ("floor_area_m2", *uses):
            assert getattr(after, name) == pytest.approx(1.3 * getattr(before, name)), name
    assert find_field(case, "buildings.floor_area_factor").base == 1.0


def test_a_field_the_variant_sets_itself_is_refused(case: Case) -> None:
    """Proves: varying what a variant overrides is refused with the path that works. If ignored: a flat sweep."""
    with pytest.raises(DataError) as caught:
        with_values(case, {"technologies.grid.max_connection_kw": 2000.0}, variants=("capped",))
    assert caught.value.findings[0].code == "E556"
    path = "variants.capped.changes.technologies.grid.max_connection_kw"
    made = with_values(case, {path: 2000.0}, variants=("capped",))
    assert find_field(made, path).base == 2000.0


def test_a_machine_of_a_variant_is_varied_through_it(tmp_path: Path) -> None:
    """Proves: a field only a variant has is refused with the path that works. If ignored: it seems misspelled."""
    panels = "  sun:\n    changes: {technologies: {panels: {kind: pv, area_m2: 500}}}\n"
    text = TWO_OFFICES.replace("variants:\n", f"variants:\n{panels}")
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    more = load_case(tmp_path)
    path = "variants.sun.changes.technologies.panels.area_m2"
    with pytest.raises(DataError) as caught:
        find_field(more, "technologies.panels.area_m2")
    (wrong,) = caught.value.findings
    assert (wrong.code, wrong.allowed) == ("E551", path)
    assert find_field(with_values(more, {path: 300.0}, variants=("sun",)), path).base == 300.0


@pytest.mark.parametrize(
    "text", ["finance.discount_rate_frac", "finance.discount_rate_frac=0.1:0.2", "finance.grant=1,1"]
)
def test_a_malformed_axis_says_how_to_write_it(case: Case, text: str) -> None:
    with pytest.raises(DataError) as caught:
        parse_axis(case, text)
    assert caught.value.findings[0].code == "E550"


def test_too_many_points_are_refused(case: Case) -> None:
    with pytest.raises(DataError) as caught:
        parse_axis(case, "finance.discount_rate_frac=0:0.4:100001")
    assert caught.value.findings[0].code == "E553"


WINDOW = "tariffs.main.time_of_use.0.hours"


def test_a_window_is_one_value(case: Case, tmp_path: Path) -> None:
    """Proves: hours are varied as a whole, as a case writes them, and every way to write one window is one value.

    If ignored: a utility could move one hour of its peak, not the peak; the window of the case would be solved twice.
    """
    assert value_at(case, WINDOW) == "18-20"
    axis = parse_axis(case, f"{WINDOW}=18-21,9-11; 18; 19-20,all")
    assert axis.values == ("18-21", "9-11, 18-20", "")
    assert grid_points([axis])[2].name == "3: main.hours all"
    priced = [with_values(case, {WINDOW: v}, variants=("district",)).tariffs[0].time_of_use[0] for v in axis.values]
    assert [band.hours for band in priced] == [(18, 19, 20, 21), (9, 10, 11, 18, 19, 20), ()]
    assert with_values(case, {WINDOW: "18-20"}).tariffs == case.tariffs
    table = tmp_path / "windows.csv"
    table.write_text(f"name;{WINDOW};finance.discount_rate_frac\nsplit;20, 18-19, 9;0,06\n", encoding="utf-8")
    assert dict(read_points(case, table)[0].values) == {WINDOW: "9, 18-20", "finance.discount_rate_frac": 0.06}
    for wrong in ("21-18", "evening", "900"):
        with pytest.raises(DataError) as caught:
            parse_axis(case, f"{WINDOW}={wrong}")
        assert caught.value.findings[0].code == "E550"
        assert wrong in caught.value.findings[0].got
    with pytest.raises(CaseError, match="hours"):
        with_values(case, {WINDOW: "18-30"})


def test_an_alternative_names_what_its_field_belongs_to(case: Case) -> None:
    """Proves: the fuel, machine or tariff stands in the name. If ignored: a price of 400 is of no known fuel."""
    axes = [parse_axis(case, "tariffs.main.energy_per_kwh=0.2"), parse_axis(case, "finance.horizon_a=20")]
    (point,) = grid_points(axes)
    assert point.name == "1: main.energy_per_kwh 0.2, horizon_a 20"
    assert point_in_words(point.name, "es") == "1: precio de la energía por kWh (main) 0,2; horizonte 20 años"
    bands = [
        parse_axis(case, f"{p}.energy_per_kwh=0.3") for p in ("tariffs.main", "variants.capped.changes.tariffs.main")
    ]
    assert grid_points(bands)[0].name.startswith("1: tariffs.main.energy_per_kwh 0.3, variants.capped.")


def test_a_table_of_alternatives(case: Case, tmp_path: Path) -> None:
    """Proves: rows are named, empty cells keep the case, decimal commas are read with semicolons."""
    table = tmp_path / "alternatives.csv"
    table.write_text("name;finance.discount_rate_frac;finance.grant\nlow;0,06;\nhigh;0,1;5000\n", encoding="utf-8")
    low, high = read_points(case, table)
    assert (low.name, dict(low.values)) == ("low", {"finance.discount_rate_frac": 0.06})
    assert high.values["finance.grant"] == 5000.0
    table.write_text("name,finance.grant\na,1\na,2\n", encoding="utf-8")
    with pytest.raises(DataError) as caught:
        read_points(case, table)
    assert caught.value.findings[0].code == "E554"


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("finance.discount_rate_frac", "discount rate", "tasa de descuento"),
        ("tariffs.main.time_of_use.0.per_kwh", "price of the band per kWh (main time_of_use 0)",
         "precio de la franja por kWh (main time_of_use 0)"),
        ("variants.low.changes.technologies.grid.max_connection_kw", "largest connection (grid)",
         "conexión máxima (grid)"),
        ("07: discount_rate_frac 0.08, chillers.capex_per_kw 1250",
         "07: discount rate 8 %; investment per kW (chillers) 1,250",
         "07: tasa de descuento 8 %; inversión por kW (chillers) 1.250"),
        ("5: main.hours 9-11, 18-20, heat.mild_supply_temp_c 68",
         "5: hours (main) 9-11, 18-20; supply temperature in mild weather (heat) 68 °C",
         "5: horas (main) 9-11, 18-20; temperatura de suministro con clima templado (heat) 68 °C"),
        ("my: own name 0.5", "my: own name 0.5", "my: own name 0.5"),
        ("tariffs.main.colour", "tariffs.main.colour", "tariffs.main.colour"),
    ],
)  # fmt: skip
def test_fields_are_named_in_words(name: str, english: str, spanish: str) -> None:
    """Proves: fields and points of a grid are said in words in both languages, others as they are.

    If ignored: who reads a tornado must learn the names of the case file.
    """
    assert point_in_words(name, "es") == spanish
    assert point_in_words(name, "en") == english
    if ": " not in name:
        assert field_in_words(name, "en") == english


@pytest.mark.parametrize(
    ("name", "english", "spanish"),
    [
        ("1: main.demand_per_kw_month 12.5", "1: demand charge (main) 12.5 USD/kW/month",
         "1: cargo por demanda (main) 12,5 USD/kW/mes"),
        ("1: chillers.capex_per_kw 450", "1: investment per kW (chillers) 450 USD",
         "1: inversión por kW (chillers) 450 USD"),
        ("2: tank.max_capacity_kwh 12000, horizon_a 20",
         "2: largest capacity (tank) 12,000 kWh; horizon 20 a",
         "2: capacidad máxima (tank) 12.000 kWh; horizonte 20 años"),
        ("3: grid_kg_per_kwh 0.16, charge_kg_per_kw 0.3",
         "3: grid emission factor 0.16 kg/kWh; refrigerant charge per kW 0.3 kg",
         "3: factor de emisión de la red 0,16 kg/kWh; carga de refrigerante por kW 0,3 kg"),
        ("4: price_factor 1.1, units 3, rated_cop 6", "4: factor of all energy prices 1.1; units 3; rated COP 6",
         "4: factor de todos los precios de la energía 1,1; unidades 3; COP nominal 6"),
    ],
)  # fmt: skip
def test_values_of_alternatives_have_their_units(name: str, english: str, spanish: str) -> None:
    """Proves: each value of an alternative stands with its unit, money with its currency, factors and counts alone.

    If ignored: "discount rate 0.08; demand charge 12.5" is read as 0.08 % and as dollars a year.
    """
    assert point_in_words(name, "en", "USD") == english
    assert point_in_words(name, "es", "USD") == spanish


def test_a_price_factor_moves_every_band(case: Case) -> None:
    """Proves: `price_factor` scales base and bands alike, on top of a price varied with it, and 1 is the case.

    If ignored: a tornado makes the base price dearer than the evening peak, which keeps its own price.
    """
    path = "tariffs.main.price_factor"
    field = find_field(case, path)
    assert (field.base, field.is_number, value_at(case, path)) == (1.0, True, 1.0)
    main = with_values(case, {path: 1.25}).tariffs[0]
    assert (main.energy_per_kwh, main.time_of_use[0].per_kwh) == pytest.approx((0.2, 0.3))
    assert main.demand_per_kw_month == 6
    both = with_values(case, {path: 2.0, "tariffs.main.energy_per_kwh": 0.1}).tariffs[0]
    assert (both.energy_per_kwh, both.time_of_use[0].per_kwh) == pytest.approx((0.2, 0.48))
    with pytest.raises(DataError, match="E550"):
        with_values(case, {path: "much"})


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [("68", "68", "68"), ("0.0568", "0.0568", "0,0568"), ("1250.5", "1,250.5", "1.250,5"), ("1e-05", "1e-05", "1e-05"),
     ("1.5e-05", "1.5e-05", "1,5e-05"),
     ("627.540075184", "627.540", "627,540"), ("-1234567.25", "-1,234,567", "-1.234.567"), ("0.16", "0.16", "0,16"),
     ("9-11, 18-20", "9-11, 18-20", "9-11, 18-20")],
)  # fmt: skip
def test_numbers_kept_as_text_are_written_in_the_language(text: str, english: str, spanish: str) -> None:
    """Proves: values of changed inputs keep their digits, six at most, with the signs of the language; windows stay.

    If ignored: a Spanish table shows 68.0, sixty-eight with a decimal or six hundred and eighty; a small rate shows 0;
    a default brought to a price year has twelve digits.
    """
    assert (as_written(text, "en"), as_written(text, "es")) == (english, spanish)


def test_changed_inputs_have_no_digits_they_do_not_need() -> None:
    """Proves: the table of changed inputs holds 68 for 68.0, and windows as they are written."""
    base = {"networks.heat.outdoor_reset.mild_supply_temp_c": 68.0, "tariffs.main.demand_bands.0.hours": "18-21"}
    point = Point(
        "1", {"networks.heat.outdoor_reset.mild_supply_temp_c": 75.0, "tariffs.main.demand_bands.0.hours": "17-20"}
    )
    table = inputs_table([point], base)
    assert table[["base", "value"]].to_numpy().tolist() == [["68", "75"], ["18-21", "17-20"]]


def test_a_changed_input_is_a_number_in_the_workbook() -> None:
    """Proves: cells of changed inputs that are numbers can be computed with; windows are text, names of points stay.

    If ignored: a spreadsheet marks every value as a number stored as text, and no formula counts it.
    """
    table = pd.DataFrame({"point": ["2030"], "base": ["68"], "value": ["17-20"]})
    view = StudyView({"case": "c"}, {"inputs": table}, language("es"), {}, {})
    sheet = openpyxl.load_workbook(io.BytesIO(render_study_workbook(view)))["entradas"]
    assert [cell.value for cell in sheet[2]] == ["2030", 68, "17-20"]


def test_the_workbook_of_a_study_is_in_the_language_of_the_reader() -> None:
    """Proves: names of sheets, points, indicators and words are those of the language.

    If ignored: under Spanish headings a reader meets ``screening`` and ``discount_rate_frac``.
    """
    table = pd.DataFrame({"point": ["1: discount_rate_frac 0.08"], "status": ["screening"], "unit": ["m3/a"]})
    for lang, name, row in (
        ("es", "clasificación", ["1: tasa de descuento 8 %", "tamizaje", "m³/a"]),
        ("en", "ranking", ["1: discount rate 8 %", "screening", "m³/a"]),
    ):
        view = StudyView({"case": "c"}, {"ranking": table}, language(lang), {}, {})
        sheet = openpyxl.load_workbook(io.BytesIO(render_study_workbook(view)))[name]
        assert [cell.value for cell in sheet[2]] == row
