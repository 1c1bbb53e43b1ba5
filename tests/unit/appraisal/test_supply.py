"""Where delivered heat and cold come from, on flows that can be followed by hand."""

from types import SimpleNamespace
from typing import Any, Literal

import numpy as np
import pytest

from edsim.appraisal.supply import origin, trace
from edsim.core.hours import HOURS_PER_YEAR
from edsim.energy.efficient_district import STAGES
from edsim.optimization.types import Flow

FUELS = (SimpleNamespace(id="natural_gas", primary_energy_factor=1.1, ghg_kg_per_kwh=0.2, price_per_kwh=0.05),)
EMISSIONS = SimpleNamespace(grid_primary_energy_factor=2.5, grid_kg_per_kwh=0.6, grid_file=None)


def flow(
    technology: str, kind: str, port: str, way: str, carrier: str, first: float, later: float | None = None
) -> Flow:
    """Return a flow of `first` kW in the first half of the year and `later` in the second, the same by default."""
    half = HOURS_PER_YEAR // 2
    values = np.full(HOURS_PER_YEAR, first if later is None else later)
    values[:half] = first
    return Flow(technology, kind, port, "plant", carrier, way, "kW", values)


def power(*kw: float) -> Flow:
    return flow("grid", "grid", "import", "out", "electricity", *kw)


def gas(kw: float) -> Flow:
    return flow("gas", "fuel_supply", "fuel", "out", "natural_gas", kw)


def boiler(fuel_kw: float, heat_kw: float) -> list[Flow]:
    return [
        flow("boiler", "boiler", "fuel", "in", "natural_gas", fuel_kw),
        flow("boiler", "boiler", "heat", "out", "hot_water", heat_kw),
    ]


def demand(service: str, carrier: str, *kw: float) -> Flow:
    return flow("demand", "demand", service, "in", carrier, *kw)


def tariff(first: float, later: float) -> Any:
    """Return a tariff of two halves of the year."""
    return SimpleNamespace(energy_per_kwh=np.where(np.arange(HOURS_PER_YEAR) < HOURS_PER_YEAR // 2, first, later))


def found(
    *flows: Flow, plant: tuple[Any, ...] = (), sources: tuple[Any, ...] = (), tariffs: dict[str, Any] | None = None
) -> trace.Traced:
    """Return what services are made of."""
    case = SimpleNamespace(fuels=FUELS, emissions=EMISSIONS, sources=sources)
    run: Any = SimpleNamespace(flows=flows, plant=plant, district=SimpleNamespace(case=case), capacity=lambda *_: 500.0)
    run.conditions = SimpleNamespace(tariffs=tariffs or {}, fuels={})
    return trace.traced(run)


def machine(kind: str, name: str, **more: Any) -> Any:
    return SimpleNamespace(id=name, kind=kind, takes_heat_away=kind == "cooling_tower", **more)


def test_a_boiler_by_hand() -> None:
    """Proves: 100 of heat from 125 of gas carry 1.25 x 1.1 of primary energy and 1.25 x 0.2 kg, all of other origin."""
    heat = found(gas(125.0), *boiler(125.0, 100.0), demand("heating", "hot_water", 100.0)).services["heating"]
    assert heat.primary_factor == pytest.approx(1.375)
    assert heat.ghg_kg_per_kwh == pytest.approx(0.25)
    assert heat.shares.other == pytest.approx(1.0)


def test_the_power_bonus_by_hand() -> None:
    """Proves: an engine of 100 gas, 40 power (sold) and 45 heat: (100 x 1.1 - 40 x 2.5) / 45 = 0.222 kWh per kWh.

    GHG (100 x 0.2 - 40 x 0.6) / 45 is below nothing, and stays so: the standard's credit. If ignored: fuel of power
    that the grid no longer makes stands in the heat.
    """
    engine = [
        flow("engine", "chp", "fuel", "in", "natural_gas", 100.0),
        flow("engine", "chp", "electricity", "out", "electricity", 40.0),
        flow("engine", "chp", "jacket_heat", "out", "hot_water", 45.0),
        flow("grid", "grid", "export", "in", "electricity", 40.0),
    ]
    specs = (machine("chp", "engine", mover="engine", fuel="natural_gas"),)
    heat = found(gas(100.0), *engine, demand("heating", "hot_water", 45.0), plant=specs).services["heating"]
    assert heat.primary_factor == pytest.approx(10.0 / 45.0)
    assert heat.ghg_kg_per_kwh == pytest.approx(-4.0 / 45.0)
    assert heat.shares.cogenerated == pytest.approx(1.0)


def test_heat_of_an_engine_that_wastes_its_heat_is_not_of_high_efficiency() -> None:
    """Proves: 100 gas to 25 power and 20 heat falls to other cogeneration. If ignored: every engine looks good."""
    engine = [
        flow("engine", "chp", "fuel", "in", "natural_gas", 100.0),
        flow("engine", "chp", "electricity", "out", "electricity", 25.0),
        flow("engine", "chp", "jacket_heat", "out", "hot_water", 20.0),
        demand("electricity", "electricity", 25.0),
    ]
    specs = (machine("chp", "engine", mover="engine", fuel="natural_gas"),)
    heat = found(gas(100.0), *engine, demand("heating", "hot_water", 20.0), plant=specs).services["heating"]
    assert heat.shares.cogenerated_other == pytest.approx(1.0)


@pytest.mark.parametrize(("heat_kw", "renewable"), [(30.0, 2.0 / 3.0), (24.0, 0.0)])
def test_ambient_heat_is_renewable_from_two_and_a_half(heat_kw: float, renewable: float) -> None:
    """Proves: 10 of power to 30 of heat of the air is 2/3 renewable, to 24 not at all (2.4 < 2.5).

    If ignored: poor heat pumps count as renewable against Decision 2013/114/EU.
    """
    pump = [
        flow("pump", "heat_pump", "electricity", "in", "electricity", 10.0),
        flow("pump", "heat_pump", "heat", "out", "hot_water", heat_kw),
    ]
    heat = found(power(10.0), *pump, demand("heating", "hot_water", heat_kw)).services["heating"]
    assert heat.shares.renewable == pytest.approx(renewable)
    assert heat.primary_factor == pytest.approx(25.0 / heat_kw)


def test_sources_count_as_what_they_are() -> None:
    """Proves: of 40 lifted with 10 of power, 30 are waste of a data center, ambient of a river, bought of a turbine.

    The turbine's 30 carry 0.4 each: (10 x 2.5 + 30 x 0.4) / 40. If ignored: extracted heat passes as recovered.
    """
    flows = [
        flow("lift", "waste_heat_recovery", "compressor", "in", "electricity", 10.0),
        flow("lift", "waste_heat_recovery", "lifted_heat", "out", "hot_water", 40.0),
    ]
    specs = (machine("waste_heat_recovery", "lift", source="s"),)

    def shares(heat_origin: str, factor: float = 0.0) -> trace.Delivered:
        one = SimpleNamespace(id="s", heat_origin=heat_origin, primary_energy_factor=factor, ghg_kg_per_kwh=0.0)
        one.price_per_kwh = 0.0
        made = found(power(10.0), *flows, demand("heating", "hot_water", 40.0), plant=specs, sources=(one,))
        return made.services["heating"]

    assert shares("waste").shares.waste == pytest.approx(0.75)
    assert shares("ambient").shares.renewable == pytest.approx(0.75)
    bought = shares("bought", 0.4)
    assert bought.shares.cogenerated_other == pytest.approx(0.75)
    assert bought.primary_factor == pytest.approx((25.0 + 12.0) / 40.0)


def test_a_store_carries_the_mix_of_its_charge_and_its_losses() -> None:
    """Proves: waste heat of the first half, kept with 20 % loss for the second, is waste heat there too.

    The boiler makes half of what the second half needs. If ignored: stored heat comes from nowhere.
    """
    one = SimpleNamespace(id="s", heat_origin="waste", primary_energy_factor=0.0, ghg_kg_per_kwh=0.0, price_per_kwh=0.0)
    flows = [
        flow("dc", "waste_heat_recovery", "heat", "out", "hot_water", 125.0, 0.0),
        flow("store", "hot_water_store", "charge", "in", "hot_water", 125.0, 0.0),
        flow("store", "hot_water_store", "discharge", "out", "hot_water", 0.0, 100.0),
        flow("gas", "fuel_supply", "fuel", "out", "natural_gas", 0.0, 110.0),
        flow("boiler", "boiler", "fuel", "in", "natural_gas", 0.0, 110.0),
        flow("boiler", "boiler", "heat", "out", "hot_water", 0.0, 100.0),
        demand("heating", "hot_water", 0.0, 200.0),
    ]
    specs = (machine("waste_heat_recovery", "dc", source="s"),)
    heat = found(*flows, plant=specs, sources=(one,)).services["heating"]
    assert (heat.shares.waste, heat.shares.other) == pytest.approx((0.5, 0.5))
    assert heat.primary_factor == pytest.approx(110.0 * 1.1 / 200.0)


def test_power_of_the_sun_counts_in_the_hours_it_is_there() -> None:
    """Proves: a boiler of electrodes in the dark half draws grid power though as much sun is sold in the other half.

    If ignored: a yearly net of sun and grid halves the primary energy of winter heat.
    """
    flows = [
        power(0.0, 50.0),
        flow("pv", "pv", "electricity", "out", "electricity", 50.0, 0.0),
        flow("grid", "grid", "export", "in", "electricity", 50.0, 0.0),
        flow("rod", "electric_water_heater", "input", "in", "electricity", 0.0, 50.0),
        flow("rod", "electric_water_heater", "output", "out", "hot_water", 0.0, 50.0),
        demand("hot_water", "hot_water", 0.0, 50.0),
    ]
    heat = found(*flows).services["hot_water"]
    assert heat.primary_factor == pytest.approx(2.5)
    assert heat.shares.renewable == 0.0


def test_what_a_service_pays_is_the_price_of_its_hours_and_fuels() -> None:
    """Proves: 50 kW bought in the dear half at 0.3, and a boiler's 125 kW of gas at 0.05, each by its own service.

    If ignored: dear hours count as the mean of the year, and who burns gas pays for power.
    """
    flows = [
        power(0.0, 50.0),
        flow("rod", "electric_water_heater", "input", "in", "electricity", 0.0, 50.0),
        flow("rod", "electric_water_heater", "output", "out", "warm_water", 0.0, 50.0),
        demand("hot_water", "warm_water", 0.0, 50.0),
        gas(125.0),
        *boiler(125.0, 100.0),
        demand("heating", "hot_water", 100.0),
    ]
    grid = machine("grid", "grid", tariff="power")
    services = found(*flows, plant=(grid,), tariffs={"power": tariff(0.1, 0.3)}).services
    assert services["hot_water"].paid == pytest.approx(50.0 * 0.3 * HOURS_PER_YEAR / 2)
    assert services["heating"].paid == pytest.approx(125.0 * 0.05 * HOURS_PER_YEAR)


def test_losses_and_pumps_of_a_network_are_borne_by_what_it_delivers() -> None:
    """Proves: 100 delivered of 110 sent, 5 kW of pumps: (110 x 1.375 + 5 x 2.5) / 100, losses in idle hours included.

    If ignored: the factor at the plant passes as that of the heat delivered.
    """
    sent = [
        Flow("net", "network", "plant", "plant", "hot_water", "in", "kW", np.full(HOURS_PER_YEAR, 110.0)),
        flow("net pumps", "pump", "electricity", "in", "electricity", 5.0),
        Flow("net", "network", "supply", "net", "hot_water", "out", "kW", np.full(HOURS_PER_YEAR, 110.0)),
        Flow("net", "network", "gain_or_loss", "net", "hot_water", "in", "kW", np.full(HOURS_PER_YEAR, 10.0)),
    ]
    wanted = np.zeros(HOURS_PER_YEAR)
    wanted[::2] = 200.0
    flows = [gas(137.5), *boiler(137.5, 110.0), power(5.0), *sent,
             Flow("demand", "demand", "heating", "net", "hot_water", "in", "kW", wanted)]  # fmt: skip
    made = found(*flows)
    by_hand = (137.5 * 1.1 + 5.0 * 2.5) / 100.0
    assert made.heat_networks.mix.sum() == pytest.approx(110.0 * HOURS_PER_YEAR)
    assert made.services["heating"].primary_factor == pytest.approx(by_hand)
    assert made.heat_networks.primary_factor == pytest.approx(by_hand)


def test_a_network_of_waste_heat_alone_is_efficient_for_good() -> None:
    """Proves: pumps of a network are no origin of its heat: 100 % of waste heat is 100 %, the rule of 2050.

    If ignored: no network could ever meet the last stage of the directive.
    """
    one = SimpleNamespace(id="s", heat_origin="waste", primary_energy_factor=0.0, ghg_kg_per_kwh=0.0, price_per_kwh=0.0)
    flows = [
        flow("dc", "waste_heat_recovery", "heat", "out", "hot_water", 110.0),
        flow("net", "network", "plant", "in", "hot_water", 110.0),
        power(5.0),
        flow("net pumps", "pump", "electricity", "in", "electricity", 5.0),
        Flow("net", "network", "supply", "net", "hot_water", "out", "kW", np.full(HOURS_PER_YEAR, 110.0)),
        Flow("demand", "demand", "heating", "net", "hot_water", "in", "kW", np.full(HOURS_PER_YEAR, 100.0)),
    ]
    made = found(*flows, plant=(machine("waste_heat_recovery", "dc", source="s"),), sources=(one,))
    assert made.heat_networks.shares.waste == pytest.approx(1.0)
    assert STAGES[-1].met_by(made.heat_networks.shares) == "renewable and waste heat >= 100%"
    assert made.services["heating"].primary_factor == pytest.approx(5.0 * 2.5 / 100.0)


def test_towers_are_borne_by_the_cooling_whose_heat_they_take() -> None:
    """Proves: a chiller of 20 kW with 2 kW of tower fans: cold carries 22 x 2.5 / 100; measures need no supply.

    If ignored: the fans stand with no service, and cold looks better than it is.
    """
    flows = [
        power(22.0),
        flow("chiller", "vapour_chiller", "compressor", "in", "electricity", 20.0),
        flow("chiller", "vapour_chiller", "cooling", "out", "chilled_water", 100.0),
        flow("chiller", "vapour_chiller", "rejected_cooling", "out", "condenser_water", 120.0),
        flow("tower", "cooling_tower", "heat", "in", "condenser_water", 120.0),
        flow("tower", "cooling_tower", "electricity", "in", "electricity", 2.0),
        flow("measures cooling", "efficiency", "saved", "out", "chilled_water", 30.0),
        demand("cooling", "chilled_water", 130.0),
    ]
    cold = found(*flows, plant=(machine("cooling_tower", "tower"),)).services["cooling"]
    assert cold.kwh == pytest.approx(100.0 * HOURS_PER_YEAR)
    assert cold.primary_factor == pytest.approx(0.55)
    assert cold.ghg_kg_per_kwh == pytest.approx(22.0 * 0.6 / 100.0)


def test_heat_of_chillers_and_compressors() -> None:
    """Proves: a heat-recovery chiller shares 10 kW by its outputs (30 heat, 20 cold), a compressor's heat is free.

    If ignored: one of the two products is told free, or the air and its heat bear the power twice.
    """
    flows = [
        power(60.0),
        flow("hrc", "heat_recovery_chiller", "electricity", "in", "electricity", 10.0),
        flow("hrc", "heat_recovery_chiller", "heat", "out", "hot_water", 30.0),
        flow("hrc", "heat_recovery_chiller", "cooling", "out", "chilled_water", 20.0),
        flow("screw", "air_compressor", "electricity", "in", "electricity", 50.0),
        flow("screw", "air_compressor", "air", "out", "compressed_air", 500.0),
        flow("screw", "air_compressor", "recovered_heat", "out", "hot_water", 30.0),
        demand("heating", "hot_water", 60.0),
        demand("cooling", "chilled_water", 20.0),
        demand("compressed_air", "compressed_air", 500.0),
    ]
    made = found(*flows).services
    assert made["cooling"].primary_factor == pytest.approx(10.0 / 50.0 * 2.5)
    assert made["heating"].primary_factor == pytest.approx(10.0 / 50.0 * 2.5 * 30.0 / 60.0)
    assert made["compressed_air"].primary_kwh == pytest.approx(50.0 * 2.5 * HOURS_PER_YEAR)
    assert made["heating"].shares.waste == pytest.approx((0.8 * 30.0 + 30.0) / 60.0)


def test_biomass_is_renewable_and_unknown_fuels_are_not() -> None:
    """Proves: the table of fuels says which are biogenic. If ignored: wood counts as fossil, or coal as wood."""
    assert {"biogas", "biomass", "biomass_wood"} <= origin.renewable_fuels()
    assert not {"natural_gas", "diesel", "bituminous_coal"} & origin.renewable_fuels()


def test_a_store_of_another_make_is_known_by_its_level() -> None:
    """Proves: a kind nobody here has heard of, which draws power and gives cold with a level between, is a store.

    If ignored: the cold of a third party's ice bank has its power in the hour it melts, where it draws none.
    """
    level = Flow("bank", "slurry", "level", "plant", "chilled_water", "state", "kWh", np.zeros(HOURS_PER_YEAR))
    flows = [
        power(20.0, 0.0),
        flow("bank", "slurry", "freezing", "in", "electricity", 20.0, 0.0),
        flow("bank", "slurry", "melting", "out", "chilled_water", 0.0, 50.0),
        demand("cooling", "chilled_water", 0.0, 50.0),
    ]
    assert found(*flows, level).services["cooling"].primary_factor == pytest.approx(20.0 * 2.5 / 50.0)
    assert found(*flows).services["cooling"].primary_factor == 0.0


def test_cogeneration_of_another_make_is_known_by_what_it_gives() -> None:
    """Proves: a fuel cell of a third party gives power as that of the grid, its heat bears the rest of the fuel.

    Of its efficiency nobody knows a reference. If ignored: power and heat share the fuel by energy.
    """
    flows = [
        gas(100.0),
        flow("cell", "fuel_cell", "fuel", "in", "natural_gas", 100.0),
        flow("cell", "fuel_cell", "power", "out", "electricity", 40.0),
        flow("cell", "fuel_cell", "heat", "out", "hot_water", 40.0),
        demand("power", "electricity", 40.0),
        demand("heating", "hot_water", 40.0),
    ]
    heat = found(*flows).services["heating"]
    assert heat.primary_factor == pytest.approx((110.0 - 40.0 * 2.5) / 40.0)
    assert heat.shares.cogenerated_other == pytest.approx(1.0)


def test_a_circle_that_does_not_settle_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: 1000 kW that go round between two nodes for 1 kW used need more repetitions than are made (W853).

    If ignored: the factor of a kWh is far below that of the grid, and nobody is told.
    """

    def at(node: str, technology: str, way: Literal["in", "out"], kw: float) -> Flow:
        return Flow(technology, "power_line", way, node, "electricity", way, "kW", np.full(HOURS_PER_YEAR, kw))

    there = [at("plant", "there", "in", 1000.0), at("east", "there", "out", 1000.0)]
    back = [at("east", "back", "in", 999.0), at("plant", "back", "out", 999.0)]
    used = Flow("demand", "demand", "cooling", "east", "electricity", "in", "kW", np.full(HOURS_PER_YEAR, 1.0))
    flows = (power(1.0), *there, *back, used)
    monkeypatch.setattr(trace, "_SWEEPS", 100)
    few = found(*flows)
    assert few.services["cooling"].primary_factor < 1.0
    (said,) = trace.circle_remarks({"district": few})
    assert (said.code, said.field) == ("W853", "district")
    settled = found(power(1.0), *boiler(0.0, 0.0), demand("cooling", "electricity", 1.0))
    assert (settled.moving, trace.circle_remarks({"district": settled})) == (0.0, [])
