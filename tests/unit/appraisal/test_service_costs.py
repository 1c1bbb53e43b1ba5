"""What a service costs, by hand: electricity a building makes itself, and services made at the buildings."""

from dataclasses import replace
from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.costs import costs_of
from edsim.appraisal.own_power import machine_cost_per_a
from edsim.appraisal.services.allocation import allocation_rows, replaced_cost
from edsim.appraisal.services.joint_costs import joint_costs, products_of, shares_by_games
from edsim.appraisal.services.service_costs import levelized_by_service
from edsim.case.parts.tariff_spec import TariffSpec
from edsim.case.schema import Building, Case, Emissions, Finance, FuelSpec
from edsim.core.technology import Operation
from edsim.finance import crf, npv, upv
from edsim.network.district import District
from edsim.optimization.district.individual import IndividualRun
from edsim.optimization.district.prepare_system import fuel_series, tariff_series
from edsim.results.variant import PhaseRun, VariantRun, grown, variant_run
from edsim.technologies.loop_station import LoopStation
from edsim.technologies.split_ac import SplitAc
from edsim.technologies.standby_generator import StandbyGenerator

RATE, YEARS, HOURS = 0.08, 20, 8760
ONE = np.ones(HOURS)
SET_PV = 4380.0 + 8760.0 * upv(RATE, YEARS)
"""5 kW of set at 876 per kW, and 10 kW of diesel at 0.10 all year."""


def _case(**changes: Any) -> Case:
    fields: dict[str, Any] = {
        "schema_version": 1,
        "name": "n",
        "city": {"name": "c", "country": "COL", "lat_deg": 0, "lon_deg": 0, "elevation_m": 0, "utc_offset_h": -5},
        "currency": "USD",
        "price_year": 2025,
        "buildings": tuple(
            Building(id=b, use="hotel", floor_area_m2=1000, storeys=1, bau_age_a=0) for b in ("island", "shore")
        ),
        "tariffs": (TariffSpec(id="power", energy_per_kwh=0.1),),
        "fuels": (FuelSpec(id="diesel", price_per_kwh=0.1, ghg_kg_per_kwh=0.25),),
        "emissions": Emissions(grid_kg_per_kwh=0.2, grid_basis="inventory"),
        "finance": Finance(discount_rate_frac=RATE, horizon_a=YEARS, contingency_frac=0, engineering_frac=0),
    }
    return Case(**(fields | changes))


def _run(case: Case, runs: tuple[IndividualRun, ...]) -> VariantRun:
    gases = {"R-290": Record(gwp_kg_per_kg=0.0)}
    tariffs = {t.id: tariff_series(t, case) for t in case.tariffs}
    site: Any = Record(tariffs=tariffs, fuels=fuel_series(case), refrigerants=gases, water_price_per_m3=0.0)
    profiles: Any = Record(building_ids=("island", "shore"), demand={}, saved={})
    return variant_run("bau", District(case, profiles, ()), site, None, runs)


def _machines() -> tuple[IndividualRun, ...]:
    """Return 3 kW of cold for 1 kW of power in both buildings; on the island a set makes it and 3 kW for plugs."""
    free = {"capex_per_kw": 0.0, "fixed_om_frac": 0.0, "lifetime_a": YEARS}
    split = SplitAc(id="split", refrigerant="R-290", **free)
    diesel = StandbyGenerator(id="set", running_h_per_a=HOURS, **(free | {"capex_per_kw": 876.0}))
    none = 0.0 * ONE
    cold = Operation(3.0, {"electricity": ONE}, none, none)
    return (
        IndividualRun("island", "cooling", split, 3.0 * ONE, cold, "power", own_power=True),
        IndividualRun("shore", "cooling", split, 3.0 * ONE, cold, "power"),
        IndividualRun(
            "island", "electricity", diesel, 3.0 * ONE, Operation(5.0, {"diesel": 10.0 * ONE}, none, none), "power",
            own_power=True, to_machines_kw=ONE,
        ),
    )  # fmt: skip


def test_cooling_on_own_power_costs_what_the_power_costs() -> None:
    """Proves: of 4 kW the set makes, 1 cools: cooling bears a quarter of the set beside 0.10 x 1 kW bought ashore.

    If ignored: cold on diesel is for nothing in business-as-usual, and any district loses against it.
    """
    run = _run(_case(), _machines())
    costs = costs_of(run)
    found = levelized_by_service(run, costs, None)
    worth = upv(RATE, YEARS) * HOURS
    assert found["cooling"] == pytest.approx((SET_PV / 4.0 + 0.1 * worth) / (6.0 * worth))
    assert found["electricity"] == pytest.approx(0.75 * SET_PV / (3.0 * worth))
    whole = found["cooling"] * 6.0 * worth + found["electricity"] * 3.0 * worth
    assert whole == pytest.approx(-npv(costs.flows, RATE), rel=1e-12)


def test_cost_of_a_year_holds_its_part_of_the_set() -> None:
    """Proves: a quarter of annuity and diesel for the chiller, three quarters stay with the plugs, the rest buys."""
    run = _run(_case(), _machines())
    a_year = 4380.0 * crf(RATE, YEARS) + 8760.0
    assert [machine_cost_per_a(r, run) for r in run.individual] == pytest.approx([a_year / 4, 876.0, 0.75 * a_year])


@pytest.mark.parametrize(("age", "bought"), [(0.0, (0, 12)), (4.0, (8,)), (20.0, (0, 12))])
def test_a_machine_that_stands_is_paid_from_its_replacement_on(age: float, bought: tuple[int, ...]) -> None:
    """Proves: 100 of machine living 12 of 20 years: bought new (0 and 12), at 4 years of age (8), or worn out (0).

    If ignored: a building pays for a machine it has, and connects to a network that saves it less than it costs.
    """
    old = SplitAc(id="old", refrigerant="R-290", capex_per_kw=100.0, fixed_om_frac=0.02, lifetime_a=12)
    none = 0.0 * ONE
    machine = IndividualRun("shore", "cooling", old, none, Operation(1.0, {"electricity": none}, none, none), "power")
    buildings = (Building(id="shore", use="hotel", floor_area_m2=1000, storeys=1, bau_age_a=age),)
    worth = sum(100.0 * (1.0 + RATE) ** -t for t in bought)
    worth -= 100.0 * crf(RATE, 12) * upv(RATE, 12 - (YEARS - bought[-1])) * (1.0 + RATE) ** -YEARS
    found = machine_cost_per_a(machine, _run(_case(buildings=buildings), (machine,)))
    assert found == pytest.approx(worth * crf(RATE, YEARS) + 2.0)


def test_a_set_scrapped_when_its_building_connects_is_shared_until_then() -> None:
    """Proves: ten years with set and chiller, then only the shore; cooling still bears a quarter of the ten years."""
    case = _case()
    before, after = _run(case, _machines()), _run(case, _machines()[1:2])
    run = grown([PhaseRun(2025, 1, 10, before), PhaseRun(2035, 11, YEARS, after)])
    found = levelized_by_service(run, costs_of(run), None)
    early, late = upv(RATE, 10) * HOURS, (upv(RATE, YEARS) - upv(RATE, 10)) * HOURS
    own = 4380.0 + early  # nothing comes back for what is scrapped
    assert found["electricity"] == pytest.approx(0.75 * own / (3.0 * early))
    assert found["cooling"] == pytest.approx((own / 4.0 + 0.1 * (early + late)) / (6.0 * early + 3.0 * late))


def test_bau_of_a_service_costs_one_figure() -> None:
    """Proves: BAU cost of the machines replaced over their energy is the levelized cost of BAU, machines of any age.

    If ignored: one report shows two costs of BAU for one service, that of new machines and that of those there are.
    """
    aged = tuple(Building(id=b, use="hotel", floor_area_m2=1000, storeys=1, bau_age_a=12) for b in ("island", "shore"))
    bau = _run(_case(buildings=aged), _machines())
    every = replace(bau, name="park", individual=())
    worth = upv(RATE, YEARS) * HOURS
    known = levelized_by_service(bau, costs_of(bau), None)
    assert replaced_cost(bau, every, "cooling") / (6.0 * worth) == pytest.approx(known["cooling"])
    assert replaced_cost(bau, every, "electricity") / (3.0 * worth) == pytest.approx(known["electricity"])
    shore = replace(bau, name="park", individual=bau.individual[1:2])  # it keeps its chiller
    assert replaced_cost(bau, shore, "cooling") == pytest.approx(known["cooling"] * 6.0 * worth - 0.1 * worth)


def test_a_building_that_connects_later_counts_from_then_on() -> None:
    """Proves: with the plant from year 11, BAU counts by the worth of the years 11 to 20. If ignored: by all twenty."""
    bau = _run(_case(), _machines()[1:2])
    after = replace(bau, individual=())
    run = grown([PhaseRun(2025, 1, 10, bau), PhaseRun(2035, 11, YEARS, after)])
    late = (upv(RATE, YEARS) - upv(RATE, 10)) * HOURS
    assert replaced_cost(bau, run, "cooling") == pytest.approx(0.1 * late)


def _park(**terms: Any) -> VariantRun:
    """Return a plant at one building that makes 2 kW of hot water and 5 kW of cold for 300 a year, by the ledger."""
    station = LoopStation(
        id="station", node="shore", heat_supply_temp_c=60, heat_return_temp_c=40, cooling_supply_temp_c=7,
        cooling_return_temp_c=12, capex_per_kw=0.0,
    )  # fmt: skip
    finance = Finance(discount_rate_frac=RATE, horizon_a=YEARS, contingency_frac=0, engineering_frac=0, **terms)
    demand = {"hot_water": np.array([0.0 * ONE, 2.0 * ONE]), "cooling": np.array([0.0 * ONE, 5.0 * ONE])}
    profiles: Any = Record(building_ids=("island", "shore"), demand=demand, saved={"cooling": demand["cooling"] / 5.0})
    site: Any = Record(dry_bulb_temp_c=20.0 * ONE, supply_temp_c={}, return_temp_c={})
    paid = {("om_variable", "station", ""): 300.0}
    sizes = {("station", size.name): 0.0 for size in station.sizes}
    design: Any = Record(solution=Record(ledger=paid, accounts={}, flows=(), capacities=sizes))
    district = District(_case(technologies=(station,), finance=finance), profiles, ())
    return variant_run("park", district, site, design, ())


def test_unit_costs_of_the_table_are_the_levelized_costs() -> None:
    """Proves: grant and measures' savings are in both, 8 kW delivered; the method used shows the indicator's figure.

    If ignored: the table and the headline tell two costs of cooling in one report.
    """
    run = _park(grant=500.0)
    bau = replace(_run(_case(), ()), name="bau")
    shared = joint_costs(run, bau, games=False)
    assert shared is not None
    costs = costs_of(run)
    rows = {r["product"]: r for r in allocation_rows(run, bau, shared, costs) if r["chosen"]}
    known = levelized_by_service(run, costs, shared.plant_shares())
    assert {k: r["unit_cost"] for k, r in rows.items()} == pytest.approx(known)
    assert {k: r["delivered"] for k, r in rows.items()} == {"hot_water": 2.0 * HOURS, "cooling": 6.0 * HOURS}
    whole = sum(r["cost_per_a"] for r in rows.values())
    assert whole == pytest.approx(300.0 - 500.0 * crf(RATE, YEARS))


def test_a_district_that_grows_shows_the_energy_of_a_mean_year_and_no_games() -> None:
    """Proves: cold doubles after year 10, the table divides by what the indicator divides by; nobody wrote the method.

    If ignored: sweeps lose the levelized costs of phased districts, which no full run shares by games.
    """
    first = _park()
    more: Any = Record(
        building_ids=first.district.profiles.building_ids,
        demand={k: 2.0 * np.asarray(v) for k, v in first.district.profiles.demand.items()},
        saved={},
    )
    second = variant_run("park", replace(first.district, profiles=more), first.conditions, first.design, ())
    run = grown([PhaseRun(2025, 1, 10, first), PhaseRun(2035, 11, YEARS, second)])
    bau = _run(_case(), ())
    shared = joint_costs(run, bau)
    assert shared is not None
    assert not shared.stated
    assert not shares_by_games(run, shared)
    assert shares_by_games(first, joint_costs(first, bau, games=False))
    early = upv(RATE, 10) / upv(RATE, YEARS)
    assert shared.products["cooling"].amount == pytest.approx(HOURS * (6.0 * early + 10.0 * (1.0 - early)))
    costs = costs_of(run)
    rows = [r for r in allocation_rows(run, bau, shared, costs) if r["chosen"]]
    known = levelized_by_service(run, costs, shared.plant_shares())
    assert {r["product"]: r["unit_cost"] for r in rows} == pytest.approx(known)
    stated = joint_costs(_park(joint_cost_method="shapley"), bau, games=False)
    assert stated is not None
    assert stated.stated


def test_services_of_a_loop_station_are_products_at_its_temperatures() -> None:
    """Proves: 2 kW of hot water at (60 + 40) / 2; 5 kW of cold and 1 kW that measures save at (7 + 12) / 2.

    If ignored: what is joint is borne by no service, and all of them cost 0.0000.
    """
    station = LoopStation(
        id="station", node="shore", heat_supply_temp_c=60, heat_return_temp_c=40, cooling_supply_temp_c=7,
        cooling_return_temp_c=12,
    )  # fmt: skip
    nothing = 0.0 * ONE
    demand = {"hot_water": np.array([nothing, 2.0 * ONE]), "cooling": np.array([nothing, 5.0 * ONE])}
    profiles: Any = Record(building_ids=("island", "shore"), demand=demand, saved={"cooling": demand["cooling"] / 5.0})
    site: Any = Record(dry_bulb_temp_c=20.0 * ONE, supply_temp_c={}, return_temp_c={})
    design: Any = object()
    made = products_of(VariantRun("loop", District(_case(technologies=(station,)), profiles, ()), site, design, ()))
    assert {k: (p.amount, p.temp_c, p.network_per_a) for k, p in made.items()} == {
        "hot_water": (2.0 * HOURS, 50.0, 0.0),
        "cooling": (6.0 * HOURS, 9.5, 0.0),
    }
