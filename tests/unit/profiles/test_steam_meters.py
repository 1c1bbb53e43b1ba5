"""Meters of steam: tonnes become the heat of the carrier, and fuel bills come out of today's boiler again."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edsim.case.readers.series_facts import examine_series
from edsim.core.errors import CaseError
from edsim.core.technology import Conditions
from edsim.core.timegrid import full_year
from edsim.optimization.district.individual import with_condensate
from edsim.profiles.described import building_spec
from edsim.profiles.metered import put_meters
from edsim.technologies.individual_boiler import IndividualBoiler
from edsim.workflow import load_case
from tests.support.small_district import office

Write = Callable[..., Path]
USEFUL_KJ_PER_KG = 2781.5 - 355.9
"""Saturated steam of 184.1 °C (10 bar gauge) less water of 85 °C, IAPWS-IF97."""
BOILER = {"id": "raiser", "kind": "individual_boiler", "node": "building", "efficiency_frac": 0.8}
FUELS = [{"id": "natural_gas", "price_per_kwh": 0.06, "ghg_kg_per_kwh": 0.202}]
SHAPE = 50.0 + 45.0 * np.sin(np.arange(8760) * np.pi / 12.0)


def _case(write_case: Write, files: dict[str, str] | None = None, **measured: Any) -> Any:
    mill = office("tower") | {"measured": {"steam": measured}, "steam_pressure_bar": 10}
    mill["bau"] = mill["bau"] | {"steam": "raiser"}
    levels = {"carrier_temps_c": {"steam": [184.1, 85]}}
    folder = write_case(add=(BOILER,), buildings=[mill], fuels=FUELS, settings=levels)
    for name, text in (files or {}).items():
        (folder / name).write_text(text, encoding="utf-8")
    return load_case(folder)


def _steam_kw(case: Any) -> np.ndarray:
    demand = {"steam": SHAPE[None].copy()}
    put_meters(case, demand, np.zeros((1, 8760)), np.full(8760, 20.0))
    return demand["steam"][0]


def test_tonnes_of_steam_are_read_as_the_heat_they_give_up(write_case: Write) -> None:
    """Proves: 2 t/h at 10 bar with condensate of 85 °C are 1 347.6 kW, and `edsim check` says 11.8 GWh a year.

    If ignored: the meter every factory has could not be used, or 1 t/h would be taken for 1 kW.
    """
    case = _case(write_case, {"m.csv": "t_per_h\n" + "2\n" * 8760}, file="m.csv", column="t_per_h", unit="t/h")
    expected = 2000.0 * USEFUL_KJ_PER_KG / 3600.0
    assert _steam_kw(case) == pytest.approx(expected, rel=1e-3)
    (facts,), _ = examine_series(case)
    assert facts.unit == "t/h"
    assert facts.year_total == pytest.approx(8760.0 * expected, rel=1e-3)


@pytest.mark.parametrize(
    ("column", "factor"), [("boiler 2 (t/h)", 1000.0), ("steam [kg/h]", 1.0), ("vapor (t)", 1000.0)]
)
def test_tonnes_in_the_name_of_a_column_count(write_case: Write, column: str, factor: float) -> None:
    """Proves: a column named in t/h, kg/h or t is read so without `unit`. If ignored: 2 t/h of steam are 2 kW."""
    case = _case(write_case, {"m.csv": f"{column}\n" + "2\n" * 8760}, file="m.csv")
    assert _steam_kw(case) == pytest.approx(2.0 * factor * USEFUL_KJ_PER_KG / 3600.0, rel=1e-3)
    assert "W1825" not in [f.code for f in examine_series(case)[1]]


def test_bills_of_tonnes_keep_months_and_peaks(write_case: Write) -> None:
    """Proves: 730 t a month with a peak of 1.5 t/h are 12 such months. If ignored: peaks in t/h would be kW."""
    rows = "".join(f"{month},730,1.5\n" for month in range(1, 13))
    case = _case(write_case, {"b.csv": "month,t,peak\n" + rows}, file="b.csv", column="t", peak_column="peak", unit="t")
    kw = _steam_kw(case)
    assert kw.sum() == pytest.approx(12 * 730e3 * USEFUL_KJ_PER_KG / 3600.0, rel=1e-3)
    assert kw.max() == pytest.approx(1500.0 * USEFUL_KJ_PER_KG / 3600.0, rel=1e-3)


def test_gas_of_a_steam_boiler_is_what_the_boiler_burns_again(write_case: Write) -> None:
    """Proves: BAU with 1 GWh of gas measured burns 1 GWh; make-up water and blow-down are not counted twice.

    If ignored: BAU would burn 4 % more than its bills at 70 % of condensate returned, 8 % more at 30 %.
    """
    case = _case(write_case, annual_kwh=1e6, fuel="natural_gas", heating_value="LHV")
    boiler = next(t for t in case.technologies if t.id == "raiser")
    levels = ({"steam": 184.1}, {"steam": 85.0})
    conditions = Conditions(full_year(), SHAPE, SHAPE, 101_325.0, *levels)
    burnt = boiler.serve("steam", _steam_kw(case), conditions).inputs_kw["natural_gas"]
    assert burnt.sum() == pytest.approx(1e6, rel=1e-9)


def test_tonnes_are_of_steam_alone(write_case: Write) -> None:
    """Proves: cooling in t/h is refused. If ignored: tons of refrigeration would be heated as steam."""
    cold = office("tower") | {"measured": {"cooling": {"file": "m.csv", "unit": "t/h"}}}
    folder = write_case(buildings=[cold])
    (folder / "m.csv").write_text("t\n" + "2\n" * 8760, encoding="utf-8")
    with pytest.raises(CaseError, match=r"measured\.cooling\.unit.*E124"):
        load_case(folder)


def test_condensate_of_a_building_is_fired_once(write_case: Write) -> None:
    """Proves: condensate a building states is that of its boiler, and is not in its demand of steam as well.

    At 30 % of condensate a boiler gives 1.08 kWh to water and steam per kWh above the condensate, at 70 % 1.04. If
    ignored: the heat of make-up water would be in the demand and be fired again for it.
    """
    boiler = IndividualBoiler(id="raiser")
    conditions = Conditions(full_year(), SHAPE, SHAPE, 101_325.0, {"steam": 184.1}, {"steam": 85.0})
    burnt = [with_condensate(boiler, back).serve("steam", SHAPE, conditions) for back in (0.3, None, 0.7)]
    fuel = [float(b.inputs_kw["natural_gas"].sum()) for b in burnt]
    assert fuel[0] / fuel[1] == pytest.approx(1.0804 / 1.0376, rel=2e-3)
    assert fuel[1] == fuel[2]
    folder = write_case(buildings=[office("tower") | {"steam_kg_per_day": 1000, "condensate_frac": 0.3}])
    assert building_spec(load_case(folder).buildings[0]).condensate_frac is None


def test_the_age_of_today_is_stated_at_the_building(write_case: Write) -> None:
    """Proves: `age_a` of a machine is refused, `bau_age_a` of the building counts. If ignored: it would do nothing."""
    with pytest.raises(CaseError, match=r"technologies\.raiser\.age_a.*E121"):
        load_case(write_case(add=(BOILER | {"age_a": 12},), fuels=FUELS))
