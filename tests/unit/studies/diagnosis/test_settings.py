"""Settings that stand inside the matrix: contracts, speeds of stores, reserve, vehicles; and what is said of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import pytest

from edsim.core.technology import Technology
from edsim.network.district import District
from edsim.optimization.model.criteria import minimize
from edsim.optimization.model.model import build
from edsim.optimization.system import System
from edsim.studies.diagnosis.findings import departed_text, repair_text, shortfall_texts
from edsim.studies.diagnosis.infeasible import Repair, diagnose
from edsim.studies.diagnosis.limits import Limit
from edsim.studies.diagnosis.words import downward, unit_name
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES
from tests.unit.studies.diagnosis.conftest import (
    DAY,
    NODE,
    as_shipped,
    conditions,
    flat,
    make,
    plant,
    serves,
    with_field,
)


def _powered(*machines: Technology, load_kw: float = 50.0) -> System:
    demand = flat(load_kw)
    site = {NODE: conditions({"electricity": demand})}
    return System(tuple(machines), {(NODE, "electricity"): demand}, site, 0.08, 1.1, 300.0)


def _vehicles(connection_kw: float | None) -> System:
    """Return 50 kW and 200 vehicles of 8 kWh a day, half of it in the three hours of arrival, ten hours connected."""
    ways = {} if connection_kw is None else {"max_connection_kw": connection_kw}
    return _powered(make("grid", "grid", tariff="power", **ways), make("ev_charging", "ev", vehicles=200))


def test_vehicles_need_no_demand_beside_them() -> None:
    """Proves: a connection without a limit feeds 1 600 kWh of vehicles a day beside a demand of 50 kW, and of none.

    If ignored: the bound derived from the demand alone cuts the vehicles off, and a sound case has no solution.
    """
    assert serves(_vehicles(None), DAY)
    assert serves(replace(_vehicles(None), demand={(NODE, "electricity"): flat(0.0)}), DAY)


@pytest.mark.medium
def test_vehicles_beyond_the_connection_are_named() -> None:
    """Proves: 800 kWh in three hours on top of 50 kW need 316.7 kW; at 110 kW 45 vehicles can charge.

    If ignored: "no plant keeps the caps and least sizes", and nobody looks at the vehicles.
    """
    found = diagnose(_vehicles(110.0), DAY, as_shipped)
    by_path = {r.limit.path: r for r in found.repairs}
    assert found.repairs[0].limit.path == "technologies.grid.max_connection_kw"
    assert found.repairs[0].value == pytest.approx(50.0 + 800.0 / 3.0, rel=1e-6)
    fewer = by_path["technologies.ev.vehicles"]
    assert (fewer.value, fewer.is_raised) == (45.0, False)
    assert shortfall_texts(found, "en") == [
        "what ev must draw is out of reach within the limits, even with all demand left unserved"
    ]


def _contract() -> list[Technology]:
    grid = make("grid", "grid", tariff="power", max_connection_kw=30.0)
    return [grid, make("interruptible_load", "contract", interruptible_frac=0.1, om_variable_per_kwh=0.5)]


def _reserve() -> list[Technology]:
    sets = make("generator", "sets", fuel="diesel", max_capacity_kw=100.0, units=4, spare_units=3)
    return [make("fuel_supply", "oil", fuel="diesel"), sets]


@pytest.mark.parametrize(
    ("machines", "path", "least"),
    [
        (_contract(), "technologies.contract.interruptible_frac", 0.4),
        (_reserve(), "technologies.sets.spare_units", 2.0),
    ],
)
def test_a_setting_that_is_too_tight_is_named_with_its_value(
    machines: list[Technology], path: str, least: float
) -> None:
    """Proves: 50 kW on 30 kW need 40 % to be interruptible; on 4 sets of 25 kW, no more than 2 in reserve.

    If ignored: the user is sent to buy a larger machine where a figure of the case was mistyped.
    """
    repairs = {r.limit.path: r for r in diagnose(_powered(*machines), DAY, as_shipped).repairs}
    assert repairs[path].value == pytest.approx(least, rel=1e-3)


@pytest.mark.medium
def test_a_tank_charged_too_slowly_is_named_with_its_least_change() -> None:
    """Proves: a tank emptied in 60 h at the fastest is the cause; at the value told it serves, 1 % short of it not."""
    broken = with_field(plant("by_day", 3, DAY), "tank", "charging_time_h", 60.0)
    path = "technologies.tank.charging_time_h"
    repair = next(r for r in diagnose(broken, DAY, as_shipped).repairs if r.limit.path == path)
    assert serves(with_field(broken, "tank", "charging_time_h", repair.value), DAY)
    assert not serves(with_field(broken, "tank", "charging_time_h", repair.value - 0.01 * repair.amount), DAY)


def test_a_default_is_never_blamed() -> None:
    """Proves: settings that the case does not state are left alone. If ignored: every tank is to be charged faster."""
    broken = with_field(plant("by_day", 3, DAY), "tank", "max_capacity_kwh", 100.0)
    blamed = [r.limit.kind for r in diagnose(broken, DAY, as_shipped).repairs]
    assert blamed
    assert "setting" not in blamed


def test_a_least_size_beyond_a_cap_on_cost_is_named() -> None:
    """Proves: a connection of at least 5 000 kW breaks a cap that one of 50 kW keeps, and is told beside the cap."""
    grid = make("grid", "grid", tariff="power", min_connection_kw=5000.0, capex_per_kw=200.0)
    system, capped = _powered(grid), minimize("cost", caps={"cost": 100_000.0})
    first = diagnose(system, DAY, as_shipped, capped).repairs[0]
    assert first.limit.path == "technologies.grid.min_connection_kw"
    build(with_field(system, "grid", "min_connection_kw", first.value), DAY).solve(capped)


def test_what_must_come_down_is_said_so() -> None:
    """Proves: a value to lower is rounded down and said in both languages, units in words of the language."""
    limit = Limit("setting", "technologies.tank.charging_time_h", "tank", "charging_time_h", 8.0, "h")
    lower = Repair(limit, -1.23456, 0.0, on_all_hours=True)
    district = District(case=None, profiles=None, designs=())
    assert repair_text(lower, district, "en") == "lower technologies.tank.charging_time_h from 8 to 6.765 h or less"
    assert repair_text(lower, district, "es") == "baje technologies.tank.charging_time_h de 8 a 6,765 h o menos"
    assert downward(0.14876, "es") == "0,1487"
    assert [unit_name(u, "es") for u in ("frac/a", "USD/kW/month", "kW")] == ["fracción/a", "USD/kW/mes", "kW"]
    assert unit_name("frac/a", "en") == "frac/a"


def test_a_source_that_has_left_is_said(tmp_path: Path) -> None:
    """Proves: a source that gives nothing any more, for its supplier may leave, is named with the field that says so.

    If ignored: only the machines are named that are too small without it.
    """
    text = (
        TWO_OFFICES + "sources: [{id: sea, kind: sea, available_kw: 900, temp_c: 4, exit_year: 2032, supplier: Port}]\n"
    )
    (tmp_path / "case.yaml").write_text(text, encoding="utf-8")
    case = load_case(tmp_path)
    texts = []
    for left_kw in (0.0, 900.0):
        profiles = SimpleNamespace(sources={"sea": SimpleNamespace(available_kw=flat(left_kw))})
        texts.append(departed_text(District(case, profiles=profiles, designs=()), "en"))
    assert texts == ["of its sources these have left by then: sources.sea.exit_year: 2032", ""]


@pytest.mark.medium
def test_an_answer_does_not_hang_on_where_a_solve_starts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with no time left for warm starts, every question is answered from a cold one, the same.

    If ignored: a proof of infeasibility that takes minutes from the last basis stops the diagnosis, or changes it.
    """
    broken = with_field(plant("by_day", 3, DAY), "tank", "max_capacity_kwh", 100.0)
    answers = []
    for limit_s in (60.0, 1e-9):
        monkeypatch.setattr("edsim.studies.diagnosis.elastic.WARM_LIMIT_S", limit_s)
        answers.append([(r.limit, r.amount) for r in diagnose(broken, DAY, as_shipped).repairs])
    warm, cold = (dict(found) for found in answers)
    assert list(warm) == list(cold)
    assert warm == pytest.approx(cold, rel=1e-6)
