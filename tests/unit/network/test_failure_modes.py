"""Awkward inputs that real districts bring: each is handled or named. `MODES` lists the test of every failure mode."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edsim.core.errors import DataError, InfeasibleError
from edsim.network import (
    Consumer,
    Fluid,
    NetworkBuilding,
    NetworkPlant,
    NetworkTemperatures,
    Pipe,
    PipeRules,
    RouteEdge,
    RouteNode,
    RoutingProblem,
    Source,
    StreetLine,
    design_network,
    route,
    solve_steady,
)

PIPES = [Pipe("s", "p_s", "a_s", 100.0, 82.5, 0.1, 0.25), Pipe("r", "a_r", "p_r", 100.0, 82.5, 0.1, 0.25)]


def test_a_building_on_a_street_corner_gets_a_service_line(request_of, place):
    """Proves: zero distance to the street is no zero-length pipe. If ignored: division by zero or a lost building."""
    request = request_of(2)
    corner = NetworkBuilding("corner", *place(100.0, 100.0))
    design = design_network(replace(request, buildings=(corner, request.buildings[1])))
    assert "corner" in design.connected_building_ids
    assert design.edges.length_m.min() > 0.0


def test_two_buildings_on_one_spot(request_of, place):
    """Proves: duplicate points are two stations with two service lines."""
    request = request_of(2)
    twins = tuple(NetworkBuilding(name, *place(40.0, 20.0)) for name in ("one", "two"))
    for streets in (request.streets, ()):
        design = design_network(replace(request, buildings=twins, streets=streets))
        assert set(design.connected_building_ids) == {"one", "two"}


def test_a_building_on_the_plant(request_of):
    """Proves: the building that houses the plant is served."""
    request = request_of(1)
    host = NetworkBuilding("host", request.plants[0].lon, request.plants[0].lat)
    assert design_network(replace(request, buildings=(host,))).connected_building_ids == ("host",)


def test_streets_that_cross_without_a_node_are_joined(request_of, place):
    """Proves: a crossing drawn as two long lines is a junction. If ignored: the far building is unreachable."""
    cross = (StreetLine((place(0.0, 50.0), place(200.0, 50.0))), StreetLine((place(100.0, 0.0), place(100.0, 300.0))))
    request = replace(
        request_of(1),
        streets=cross,
        buildings=(NetworkBuilding("north", *place(105.0, 290.0)),),
        plants=(NetworkPlant("west", *place(0.0, 45.0)),),
        max_connection_m=20.0,
    )
    design = design_network(request)
    assert design.length_m == pytest.approx(100.0 + 240.0 + 10.0, abs=12.0)


def test_repeated_and_zero_length_streets_are_harmless(request_of, place):
    """Proves: a street given twice and one without length change nothing."""
    request = request_of(3)
    spot = StreetLine((place(10.0, 10.0), place(10.0, 10.0)))
    again = design_network(replace(request, streets=(*request.streets, *request.streets, spot)))
    assert again.length_m == pytest.approx(design_network(request).length_m, rel=1e-6)


def test_a_hill_raises_the_static_pressure(request_of):
    """Proves: the highest station keeps 1 bar. If ignored: negative pressure draws air into the pipes."""
    request = request_of(2)
    hill = replace(request, buildings=(replace(request.buildings[0], z_m=60.0), request.buildings[1]))
    flat, high = design_network(request), design_network(hill)
    density = float(request.fluid.density(13.0))
    assert high.static_pressure_bar - flat.static_pressure_bar == pytest.approx(
        density * 9.80665 * 60.0 / 1e5, rel=1e-6
    )


def test_hot_water_in_thin_air_is_held_under_more_pressure(request_of):
    """Proves: at 2600 m water of 112 °C is held 0.275 bar of gauge higher than at the sea; water of 80 °C is not.

    1.532 bar of steam against 0.738 and 1.013 bar of air; at 95 °C it is 0.845 bar, which boils only up there.
    If ignored: of the bar kept against boiling, a pump in Bogotá would lack a quarter and might cavitate.
    """

    def raised(supply_c):
        low = replace(
            request_of(2, carrier="hot_water", temperatures=NetworkTemperatures(supply_c, 60.0, 5.0, 60.0)),
            pipes=PipeRules("steel_series1", "moist_sand"),
        )
        up = [replace(x, z_m=2600.0) for x in (*low.buildings, *low.plants)]
        high = replace(low, buildings=tuple(up[:2]), plants=tuple(up[2:]))
        return design_network(high).static_pressure_bar - design_network(low).static_pressure_bar

    assert raised(112.0) == pytest.approx(0.275, abs=0.002)
    assert raised(95.0) == pytest.approx(0.107, abs=0.002)
    assert raised(80.0) == pytest.approx(0.0, abs=1e-9)


def test_soil_as_warm_as_the_water(request_of):
    """Proves: no temperature difference means no loss, and no division by it."""
    request = replace(request_of(2), dry_bulb_temp_c=np.full(8760, 9.0))
    design = design_network(replace(request, temperatures=NetworkTemperatures(5.0, 13.0, 1.5, 60.0)))
    np.testing.assert_allclose(design.heat_gain_kw, 0.0, atol=0.2)
    assert np.isfinite(design.plant_heat_kw).all()


def test_mixed_signs_are_named():
    """Proves: a cooling load with a heating outlet is refused, not solved to nonsense."""
    odd = Consumer("c", "a_s", "a_r", heat_kw=-50.0, outlet_temp_c=45.0)
    with pytest.raises(DataError, match="E441"):
        solve_steady(PIPES, [odd], [Source("p", "p_s", "p_r", 80.0)], Fluid.water(), 10.0)


def test_a_station_without_load_is_harmless():
    """Proves: zero heat gives zero flow and soil temperature, no NaN."""
    idle = Consumer("c", "a_s", "a_r", heat_kw=0.0, delta_t_k=30.0)
    state = solve_steady(PIPES, [idle], [Source("p", "p_s", "p_r", 80.0, 100.0)], Fluid.water(), 10.0)
    assert np.isfinite(state.node_temp_c).all()
    assert np.abs(state.pipe_flow_kg_per_s).max() < 1e-6


def test_must_connect_beyond_the_plant_is_infeasible():
    """Proves: capacity too small for what must be served is named as such."""
    nodes = [
        RouteNode("p", "producer", max_kw=10.0),
        RouteNode("c", "consumer", peak_kw=20.0, connection="must_connect"),
    ]
    with pytest.raises(InfeasibleError, match="E435"):
        route(nodes, [RouteEdge("e", "p", "c", 10.0)], RoutingProblem())


@pytest.mark.slow
def test_a_second_network_pays_only_the_wider_trench(request_of):
    """Proves: heating and chilled water share trenches, never pipes: both have their own, civil works fall."""
    cold = design_network(request_of())
    warm_request = request_of(carrier="hot_water", temperatures=NetworkTemperatures(75.0, 45.0, 4.0, 60.0))
    alone = design_network(warm_request)
    beside = design_network(replace(warm_request, shared_trenches=cold.edges.geometry))
    assert beside.capex_civil < 0.8 * alone.capex_civil
    assert beside.capex_pipe > 0.9 * alone.capex_pipe


def test_demand_that_is_no_number_leaves_the_building_out(request_of):
    """Proves: a building with NaN demand is dropped with a remark, and the trench may still pass it."""
    request = request_of(3)
    demand = request.demand_kw.copy()
    demand[1, 40:50] = np.nan
    design = design_network(replace(request, demand_kw=demand))
    assert design.connected_building_ids == ("b0", "b2")
    assert any("b1" in f.text() for f in design.findings)
    assert np.isfinite(design.plant_heat_kw).all()


def test_two_plants_that_both_hold_the_pressure_are_refused():
    """Proves: on one loop a single plant controls pressure; the message names both and the way out."""
    plants = [Source("p", "p_s", "p_r", 80.0, 200.0), Source("q", "a_s", "a_r", 80.0, 200.0)]
    with pytest.raises(DataError, match="E443") as caught:
        solve_steady(PIPES, [], plants, Fluid.water(), 10.0)
    assert "p, q" in str(caught.value)
    assert "flow_kg_per_s or heat_kw on the others" in str(caught.value)


def test_a_building_that_needs_warmer_water(request_of):
    """Proves: heating mirrors cooling: an optional building above the network's temperature is left out (W403).

    One that must connect is refused (E406); neither sets the temperature of the network.
    """
    warm = request_of(2, carrier="hot_water", temperatures=NetworkTemperatures(60.0, 35.0, 4.0, 60.0))
    needs = replace(warm.buildings[0], required_temp_c=70.0)
    with pytest.raises(DataError, match="E406"):
        design_network(replace(warm, buildings=(needs, warm.buildings[1])))
    maybe = replace(needs, connection="optional", avoided_cost_per_a=1e6)
    design = design_network(replace(warm, buildings=(maybe, warm.buildings[1])))
    assert design.connected_building_ids == ("b1",)
    assert [f.code for f in design.findings if "b0" in f.text()] == ["W403"]
    assert design.supply_temp_c == 60.0


def test_a_building_out_of_reach_names_its_distance(request_of, place):
    """Proves: how far the nearest street is stands in the message; a straight line is laid only when allowed."""
    request = replace(request_of(1), max_connection_m=50.0)
    far = replace(request, buildings=(NetworkBuilding("far", *place(-130.0, 50.0)),))
    with pytest.raises(DataError, match=r"building far: .*nearest street 130 m away.*E412"):
        design_network(far)
    allowed = design_network(replace(far, max_connection_m=150.0))
    assert allowed.connected_building_ids == ("far",)


def test_a_river_between_plant_and_building_is_named(request_of, place):
    """Proves: a building behind a river without a bridge is named with the gap; an optional one is left on its own.

    If ignored: the reader hears of nodes and edges, or a pipe is laid through the water.
    """
    ways = [((0.0, 0.0), (200.0, 0.0)), ((0.0, 100.0), (200.0, 100.0)), ((100.0, 0.0), (100.0, 100.0))]
    river = tuple(place(*p) for p in ((-50.0, 40.0), (250.0, 40.0), (250.0, 60.0), (-50.0, 60.0)))
    base = replace(
        request_of(2),
        streets=tuple(StreetLine((place(*a), place(*b))) for a, b in ways),
        buildings=(NetworkBuilding("near", *place(50.0, 5.0)), NetworkBuilding("beyond", *place(150.0, 105.0))),
        plants=(NetworkPlant("plant", *place(10.0, -5.0)),),
        max_connection_m=30.0,
    )
    assert design_network(base).connected_building_ids == ("near", "beyond")
    cut = replace(base, obstacles=(river,))
    with pytest.raises(DataError, match=r"leads from a plant to beyond; got 20 m between .*E414"):
        design_network(cut)
    free = replace(base.buildings[1], connection="optional", avoided_cost_per_a=1e6)
    assert design_network(replace(cut, buildings=(base.buildings[0], free))).connected_building_ids == ("near",)


def test_streets_that_are_all_forbidden_are_no_missing_map(request_of):
    """Proves: E414 says that no street is left. If ignored: pipes follow straight lines as if no map were given."""
    request = request_of(2)
    shut = replace(request, streets=tuple(replace(s, forbidden=True) for s in request.streets))
    with pytest.raises(DataError, match=r"no street is left.*got 6 of 6 streets forbidden.*E414"):
        design_network(shut)


@pytest.mark.medium
def test_a_street_in_crumbs_is_a_street(request_of, place):
    """Proves: a curve taken apart into 2 000 pieces of 10 cm is laid along like the whole line, in no time.

    If ignored: every piece is snapped to all its neighbors, and a drawing of a thousand takes hours.
    """
    base = request_of(1)
    base = replace(
        base, buildings=(NetworkBuilding("b0", *place(190.0, 5.0)),), plants=(NetworkPlant("p", *place(5.0, -5.0)),)
    )
    line = replace(base, streets=(StreetLine((place(0.0, 0.0), place(200.0, 0.0))),))
    ends = [(place(0.1 * k, 0.0), place(0.1 * k + 0.1, 0.0)) for k in range(2000)]
    crumbs = replace(base, streets=tuple(StreetLine(e) for e in ends))
    assert design_network(crumbs).length_m == pytest.approx(design_network(line).length_m, abs=0.1)


def test_two_networks_on_one_line_never_share_a_pipe(request_of):
    """Proves: a network laid beside another has pipes of its own in every trench, sized for its own flow."""
    cold = design_network(request_of(2))
    second = design_network(replace(request_of(2), id="second", shared_trenches=cold.edges.geometry))
    np.testing.assert_allclose(second.edges.peak_kw, cold.edges.peak_kw)
    assert (second.edges.dn == cold.edges.dn).all()
    assert second.capex_pipe == pytest.approx(cold.capex_pipe)


def test_a_street_drawn_through_an_obstacle(request_of, place):
    """Proves: the part of a street that an obstacle covers is no trench; the way round is taken.

    If ignored: a map whose streets run through a lake or a works yard lays pipes there.
    """
    ways = [((0.0, 50.0), (200.0, 50.0)), ((0.0, 50.0), (0.0, 150.0)), ((0.0, 150.0), (200.0, 150.0))]
    ways.append(((200.0, 150.0), (200.0, 50.0)))
    request = replace(
        request_of(1),
        streets=tuple(StreetLine((place(*a), place(*b))) for a, b in ways),
        buildings=(NetworkBuilding("east", *place(210.0, 50.0)),),
        plants=(NetworkPlant("west", *place(-10.0, 50.0)),),
        max_connection_m=30.0,
    )
    lake = tuple(place(*p) for p in ((80.0, 30.0), (120.0, 30.0), (120.0, 70.0), (80.0, 70.0)))
    assert design_network(request).length_m == pytest.approx(220.0, abs=6.0)
    assert design_network(replace(request, obstacles=(lake,))).length_m == pytest.approx(420.0, abs=6.0)
    kiosk = NetworkBuilding("kiosk", *place(100.0, 50.0), connection="forbidden")
    beside = replace(
        request,
        obstacles=(lake,),
        buildings=(*request.buildings, kiosk),
        demand_kw=np.vstack([request.demand_kw, request.demand_kw]),
    )
    assert design_network(beside).length_m == pytest.approx(420.0, abs=6.0)


HERE = "test_failure_modes"
MODES = {
    "disconnected building or plant": ("test_design", "test_faults_are_named"),
    "nearest distance of what is out of reach": (HERE, "test_a_building_out_of_reach_names_its_distance"),
    "building behind a river": (HERE, "test_a_river_between_plant_and_building_is_named"),
    "no street left": (HERE, "test_streets_that_are_all_forbidden_are_no_missing_map"),
    "zero demand": ("test_design", "test_forbidden_and_empty_buildings_are_left_out"),
    "demand that is no number": (HERE, "test_demand_that_is_no_number_leaves_the_building_out"),
    "consumer on a street node": (HERE, "test_a_building_on_a_street_corner_gets_a_service_line"),
    "duplicate points": (HERE, "test_two_buildings_on_one_spot"),
    "streets in crumbs": (HERE, "test_a_street_in_crumbs_is_a_street"),
    "zero-length edges": (HERE, "test_repeated_and_zero_length_streets_are_harmless"),
    "streets through an obstacle": (HERE, "test_a_street_drawn_through_an_obstacle"),
    "streets that cross without a node": (HERE, "test_streets_that_cross_without_a_node_are_joined"),
    "required temperature beyond the network's": (
        "test_design",
        "test_an_unsuited_optional_building_is_left_on_its_own",
    ),
    "heat warmer than the network's": (HERE, "test_a_building_that_needs_warmer_water"),
    "return above supply, no difference": ("test_design", "test_faults_are_named"),
    "mixed signs": (HERE, "test_mixed_signs_are_named"),
    "over-velocity": ("test_design", "test_trenches_respect_the_limits"),
    "diameter beyond the catalogue": ("test_design", "test_faults_are_named"),
    "pressure above the rating": ("test_design", "test_faults_are_named"),
    "negative pressure on hills": (HERE, "test_a_hill_raises_the_static_pressure"),
    "zero flow": ("test_steady", "test_branch_without_flow_is_at_ground_temperature"),
    "reversed pipes of ambient loops": ("test_ambient", "test_two_pipes_carry_the_difference"),
    "a loop that runs backwards": ("test_one_pipe", "test_a_loop_that_runs_the_other_way"),
    "laminar flow at part load": ("test_steady", "test_laminar_pipe_by_hand"),
    "water too cold at part load": ("test_steady", "test_outlet_temperature_at_part_load_far_from_the_plant"),
    "carriers that share a trench, never a pipe": (HERE, "test_a_second_network_pays_only_the_wider_trench"),
    "hot beside chilled pipes": ("test_spacing", "test_hot_and_chilled_pipes_in_one_trench_are_remarked"),
    "water too cold at low flow": ("test_bypass", "test_every_station_of_a_tree_keeps_its_temperature"),
    "carriers on one line": (HERE, "test_two_networks_on_one_line_never_share_a_pipe"),
    "pressure of pipes between plants": ("test_plant_links", "test_pressure_beyond_the_rating_rules_a_link_out"),
    "natural circulation on slopes": ("test_steady", "test_a_ring_that_circulates_by_itself_says_so"),
    "text for numbers, misspelt names": ("test_rows", "test_a_slip_in_a_row_is_named"),
    "several producers on one loop": (HERE, "test_two_plants_that_both_hold_the_pressure_are_refused"),
    "existing pipe too small": ("test_design", "test_an_existing_pipe_is_free_and_a_small_one_is_replaced"),
    "existing gas pipe too small": ("test_gas_design", "test_an_existing_gas_pipe_is_kept_where_it_is_wide_enough"),
    "no producer inside the component": ("test_routing", "test_faults_are_named"),
    "kW given in W": ("test_design", "test_faults_are_named"),
    "degrees given as metres": ("test_design", "test_faults_are_named"),
    "kelvin, metres for millimetres": ("test_steady", "test_faults_are_named"),
    "infeasible must-connect": (HERE, "test_must_connect_beyond_the_plant_is_infeasible"),
    "solver optimal but heuristic better": ("test_routing", "test_a_false_solver_bound_is_refused"),
    "soil as warm as the water": (HERE, "test_soil_as_warm_as_the_water"),
    "water below 0 °C without glycol": ("test_design", "test_faults_are_named"),
}
"""Failure mode → module and test that hold it."""


@pytest.mark.parametrize("mode", MODES)
def test_every_failure_mode_has_its_test(mode):
    """Proves: the table above is true: the test it names exists. If ignored: a mode loses its test unseen."""
    module, name = MODES[mode]
    assert f"\ndef {name}(" in (Path(__file__).parent / f"{module}.py").read_text(encoding="utf-8")
