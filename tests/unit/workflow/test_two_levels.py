"""Two networks of one service, each at a level of its own: chilled water at 7 and 15 °C, steam at 4 and 15 bar."""

import json
from dataclasses import replace

import numpy as np
import pytest
import yaml

from edsim import workflow
from edsim.app import RunOptions, run
from edsim.case.offers import may_choose, offered
from edsim.core.steam import raised, useful_kj_per_kg
from edsim.network.from_case import network_request
from edsim.optimization.district.prepare_system import conditions_of, prepare_system
from edsim.optimization.system import reach_kw
from edsim.technologies.air_compressor import AirCompressor
from tests.support.small_district import office, small_district

pytestmark = pytest.mark.medium

HOUR = np.arange(8760)
DAY = (HOUR % 24 >= 8) & (HOUR % 24 < 18)
LOADS = {
    "cooling": {
        "hall": np.where(DAY, 400.0, 100.0),
        "press": np.where(DAY, 410.0, 400.0),
        "mold": np.where(DAY, 300.0, 200.0),
        "lone": np.where(DAY, 60.0, 50.0),
    },
    "steam": {"dye": np.where(DAY, 2000.0, 500.0), "dairy": np.where(DAY, 1000.0, 200.0)},
}
"""Measured demand of each building, kW."""
PLACES = ((6.2455, -75.5741), (6.2460, -75.5735), (6.2452, -75.5730), (6.2448, -75.5744))
PLANT = {"plants": [{"id": "energy_center", "lat_deg": 6.2455, "lon_deg": -75.5736}]}
COLD = {"id": "cold", "carrier": "chilled_water", "service": "cooling", "supply_temp_c": 7, "return_temp_c": 12} | PLANT
PROCESS = COLD | {
    "id": "process",
    "carrier": "chilled_water_high",
    "supply_temp_c": 15,
    "return_temp_c": 20,
    "buildings": ["press", "mold"],
}
AIR = {"kind": "vapour_chiller", "condenser": "air", "compressor": "screw"}
HIGH = {"carriers": {"cooling": "chilled_water_high"}}
GRID = {"id": "grid", "kind": "grid", "tariff": "power"}
STREET = PLANT | {
    "id": "street",
    "carrier": "steam",
    "service": "steam",
    "supply_temp_c": 152,
    "return_temp_c": 85,
    "pipe_catalogue": "steam_steel",
}
TOP = STREET | {"id": "top", "carrier": "steam_high", "supply_temp_c": 201, "buildings": ["dye"]}
LET_DOWN = {"carriers": {"high_pressure": "steam_high", "low_pressure": "steam"}}


def buildings_with(folder, service, old, north_deg=0.0):
    """Return buildings whose demand of a service is measured in a file of the folder, which is written."""
    loads = LOADS[service]
    rows = (",".join(f"{kw:.0f}" for kw in row) for row in zip(*loads.values(), strict=True))
    (folder / f"{service}.csv").write_text("\n".join([",".join(loads), *rows]), encoding="utf-8")
    return [
        office(
            name,
            measured={service: {"file": f"{service}.csv", "column": name, "unit": "kW"}},
            bau={service: old},
            lat_deg=lat + north_deg,
            lon_deg=lon,
            connect="never" if name == "lone" else "must",
        )
        for name, (lat, lon) in zip(loads, PLACES, strict=False)
    ]


def write(folder, buildings, networks, technologies, variants):
    """Write a case of buildings with measured demand, and return its folder."""
    case = small_district("Two levels", buildings) | {
        "networks": networks,
        "technologies": technologies,
        "fuels": [{"id": "natural_gas", "price_per_kwh": 0.05, "ghg_kg_per_kwh": 0.202}],
        "variants": {"bau": {"baseline": "frozen"}} | variants,
    }
    case["finance"]["water_price_per_m3"] = 2.0
    (folder / "case.yaml").write_text(yaml.safe_dump(json.loads(json.dumps(case)), sort_keys=False), encoding="utf-8")
    return folder


def write_both(folder):
    """Write a case with two networks of cooling and two of steam on one plant."""
    machines = [
        GRID,
        {"id": "chillers"} | AIR,
        {"id": "warm_chillers"} | AIR | HIGH,
        {"id": "gas", "kind": "fuel_supply", "fuel": "natural_gas"},
        {"id": "boilers", "kind": "steam_boiler", "fuel": "natural_gas", "carriers": {"steam": "steam_high"}},
        {"id": "let_down", "kind": "steam_let_down"} | LET_DOWN,
        {"id": "old", "kind": "individual_chiller", "condenser": "air", "node": "building"},
        {"id": "old_boiler", "kind": "individual_boiler", "fuel": "natural_gas", "node": "building"},
    ]
    users = buildings_with(folder, "cooling", "old") + buildings_with(folder, "steam", "old_boiler", 0.0004)
    networks = [COLD | {"buildings": ["hall"]}, PROCESS, STREET | {"buildings": ["dairy"]}, TOP]
    return write(folder, users, networks, machines, {"two": {}})


@pytest.fixture(scope="module")
def cooling(tmp_path_factory):
    """Return the folder of a case with process cooling at 15 °C beside rooms at 7 °C, and one network for all."""
    machines = [
        GRID,
        {"id": "chillers"} | AIR,
        {"id": "warm_chillers"} | AIR | HIGH,
        {"id": "old", "kind": "individual_chiller", "condenser": "air", "node": "building"},
    ]
    one = {"changes": {"networks": {"process": None}, "technologies": {"warm_chillers": None}}}
    passed_on = {"warm_chillers": None, "plates": {"kind": "chilled_water_exchanger"}}
    variants = {"two": {}, "one": one, "plates": {"changes": {"technologies": passed_on}}}
    folder = tmp_path_factory.mktemp("cooling")
    return write(folder, buildings_with(folder, "cooling", "old"), [COLD, PROCESS], machines, variants)


@pytest.fixture(scope="module")
def cooled(cooling):
    return run(cooling, options=RunOptions(mode="screening")).appraisal


@pytest.fixture(scope="module")
def steam(tmp_path_factory):
    """Return the folder of a case with steam of 15 bar for a dye house and of 4 bar for a dairy, and 15 bar for all."""
    machines = [
        GRID,
        {"id": "gas", "kind": "fuel_supply", "fuel": "natural_gas"},
        {"id": "boilers", "kind": "steam_boiler", "fuel": "natural_gas", "carriers": {"steam": "steam_high"}},
        {"id": "let_down", "kind": "steam_let_down"} | LET_DOWN,
        {"id": "old", "kind": "individual_boiler", "fuel": "natural_gas", "node": "building"},
    ]
    one = {"changes": {"networks": {"street": None, "top": {"buildings": None}}, "technologies": {"let_down": None}}}
    folder = tmp_path_factory.mktemp("steam")
    return write(folder, buildings_with(folder, "steam", "old"), [STREET, TOP], machines, {"two": {}, "one": one})


@pytest.fixture(scope="module")
def steamed(steam):
    return run(steam, options=RunOptions(mode="screening")).appraisal


@pytest.fixture(scope="module")
def district(cooling):
    return workflow.prepare(workflow.variant_case(workflow.load_case(cooling), "two"))


def test_each_demand_arrives_at_its_own_network(district):
    """Proves: rooms draw 7 °C water, processes 15 °C water, each with the gains of its own pipes and pumps alone.

    If ignored: one network serves all, or the demand of a building is counted in both.
    """
    served = {("hall", "cooling"): "cold", ("press", "cooling"): "process", ("mold", "cooling"): "process"}
    assert district.served() == served
    demand = prepare_system(district, {}).demand
    cold, process = district.designs
    loads = LOADS["cooling"]
    for design, kw in ((cold, loads["hall"]), (process, loads["press"] + loads["mold"])):
        drawn = demand["energy_center", design.carrier]
        assert drawn == pytest.approx(kw + design.heat_gain_kw + design.pump_heat_kw, abs=2e-3)
    assert cold.heat_gain_kw.sum() / cold.length_m > 1.5 * process.heat_gain_kw.sum() / process.length_m
    pumps = cold.pump_power_kw + process.pump_power_kw
    assert demand["energy_center", "electricity"] == pytest.approx(pumps)
    assert ("lone", "chilled_water") not in demand


def test_networks_share_the_buildings_out(district):
    """Proves: a list is for those in it, and the network without one takes the rest, service by service.

    If ignored: a building hangs on two networks, or on none.
    """
    case = district.case
    cold, process = case.networks
    assert [offered(case, cold, b.id) for b in case.buildings] == [("cooling",), (), (), ("cooling",)]
    assert [offered(case, process, b.id) for b in case.buildings] == [(), ("cooling",), ("cooling",), ()]
    heat = cold.model_copy(update={"id": "heat", "service": ("heating", "hot_water"), "carrier": "hot_water"})
    few = {"id": "low", "service": "heating", "carrier": "hot_water_low", "buildings": ("mold",)}
    low = heat.model_copy(update=few)
    both = case.model_copy(update={"networks": (heat, low)})
    assert offered(both, heat, "hall") == ("heating", "hot_water")
    assert (offered(both, heat, "mold"), offered(both, low, "mold")) == (("hot_water",), ("heating",))
    choosing = tuple(b.model_copy(update={"connect": "optional"}) for b in case.buildings if b.id == "hall")
    assert may_choose(case.model_copy(update={"buildings": choosing}))
    assert not may_choose(case.model_copy(update={"buildings": choosing, "networks": (process,)}))


def test_air_has_the_pressure_of_the_compressors_that_feed_it(district):
    """Proves: of two levels of compressed air at one plant each has the pressure and leaks of its own compressors.

    If ignored: instrument air of 7 bar would be laid for 10 bar, and both levels share joint cost by one pressure.
    """
    case = district.case
    of_air = {"id": "air", "carrier": "compressed_air", "service": "compressed_air"}
    air = case.networks[0].model_copy(update=of_air | {"pipe_catalogue": "compressed_air_steel"})
    top = air.model_copy(update={"id": "top", "carrier": "compressed_air_high", "buildings": ("press",)})
    screws = AirCompressor(id="screws", pressure_bar=7, leakage_frac=0.1)
    high = AirCompressor(id="high", pressure_bar=10, leakage_frac=0, carriers={"air": "compressed_air_high"})
    case = case.model_copy(update={"networks": (air, top), "technologies": (high, screws)})
    profiles = replace(district.profiles, demand=district.profiles.demand | {"compressed_air": np.ones((4, 8760))})
    gases = [network_request(case, n, profiles, {}).gas for n in case.networks]
    assert [g.pressure_bar for g in gases] == [7.0, 10.0]
    assert gases[0].leakage_frac == 0.0  # the compressors make up for leaks already
    assert gases[1].leakage_frac > 0.0


def test_each_chiller_has_the_cop_of_its_own_water(district):
    """Proves: the chiller on 15 °C water draws what the same chiller draws in a plant that makes 15 °C water alone.

    If ignored: the better COP, for which the second network is laid, is lost or given to all.
    """
    site = conditions_of(district, workflow.for_model(workflow.refrigerants_of_case(district.case)))
    cold, warm = (next(t for t in district.case.technologies if t.id == name) for name in ("chillers", "warm_chillers"))
    warmer = district.case.networks[0].model_copy(update={"supply_temp_c": 15.0, "return_temp_c": 20.0})
    plain = replace(district, case=district.case.model_copy(update={"networks": (warmer,)}), designs=())
    alone = conditions_of(plain, site.refrigerants)
    at_7, at_15, by_itself = cold.prepare(site), warm.prepare(site), cold.prepare(alone)
    for name, values in by_itself.items():
        assert np.asarray(at_15[name]) == pytest.approx(np.asarray(values)), name
    saved = 1.0 - np.asarray(at_15["power_per_cooling"]) / np.asarray(at_7["power_per_cooling"])
    assert 0.15 < saved.min() < saved.max() < 0.45  # 2 to 4 % per kelvin of warmer water


def test_levels_count_together_in_what_bounds_flows(district):
    """Proves: electricity may supply the cooling of both levels, and what each level draws is bounded by all cooling.

    If ignored: a bound from one level alone cuts off the plant of the other.
    """
    system = prepare_system(district, {})
    peaks = [float(system.demand["energy_center", d.carrier].max()) for d in district.designs]
    for carrier in ("chilled_water", "chilled_water_high"):
        assert reach_kw(system, "energy_center", carrier) == pytest.approx(2.0 * sum(peaks))
    assert reach_kw(system, "energy_center", "electricity") > 2.0 * sum(peaks)


def test_two_levels_of_cooling_balance_and_save(cooled):
    """Proves: every building gets its demand in every variant, the balances close, and warmer water saves power.

    If ignored: process cooling at 15 °C would cost the power of 7 °C, or be delivered twice.
    """
    balance = cooled.tables["energy_balance"]
    demand = balance.query("kind == 'demand'").groupby(["variant", "node"])["kwh"].sum()
    heat = balance.query("variant == 'two' and kind == 'pump' and carrier != 'electricity'").set_index("node")["kwh"]
    kwh = {name: float(kw.sum()) for name, kw in LOADS["cooling"].items()}
    assert demand["two", "cold"] == pytest.approx(kwh["hall"], rel=1e-4)
    assert demand["two", "process"] == pytest.approx(kwh["press"] + kwh["mold"], rel=1e-4)
    assert demand["two", "buildings"] == pytest.approx(kwh["lone"], rel=1e-4)
    assert demand["one", "cold"] == pytest.approx(sum(kwh.values()) - kwh["lone"], rel=1e-4)
    assert demand["bau", "buildings"] == pytest.approx(sum(kwh.values()), rel=1e-4)
    equipment = cooled.tables["equipment"].set_index(["variant", "technology"])
    networks = cooled.tables["networks"].set_index(["variant", "network"])
    for network, chillers in (("cold", "chillers"), ("process", "warm_chillers")):
        pipes = networks.loc["two", network]
        supplied = pipes["delivered_kwh"] + pipes["gain_or_loss_kwh"] + heat[network]
        assert equipment.loc[("two", chillers), "output_kwh"] == pytest.approx(supplied, rel=1e-6)
    cop = equipment["performance"]
    assert cop["two", "warm_chillers"] > 1.3 * cop["two", "chillers"]
    assert cop["two", "chillers"] == pytest.approx(cop["one", "chillers"], rel=0.05)
    bought = balance.query("carrier == 'electricity' and direction == 'out'").groupby("variant")["kwh"].sum()
    assert bought["two"] < bought["one"] < bought["bau"]
    assert bought["plates"] == pytest.approx(bought["one"], rel=0.01)  # all is made at 7 °C
    made = equipment["output_kwh"]
    assert made["plates", "plates"] == pytest.approx(made["two", "warm_chillers"], rel=1e-6)
    drawn = balance.query("variant == 'plates' and technology == 'cold' and node == 'energy_center'")["kwh"].sum()
    assert made["plates", "chillers"] == pytest.approx(made["plates", "plates"] + drawn, rel=1e-6)
    assert networks.loc["two"]["trench_m"].sum() == pytest.approx(networks.loc["one", "cold"]["trench_m"])
    buildings = cooled.tables["buildings"].set_index("building")["networks"]
    assert buildings.fillna("").to_dict() == {"hall": "cold", "press": "process", "mold": "process", "lone": ""}


def test_levelized_cost_of_a_service_of_two_networks(cooled):
    """Proves: levelized cost of cooling times what both networks and the building alone get is the life-cycle cost.

    If ignored: pipes of one of the networks are borne by nobody, or by both.
    """
    kpis = cooled.tables["kpis"].query("variant == 'two'").set_index("id")["value"]
    factors = float((1.08 ** -np.arange(1.0, 21.0)).sum())
    kwh = sum(float(kw.sum()) for kw in LOADS["cooling"].values())
    assert kpis["lcoc"] * kwh * factors == pytest.approx(kpis["life_cycle_cost"], rel=1e-4)


def test_levelized_cost_of_each_network(cooled):
    """Proves: cost and energy of the networks and of the building alone add up to those of the service.

    Process cooling bears less of the bought power than of the energy, by hand from the power its chillers draw.
    If ignored: water of 15 °C would cost what water of 7 °C does, or the rows would not be the service's cost.
    """
    rows = cooled.tables["network_costs"].query("variant == 'two'").fillna({"network": ""}).set_index("network")
    kpis = cooled.tables["kpis"].query("variant == 'two'").set_index("id")["value"]
    kwh = {name: float(kw.sum()) for name, kw in LOADS["cooling"].items()}
    given = {"cold": kwh["hall"], "process": kwh["press"] + kwh["mold"], "": kwh["lone"]}
    assert rows["delivered"].to_dict() == pytest.approx(given, rel=1e-4)
    assert rows["cost_per_a"].sum() == pytest.approx(kpis["lcoc"] * sum(given.values()), rel=1e-4)
    assert (rows["unit_cost"] * rows["delivered"]).to_dict() == pytest.approx(rows["cost_per_a"].to_dict())
    flows = cooled.tables["reconciliation"].query("variant == 'two' and step == 'yearly'").set_index("line")["ledger"]
    bought = (flows["electricity"]) / (rows["cost_per_a"] - rows["network_cost_per_a"])[["cold", "process"]].sum()
    power = cooled.tables["energy_balance"].query("variant == 'two' and carrier == 'electricity' and direction == 'in'")
    drawn = power.groupby("technology")["kwh"].sum()
    of_process = drawn["warm_chillers"] / (drawn["chillers"] + drawn["warm_chillers"])  # pumps beside: 3 % of all
    of_energy = given["process"] / (given["cold"] + given["process"])
    share = bought * of_process + (1.0 - bought) * of_energy
    assert rows.loc["process", "share_frac"] == pytest.approx(share, abs=0.01)
    assert of_process < of_energy - 0.05
    assert cooled.tables["network_costs"].query("variant == 'one'").empty


def test_boilers_of_bau_make_the_steam_of_their_network(steam):
    """Proves: today's boiler of the dye house makes 15 bar, that of the dairy 4 bar, with feedwater by hand.

    If ignored: BAU counts one pressure for all, and the difference to the project is none of the project's.
    """
    case = workflow.load_case(steam)
    bau = workflow.prepare(workflow.variant_case(case, "bau"))
    runs = workflow.run_individual(bau, [("dye", "steam"), ("dairy", "steam")], conditions_of(bau, {}))
    boiler = next(t for t in case.technologies if t.id == "old")
    for r, level in zip(runs, ((201.0, 85.0), (152.0, 85.0)), strict=True):
        heat, _ = raised(*level, boiler.condensate_return_frac, boiler.blow_down_frac)
        standby = boiler.standby_frac * r.operation.capacity_kw
        fired = (r.demand_kw * heat + standby) / boiler.efficiency_frac
        assert r.operation.inputs_kw["natural_gas"] == pytest.approx(fired, rel=2e-3)
        assert r.operation.water_m3_per_h.sum() == pytest.approx(
            float(r.demand_kw.sum()) * raised(*level, boiler.condensate_return_frac, boiler.blow_down_frac)[1] / 1000.0
        )


def test_two_pressures_of_steam_balance(steamed):
    """Proves: boilers make the steam of both networks, and the let-down station passes on that of the street.

    Tonnes are those of each pressure in BAU and project. If ignored: steam comes from nowhere, or tonnes differ
    between sides that deliver the same.
    """
    balance = steamed.tables["energy_balance"].query("variant == 'two'")
    kwh = {name: float(kw.sum()) for name, kw in LOADS["steam"].items()}
    demand = balance.query("kind == 'demand'").groupby("node")["kwh"].sum()
    assert demand.to_dict() == pytest.approx({"street": kwh["dairy"], "top": kwh["dye"]}, rel=1e-4)
    drawn = balance.query("kind == 'network' and direction == 'in' and node == 'energy_center'").set_index("technology")
    made = balance.query("direction == 'out'").set_index("technology")["kwh"]
    assert made["let_down"] == pytest.approx(drawn.loc["street", "kwh"], rel=1e-6)
    assert made["boilers"] == pytest.approx(drawn.loc["top", "kwh"] + made["let_down"], rel=1e-6)
    kpis = steamed.tables["kpis"].query("variant == 'two'").set_index("id")
    tonnes = sum(3.6 * kwh[n] / useful_kj_per_kg(c, 85.0) for n, c in (("dye", 201.0), ("dairy", 152.0)))
    assert kpis.loc["steam", "value"] == pytest.approx(tonnes, rel=1e-4)
    assert kpis.loc["steam", "bau"] == pytest.approx(tonnes, rel=1e-4)


def test_two_services_of_two_networks_each(tmp_path):
    """Proves: beside steam at two pressures cooling bears its part of the plant alone, and its networks share that.

    Rows of each service add up to its levelized cost, those of both to the life-cycle cost. The bought share is that of
    the service: all of the electricity is of cooling. If ignored: the networks of cooling share what steam bears too,
    or gas of the boilers goes to water of 7 °C.
    """
    write_both(tmp_path)
    tables = run(tmp_path, options=RunOptions(mode="screening")).appraisal.tables
    kpis = tables["kpis"].query("variant == 'two'").set_index("id")["value"]
    rows = tables["network_costs"].fillna({"network": ""}).set_index(["service", "network"])
    assert list(rows.index) == [
        ("cooling", "cold"), ("cooling", "process"), ("cooling", ""), ("steam", "street"), ("steam", "top"),
    ]  # fmt: skip
    sums = rows.groupby("service")[["delivered", "cost_per_a", "share_frac"]].sum()
    given = {s: sum(float(kw.sum()) for kw in loads.values()) for s, loads in LOADS.items()}
    assert sums["delivered"].to_dict() == pytest.approx(given, rel=1e-4)
    assert sums["share_frac"].to_dict() == pytest.approx({"cooling": 1.0, "steam": 1.0})
    of_service = sums["cost_per_a"] / sums["delivered"]
    assert of_service.to_dict() == pytest.approx({"cooling": kpis["lcoc"], "steam": kpis["lcos"]}, rel=1e-6)
    factors = float((1.08 ** -np.arange(1.0, 21.0)).sum())
    assert sums["cost_per_a"].sum() * factors == pytest.approx(kpis["life_cycle_cost"], rel=1e-6)
    flows = tables["reconciliation"].query("variant == 'two' and step == 'yearly'").set_index("line")["ledger"]
    plant = (rows["cost_per_a"] - rows["network_cost_per_a"])["cooling"][["cold", "process"]]
    bought = flows["electricity"] / plant.sum()
    power = tables["energy_balance"].query("variant == 'two' and carrier == 'electricity' and node == 'energy_center'")
    drawn = power.query("direction == 'in'").groupby("technology")["kwh"].sum()
    warm, cold = (drawn[[m, p]].sum() for m, p in (("warm_chillers", "process pumps"), ("chillers", "cold pumps")))
    of_energy = rows["delivered"]["cooling", "process"] / rows["delivered"]["cooling"][["cold", "process"]].sum()
    share = bought * warm / (warm + cold) + (1.0 - bought) * of_energy
    assert rows.loc[("cooling", "process"), "share_frac"] == pytest.approx(share, abs=1e-3)
    unit = rows["unit_cost"]
    assert unit["cooling", "process"] < unit["cooling", "cold"]
    assert unit["steam", "top"] < unit["steam", "street"]  # more of it through pipes of the same length
