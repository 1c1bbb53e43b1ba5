"""The diagnosis of districts that cannot be served: cause, least repair, worst hour."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from time import process_time

import numpy as np
import pytest

from edsim.case.parts.exchange_rate import case_money
from edsim.core.errors import EdsimError, InfeasibleError
from edsim.optimization.model.criteria import minimize
from edsim.optimization.model.model import build
from edsim.optimization.system import System
from edsim.studies.diagnosis.infeasible import Diagnosis, diagnose, diagnose_year
from edsim.studies.diagnosis.limits import limits_of
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES
from tests.unit.studies.diagnosis.conftest import (
    DAY,
    NODE,
    WEEK,
    Broken,
    Fault,
    as_shipped,
    break_it,
    conditions,
    flat,
    make,
    plant,
    serves,
    with_field,
)

QUICK = (("cogeneration", "grid", "max_export_kw"), ("by_day", "tank", "max_capacity_kwh"))
SEEDED = (
    Fault("recovery", "gas", "max_capacity_kw", 2, 0.8),
    Fault("recovery", "furnace_heat", "max_capacity_kw", 1, 0.9),
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
    (Fault("by_day", "tank", "max_capacity_kwh", 1, 0.8), 1),
    (Fault("by_day", "oven_heat", "max_capacity_kw", 2, 0.7), 1),
    (Fault("lake", "lake_cooling", "max_capacity_kw", 1, 0.8), 1),
    (Fault("lake", "grid", "max_connection_kw", 2, 0.7), 1),
    (Fault("cogeneration", "grid", "max_export_kw", 1, 0.8), 1),
    (Fault("cogeneration", "grid", "max_export_kw", 2, 0.6), 1),
    (Fault("cogeneration", "engine", "max_capacity_kw", 2, 0.8), 1),
    (Fault("turbine", "valve", "max_capacity_kw", 1, 0.8), 2),
    (Fault("turbine", "steam_boilers", "max_capacity_kw", 2, 0.75), 1),
    (Fault("turbine", "grid", "max_connection_kw", 1, 0.7), 1),
    (Fault("air_heat", "pumps", "max_capacity_kw", 1, 0.8), 1),
    (Fault("air_heat", "grid", "max_connection_kw", 2, 0.7), 1),
    (Fault("compressors", "compressors", "max_capacity_nm3_per_h", 1, 0.8), 1),
    (Fault("compressors", "grid", "max_connection_kw", 2, 0.8), 1),
    (Fault("shedding", "contract", "max_outage_h_per_a", 1, 0.8), 2),
    (Fault("shedding", "grid", "max_connection_kw", 2, 0.8), 1),
    (Fault("sets", "sets", "max_running_h_per_a", 1, 0.9), 1),
    (Fault("sets", "diesel", "max_energy_kwh_per_a", 2, 0.7), 1),
)
"""Faults beyond the 25, with the rank their limit must have.

Electric chillers are cheaper than absorption, a turbine 5 % larger does what a valve a quarter larger does, and a
connection 9 % larger is cheaper than more hours without power.
"""


def _judge(broken: Broken) -> tuple[int, float, float]:
    """Return the rank of the cause (0: not named), the error of its amount, and the CPU seconds it took."""
    start = process_time()
    found = diagnose(broken.system, WEEK, as_shipped)
    seconds = process_time() - start
    assert not found.feasible
    paths = [r.limit.path for r in found.repairs]
    if broken.path not in paths:
        return 0, np.inf, seconds
    place = paths.index(broken.path)
    return place + 1, abs(found.repairs[place].amount / (broken.least - broken.tight) - 1.0), seconds


@pytest.mark.parametrize(("kind", "owner", "name"), QUICK)
def test_the_limit_made_too_tight_is_named_first_with_its_least_repair(kind: str, owner: str, name: str) -> None:
    """Proves: cause first, its amount serves and 1 % less does not. If ignored: users move wrong limits."""
    broken = with_field(plant(kind, 1, DAY), owner, name, 100.0)
    first = diagnose(broken, DAY, as_shipped).repairs[0]
    assert first.limit.path == f"technologies.{owner}.{name}"
    assert serves(with_field(broken, owner, name, first.value * (1 + 1e-6)), DAY)
    assert not serves(with_field(broken, owner, name, first.value - 0.01 * first.amount), DAY)


@pytest.mark.slow
def test_the_cause_is_named_first_in_at_least_23_of_25_districts() -> None:
    """Proves: the bar of 92 % over seeded faults; every amount that is found is within 1 %, each within 15 CPU s."""
    judged = {f"{f.plant}.{f.path} seed {f.seed}": _judge(break_it(f)) for f in SEEDED}
    assert len(judged) == 25
    missed = [name for name, (rank, error, _) in judged.items() if not (rank == 1 and error < 0.01)]
    assert len(judged) - len(missed) >= 23, {name: judged[name] for name in missed}
    assert max(seconds for _, _, seconds in judged.values()) < 15.0


@pytest.mark.slow
@pytest.mark.parametrize(("fault", "rank"), OTHER_SHAPES, ids=[f"{f.path}-{f.seed}" for f, _ in OTHER_SHAPES])
def test_limits_of_other_plants_are_named(fault: Fault, rank: int) -> None:
    """Proves: the limit made too tight is among the cheapest repairs and its amount within 1 % of a bisection."""
    found, error, seconds = _judge(break_it(fault))
    assert 1 <= found <= rank
    assert error < 0.01
    assert seconds < 15.0


@pytest.mark.slow
@pytest.mark.parametrize(
    ("criterion", "kind"),
    [("ghg_kg", "heating"), ("water_m3", "cooling"), ("primary_energy_kwh", "heating"), ("grid_peak_kw", "roof")],
)
def test_caps_that_cannot_be_kept_are_named(criterion: str, kind: str) -> None:
    """Proves: caps on GHG, water, primary energy and peak import are repaired to the least any design reaches."""
    system = plant(kind, 2)
    lowest = build(system, WEEK).solve(minimize(criterion)).objective
    found = diagnose(system, WEEK, as_shipped, minimize("cost", caps={criterion: 0.85 * lowest}))
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


@pytest.mark.slow
def test_hand_solved_shortage_over_the_year() -> None:
    """Proves: 90 kW for 100 kW leaves 10 kW in the one hour that needs them; the repair is 10 kW on all 8760 hours.

    A battery that nobody offers is a repair too and comes after the limit; so does dropping 10 kW.
    """
    found = diagnose_year(_wired(90.0), 2, as_shipped)
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


def test_a_year_that_takes_too_long_is_explained_on_its_days() -> None:
    """Proves: where all hours give no answer in time, typical and peak days do, and say how many hours they checked.

    If ignored: an island with a cap on GHG waits for ever, or ends without a word.
    """
    found = diagnose_year(_wired(90.0), 2, as_shipped, time_limit_s=1e-6)
    assert 0 < found.hours_checked < 8760
    assert not found.feasible
    assert found.repairs[0].limit.path == "technologies.grid.max_connection_kw"
    assert found.repairs[0].value == pytest.approx(100.0, rel=1e-4)
    assert not found.repairs[0].on_all_hours


def test_a_cut_of_demand_is_enough_in_the_hours_it_names() -> None:
    """Proves: where a battery moves energy, the cut told (kW, hours, kWh) serves the rest; in fewer hours it does not.

    100 kW for five hours at a grid of 90 kW and a battery of 10 kWh at most: at the least energy the shortage needs
    few hours, at the least power all five. If ignored: a user drops the load of one hour and is short still.
    """
    demand = flat(50.0).reshape(365, 24)
    demand[:, 10:15] = 100.0
    demand = demand.ravel()
    grid = make("grid", "grid", tariff="power", max_connection_kw=90.0)
    battery = make("battery", "battery", max_capacity_kwh=10.0)
    system = System(
        (grid, battery), {(NODE, "electricity"): demand}, {NODE: conditions({"electricity": demand})}, 0.0, 1.0, 100.0
    )
    found = diagnose(system, DAY, as_shipped)
    (short,) = found.shortages
    cut = next(r for r in found.repairs if r.limit.kind == "demand")
    assert cut.dropped is not None
    assert cut.dropped.hours == 5 * 365.0
    assert cut.dropped.short_kw == pytest.approx(cut.amount, rel=1e-4)
    assert cut.dropped.short_kwh == pytest.approx(cut.amount * 5 * 365, rel=1e-4)
    assert cut.amount < 0.99 * short.short_kw

    def serves_with(hours: int) -> bool:
        less = demand.reshape(365, 24).copy()
        less[:, 10 : 10 + hours] -= cut.amount * (1 + 1e-5)
        return serves(replace(system, demand={(NODE, "electricity"): less.ravel()}), DAY)

    assert (serves_with(5), serves_with(4)) == (True, False)


def test_a_store_nobody_offers_costs_the_same_in_any_money(tmp_path: Path) -> None:
    """Proves: the battery that would do costs 4,000 times as many pesos as dollars at 4,000 COP/USD.

    If ignored: a repair of 13 million pesos reads as one of 3,207.
    """
    (tmp_path / "case.yaml").write_text(TWO_OFFICES, encoding="utf-8")
    usd = load_case(tmp_path)
    cop = usd.model_copy(update={"currency": "COP", "exchange_rate_per_usd": 4000.0})
    system = _wired(90.0, peak_hour=168 * 24 + 12)
    stores = [
        next(r for r in diagnose(system, DAY, money).repairs if r.limit.kind == "store")
        for money in (case_money(cop), case_money(usd), as_shipped)
    ]
    in_cop, in_usd, shipped = (r.cost_a for r in stores)
    assert in_cop == pytest.approx(4000.0 * in_usd)
    assert in_usd > 1.1 * shipped > 0.0, "the shipped price is one of an earlier year"


def test_a_sound_system_has_nothing_to_repair() -> None:
    assert diagnose_year(_wired(120.0), 2, as_shipped) == Diagnosis(feasible=True, hours_checked=8760)


def test_two_limits_too_tight_are_named_together() -> None:
    """Proves: where no limit alone helps, the least joint repair is given. If ignored: "no repair" for a plain slip."""
    system = plant("recovery", 1, DAY)
    sizes = build(system, DAY).solve().capacities
    system = with_field(system, "furnace_heat", "max_capacity_kw", 0.0)
    for owner in ("boilers", "gas"):
        system = with_field(system, owner, "max_capacity_kw", 0.5 * sizes[owner, "capacity_kw"])
    found = diagnose(system, DAY, as_shipped)
    assert found.repairs[0].limit.kind not in {"size", "yearly"} or found.repairs[0].limit.value == 0.0
    named = {r.limit.owner for r in found.together}
    assert {"boilers", "gas"} <= named
    repaired = system
    for r in found.together:
        repaired = with_field(repaired, r.limit.owner, r.limit.path.rsplit(".", 1)[1], r.value * (1 + 1e-6) + 1e-6)
    assert serves(repaired, DAY)


def test_one_limit_of_zero_that_repairs_it_is_no_joint_repair() -> None:
    """Proves: chillers of at most 0 kW are the cause by themselves. If ignored: "no single limit repairs it", then one.

    A limit of 0 is ranked behind all others, since it mostly keeps a machine out on purpose.
    """
    broken = with_field(plant("heating", 1, DAY), "boilers", "max_capacity_kw", 0.0)
    broken = replace(broken, technologies=tuple(t for t in broken.technologies if t.id in {"boilers", "gas", "grid"}))
    found = diagnose(broken, DAY, as_shipped)
    assert found.together == ()
    assert "technologies.boilers.max_capacity_kw" in {r.limit.path for r in found.repairs}


@pytest.mark.parametrize(
    ("kind", "source", "given"),
    [("recovery", "furnace", 0.1), ("recovery", "furnace", 0.001), ("lake", "lake", 0.1), ("lake", "lake", 0.001)],
)
def test_a_source_that_gives_or_takes_too_little(kind: str, source: str, given: float) -> None:
    """Proves: what a source gives, and the heat a lake takes, is a limit of its own, moved as a multiple of it.

    If ignored: a source typed in MW where kW are meant is not named, since no limit alone seems to help.
    """
    tight = _scaled(plant(kind, 1, DAY), source, given)
    mine = next(r for r in diagnose(tight, DAY, as_shipped).repairs if r.limit.kind == "source")
    assert mine.limit.path == f"sources.{source}.available_kw"
    assert serves(_scaled(tight, source, mine.value * (1 + 1e-6)), DAY)
    assert not serves(_scaled(tight, source, mine.value - 0.01 * mine.amount), DAY)


def _scaled(system: System, source: str, factor: float) -> System:
    here = system.conditions[NODE]
    less = replace(here.sources[source], available_kw=factor * here.sources[source].available_kw)
    return replace(system, conditions={NODE: replace(here, sources={**here.sources, source: less})})


def test_only_exports_that_come_with_heat_are_a_limit() -> None:
    """Proves: a grid beside an engine may sell more, one beside panels or paid above its price is never asked to."""
    owners = {kind: _exports(plant(kind, 1, DAY)) for kind in ("cogeneration", "roof")}
    assert owners == {"cogeneration": ["grid"], "roof": []}
    system = plant("cogeneration", 1, DAY)
    here = system.conditions[NODE]
    paid = replace(here.tariffs["power"], export_per_kwh=flat(1.0))
    assert _exports(replace(system, conditions={NODE: replace(here, tariffs={"power": paid})})) == []


def _exports(system: System) -> list[str]:
    return [x.owner for x in limits_of(system) if x.kind == "export"]


def _sets() -> System:
    """Return 100 kW all year from a diesel set of 40 %."""
    demand = flat(100.0)
    sets = make("generator", "sets", fuel="diesel", efficiency_frac=0.4, max_capacity_kw=125.0, spare_units=0)
    oil = make("fuel_supply", "oil", fuel="diesel")
    return System(
        (sets, oil), {(NODE, "electricity"): demand}, {NODE: conditions({"electricity": demand})}, 0.0, 1.0, 100.0
    )


def test_fuel_of_the_year_and_running_hours() -> None:
    """Proves: limits on sums of the year are repaired exactly: 100 kW all year at 40 % need 2 190 000 kWh."""
    base = with_field(_sets(), "oil", "max_energy_kwh_per_a", 1e6)
    (first, *_) = diagnose(base, DAY, as_shipped).repairs
    assert first.limit.path == "technologies.oil.max_energy_kwh_per_a"
    assert first.value == pytest.approx(2.19e6, rel=1e-4)
    hours = with_field(with_field(base, "oil", "max_energy_kwh_per_a", 1e7), "sets", "max_running_h_per_a", 4000.0)
    (first, *_) = diagnose(hours, DAY, as_shipped).repairs
    assert first.limit.path == "technologies.sets.max_running_h_per_a"
    assert first.value == pytest.approx(8760.0 * 100.0 / 125.0, rel=1e-4)


def test_a_cap_below_what_can_be_reached() -> None:
    """Proves: a cap is repaired to what any design reaches: 100 kW at 40 % from fuel of 0.27 kg/kWh are 591 300 kg.

    If ignored: "infeasible" without a number.
    """
    found = diagnose(_sets(), DAY, as_shipped, minimize("cost", caps={"ghg_kg": 5e5}))
    assert found.repairs[0].limit.path == "caps.ghg_kg"
    assert found.repairs[0].value == pytest.approx(2.19e6 * 0.27, rel=1e-4)
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
    system = plant(kind, 1, DAY)
    left = replace(system, technologies=tuple(t for t in system.technologies if t.id != gone))
    with pytest.raises(InfeasibleError, match=said):
        diagnose(left, DAY, as_shipped)


def test_absorption_heat_too_cold_is_named() -> None:
    """Proves: a temperature that does not fit is said as such, with the machine."""
    system = plant("cooling", 1, DAY)
    heat = make("absorption_chiller", "absorption", effect="single", driven_by="hot_water")
    here = replace(system.conditions[NODE], supply_temp_c={"chilled_water": 6.0, "hot_water": 55.0})
    cold = replace(system, technologies=(*system.technologies, heat), conditions={NODE: here})
    with pytest.raises(EdsimError, match="absorption"):
        diagnose(cold, DAY, as_shipped)


def test_an_outage_too_long_for_the_store() -> None:
    """Proves: the supply an outage would need is among the repairs, after the limits."""
    found = diagnose(with_field(plant("outage", 3, DAY), "battery", "max_power_kw", 50.0), DAY, as_shipped)
    outage = next(r for r in found.repairs if r.limit.kind == "outage")
    assert outage.amount > 0.0
    assert found.repairs.index(outage) > 0
