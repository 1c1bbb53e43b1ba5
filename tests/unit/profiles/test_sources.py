"""Sources: heat, temperature and schedule against numbers worked out by hand; what is wrong is said."""

import csv
from collections.abc import Callable
from pathlib import Path
from typing import Any, get_args

import numpy as np
import pytest

from edsim.case.parts.source_spec import SourceKind
from edsim.case.schema import SourceSpec
from edsim.core.errors import CaseError, DataError
from edsim.core.resources import data_path
from edsim.profiles.sources import ground_temp_c, kind_defaults, source_profile, water_temp_c
from edsim.profiles.weather import Weather

Write = Callable[..., Path]
YEAR = 2025


def spec(**fields: Any) -> SourceSpec:
    return SourceSpec.model_validate({"id": "s", "kind": "furnace", **fields})


def codes(path: Path) -> list[str]:
    from edsim.workflow import load_case

    try:
        return [f.code for f in load_case(path).warnings]
    except CaseError as error:
        return [f.code for f in error.findings]


def test_power_times_share_in_hours_of_operation(seasonal: Weather) -> None:
    """Proves: heat = power x share on workdays 8-17 h, a tenth otherwise. If ignored: closed plants give heat."""
    made = source_profile(
        spec(power_kw=1000, heat_per_power=0.3, hours="8-17", weekdays="1-5", standby_frac=0.1), seasonal, YEAR
    )
    wednesday = made.available_kw[:24]  # 1 January 2025
    saturday = made.available_kw[72:96]
    assert wednesday[[7, 8, 17, 18]] == pytest.approx([30, 300, 300, 30])
    assert saturday == pytest.approx(np.full(24, 30.0))
    assert made.temp_c == pytest.approx(np.full(8760, 250.0))


def test_only_air_that_nobody_limits_has_no_limit(seasonal: Weather) -> None:
    """Proves: wet-bulb air is without a limit, also in the hours it works, until one is given.

    If ignored: summaries print a bound of a million kW as what there is, or hide a limit the user gave.
    """
    assert not source_profile(spec(kind="air_wet_bulb", hours="8-17"), seasonal, YEAR).is_limited
    assert source_profile(spec(kind="air_wet_bulb", available_kw=1e6), seasonal, YEAR).is_limited
    assert source_profile(spec(power_kw=1000), seasonal, YEAR).is_limited


def test_water_gives_flow_times_heat_capacity_times_change(seasonal: Weather) -> None:
    """Proves: 100 m3/h of sewage cooled by 5 K give 580 kW on average. If ignored: heat is 3600 times off."""
    made = source_profile(spec(kind="wastewater", flow_m3_per_h=100), seasonal, YEAR)
    assert made.available_kw.mean() == pytest.approx(100 * 4.186 * 998 / 3600 * 5, rel=1e-6)
    assert made.available_kw[4] < 0.5 * made.available_kw[9]


def test_outlet_limit_takes_what_is_left(seasonal: Weather) -> None:
    """Proves: a river of 28 °C sent back at 30 °C takes 2 K, one of 31 °C nothing. If ignored: permits break."""
    river = {"kind": "river", "flow_m3_per_h": 1000, "temp_swing_k": 0, "outlet_limit_c": 30}
    warm = source_profile(spec(**river, temp_c=28), seasonal, YEAR)
    hot = source_profile(spec(**river, temp_c=31), seasonal, YEAR)
    cool = source_profile(spec(**river, temp_c=20), seasonal, YEAR)
    per_k = 1000 * 4.186 * 998 / 3600
    assert warm.available_kw == pytest.approx(np.full(8760, 2 * per_k))
    assert hot.available_kw.max() == 0
    assert cool.available_kw == pytest.approx(np.full(8760, 3 * per_k))
    assert [float(np.max(one.change_k)) for one in (warm, hot, cool)] == pytest.approx([2.0, 0.0, 3.0])


def test_heat_from_cold_water_stops_before_ice(seasonal: Weather) -> None:
    """Proves: a lake of 2 °C as heat source gives 1.5 K, not the permitted 4 K. If ignored: lakes freeze."""
    lake = spec(kind="lake", gives="heat", flow_m3_per_h=100, temp_c=2, temp_swing_k=0)
    made = source_profile(lake, seasonal, YEAR)
    assert made.available_kw == pytest.approx(np.full(8760, 1.5 * 100 * 4.186 * 998 / 3600))


def test_water_follows_the_air_damped_and_late(seasonal: Weather) -> None:
    """Proves: water swings by the ratio and peaks `lag` days after the air. If ignored: seas peak in winter."""
    water = water_temp_c(seasonal.dry_bulb_temp_c, 22.0, 5.0, 30.0)
    assert water.mean() == pytest.approx(22.0, abs=1e-9)
    assert water.max() == pytest.approx(27.0, abs=1e-3)
    air_peak, water_peak = seasonal.dry_bulb_temp_c.argmax() / 24, water.argmax() / 24
    assert water_peak - air_peak == pytest.approx(30.0, abs=0.1)


def test_ground_is_damped_by_depth(seasonal: Weather) -> None:
    """Proves: at the depth where exp(-z sqrt(pi/(365 a))) = 1/e the swing is 10/e K. If ignored: ground follows air."""
    a = 8e-7 * 86400
    depth = float(np.sqrt(365 * a / np.pi))
    ground = ground_temp_c(seasonal.dry_bulb_temp_c, depth, 8e-7)
    assert (ground.max() - ground.min()) / 2 == pytest.approx(10 / np.e, rel=1e-3)
    assert ground_temp_c(seasonal.dry_bulb_temp_c, 0.0, 8e-7) == pytest.approx(seasonal.dry_bulb_temp_c, abs=0.01)


def test_wet_bulb_is_that_of_the_weather(seasonal: Weather) -> None:
    """Proves: air as a source has the wet bulb of the year. If ignored: towers cool with dry air."""
    made = source_profile(spec(kind="air_wet_bulb"), seasonal, YEAR)
    assert np.array_equal(made.temp_c, seasonal.wet_bulb_temp_c)


def test_deep_water_needs_its_temperature(seasonal: Weather) -> None:
    """Proves: 900 m deep sea is not guessed from the air. If ignored: a deep-water district is computed at 27 °C."""
    deep = {"kind": "sea", "flow_m3_per_h": 100, "depth_m": 900}
    with pytest.raises(DataError, match="E331"):
        source_profile(spec(**deep), seasonal, YEAR)
    assert source_profile(spec(**deep, temp_c=6), seasonal, YEAR).temp_c == pytest.approx(np.full(8760, 6.0))


@pytest.mark.parametrize("kind", get_args(SourceKind))
def test_every_kind_has_cited_defaults_that_work(kind: str, seasonal: Weather) -> None:
    """Proves: each kind is computed from one size and the table, finite and not negative, with a source per figure."""
    size = {"flow_m3_per_h": 50} if kind in {"wastewater", "sea", "lake", "river"} else {"available_kw": 100}
    made = source_profile(spec(kind=kind, **size), seasonal, YEAR)
    assert np.isfinite(made.available_kw).all()
    assert made.available_kw.min() >= 0
    assert np.isfinite(made.temp_c).all()
    assert kind_defaults(kind) is not None
    with data_path("sources", "kinds.csv").open(encoding="utf-8", newline="") as file:
        rows = [r for r in csv.DictReader(file) if r["kind"] == kind]
    assert all(r["source"] and r["unit"] and r["year"] for r in rows)


def test_a_case_gives_sources_to_its_machines(write_case: Write, seasonal: Weather) -> None:
    """Proves: sources of a table reach the conditions with price and supplier. If ignored: E601 for a stated source."""
    from edsim.network.district import District
    from edsim.optimization.district.prepare_system import source_conditions
    from edsim.profiles.district import sources_of
    from edsim.profiles.types import Profiles
    from edsim.workflow import load_case

    folder = write_case(sources={"file": "sources.csv"})
    (folder / "sources.csv").write_text(
        "id,kind,power_kw [MW],hours,price_per_kwh,supplier,exit_year\n"
        'hall,data_center,1.2,,0.005,Datos SA,2060\nkiln,furnace,3,"6-21",0.01,Ladrillos SA,\n',
        encoding="utf-8",
    )
    case = load_case(folder)
    nothing = np.zeros((0, 8760))
    profiles = Profiles(seasonal, (), {}, nothing, nothing, np.zeros(0), sources=sources_of(case, seasonal))
    found = source_conditions(District(case, profiles, ()))
    assert found["hall"].available_kw == pytest.approx(np.full(8760, 1200 * 0.95))
    assert found["kiln"].available_kw[[5, 6, 21, 22]] == pytest.approx([0, 600, 600, 0])
    assert (found["kiln"].price_per_kwh, found["kiln"].supplier, found["hall"].exit_year) == (
        0.01,
        "Ladrillos SA",
        2060,
    )


def test_a_measured_series_replaces_the_estimate(write_case: Write, seasonal: Weather) -> None:
    """Proves: power and temperature columns are read from a file. If ignored: defaults replace meters."""
    from edsim.profiles.district import sources_of
    from edsim.workflow import load_case

    folder = write_case(sources=[{"id": "hall", "kind": "data_center", "file": "hall.csv"}])
    rows = "\n".join(f"{h},{500 + h % 24},{28 + h % 2}" for h in range(8760))
    (folder / "hall.csv").write_text(f"hour,power_kw,temp_c\n{rows}\n", encoding="utf-8")
    made = sources_of(load_case(folder), seasonal)["hall"]
    assert made.available_kw[:2] == pytest.approx([475.0, 475.95])
    assert made.temp_c[:2] == pytest.approx([28, 29])


def test_negative_or_foreign_columns_are_refused(write_case: Write, seasonal: Weather) -> None:
    """Proves: a file of negative heat or without a known column is refused. If ignored: heat is created or lost."""
    from edsim.profiles.district import sources_of
    from edsim.workflow import load_case

    for header, value, code in (("available_kw", -1, "E332"), ("consumo", 5, "E330")):
        folder = write_case(sources=[{"id": "hall", "kind": "data_center", "file": "hall.csv"}])
        rows = "\n".join(str(value) for _ in range(8760))
        (folder / "hall.csv").write_text(f"{header}\n{rows}\n", encoding="utf-8")
        with pytest.raises(DataError, match=code):
            sources_of(load_case(folder), seasonal)


INTAKES = (
    ({"id": "bay", "kind": "sea", "flow_m3_per_h": 900}, {"source": "bay"}, ()),
    ({"id": "bay", "kind": "sea", "flow_m3_per_h": 900}, {"source": "gulf"}, ("E113",)),
    ({"id": "bay", "kind": "wastewater", "flow_m3_per_h": 900}, {"source": "bay"}, ("E116",)),
    ({"id": "bay", "kind": "wastewater", "flow_m3_per_h": 900, "gives": "cold"}, {"source": "bay"}, ()),
    ({"id": "bay", "kind": "furnace", "power_kw": 900}, {"source": "bay"}, ("E116",)),
)


@pytest.mark.parametrize(("source", "intake", "wanted"), INTAKES)
def test_condensers_are_cooled_by_cold_sources_alone(
    write_case: Write, source: dict[str, Any], intake: dict[str, Any], wanted: tuple[str, ...]
) -> None:
    """Proves: an intake takes sea or sewage that is given as cold; unknown sources and furnaces are refused.

    Beside a tower on the same condenser water it is refused (E1824). If ignored: waste heat would cool chillers.
    """
    machines = ({"id": "wet", "kind": "vapour_chiller"}, {"id": "intake", "kind": "condenser_intake", **intake})
    found = codes(write_case(sources=[source], add=machines))
    assert tuple(c for c in found if c.startswith("E")) == wanted
    if not wanted:
        both = codes(write_case(sources=[source], add=(*machines, {"id": "towers", "kind": "cooling_tower"})))
        assert [c for c in both if c.startswith("E")] == ["E1824"]


FAULTS: tuple[tuple[str, dict[str, Any], dict[str, Any], str], ...] = (
    ("no size", {"kind": "furnace"}, {}, "E112"),
    ("unknown source", {"kind": "furnace", "power_kw": 5}, {"source": "kiln"}, "E113"),
    ("two sizes", {"kind": "furnace", "power_kw": 5, "available_kw": 5}, {}, "E114"),
    ("flow of a furnace", {"kind": "furnace", "power_kw": 5, "flow_m3_per_h": 5}, {}, "E115"),
    ("heat from a sea", {"kind": "sea", "flow_m3_per_h": 5}, {"source": "s"}, "E116"),
    ("early exit", {"kind": "furnace", "power_kw": 5, "exit_year": 2030}, {}, "W112"),
    ("hour 24", {"kind": "furnace", "power_kw": 5, "hours": "18-24"}, {}, "E133"),
    ("twice", {"kind": "furnace", "power_kw": 5}, {"source": "s", "twice": True}, "E180"),
)


@pytest.mark.parametrize(("what", "source", "machine", "code"), FAULTS, ids=[f[0] for f in FAULTS])
def test_faults_are_named(
    write_case: Write, what: str, source: dict[str, Any], machine: dict[str, Any], code: str
) -> None:
    """Proves: each fault of a source has its code. If ignored: the study runs on heat that is not there."""
    one = {"id": "s", **source}
    add = ({"id": "recovery", "kind": "waste_heat_recovery", "source": machine["source"]},) if machine else ()
    path = write_case(sources=[one, dict(one)] if machine.get("twice") else [one], add=add)
    assert code in codes(path), what
