"""The audit finds what it is there for: each check is provoked by one change to sound tables."""

import math
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from edsim.case.parts.source_spec import SourceSpec
from edsim.case.schema import Case
from edsim.optimization.district.prepare_system import tariff_series
from edsim.profiles.district import make_weather
from edsim.results.audit import AuditError, audit, check_balances, prices
from edsim.results.audit import check_stores as stores_findings
from edsim.results.audit_heat import heat_findings
from edsim.results.audit_limits import Hours, machine_findings
from edsim.results.audit_money import money_findings
from edsim.results.audit_sources import source_findings
from edsim.technologies.absorption_chiller import AbsorptionChiller
from edsim.technologies.boiler import Boiler
from edsim.technologies.chp import Chp
from edsim.technologies.condenser_intake import CondenserIntake
from edsim.technologies.energy_transfer_station import EnergyTransferStation
from edsim.technologies.free_cooling import FreeCooling
from edsim.technologies.grid import Grid
from edsim.technologies.heat_exchanger import HeatExchanger
from edsim.technologies.heat_pump import HeatPump
from edsim.technologies.heat_recovery_chiller import HeatRecoveryChiller
from edsim.technologies.hot_water_store import HotWaterStore
from edsim.technologies.loop_station import LoopStation
from edsim.technologies.vapour_chiller import VapourChiller
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery

YEAR = 8760
CAPEX_PER_KW, LIFE_A, RATE = 50.0, 40.0, 0.08
INVESTMENT = 12.0 * CAPEX_PER_KW * 1.1
"""A connection of 12 kW with 10 % contingency."""


@pytest.fixture
def case() -> Case:
    bare = Case.model_validate(
        {
            "schema_version": 1,
            "name": "audit",
            "city": {
                "name": "X",
                "country": "COL",
                "lat_deg": 0,
                "lon_deg": 0,
                "elevation_m": 0,
                "utc_offset_h": -5,
            },
            "currency": "USD",
            "price_year": 2025,
            "buildings": [{"id": "b", "use": "office", "floor_area_m2": 1000, "storeys": 2}],
            "tariffs": [{"id": "power", "energy_per_kwh": 0.1, "export_per_kwh": 0.04, "demand_per_kw_month": 2.0}],
            "fuels": [{"id": "natural_gas", "price_per_kwh": 0.05, "ghg_kg_per_kwh": 0.2}],
            "emissions": {"grid_kg_per_kwh": 0.2, "grid_basis": "inventory"},
            "finance": {"discount_rate_frac": 0.08, "water_price_per_m3": 3.0, "contingency_frac": 0.1},
        }
    )
    grid = Grid(id="grid", tariff="power", capex_per_kw=CAPEX_PER_KW, lifetime_a=LIFE_A)
    return bare.model_copy(update={"technologies": (grid,)})


def flow(variant, technology, kind, port, carrier, direction, unit="kW"):
    return {
        "variant": variant,
        "column": f"{technology}.{port}",
        "technology": technology,
        "kind": kind,
        "port": port,
        "node": "n",
        "carrier": carrier,
        "direction": direction,
        "unit": unit,
    }


@pytest.fixture
def tables():
    """One node: 10 kW bought from the grid serve 10 kW of demand; a store stands idle at 5 kWh."""
    flows = []
    for v in ("bau", "district"):
        flows += [
            flow(v, "grid", "grid", "import", "electricity", "out"),
            flow(v, "demand", "demand", "electricity", "electricity", "in"),
            flow(v, "tank", "chilled_water_store", "level", "chilled_water", "state", "kWh"),
        ]
    block = {
        "hour": np.arange(YEAR),
        "grid.import": np.full(YEAR, 10.0),
        "demand.electricity": np.full(YEAR, 10.0),
        "tank.level": np.full(YEAR, 5.0),
    }
    hourly = pd.concat([pd.DataFrame({"variant": v, **block}) for v in ("bau", "district")], ignore_index=True)
    return {"flows": pd.DataFrame(flows), "hourly": hourly} | _ledger()


def _each(*rows):
    return pd.DataFrame([{"variant": v, **row} for v in ("bau", "district") for row in rows])


def _bill(meter, kwh, peak_kw, energy, demand):
    """Return the bill of a meter without fixed charge and sale, its parts as they are."""
    row = {"meter": meter, "tariff": "power", "electricity_kwh": kwh, "peak_kw": peak_kw, "energy_charge": energy}
    return row | {"demand_charge": demand, "fixed_charge": 0.0, "export_revenue": 0.0, "total": energy + demand}


def _ledger():
    """Return the tables of money and GHG of the node, added by hand."""
    lines = {"electricity": -876.0 * 10, "demand_charge": -12 * 10 * 2.0, "water": -3.0 * 12}
    cash = [{"perspective": "economy", "line": n, "year": 1, "value": v} for n, v in lines.items()]
    cash.append({"perspective": "economy", "line": "capex_grid_connection", "year": 0, "value": -INVESTMENT})
    costs = [{"line": n, "investment": 0.0, "annual": -v, "present_value": -v / (1 + RATE)} for n, v in lines.items()]
    costs.append(
        {"line": "capex_grid_connection", "investment": INVESTMENT, "annual": 0.0, "present_value": INVESTMENT}
    )
    annuity = INVESTMENT * RATE / (1 - (1 + RATE) ** -LIFE_A)
    sizes = (("tank", "capacity_kwh", "kWh", 8.0), ("grid", "connection_kw", "kW", 12.0))
    return {
        "capacities": _each(
            *(dict(zip(("technology", "quantity", "unit", "value"), row, strict=True)) for row in sizes)
        ),
        "cash_flows": _each(*cash),
        "costs": _each(*costs),
        "electricity_bills": _each(_bill("grid", 87600.0, 10.0, 8760.0, 240.0)),
        "monthly": _each(*({"month": m, "water_m3": 1.0} for m in range(1, 13))),
        "networks": _each({"network": "n", "capex_pipe": 0.0, "capex_civil": 0.0, "capex_ets": 0.0}),
        "equipment": _each({"technology": "grid", "kind": "grid", "capex": INVESTMENT, "lifetime_a": LIFE_A}),
        "reconciliation": _each({"step": "yearly", "line": "capex_annuity", "optimizer": annuity, "ledger": annuity}),
        "inventory": _each({"frame": "gpc", "source": "grid", "scope": "2", "year": 1, "kgco2e": 17520.0}),
    }


def run(tables, case):
    return audit(tables, dict.fromkeys(("bau", "district"), case))


def test_sound_tables_pass(tables, case):
    results = run(tables, case)
    assert len(results) == 2
    for result in results:
        assert result.balance_residual_frac <= 1e-12
        assert result.money_residual_frac <= 1e-12
        assert result.ghg_residual_frac <= 1e-12


@pytest.mark.parametrize(
    ("column", "hour", "value", "code"),
    [
        ("grid.import", 17, 10.1, "E902"),
        ("grid.import", 17, -1.0, "E901"),
        ("grid.import", 17, 12.1, "E917"),
        ("tank.level", 40, 9.0, "E903"),
        ("tank.level", 40, 6.0, "E904"),
        ("demand.electricity", 3, 9.0, "E907"),
    ],
)
def test_one_wrong_hour_is_found(tables, case, column, hour, value, code):
    """Proves: one hour changed in one variant stops the report with the code of the check that saw it."""
    at = tables["hourly"].index[(tables["hourly"]["variant"] == "district")][hour]
    tables["hourly"].loc[at, column] = value
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert code in {f.code for f in caught.value.findings}


@pytest.mark.medium
@pytest.mark.parametrize(
    ("table", "column", "codes"),
    [
        ("cash_flows", "value", {"E905", "E913", "E914", "E916"}),
        ("inventory", "kgco2e", {"E906"}),
        ("electricity_bills", "demand_charge", {"E912", "E919"}),
        ("electricity_bills", "energy_charge", {"E919"}),
        ("electricity_bills", "electricity_kwh", {"E919"}),
        ("electricity_bills", "peak_kw", {"E919"}),
        ("electricity_bills", "total", {"E919"}),
        ("monthly", "water_m3", {"E913"}),
        ("reconciliation", "optimizer", {"E915"}),
        ("costs", "present_value", {"E916"}),
    ],
)
def test_money_and_ghg_are_added_again(tables, case, table, column, codes):
    """Proves: a ledger column one part in 100 000 off is found from hours, capacities, prices and cash flows."""
    tables[table][column] = tables[table][column] * (1 + 1e-5)
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert {f.code for f in caught.value.findings} == codes


def test_the_price_of_what_is_bought_counts(tables, case):
    """Proves: an installed capacity that nobody paid for is found. If ignored: free machines look profitable."""
    tables["capacities"]["value"] = tables["capacities"]["value"] * 1.001
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert {f.code for f in caught.value.findings} == {"E914", "E915"}


@pytest.mark.parametrize(("left_kw", "codes"), [(0.9e-3, set()), (1.1e-3, {"E915"}), (-0.9e-3, {"E915"})])
def test_a_size_stored_as_none_may_have_cost_the_optimizer_less_than_a_watt(tables, case, left_kw, codes):
    """Proves: 0.9 W of a machine that never runs, in the optimizer's annuity alone, pass; 1.1 W, or less paid, do not.

    If ignored: one point of a front whose sizing leaves half a watt of a chiller is refused, and the study with it.
    """
    recovery = RATE / (1 - (1 + RATE) ** -20.0)
    old = VapourChiller(id="old", refrigerant="R-134a", capex_per_kw=400.0, lifetime_a=20.0)
    row = {"technology": "old", "quantity": "capacity_kw", "unit": "kW", "value": 0.0}
    tables["capacities"] = pd.concat([tables["capacities"], _each(row)], ignore_index=True)
    tables["reconciliation"]["optimizer"] += left_kw * 400.0 * 1.1 * recovery
    found = money_findings(_hours(tables), tables, case.model_copy(update={"technologies": (*case.technologies, old)}))
    assert {f.code for f in found[1]} == codes


def test_a_pipe_nobody_paid_for_is_found(tables, case):
    """Proves: the investment of networks is part of year 0."""
    tables["networks"]["capex_pipe"] = 1.0
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert {f.code for f in caught.value.findings} == {"E914"}


def _with_machine(tables, rows):
    """Return the tables with flows of a machine at a node of its own, what is missing there bought or wasted."""
    for row, value in rows:
        tables["flows"] = pd.concat([tables["flows"], pd.DataFrame([row])], ignore_index=True)
        tables["hourly"][row["column"]] = value
    return tables


@pytest.mark.parametrize("unit", ["kW", "kWh"])
@pytest.mark.parametrize(("above_w", "codes"), [(1.7, set()), (1.9, {"E917"})])
def test_a_small_supply_beside_a_large_plant_is_judged_by_what_the_solver_resolves(tables, case, above_w, codes, unit):
    """Proves: 2e-7 of 9 MW or MWh beside it, 1.8 W, is noise on a connection of 12 kW; more is a fault, less alone too.

    If ignored: an alternative that is right to seven figures is called unresolved, or a true excess passes.
    """
    tables["hourly"]["grid.import"] = 12.0 + above_w / 1000.0
    alone = tables["capacities"]
    large = {"variant": "district", "technology": "large", "quantity": "capacity", "unit": unit, "value": 9000.0}
    beside = pd.concat([alone, pd.DataFrame([large])], ignore_index=True)
    assert {f.code for f in machine_findings(_hours(tables), beside, case)} == codes
    assert {f.code for f in machine_findings(_hours(tables), alone, case)} == {"E917"}


def test_a_boiler_cannot_give_more_than_it_burns(tables, case):
    """Proves: 113 kW of heat out of 100 kW of fuel (LHV) is refused, 111 kW is not. First law, gas at 1.11 HHV/LHV."""
    case = case.model_copy(update={"technologies": (*case.technologies, Boiler(id="boiler"))})
    for heat, codes in ((111.0, set()), (113.0, {"E910"})):
        rows = [
            (flow("district", "boiler", "boiler", "heat", "hot_water", "out"), heat),
            (flow("district", "boiler", "boiler", "fuel", "natural_gas", "in"), 100.0),
        ]
        found = machine_findings(_hours(_with_machine(dict(tables), rows)), tables["capacities"], case)
        assert {f.code for f in found} == codes


@pytest.mark.parametrize(("above_w", "code"), [(9.0, set()), (11.0, {"E910"})])
def test_dust_beside_a_large_plant_is_not_a_machine_that_makes_energy(tables, case, above_w, code):
    """Proves: 9 W out of nothing are noise beside 50 MW of import (2e-7 of it is 10 W); 11 W are not.

    If ignored: a district of 400 buildings, solved to seven figures, is refused for an engine that stands still.
    """
    still = [
        (flow("district", "engine", "chp", "heat", "hot_water", "out"), above_w / 1000.0),
        (flow("district", "engine", "chp", "fuel", "natural_gas", "in"), 0.0),
        (flow("district", "large", "grid", "import", "electricity", "out"), 50000.0),
    ]
    hours = _hours(_with_machine(dict(tables), still))
    case = case.model_copy(update={"technologies": (*case.technologies, Chp(id="engine"))})
    assert {f.code for f in machine_findings(hours, tables["capacities"], case)} == code


def test_a_store_that_stands_still_beside_a_large_plant_makes_no_energy():
    """Proves: a battery of nothing whose level rises by 5 W beside 50 MW passes, and by 50 W is found."""
    for rise_kwh, codes in ((0.005, []), (0.05, ["E904"])):
        table = pd.DataFrame(
            [
                flow("v", "battery", "battery", "level", "electricity", "state", "kWh"),
                flow("v", "battery", "battery", "charge", "electricity", "in"),
                flow("v", "grid", "grid", "import", "electricity", "out"),
            ]
        )
        level = np.where(np.arange(YEAR) == 10, rise_kwh, 0.0)
        series = {"battery.level": level, "battery.charge": np.zeros(YEAR), "grid.import": np.full(YEAR, 50000.0)}
        sizes = pd.DataFrame([{"variant": "v", "technology": "battery", "unit": "kWh", "value": 1.0}])
        assert [f.code for f in stores_findings(Hours("v", table, series), sizes)] == codes


@pytest.mark.parametrize(("rise_kwh", "codes"), [(5.0, []), (8.0, ["E904"])])
def test_a_store_rises_by_what_it_takes_less_what_it_gives(rise_kwh, codes):
    """Proves: 10 kW in and 5 kW out in one hour fill a tank by 5 kWh and not by 8.

    If ignored: what a store gives while it is charged comes from nowhere.
    """
    table = pd.DataFrame(
        [
            flow("v", "tank", "chilled_water_store", "level", "chilled_water", "state", "kWh"),
            flow("v", "tank", "chilled_water_store", "charge", "chilled_water", "in"),
            flow("v", "tank", "chilled_water_store", "discharge", "chilled_water", "out"),
        ]
    )
    hour = np.arange(YEAR) == 10
    series = {"tank.level": rise_kwh * hour, "tank.charge": 10.0 * hour, "tank.discharge": 5.0 * hour}
    sizes = pd.DataFrame([{"variant": "v", "technology": "tank", "unit": "kWh", "value": 20.0}])
    assert [f.code for f in stores_findings(Hours("v", table, series), sizes)] == codes


def test_the_largest_difference_of_money_is_that_of_all_checks(tables, case):
    """Proves: 0.25 found by the check of the whole money stands in the audit beside purchases that re-add exactly."""
    cases = dict.fromkeys(("bau", "district"), case)
    found = audit(tables, cases, money_of=lambda *_: (0.25, []))
    assert [r.money_residual_frac for r in found] == [0.25, 0.25]


def _moving(case, machine, levels, sources=()):
    """Return the case with one machine, temperatures of its carriers and sources."""
    settings = case.settings.model_copy(update={"carrier_temps_c": levels})
    return case.model_copy(update={"settings": settings, "technologies": (machine,), "sources": tuple(sources)})


def _law(tables, case, flows):
    """Return the codes of the second law for flows of one machine."""
    (machine,) = case.technologies
    rows = [(flow("district", machine.id, machine.kind, *port), kw) for *port, kw in flows]
    return {f.code for f in heat_findings(_hours(_with_machine(dict(tables), rows)), case)}


HOT, LOOP, COLD, STEAM = (80.0, 70.0), (30.0, 20.0), (6.0, 13.0), (184.0, 85.0)


@pytest.mark.parametrize(("work", "codes"), [(14.5, set()), (14.2, {"E911"})])
def test_a_heat_pump_needs_the_work_of_carnot(tables, case, work, codes):
    """Proves: 20-30 °C (mean 298.12 K) to 70-80 °C (348.13 K): 100 kW takes 100 (1 - 298.12/348.13) = 14.36 kW."""
    pumped = _moving(case, HeatPump(id="pump", source="carrier"), {"hot_water": HOT, "ambient_water": LOOP})
    flows = [
        ("heat", "hot_water", "out", 100.0),
        ("electricity", "electricity", "in", work),
        ("source_heat", "ambient_water", "in", 100.0 - work),
    ]
    assert _law(tables, pumped, flows) == codes


@pytest.mark.parametrize(("work", "codes"), [(7.5, set()), (6.5, {"E911"})])
def test_a_loop_station_is_judged_at_the_circuits_of_its_building(tables, case, work, codes):
    """Proves: heating at 45/40 °C on a loop of 30/20 °C, while the district has others.

    Mean of 40-45 °C is 315.64 K, of the loop 298.12 K: heat of 130 kW takes at least 130 (1 - 298.12/315.64) = 7.22 kW.
    At the 70-80 °C and 6-13 °C of the district's carriers, or without them, it would be accused or left out.
    """
    machine = LoopStation(id="s", node="b", heat_supply_temp_c=45.0, heat_return_temp_c=40.0)
    flows = [
        ("heat", "hot_water", "out", 130.0),
        ("heating_power", "electricity", "in", work),
        ("loop_heat", "ambient_water", "in", 130.0 - work),
    ]
    for levels in ({"ambient_water": LOOP}, {"ambient_water": LOOP, "hot_water": HOT, "chilled_water": COLD}):
        assert _law(tables, _moving(case, machine, levels), flows) == codes


@pytest.mark.parametrize(("work", "codes"), [(19.0, set()), (18.6, {"E911"})])
def test_heat_recovered_from_cold_needs_work(tables, case, work, codes):
    """Proves: heat raised from cold water, 282.64 to 348.13 K: 100 kW takes 100 (1 - 282.64/348.13) = 18.81 kW."""
    machine = HeatRecoveryChiller(id="both")
    flows = [
        ("heat", "hot_water", "out", 100.0),
        ("cooling", "chilled_water", "out", 100.0 - work),
        ("electricity", "electricity", "in", work),
    ]
    assert _law(tables, _moving(case, machine, {"hot_water": HOT, "chilled_water": COLD}), flows) == codes


@pytest.mark.parametrize(("levels", "codes"), [((STEAM, HOT), set()), (((60.0, 50.0), HOT), {"E911"})])
def test_an_exchanger_passes_heat_downhill_only(tables, case, levels, codes):
    """Proves: steam at 184 °C warms water at 80 °C, water at 60 °C does not."""
    warm, cold = levels
    exchanger = HeatExchanger(id="plates", carriers={"warm_side": "steam" if warm is STEAM else "ambient_water"})
    names = {"hot_water": cold, exchanger.carriers["warm_side"]: warm}
    flows = [
        ("cold_side", "hot_water", "out", 99.0),
        ("warm_side", exchanger.carriers["warm_side"], "in", 100.0),
    ]
    assert _law(tables, _moving(case, exchanger, names), flows) == codes


@pytest.mark.parametrize(("warm", "codes"), [((75.0, 40.0), set()), ((64.0, 55.0), {"E911"})])
def test_an_exchanger_is_held_to_its_supplies(tables, case, warm, codes):
    """Proves: 75/40 °C heats 65/55 °C, as the case check allows, though 56.2 °C is its mean; 64 °C does not."""
    exchanger = HeatExchanger(id="plates", carriers={"warm_side": "ambient_water"})
    flows = [("cold_side", "hot_water", "out", 99.0), ("warm_side", "ambient_water", "in", 99.0)]
    assert _law(tables, _moving(case, exchanger, {"hot_water": (65.0, 55.0), "ambient_water": warm}), flows) == codes


@pytest.mark.parametrize(("lake_c", "codes"), [(11.0, set()), (12.0, set()), (15.0, {"E911"})])
def test_a_lake_may_take_the_first_kelvins(tables, case, lake_c, codes):
    """Proves: water of 11 °C cools a return of 13 °C a little, one of 15 °C does not. If ignored: good runs stop."""
    lake = SourceSpec.model_validate({"id": "lake", "kind": "lake", "available_kw": 500, "temp_c": lake_c})
    flows = [("cooling", "chilled_water", "out", 14.0), ("electricity", "electricity", "in", 0.02)]
    machine = FreeCooling(id="deep", source="lake")
    assert _law(tables, _moving(case, machine, {"chilled_water": COLD}, [lake]), flows) == codes


def test_a_station_cools_only_with_something_colder(tables, case):
    """Proves: water of 6-13 °C cools a building loop of 14-18 °C, not one of 4-8 °C."""
    for building, codes in (((14.0, 18.0), set()), ((4.0, 8.0), {"E911"})):
        station = EnergyTransferStation(id="station")
        flows = [("delivered", "cooling", "out", 50.0), ("network", "chilled_water", "in", 50.0)]
        assert _law(tables, _moving(case, station, {"chilled_water": COLD, "cooling": building}), flows) == codes


@pytest.mark.parametrize(("cold", "codes"), [(60.0, set()), (500.0, {"E911"})])
def test_an_absorption_chiller_is_bound_by_its_heat(tables, case, cold, codes):
    """Proves: heat of 70-80 °C can lift cold of 1-2 °C to a sink of 10 °C, but not 500 kW of it per 1 kW."""
    machine = AbsorptionChiller(id="absorption", driven_by="hot_water")
    heat = 100.0 if cold == 60.0 else 1.0
    flows = [
        ("cooling", "chilled_water", "out", cold),
        ("heat", "hot_water", "in", heat),
        ("rejected_heat", "condenser_water", "out", cold + heat),
    ]
    assert _law(tables, _moving(case, machine, {"hot_water": HOT, "chilled_water": (1.0, 2.0)}), flows) == codes


@pytest.mark.parametrize(("share", "codes"), [(1.02, set()), (0.98, {"E911"})])
@pytest.mark.parametrize(("condenser", "reading"), [("air", "dry_bulb_temp_c"), ("water", "wet_bulb_temp_c")])
def test_a_chiller_works_against_the_air_of_the_hour(tables, case, condenser, reading, share, codes):
    """Proves: 100 kW from 6-13 °C (mean 282.64 K) need 100 (T / 282.64 K - 1) kW in the warmest hour, dry or wet bulb.

    If ignored: a chiller in the tropics could run as if it stood in a cellar of 10 °C.
    """
    here = case.model_copy(update={"weather": case.weather.model_copy(update={"normals": "Cartagena"})})
    machine = VapourChiller(id="chiller", condenser=condenser, compressor="screw", refrigerant="R-513A")
    cold_k = 7.0 / math.log((13.0 + 273.15) / (6.0 + 273.15))
    warmest_k = float(getattr(make_weather(here), reading).max()) + 273.15
    work = share * 100.0 * (warmest_k / cold_k - 1.0)
    flows = [("cooling", "chilled_water", "out", 100.0), ("electricity", "electricity", "in", work)]
    if condenser == "water":
        flows.append(("rejected_heat", "condenser_water", "out", 100.0 + work))
    assert _law(tables, _moving(here, machine, {"chilled_water": COLD}), flows) == codes


LAKE = {"id": "lake", "kind": "lake", "temp_c": 16.0, "temp_swing_k": 1.0, "flow_m3_per_h": 100}


@pytest.mark.parametrize(("intakes", "codes"), [((100.0, 85.0, 5.0), set()), ((100.0, 85.0, 11.0), {"E920"})])
def test_all_that_uses_a_source_is_held_to_what_it_has(tables, case, intakes, codes):
    """Proves: two intakes and free cooling may give a lake 191.4 kW together: 100 m3/h warmed by 1.65 K, to 18.65 °C.

    100 x 4.186 x 998 / 3600 x 1.65 = 191.5 kW in the hours of 17 °C. A capture of waste heat counts without the work of
    its lift: 60 kW direct and 50 lifted by 10 are 100 of a furnace of 100. If ignored: a permit is passed unseen.
    """
    here = case.model_copy(update={"weather": case.weather.model_copy(update={"normals": "Cartagena"})})
    lake = SourceSpec.model_validate(LAKE | {"outlet_limit_c": 18.65})
    furnace = SourceSpec.model_validate({"id": "furnace", "kind": "furnace", "available_kw": 100.0})
    machines = (
        CondenserIntake(id="one", source="lake"),
        CondenserIntake(id="two", source="lake"),
        FreeCooling(id="free", source="lake"),
        WasteHeatRecovery(id="capture", source="furnace"),
    )
    rows = [
        (flow("district", "one", "condenser_intake", "heat", "condenser_water", "in"), intakes[0]),
        (flow("district", "two", "condenser_intake", "heat", "condenser_water", "in"), intakes[1]),
        (flow("district", "two", "condenser_intake", "electricity", "electricity", "in"), 3.0),
        (flow("district", "free", "free_cooling", "cooling", "chilled_water", "out"), intakes[2]),
        (flow("district", "capture", "waste_heat_recovery", "heat", "hot_water", "out"), 60.0),
        (flow("district", "capture", "waste_heat_recovery", "lifted_heat", "hot_water", "out"), 50.0),
        (flow("district", "capture", "waste_heat_recovery", "compressor", "electricity", "in"), 10.0),
    ]
    there = here.model_copy(update={"technologies": machines, "sources": (lake, furnace)})
    assert {f.code for f in source_findings(_hours(_with_machine(dict(tables), rows)), there)} == codes


def test_the_coldest_of_several_intakes_counts(tables, case):
    """Proves: a chiller that needs a lake of 16 °C is not refused for a sea of 29 °C beside it, in either order.

    If ignored: the order of two lines of a case would decide whether a run is reported.
    """
    sea = SourceSpec.model_validate(LAKE | {"id": "sea", "kind": "sea", "temp_c": 29.0})
    here = case.model_copy(update={"weather": case.weather.model_copy(update={"normals": "Cartagena"})})
    machine = VapourChiller(id="chiller")
    flows = [("cooling", "chilled_water", "out", 100.0), ("electricity", "electricity", "in", 3.0)]
    rows = [(flow("district", "chiller", "vapour_chiller", *port), kw) for *port, kw in flows]
    rows.append((flow("district", "chiller", "vapour_chiller", "rejected_work", "condenser_water", "out"), 103.0))
    for names, codes in ((("sea", "lake"), set()), (("lake", "sea"), set()), (("sea",), {"E911"})):
        case = _moving(here, machine, {"chilled_water": COLD}, [SourceSpec.model_validate(LAKE), sea])
        intakes = tuple(CondenserIntake(id=f"in_{n}", source=n) for n in names)
        case = case.model_copy(update={"technologies": (machine, *intakes)})
        assert {f.code for f in heat_findings(_hours(_with_machine(dict(tables), rows)), case)} == codes


@pytest.mark.parametrize(("condenser", "codes"), [("water", set()), ("air", {"E911"})])
def test_an_intake_cools_the_condensers_of_water_alone(tables, case, condenser, codes):
    """Proves: 100 kW from 6-13 °C (mean 282.64 K) with 3 kW of work: into a lake of 15-17 °C 2 are enough.

    In the warmest hour of Cartagena the air asks for more. If ignored: a chiller in a cold lake is refused, or one on
    the roof beside its intake runs as if it were in it.
    """
    here = case.model_copy(update={"weather": case.weather.model_copy(update={"normals": "Cartagena"})})
    lake = SourceSpec.model_validate(LAKE)
    machine = VapourChiller(id="chiller", condenser=condenser, compressor="screw", refrigerant="R-513A")
    flows = [("cooling", "chilled_water", "out", 100.0), ("electricity", "electricity", "in", 3.0)]
    if condenser == "water":
        flows.append(("rejected_heat", "condenser_water", "out", 103.0))
    moving = _moving(here, machine, {"chilled_water": COLD}, [lake])
    moving = moving.model_copy(update={"technologies": (machine, CondenserIntake(id="intake", source="lake"))})
    rows = [(flow("district", machine.id, machine.kind, *port), kw) for *port, kw in flows]
    assert {f.code for f in heat_findings(_hours(_with_machine(dict(tables), rows)), moving)} == codes


@pytest.mark.parametrize(("source_c", "codes"), [(90.0, set()), (60.0, {"E911"})])
def test_waste_heat_flows_from_a_warmer_source(tables, case, source_c, codes):
    """Proves: heat at 90 °C warms water from 70 °C, heat at 60 °C does not without work."""
    source = SourceSpec.model_validate({"id": "stack", "kind": "furnace", "available_kw": 500, "temp_c": source_c})
    machine = WasteHeatRecovery(id="capture", source="stack")
    flows = [("heat", "hot_water", "out", 100.0)]
    assert _law(tables, _moving(case, machine, {"hot_water": HOT}, [source]), flows) == codes


def test_a_store_gives_back_what_it_took_in(tables, case):
    """Proves: a tank that gives more heat over the year than it took is found, hours of giving alone are not."""
    tank = HotWaterStore(id="hot_tank")
    warm = _moving(case, tank, {"hot_water": HOT})
    for given, codes in ((9.0, set()), (11.0, {"E911"})):
        mine = {k: v.copy() for k, v in tables.items()}
        mine = _with_machine(mine, [(flow("district", tank.id, tank.kind, "level", "hot_water", "state", "kWh"), 5.0)])
        flows = [("charge", "hot_water", "in", 10.0), ("discharge", "hot_water", "out", given)]
        assert _law(mine, warm, flows) == codes


def _hours(tables):
    mine = tables["flows"][tables["flows"]["variant"] == "district"]
    block = tables["hourly"][tables["hourly"]["variant"] == "district"]
    return Hours("district", mine, {c: block[c].to_numpy(dtype=float) for c in mine["column"]})


def test_unserved_demand_is_refused(tables, case):
    """Proves: a node that balances only because demand is unserved does not pass."""
    row = flow("district", "unserved", "unserved", "unserved", "electricity", "out")
    tables["flows"] = pd.concat([tables["flows"], pd.DataFrame([row])], ignore_index=True)
    tables["hourly"]["unserved.unserved"] = 1.0
    mine = tables["hourly"]["variant"] == "district"
    tables["hourly"].loc[mine, "grid.import"] = 9.0
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert "E908" in {f.code for f in caught.value.findings}


def test_prices_follow_hours_months_and_weekdays(case):
    """Proves: Wednesday 1 January 2025, 18 h, is dear only if hour, month and weekday all match."""
    spec = case.tariffs[0].model_copy(
        update={"time_of_use": (_block(per_kwh=0.3, hours=(18,), months=(1,), weekdays=(3,)),)}
    )
    series = prices(spec, case)
    assert series[18] == 0.3
    assert series[17] == 0.1
    assert series[24 + 18] == 0.1
    assert series[7 * 24 + 18] == 0.3
    assert series[31 * 24 :].max() == 0.1


def test_weekdays_of_a_leap_year_are_those_of_its_calendar(case):
    """Proves: Friday 1 March 2024 follows Wednesday 28 February, in the price paid and in its audit.

    If ignored: from March on the weekend of a tariff is not that of the buildings.
    """
    block = _block(per_kwh=0.3, hours=(), months=(), weekdays=(5,))
    spec = case.tariffs[0].model_copy(update={"time_of_use": (block,)})
    leap = case.model_copy(update={"settings": case.settings.model_copy(update={"calendar_year": 2024})})
    paid = tariff_series(spec, leap).energy_per_kwh
    assert paid[[58 * 24, 59 * 24, 60 * 24]] == pytest.approx([0.1, 0.3, 0.1])
    assert paid == pytest.approx(prices(spec, leap))


def _block(**fields):
    from edsim.case.parts.tariff_spec import TimeOfUse

    return TimeOfUse(**fields)


def test_an_ice_store_rises_by_what_its_makers_freeze() -> None:
    """Proves: 8 kW thrown out for 2 kW of work freeze 6 kWh in an hour, and a level that rises by 6.1 is found.

    If ignored: every ice store that is used is accused of making energy, or none ever is.
    """
    hour = np.arange(YEAR) == 10
    series = {
        "ice.level": np.where(np.isin(np.arange(YEAR), (10, 11)), 6.0, 0.0),
        "ice.compressor": 2.0 * hour,
        "ice.rejected": 8.0 * hour,
        "ice.discharge": 6.0 * (np.arange(YEAR) == 12),
    }
    table = pd.DataFrame(
        [
            flow("v", "ice", "ice_store", "level", "chilled_water", "state", "kWh"),
            flow("v", "ice", "ice_store", "compressor", "electricity", "in"),
            flow("v", "ice", "ice_store", "rejected", "condenser_water", "out"),
            flow("v", "ice", "ice_store", "discharge", "chilled_water", "out"),
        ]
    )
    sizes = pd.DataFrame([{"variant": "v", "technology": "ice", "unit": "kWh", "value": 10.0}])
    assert stores_findings(Hours("v", table, series), sizes) == []
    series["ice.level"] = series["ice.level"] * 6.1 / 6.0
    assert [f.code for f in stores_findings(Hours("v", table, series), sizes)] == ["E904"]


@pytest.mark.parametrize(
    ("kw", "off_kw", "codes"), [(1e-5, 6.4e-9, []), (1e-5, 1e-4, ["E902"]), (50.0, 6e-5, ["E902"])]
)
def test_rounding_at_a_node_that_nothing_uses_is_no_fault(kw, off_kw, codes):
    """Proves: six nanowatts at a node of a 200 kW plant that moves none are rounding; a tenth of a watt is not.

    If ignored: the run of a plant with a connection that stays unused ends without a result.
    """
    flows = pd.DataFrame({"node": ["a", "a", "b", "b"], "carrier": "electricity", "direction": ["out", "in"] * 2})
    flows["column"] = ["c0", "c1", "c2", "c3"]
    series = {c: np.full(YEAR, v) for c, v in zip(flows["column"], (200.0, 200.0, kw + off_kw, kw), strict=True)}
    _, found = check_balances(SimpleNamespace(flows=flows, series=series, variant="district"))
    assert [f.code for f in found] == codes
