"""A network that carries heating and hot water on the same pipes, solved by hand."""

from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edsim.case.checks.hot_water import check_hot_water
from edsim.case.joining import Joining, Serving
from edsim.case.offers import may_choose
from edsim.network import design_network
from edsim.network.district import District
from edsim.network.feedback import sized_tree
from edsim.network.from_case import network_economics, network_request
from edsim.network.pipes.catalogue import ets_cost_usd
from edsim.network.taken import taken_services
from edsim.workflow import load_case

FOLDER = Path(__file__).parents[2] / "cases" / "two_services"
EVEN = np.arange(8760) % 2 == 0


LOADS = {
    "heating": np.array([np.where(EVEN, 60.0, 20.0), np.full(8760, 50.0), np.zeros(8760)]),
    "hot_water": np.array([np.where(EVEN, 10.0, 40.0), np.full(8760, 15.0), np.zeros(8760)]),
    "cooling": np.zeros((3, 8760)),
}
"""Hotel, office and homes, kW; the homes stand empty."""


@pytest.fixture(scope="module")
def case():
    return load_case(FOLDER)


@pytest.fixture(scope="module")
def profiles():
    weather = SimpleNamespace(dry_bulb_temp_c=np.full(8760, 14.0))
    return SimpleNamespace(demand=LOADS, weather=weather, building_ids=("hotel", "hall", "homes"))


@pytest.fixture(scope="module")
def request_(case, profiles):
    return network_request(case, case.networks[0], profiles, {})


@pytest.fixture(scope="module")
def design(request_):
    return design_network(request_)


def test_peaks_and_stations_by_hand(design, request_):
    """Proves: pipes carry the peak of the sum, 120 and 50 kW; a station has an exchanger for each peak, 60 + 40 kW.

    The office refuses hot water and the homes have no demand: 15 kW are not delivered and no pipe is laid to the homes.
    If ignored: pipes for peaks that never meet, or a station too small for its showers.
    """
    assert design.connected_building_ids == ("hotel", "hall")
    assert design.length_m == pytest.approx(150.0)
    assert sorted(design.edges.peak_kw) == pytest.approx([50.0, 120.0])
    by_hour = (design.plant_heat_kw - design.heat_gain_kw)[:2]
    assert by_hour == pytest.approx([60.0 + 10.0 + 50.0, 20.0 + 40.0 + 50.0])
    price = request_.economics.currency_per_usd
    assert design.capex_ets == pytest.approx(float(ets_cost_usd(np.array([60.0 + 40.0, 50.0])).sum()) * price)


def test_loss_and_temperature_behind_the_station_by_hand(design, request_):
    """Proves: both pipes lose U L (60 - ground) and the office's water is colder by the supply's loss over m cp."""
    tree = sized_tree(request_, design)
    u_l = float(((tree.own_w_per_mk - tree.neighbor_w_per_mk) * tree.length_m).sum())
    loss_kw = 2.0 * u_l * (0.5 * (75.0 + 45.0) - 14.0) / 1000.0
    assert design.heat_gain_kw.mean() == pytest.approx(loss_kw, rel=0.03)
    flow = design.plant_flow_kg_per_s[0]
    assert flow == pytest.approx(120.0 / (4.18 * 30.0), rel=0.02)
    assert 74.0 < design.worst_supply_temp_c.min() < 75.0
    assert design.worst_supply_temp_c.min() - 1.5 >= 60.0


def test_only_what_is_dug_is_shared_with_the_next_network(case, profiles, design):
    """Proves: along a pipe that lay there before nobody digs; what is known by length is no line on the map.

    If ignored: the next network gets its trench for half, or along a line that was only drawn.
    """
    edges = replace(design.edges, capex_civil=np.array([0.0, 9000.0]))
    laid = (replace(design, edges=edges),)
    after = network_request(case, case.networks[0], profiles, {}, laid)
    assert after.shared_trenches == ()
    assert after.shared_ends == ((edges.from_node[1], edges.to_node[1], edges.length_m[1]),)
    spec = case.networks[0].model_copy(update={"trenches": None})
    on_map = case.model_copy(update={"networks": (spec,)})
    after = network_request(on_map, spec, profiles, {}, laid)
    assert after.shared_trenches == design.edges.geometry[1:]
    assert after.shared_ends == ()


def test_pipes_bear_contingency_as_machines_do(case, profiles):
    """Proves: routing weighs pipes with 10 % contingency and 15 % engineering. If ignored: too many would connect."""
    added = case.finance.model_copy(update={"contingency_frac": 0.10, "engineering_frac": 0.15})
    bare = case.finance.model_copy(update={"contingency_frac": 0.0, "engineering_frac": 0.0})
    dear, cheap = (
        network_request(case.model_copy(update={"finance": f}), case.networks[0], profiles, {}).economics
        for f in (added, bare)
    )
    assert dear.annuity_frac == pytest.approx(1.25 * cheap.annuity_frac)


def test_who_is_served_with_what(case, profiles, design):
    """Proves: each building is served with what it takes; the rest stays with the machine of BAU."""
    served = District(case, profiles, (design,)).served()
    assert served == {("hotel", "heating"): "heat", ("hotel", "hot_water"): "heat", ("hall", "heating"): "heat"}


def test_water_too_cold_for_taps_is_refused(case):
    """Proves: 61 °C through a station of 1.5 K does not heat water to 60 °C, of the network and of levels to choose.

    Buildings that refuse hot water, or need it less hot, do not count.
    """
    assert not list(check_hot_water(case))
    cooler = case.networks[0].model_copy(update={"supply_temp_c": 61.0})
    levels = case.variants["district"].model_copy(update={"levels_c": {"heat": ((75.0, 45.0), (60.5, 40.0))}})
    cold = case.model_copy(update={"networks": (cooler,), "variants": {"district": levels}})
    of_network, of_levels = check_hot_water(cold)
    assert (of_network.code, of_network.got, of_network.allowed) == ("E174", "61 °C", "≥ 61.5 °C")
    assert of_network.params["buildings"] == "hotel, homes"
    assert (of_levels.field, of_levels.got) == ("variants.district.levels_c.heat", "60.5 °C")
    fresh = tuple(b.model_copy(update={"archetype": {"dhw_temp_c": 50.0}}) for b in case.buildings)
    assert not list(check_hot_water(cold.model_copy(update={"buildings": fresh})))


def test_a_trace_of_demand_lays_no_pipe(case, profiles):
    """Proves: 57 kWh a year of 6000 m2 count as none, 63 kWh as a demand; none is laid for what nobody needs."""
    for kwh, taken in ((57.0, set()), (63.0, {"hotel"})):
        demand = LOADS | {"cooling": np.array([[kwh / 8760.0] * 8760, np.zeros(8760), np.zeros(8760)])}
        traces = SimpleNamespace(**{**vars(profiles), "demand": demand})
        assert set(taken_services(case, case.networks[1], traces)) == taken


def test_how_a_building_joins(case):
    """Proves: a service overrules `connect`; a network reaches whom any of its services must; the rest comes along."""
    both = Serving(service=("heating", "hot_water", "heating"))
    assert both.services == ("heating", "hot_water")
    assert Serving(service="cooling").services == ("cooling",)
    homes = Joining(connect_cooling="never")
    assert homes.takes(("cooling", *both.services)) == both.services
    only_heat = Joining(connect="never", connect_heating="must")
    assert (only_heat.joins(both.services), only_heat.takes(both.services)) == ("must", ("heating",))
    assert only_heat.joins(("cooling",)) == "never"
    choosing = Joining(connect="optional", connect_heating="must")
    assert choosing.joins(both.services) == "must"
    hotel = case.buildings[0].model_copy(update={"connect": "optional", "connect_heating": "must"})
    heat, cold = case.networks
    assert may_choose(case.model_copy(update={"buildings": (hotel,), "networks": (cold,)}))
    assert not may_choose(case.model_copy(update={"buildings": (hotel,), "networks": (heat,)}))
    assert choosing.connecting("never", ("optional",)).takes((*both.services, "cooling")) == ("heating",)
    assert not only_heat.connecting("never").takes(both.services)


@pytest.mark.parametrize(("supply", "drop"), [(80.0, 10.0), (66.0, 4.5), (61.5, 0.5)])
def test_taps_set_how_far_the_water_may_cool(case, profiles, supply, drop):
    """Proves: stations with an approach of 1.5 K and taps of 60 °C leave 4.5 K of 66 °C to the way.

    If ignored: bypasses keep 56 °C at taps that need 60.
    """
    spec = case.networks[0].model_copy(update={"supply_temp_c": supply})
    assert network_request(case, spec, profiles, {}).temperatures.allowed_drop_k == pytest.approx(drop)
    rooms = spec.model_copy(update={"service": "heating"})
    assert network_request(case, rooms, profiles, {}).temperatures.allowed_drop_k == 10.0


def test_energy_lost_on_the_way_is_worth_what_makes_it(case) -> None:
    """Proves: a kWh of cold lost costs a quarter of a kWh of power, one of heat the cheapest fuel, without fuel power.

    If ignored: routing weighs losses of chilled water at sixteen times their price.
    """
    power = 0.12
    tariff = case.tariffs[0].model_copy(update={"energy_per_kwh": power, "spot_file": None})
    gas = SimpleNamespace(price_per_kwh=0.05)
    warm = case.networks[0]
    cold = warm.model_copy(update={"supply_temp_c": 6.0, "return_temp_c": 13.0})
    priced = case.model_copy(update={"tariffs": (tariff,), "fuels": (gas, SimpleNamespace(price_per_kwh=0.09))})
    assert network_economics(priced, cold).plant_energy_cost_per_kwh == pytest.approx(power / 4.0)
    assert network_economics(priced, warm).plant_energy_cost_per_kwh == pytest.approx(0.05)
    assert network_economics(priced.model_copy(update={"fuels": ()}), warm).plant_energy_cost_per_kwh == pytest.approx(
        power
    )
    island = network_economics(priced.model_copy(update={"tariffs": ()}), cold)
    assert island.electricity_price_per_kwh == pytest.approx(0.05 / 0.38)
