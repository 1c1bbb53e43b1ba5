"""What the tables show of machines that serve one building: only what they make themselves."""

from types import SimpleNamespace

import numpy as np
import pytest

from edsim.core.technology import Operation
from edsim.optimization.district.individual import IndividualRun
from edsim.optimization.types import Flow
from edsim.results.tables import equipment_table
from edsim.results.variant import individual_flows, without_noise
from edsim.technologies.battery import Battery
from edsim.technologies.standby_generator import StandbyGenerator

HOURS = 8760


def run_with_set(name, age_a):
    """Return a variant of one building of 100 kW whose set of 130 kW takes over in the first 50 hours at 38 %."""
    demand, own = np.full(HOURS, 100.0), np.zeros(HOURS)
    own[:50] = 100.0
    idle = np.zeros(HOURS)
    year = Operation(130.0, {"electricity": demand - own, "diesel": own / 0.38}, idle, own / 0.38 - own)
    machine = StandbyGenerator(id="set", capex_per_kw=400.0)
    building = SimpleNamespace(id="tower", machine_age_a=lambda _service: age_a)
    finance = SimpleNamespace(contingency_frac=0.0, engineering_frac=0.0)
    case = SimpleNamespace(buildings=(building,), finance=finance)
    run = SimpleNamespace(
        name=name,
        plant=(),
        individual=(IndividualRun("tower", "electricity", machine, demand, year, "tariff"),),
        district=SimpleNamespace(case=case, profiles=SimpleNamespace(saved={}, building_ids=("tower",))),
    )
    run.stages = (SimpleNamespace(run=run),)
    run.flows = tuple(individual_flows(run))
    return run


def test_a_standby_set_shows_only_what_it_generates():
    """Proves: 50 h of 100 kW are 5 MWh at 38 %; the grid's 871 MWh pass it by, and the bus still closes.

    If ignored: an emergency set looks like a power station of 99 % efficiency that runs most of the year.
    """
    run = run_with_set("bau", 14.0)
    row = equipment_table([run]).iloc[0]
    assert row["output_kwh"] == pytest.approx(5000.0)
    assert row["full_load_hours"] == pytest.approx(5000.0 / 130.0)
    assert row["performance"] == pytest.approx(0.38)
    bus = [f for f in run.flows if f.carrier == "electricity"]
    balance = sum(f.values if f.direction == "out" else -f.values for f in bus)
    np.testing.assert_allclose(balance, 0.0, atol=1e-9)


@pytest.mark.parametrize(("variant", "age_a", "capex"), [("bau", 14.0, 52e3), ("new", 14.0, 0.0), ("new", 0.0, 52e3)])
def test_a_set_that_stands_costs_no_investment_in_a_variant(variant, age_a, capex):
    """Proves: 130 kW at 400 are an investment only where they are not there already, and the upkeep stays."""
    row = equipment_table([run_with_set(variant, age_a)]).iloc[0]
    assert row["capex"] == pytest.approx(capex)
    assert row["fixed_om_per_a"] > 0.0


def test_every_size_of_a_plant_is_paid_and_what_stands_is_kept_up():
    """Proves: 100 kWh of 60 standing and 20 kW of a battery at 300 and 150: bought 40 x 300 + 20 x 150, kept up all.

    With 10 % contingency 16.5 k; upkeep of 2 % on 100 x 300 + 20 x 150 is 660 a year.
    If ignored: the second size of a store costs nothing, and standing machines need no upkeep.
    """
    battery = Battery(id="b", existing_capacity_kwh=60, capex_per_kwh=300, capex_per_kw=150, fixed_om_frac=0.02)
    finance = SimpleNamespace(contingency_frac=0.1, engineering_frac=0.0)
    sizes = {"capacity_kwh": 100.0, "power_kw": 20.0}
    run = SimpleNamespace(
        name="district",
        plant=(battery,),
        individual=(),
        stages=(),
        flows=(),
        district=SimpleNamespace(case=SimpleNamespace(finance=finance, buildings=())),
        capacity=lambda _, size: sizes[size],
    )
    row = equipment_table([run]).iloc[0]
    assert (row["existing"], row["capex"], row["fixed_om_per_a"]) == pytest.approx((60.0, 16500.0, 660.0))


def test_what_a_solver_leaves_of_nothing_is_no_flow():
    """Proves: 5e-6 kW beside 200 kW, and on a fuel nobody else burns, are no flow; 2 mW of a 10 kW district are one.

    If ignored: a project without fuel shows 2.08e-06 MWh of it and a boiler of 5e-6 kW.
    """

    def flow(name, carrier, kw):
        return Flow(name, name, "heat", "plant", carrier, "out", "kW", np.full(24, kw))

    flows = (
        flow("chiller", "hot_water", 200.0),
        flow("boiler", "hot_water", 5e-6),
        flow("gas", "natural_gas", 5.4e-6),
        flow("pump", "steam", 10.0),
        flow("trim", "steam", 2e-6),
        flow("idle", "steam", 0.0),
    )
    assert [f.technology for f in without_noise(flows)] == ["chiller", "pump", "trim"]


def test_a_store_keeps_what_feeds_it_however_slowly():
    """Proves: 5e-6 kW that fill a store all year stay beside its level. If ignored: energy from nothing."""
    hours, charge = np.arange(1, 25), np.full(24, 5e-6)
    flows = (
        Flow("plant", "chp", "power", "plant", "electricity", "out", "kW", np.full(24, 200.0)),
        Flow("cell", "battery", "charge", "plant", "electricity", "in", "kW", charge),
        Flow("cell", "battery", "level", "plant", "electricity", "state", "kWh", 5e-6 * hours),
        Flow("dust", "battery", "charge", "plant", "electricity", "in", "kW", 0.1 * charge),
        Flow("dust", "battery", "level", "plant", "electricity", "state", "kWh", 0.1 * charge),
    )
    assert [(f.technology, f.port) for f in without_noise(flows)] == [
        ("plant", "power"), ("cell", "charge"), ("cell", "level"),
    ]  # fmt: skip


def test_what_is_left_to_a_machine_that_is_not_built_is_no_flow():
    """Proves: 9e-5 kW of a turbine of no size go from a small header; of one that is built, they stay.

    If ignored: steam that nobody takes stands on the header, beyond what its balance may miss, and the run is refused.
    """

    def flow(name, carrier, kw, direction="out"):
        return Flow(name, name, "port", "plant", carrier, direction, "kW", np.full(24, kw))

    turbine = (flow("turbine", "steam", 9.6e-5, "in"), flow("turbine", "steam_low", 9.2e-5))
    flows = (flow("let_down", "steam_low", 11.0), flow("washing", "steam_low", 11.0, "in"), *turbine)
    assert [f.technology for f in without_noise(flows, {"turbine"})] == ["let_down", "washing"]
    assert list(without_noise(flows)) == list(flows)


def test_a_sliver_that_closes_its_balances_stays():
    """Proves: 5e-4 kW through plates of next to no size stay where both networks balance with them alone.

    If ignored: what one network gives the other vanishes, and a sound run is refused for its balance (E902).
    """

    def flow(name, carrier, kw, direction="out"):
        return Flow(name, name, "port", "plant", carrier, direction, "kW", np.full(24, kw))

    flows = (
        flow("pump", "hot_water", 100.0005), flow("warm", "hot_water", 100.0, "in"),
        flow("plates", "hot_water", 5e-4, "in"), flow("plates", "hot_water_low", 5e-4),
        flow("low_pump", "hot_water_low", 49.9995), flow("low", "hot_water_low", 50.0, "in"),
    )  # fmt: skip
    assert list(without_noise(flows, {"plates"})) == list(flows)
