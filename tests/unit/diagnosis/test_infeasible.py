"""The diagnosis of districts that cannot be served: cause, least repair, worst hour."""

from __future__ import annotations

from dataclasses import replace
from time import process_time

import numpy as np
import pytest

from edsim.core.errors import EdsimError, InfeasibleError
from edsim.optimization.criteria import minimize
from edsim.optimization.model import build
from edsim.optimization.system import System
from edsim.studies.diagnosis.infeasible import Diagnosis, diagnose, diagnose_year
from tests.unit.diagnosis.conftest import (
    NODE,
    WEEK,
    Broken,
    Fault,
    break_it,
    conditions,
    flat,
    least_value,
    make,
    plant,
    serves,
    with_field,
)

QUICK = (
    Fault("recovery", "gas", "max_capacity_kw", 2, 0.8),
    Fault("recovery", "furnace_heat", "max_capacity_kw", 1, 0.9),
)
SLOW = (
    Fault("cooling", "chillers", "max_capacity_kw", 1, 0.7),
    Fault("cooling", "chillers", "max_capacity_kw", 2, 0.85),
    Fault("cooling", "towers", "max_capacity_kw", 1, 0.6),
    Fault("cooling", "towers", "max_capacity_kw", 2, 0.9),
    Fault("cooling", "grid", "max_connection_kw", 1, 0.75),
    Fault("cooling", "grid", "max_connection_kw", 2, 0.55),
    Fault("heating", "boilers", "max_capacity_kw", 2, 0.65),
    Fault("heating", "gas", "max_capacity_kw", 1, 0.9),
    Fault("heating", "gas", "max_capacity_kw", 2, 0.7),
    Fault("heating", "grid", "max_connection_kw", 1, 0.8),
    Fault("heating", "grid", "max_connection_kw", 2, 0.6),
    Fault("heating", "boilers", "max_capacity_kw", 1, 0.8),
    Fault("recovery", "boilers", "max_capacity_kw", 1, 0.6),
    Fault("recovery", "grid", "max_connection_kw", 2, 0.7),
    Fault("island", "pv", "area_m2", 1, 0.8),
    Fault("island", "pv", "max_capacity_kwp", 2, 0.9),
    Fault("island", "battery", "max_power_kw", 1, 0.7),
    Fault("outage", "grid", "max_connection_kw", 1, 0.85),
    Fault("outage", "battery", "max_power_kw", 1, 0.6),
    Fault("outage", "battery", "max_capacity_kwh", 1, 0.8),
    Fault("island", "battery", "max_capacity_kwh", 1, 0.8),
    Fault("outage", "grid", "max_connection_kw", 2, 0.7),
    Fault("outage", "battery", "max_capacity_kwh", 2, 0.9),
)


OTHER_SHAPES = (
    (Fault("exchange", "plates", "max_capacity_kw", 1, 0.8), 1),
    (Fault("exchange", "steam_boilers", "max_capacity_kw", 2, 0.7), 1),
    (Fault("exchange", "gas", "max_capacity_kw", 3, 0.85), 1),
    (Fault("ice", "chillers", "max_capacity_kw", 2, 0.8), 1),
    (Fault("engines", "engine", "max_capacity_kw", 1, 0.8), 1),
    (Fault("engines", "gas", "max_capacity_kw", 2, 0.9), 1),
    (Fault("absorption", "absorption", "max_capacity_kw", 1, 0.75), 2),
    (Fault("absorption", "boilers", "max_capacity_kw", 2, 0.8), 2),
)
"""Faults beyond the 25, with the rank their limit must have: electric chillers are cheaper than absorption."""


def _judge(broken: Broken) -> tuple[bool, float, float]:
    """Return whether the cause is named first, the error of its amount, and the CPU seconds it took."""
    start = process_time()
    found = diagnose(broken.system, broken.grid)
    seconds = process_time() - start
    assert not found.feasible
    mine = [r for r in found.repairs if r.limit.path == broken.path]
    error = abs(mine[0].amount / (broken.least - broken.tight) - 1.0) if mine else np.inf
    return found.repairs[0].limit.path == broken.path, error, seconds


@pytest.mark.parametrize("fault", QUICK, ids=lambda f: f"{f.plant}-{f.owner}-{f.name}")
def test_the_limit_made_too_tight_is_named_first_with_its_least_repair(fault: Fault) -> None:
    """Proves: cause first, amount within 1 % of a bisection with fresh builds. If ignored: users move wrong limits."""
    first, error, seconds = _judge(break_it(fault))
    assert first
    assert error < 0.01
    assert seconds < 15.0


@pytest.mark.slow
def test_the_cause_is_named_first_in_at_least_23_of_25_districts() -> None:
    """Proves: the bar of 92 % over seeded faults; every amount that is found is within 1 %, each within 15 CPU s."""
    judged = {f"{f.plant}.{f.path} seed {f.seed}": _judge(break_it(f)) for f in (*QUICK, *SLOW)}
    assert len(judged) == 25
    missed = [name for name, (first, error, _) in judged.items() if not (first and error < 0.01)]
    assert len(judged) - len(missed) >= 23, {name: judged[name] for name in missed}
    assert max(seconds for _, _, seconds in judged.values()) < 15.0


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "rank"), OTHER_SHAPES, ids=[f.path for f, _ in OTHER_SHAPES])
def test_limits_of_other_plants_are_named(fault: Fault, rank: int) -> None:
    """Proves: the limit made too tight is among the cheapest repairs and its amount within 1 % of a bisection."""
    broken = break_it(fault)
    paths = [r.limit.path for r in diagnose(broken.system, broken.grid).repairs]
    assert broken.path in paths[:rank]
    first, error, seconds = _judge(broken)
    assert first or rank > 1
    assert error < 0.01
    assert seconds < 15.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("criterion", "kind"), [("water_m3", "cooling"), ("primary_energy_kwh", "heating"), ("grid_peak_kw", "roof")]
)
def test_caps_that_cannot_be_kept_are_named(criterion: str, kind: str) -> None:
    """Proves: caps on water, primary energy and peak import are repaired to the least any design reaches."""
    system = plant(kind, 2)
    lowest = build(system, WEEK).solve(minimize(criterion)).objective
    found = diagnose(system, WEEK, minimize("cost", caps={criterion: 0.85 * lowest}))
    assert found.repairs[0].limit.path == f"caps.{criterion}"
    assert found.repairs[0].value == pytest.approx(lowest, rel=0.01)


def _wired(connection: float | None, peak_hour: int = 3000) -> System:
    """Return 80 kW at a grid, 100 kW in one hour."""
    demand = flat(80.0)
    demand[peak_hour] = 100.0
    grid = make("grid", "grid", tariff="power", max_connection_kw=connection)
    return System(
        (grid,), {(NODE, "electricity"): demand}, {NODE: conditions({"electricity": demand})}, 0.0, 1.0, 100.0
    )


def test_hand_solved_shortage_over_the_year() -> None:
    """Proves: 90 kW for 100 kW leaves 10 kW in the one hour that needs them; the repair is 10 kW on all 8760 hours.

    A battery that nobody offers is a repair too and comes after the limit; so does dropping 10 kW.
    """
    found = diagnose_year(_wired(90.0), 2)
    (short,) = found.shortages
    assert (short.hour, short.hours) == (3000, 1.0)
    assert short.short_kw == pytest.approx(10.0, rel=1e-4)
    assert short.demand_kw == 100.0
    first = found.repairs[0]
    assert (first.limit.path, first.on_all_hours) == ("technologies.grid.max_connection_kw", True)
    assert first.value == pytest.approx(100.0, rel=1e-4)
    kinds = [r.limit.kind for r in found.repairs]
    assert kinds == ["size", "store", "demand"]
    assert found.repairs[1].amount > 10.0
    assert found.repairs[2].amount == pytest.approx(10.0, rel=1e-4)


def test_a_sound_system_has_nothing_to_repair() -> None:
    assert diagnose_year(_wired(120.0), 2) == Diagnosis(feasible=True, hours_checked=8760)


def test_two_limits_too_tight_are_named_together() -> None:
    """Proves: where no limit alone helps, the least joint repair is given. If ignored: "no repair" for a plain slip."""
    system = plant("recovery", 1)
    sizes = build(system, WEEK).solve().capacities
    system = with_field(system, "furnace_heat", "max_capacity_kw", 0.0)
    for owner in ("boilers", "gas"):
        system = with_field(system, owner, "max_capacity_kw", 0.5 * sizes[owner, "capacity_kw"])
    found = diagnose(system, WEEK)
    assert found.repairs[0].limit.kind not in {"size", "yearly"} or found.repairs[0].limit.value == 0.0
    named = {r.limit.owner for r in found.together}
    assert {"boilers", "gas"} <= named
    repaired = system
    for r in found.together:
        repaired = with_field(repaired, r.limit.owner, r.limit.path.rsplit(".", 1)[1], r.value * (1 + 1e-6) + 1e-6)
    assert serves(repaired)


def test_a_source_that_gives_too_little() -> None:
    """Proves: the heat of a source is a limit of its own, moved as a multiple of what it gives."""
    system = plant("recovery", 1)
    least = least_value(lambda f: serves(_scaled(system, f)), 0.02, 1.0)
    tight = _scaled(system, 0.7 * least)
    found = diagnose(tight, WEEK)
    mine = next(r for r in found.repairs if r.limit.kind == "source")
    assert mine.limit.path == "sources.furnace.available_kw"
    assert mine.value == pytest.approx(1.0 / 0.7, rel=0.01)


def _scaled(system: System, factor: float) -> System:
    here = system.conditions[NODE]
    less = replace(here.sources["furnace"], available_kw=factor * here.sources["furnace"].available_kw)
    return replace(system, conditions={NODE: replace(here, sources={"furnace": less})})


def test_fuel_of_the_year_and_running_hours() -> None:
    """Proves: limits on sums of the year are repaired exactly: 100 kW all year at 40 % need 2 190 000 kWh."""
    demand = flat(100.0)
    sets = make("generator", "sets", fuel="diesel", efficiency_frac=0.4, max_capacity_kw=125.0, spare_units=0)
    oil = make("fuel_supply", "oil", fuel="diesel", max_energy_kwh_per_a=1e6)
    base = System(
        (sets, oil), {(NODE, "electricity"): demand}, {NODE: conditions({"electricity": demand})}, 0.0, 1.0, 100.0
    )
    (first, *_) = diagnose(base, WEEK).repairs
    assert first.limit.path == "technologies.oil.max_energy_kwh_per_a"
    assert first.value == pytest.approx(2.19e6, rel=1e-4)
    hours = with_field(with_field(base, "oil", "max_energy_kwh_per_a", 1e7), "sets", "max_running_h_per_a", 4000.0)
    (first, *_) = diagnose(hours, WEEK).repairs
    assert first.limit.path == "technologies.sets.max_running_h_per_a"
    assert first.value == pytest.approx(8760.0 * 100.0 / 125.0, rel=1e-4)


def test_a_cap_below_what_can_be_reached() -> None:
    """Proves: a cap is repaired to the lowest value any design reaches. If ignored: "infeasible" without a number."""
    system = plant("heating", 1)
    lowest = build(system, WEEK).solve(minimize("ghg_kg")).objective
    found = diagnose(system, WEEK, minimize("cost", caps={"ghg_kg": 0.8 * lowest}))
    assert found.repairs[0].limit.path == "caps.ghg_kg"
    assert found.repairs[0].value == pytest.approx(lowest, rel=0.01)
    assert found.broken_cap == found.repairs[0]
    assert found.shortages == ()
    assert "demand" not in {r.limit.kind for r in found.repairs}


@pytest.mark.parametrize(
    ("kind", "gone", "said"),
    [
        ("recovery", "gas", "nothing supplies natural_gas at energy_center"),
        ("cooling", "towers", "nothing takes the heat rejected"),
        ("outage", "diesel", "nothing supplies diesel"),
    ],
)
def test_a_missing_machine_is_named_before_anything_is_solved(kind: str, gone: str, said: str) -> None:
    system = plant(kind, 1)
    left = replace(system, technologies=tuple(t for t in system.technologies if t.id != gone))
    with pytest.raises(InfeasibleError, match=said):
        diagnose(left, WEEK)


def test_absorption_heat_too_cold_is_named() -> None:
    """Proves: a temperature that does not fit is said as such, with the machine."""
    system = plant("cooling", 1)
    heat = make("absorption_chiller", "absorption", effect="single", driven_by="hot_water")
    here = replace(system.conditions[NODE], supply_temp_c={"chilled_water": 6.0, "hot_water": 55.0})
    cold = replace(system, technologies=(*system.technologies, heat), conditions={NODE: here})
    with pytest.raises(EdsimError, match="absorption"):
        diagnose(cold, WEEK)


def test_an_outage_too_long_for_the_store() -> None:
    """Proves: the supply an outage would need is among the repairs, after the limits."""
    broken = break_it(Fault("outage", "battery", "max_power_kw", 3, 0.5))
    found = diagnose(broken.system, broken.grid)
    outage = next(r for r in found.repairs if r.limit.kind == "outage")
    assert outage.amount > 0.0
    assert found.repairs.index(outage) > 0
