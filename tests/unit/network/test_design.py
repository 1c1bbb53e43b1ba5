"""The chain from a request to a checked network."""

import json
from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.network import (
    ExistingPipe,
    LengthOnlyTrench,
    NetworkBuilding,
    NetworkPlant,
    NetworkTemperatures,
    PipeRules,
    StreetLine,
    design_network,
    to_geojson,
)
from edsim.network.layout import route_candidates
from edsim.network.pipes.catalogue import ets_cost_usd, surface_factor
from edsim.network.pipes.costing import EdgeCosts
from edsim.network.places.candidates import build_candidates


def test_every_building_is_served_by_a_tree_from_the_plant(designed):
    """Proves: all must-connect buildings hang on one tree, one trench per node but the root. If ignored: loops."""
    design = designed(6)
    assert design.connected_building_ids == tuple(f"b{i}" for i in range(6))
    assert len(design.edges) == len(design.nodes) - 1
    assert len(set(design.edges.to_node)) == len(design.edges)


def test_energy_balance_of_the_year(request_of, designed):
    """Proves: plant load is demand plus a positive gain. If ignored: losses vanish."""
    request = request_of()
    design = designed(6)
    np.testing.assert_allclose(design.plant_heat_kw, request.demand_kw.sum(axis=0) + design.heat_gain_kw, rtol=1e-9)
    assert (design.heat_gain_kw > 0.0).all()


def test_trenches_respect_the_limits(request_of, designed):
    """Proves: gradient, velocity and capacity hold at every trench's own peak. If ignored: over-velocity."""
    request = request_of(12)
    edges = designed(12).edges
    assert (edges.pressure_gradient_pa_per_m <= request.pipes.max_gradient_pa_per_m * 1.001).all()
    assert (edges.velocity_m_per_s <= request.pipes.max_velocity_m_per_s).all()
    assert (edges.peak_kw <= edges.capacity_kw * 1.001).all()


def test_no_trench_is_smaller_than_one_it_feeds(designed):
    """Proves: DN never grows away from the plant. If ignored: bad diversity makes a bottleneck."""
    edges = designed(12).edges
    dn_into = dict(zip(edges.to_node, edges.dn, strict=True))
    for start, dn in zip(edges.from_node, edges.dn, strict=True):
        assert dn_into.get(start, 10_000) >= dn


def test_diversity_sizes_by_the_coincident_peak(request_of):
    """Proves: buildings that peak at different hours need less than the sum of peaks. If ignored: oversized mains."""
    request = request_of(2)
    night = np.roll(request.demand_kw[0], 12)
    design = design_network(replace(request, demand_kw=np.array([request.demand_kw[0], night])))
    main = int(np.argmax(design.edges.n_downstream))
    both = request.demand_kw[0].max() + night.max()
    assert design.edges.peak_kw[main] == pytest.approx(float((request.demand_kw[0] + night).max()))
    assert design.edges.peak_kw[main] < 0.7 * both


def test_optional_buildings_connect_only_when_they_pay(request_of):
    """Proves: prizes decide the connection. If ignored: all or none would be connected in both cases."""
    request = request_of()
    for avoided, served in ((1.0, 0), (1e6, 6)):
        buildings = tuple(replace(b, connection="optional", avoided_cost_per_a=avoided) for b in request.buildings)
        design = design_network(replace(request, buildings=buildings))
        assert len(design.connected_building_ids) == served
    none = design_network(
        replace(request, buildings=tuple(replace(b, connection="optional") for b in request.buildings))
    )
    assert none.capex == 0.0
    assert none.heat_gain_kw.sum() == 0.0
    assert any(f.code == "W407" for f in none.findings)


def test_a_station_is_charged_over_its_own_life(request_of):
    """Proves: where trenches cost nothing routing pays a station's 25 a at 8 % and upkeep, and none of compressed air.

    If ignored: who may connect is charged the 30 a of the pipes and no upkeep, and air a station it has not.
    """
    for carrier, stations in (("chilled_water", 1.0), ("compressed_air", 0.0)):
        request = request_of(1, carrier=carrier)
        graph, free = build_candidates(request, [0]), np.full(2, 1e-12)
        costs = EdgeCosts(np.array([1.0, 1e6]), free, free, free, 0.0, 0.0)
        a_year = stations * float(ets_cost_usd(request.demand_kw.max())) * (0.08 / (1.0 - 1.08**-25) + 0.03)
        assert route_candidates(request, [0], graph, costs).cost_per_a == pytest.approx(a_year, abs=1e-6)


def test_forbidden_and_empty_buildings_are_left_out(request_of):
    """Proves: a forbidden building and one without demand get no pipe, the second with a warning."""
    request = request_of()
    demand = request.demand_kw.copy()
    demand[1] = 0.0
    demand[2, 5] = np.nan
    buildings = (replace(request.buildings[0], connection="forbidden"), *request.buildings[1:])
    design = design_network(replace(request, buildings=buildings, demand_kw=demand))
    assert design.connected_building_ids == ("b3", "b4", "b5")
    assert [f.code for f in design.findings if f.code == "W402"] == ["W402", "W402"]


def test_without_streets_a_planar_tree_is_laid(request_of):
    """Proves: no street data still gives a tree, and says so. If ignored: lengths-only studies fail."""
    design = design_network(request_of(streets=()))
    assert len(design.edges) == len(design.nodes) - 1
    assert [f.field for f in design.findings if f.code == "W401"] == ["networks.cold.streets"]


@pytest.mark.medium
def test_several_plants_make_a_forest(request_of, place):
    """Proves: two plants share the district; every tree has one root."""
    request = request_of(9)
    plants = (*request.plants, NetworkPlant("north", *place(150.0, 330.0)))
    design = design_network(replace(request, plants=plants))
    roots = set(design.edges.from_node) - set(design.edges.to_node)
    assert roots <= {"plant-plant", "plant-north"}
    assert len(design.connected_building_ids) == 9


@pytest.mark.medium
def test_an_existing_pipe_is_free_and_a_small_one_is_replaced(request_of, designed, place):
    """Proves: a sufficient old pipe costs nothing; a small one is named and paid for as new."""
    request = request_of()
    line = (place(-10.0, 0.0), place(310.0, 0.0))
    free = design_network(replace(request, existing_pipes=(ExistingPipe(line, 500),)))
    small = design_network(replace(request, existing_pipes=(ExistingPipe(line, 20),)))
    assert free.capex_civil < designed(6).capex_civil
    assert any(f.code == "W405" for f in small.findings)


def test_shared_trench_pays_the_width_increment(request_of, designed):
    """Proves: civil cost falls where another network digs already. If ignored: the trench is paid twice."""
    request = request_of()
    shared = tuple(s.line for s in request.streets)
    alone, together = designed(6), design_network(replace(request, shared_trenches=shared))
    assert together.capex_civil < 0.8 * alone.capex_civil


@pytest.mark.parametrize("by", ["streets", "straight lines", "lengths"])
def test_a_second_network_on_the_same_way_pays_the_width_increment_everywhere(request_of, by):
    """Proves: service lines, straight lines and trenches by length are dug once. If ignored: paid twice."""
    trenches = (LengthOnlyTrench("plant", "square", 90.0), LengthOnlyTrench("square", "b0", 30.0))
    request = replace(request_of(1), trenches=trenches if by == "lengths" else ())
    request = replace(request, streets=()) if by == "straight lines" else request
    first = design_network(request)
    ends = tuple(zip(first.edges.from_node, first.edges.to_node, first.edges.length_m.tolist(), strict=True))
    second = design_network(replace(request, shared_trenches=first.edges.geometry, shared_ends=ends))
    assert (second.edges.dn == first.edges.dn).all()
    assert second.capex_civil == pytest.approx(surface_factor("shared_trench") * first.capex_civil)


def test_upkeep_of_pipes_weighs_in_what_is_laid(request_of):
    """Proves: routing charges the yearly maintenance of what it lays. If ignored: pipes look cheaper than they are."""
    request = request_of(1)
    kept = replace(request.economics, om_frac=0.03)
    plain, upkept = (design_network(replace(request, economics=e)) for e in (request.economics, kept))
    assert (upkept.edges.dn == plain.edges.dn).all()
    yearly = 0.03 * (plain.capex_pipe + plain.capex_civil)
    assert upkept.routing_cost_per_a - plain.routing_cost_per_a == pytest.approx(yearly, rel=0.15)


def test_the_summary_shows_both_figures_behind_the_gap(designed):
    """Proves: cost and bound of the routing give the gap again. If ignored: nobody can compute it from what is told."""
    told = designed(6).summary()
    cost, bound = told["routing_cost_per_a"], told["routing_bound_per_a"]
    assert 0.0 < bound <= cost
    assert told["gap_frac"] == pytest.approx((cost - bound) / cost, abs=1e-9)


def test_warm_soil_costs_more_gain_than_cool_soil(request_of, designed):
    """Proves: the ground wave reaches the gain. If ignored: both are equal."""
    request = request_of()
    cool = replace(request, dry_bulb_temp_c=request.dry_bulb_temp_c - 10.0)
    assert design_network(cool).heat_gain_kw.sum() < 0.6 * designed(6).heat_gain_kw.sum()


def test_low_delta_t_raises_pumping(request_of, designed):
    """Proves: part-load sag of the temperature difference costs pump energy. If ignored: flow is underrated."""
    request = request_of()
    firm = replace(request, temperatures=NetworkTemperatures(5.0, 13.0, 1.5, 60.0))
    assert design_network(firm).pump_power_kw.sum() < 0.95 * designed(6).pump_power_kw.sum()


def test_heating_network_loses_heat_and_falls_in_temperature(request_of):
    """Proves: losses count as extra load and the farthest station is colder than the plant."""
    request = request_of(carrier="hot_water", temperatures=NetworkTemperatures(75.0, 45.0, 4.0, 60.0))
    design = design_network(request)
    assert (design.heat_gain_kw > 0.0).all()
    assert design.worst_supply_temp_c.max() < 75.0


def test_geojson_is_valid_and_in_degrees(designed):
    """Proves: RFC 7946 structure with lon/lat near the site."""
    design = designed(6)
    data = json.loads(json.dumps(to_geojson(design), allow_nan=False, default=float))
    lines = [f for f in data["features"] if f["geometry"]["type"] == "LineString"]
    assert len(lines) == len(design.edges)
    lon, lat = lines[0]["geometry"]["coordinates"][0]
    assert lon == pytest.approx(-75.57, abs=0.02)
    assert lat == pytest.approx(6.25, abs=0.02)


def _far(request, place):
    return replace(request, buildings=(NetworkBuilding("far", *place(2000.0, 2000.0)), *request.buildings[1:]))


def _metres(request, _):
    return replace(request, buildings=(NetworkBuilding("m", 435_000.0, 690_000.0), *request.buildings[1:]))


def _swapped(request, _):
    b = request.buildings[0]
    return replace(request, buildings=(NetworkBuilding("s", b.lat - 90.0, b.lon - 40.0), *request.buildings[1:]))


def _cut_off(request, place):
    island = StreetLine((place(5000.0, 5000.0), place(5100.0, 5000.0)))
    there = NetworkBuilding("island", *place(5050.0, 5010.0))
    return replace(request, streets=(*request.streets, island), buildings=(there, *request.buildings[1:]))


@pytest.mark.parametrize(
    ("change", "code", "words"),
    [
        (_far, "E412", "far"),
        (_metres, "E410", "metres"),
        (_swapped, "E410", "swapped"),
        (_cut_off, "E414", "to island"),
        (lambda r, _: replace(r, plants=()), "E415", "plant"),
        (lambda r, p: replace(r, plants=(NetworkPlant("lost", *p(3000.0, 0.0)),)), "E413", "lost"),
        (lambda r, _: replace(r, demand_kw=r.demand_kw[:, :100]), "E403", "8760"),
        (lambda r, _: replace(r, demand_kw=-r.demand_kw), "E403", "negative"),
        (lambda r, _: replace(r, demand_kw=[["many"]]), "E403", "demand_kw: not numbers"),
        (lambda r, _: replace(r, carrier="chilled"), "E403", "chilled_water"),
        (lambda r, _: replace(r, temperatures=None), "E403", "NetworkTemperatures"),
        (lambda r, _: replace(r, buildings=("b0",)), "E403", "NetworkBuilding"),
        (lambda r, _: replace(r, buildings=(replace(r.buildings[0], connection="maybe"),)), "E403", "optional"),
        (lambda r, _: replace(r, dry_bulb_temp_c=r.dry_bulb_temp_c + 273.15), "E403", "kelvin"),
        (lambda r, _: replace(r, pipes=replace(r.pipes, cover_m=80.0)), "E403", "lengths in meters"),
        (lambda r, _: replace(r, pipes=replace(r.pipes, pump_efficiency_frac=70.0)), "E403", "shares"),
        (lambda r, _: replace(r, economics=replace(r.economics, discount_rate_frac=8.0)), "E403", "not as 8 %"),
        (lambda r, _: replace(r, demand_kw=r.demand_kw * 1e4), "E407", "given in W"),
        (lambda r, _: replace(r, temperatures=NetworkTemperatures(13.0, 5.0, 1.0, 60.0)), "E404", "chilled_water"),
        (lambda r, _: replace(r, temperatures=NetworkTemperatures(5.0, 5.0, 1.0, 60.0)), "E404", "differ"),
        (lambda r, _: replace(r, temperatures=NetworkTemperatures(-4.0, 5.0, 1.0, 60.0)), "E404", "freeze"),
        (lambda r, _: replace(r, carrier="steam"), "E404", "steam_steel"),
        (lambda r, _: replace(r, pipes=PipeRules("wood", "clay")), "E402", "steel_series1"),
        (lambda r, _: replace(r, pipes=PipeRules("steel_series1", "cheese")), "E402", "wet_sand"),
        (lambda r, _: replace(r, demand_kw=r.demand_kw * 400.0), "E420", "DN 1000"),
        (lambda r, _: replace(r, demand_kw=r.demand_kw * 0.0), "E405", "no building"),
        (lambda r, _: replace(r, demand_kw=r.demand_kw * np.nan), "E403", "not a number in some hours"),
        (lambda r, _: replace(r, buildings=(r.buildings[0], *r.buildings[:-1])), "E416", "b0"),
        (
            lambda r, _: replace(r, buildings=(replace(r.buildings[0], required_temp_c=4.0), *r.buildings[1:])),
            "E406",
            "cold enough",
        ),
        (lambda r, _: replace(r, buildings=(replace(r.buildings[0], z_m=250.0), *r.buildings[1:])), "E422", "PN 16"),
    ],
)
def test_faults_are_named(request_of, place, change, code, words):
    """Proves: each failure mode ends in a finding with its code and a text that says what to do."""
    with pytest.raises(DataError) as caught:
        design_network(change(request_of(), place))
    assert code in {f.code for f in caught.value.findings}
    assert words in str(caught.value)


def test_an_unsuited_optional_building_is_left_on_its_own(request_of):
    """Proves: a building that needs colder water is left out with a warning and never sets the temperature."""
    request = request_of()
    odd = replace(request.buildings[0], connection="optional", avoided_cost_per_a=1e6, required_temp_c=3.0)
    design = design_network(replace(request, buildings=(odd, *request.buildings[1:])))
    assert "b0" not in design.connected_building_ids
    assert any(f.code == "W403" for f in design.findings)


def test_footprints_and_obstacles_block_service_lines(request_of, place):
    """Proves: a service line may not run through another building. If ignored: the shortest line would be taken."""
    request = request_of(1)
    x, y = 50.0, 20.0
    home = NetworkBuilding("home", *place(x, y))
    wall = tuple(place(*p) for p in ((20.0, 8.0), (80.0, 8.0), (80.0, 12.0), (20.0, 12.0)))
    free = design_network(replace(request, buildings=(home,)))
    blocked = design_network(replace(request, buildings=(home,), obstacles=(wall,)))
    assert blocked.length_m > free.length_m + 10.0
