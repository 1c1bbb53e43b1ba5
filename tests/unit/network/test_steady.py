"""Steady states by hand, invariants of balance, and faults."""

import numpy as np
import pytest

from edsim.core.errors import DataError, SolverError
from edsim.network import Consumer, Fluid, Pipe, Source, solve_steady

CONSTANT = Fluid.constant(1000.0, 4200.0, 1e-3)


def pair(length=500.0, bore=100.0, u=0.3):
    return [Pipe("s", "a", "b", length, bore, 0.1, u), Pipe("r", "c", "d", length, bore, 0.1, u)]


def test_single_pair_by_hand():
    """Proves: exponential cooling, Colebrook friction and the balance of one supply and return pipe, to 1e-6."""
    state = solve_steady(
        pair(),
        [Consumer("x", "b", "c", flow_kg_per_s=5.0, delta_t_k=30.0)],
        [Source("p", "a", "d", 80.0)],
        CONSTANT,
        10.0,
    )
    out = 10.0 + 70.0 * np.exp(-0.3 * 500.0 / (5.0 * 4200.0))
    assert state.table("node").temp_c["b"] == pytest.approx(out, rel=1e-9)
    velocity = 5.0 / 1000.0 / (np.pi / 4 * 0.1**2)
    re, x = velocity * 0.1 * 1000.0 / 1e-3, 7.0
    for _ in range(50):
        x = -2.0 * np.log10(1e-3 / 3.71 + 2.51 * x / re)
    drop = 500.0 / 0.1 * x**-2 * 500.0 * velocity**2
    np.testing.assert_allclose(state.pipe_dp_pa, drop, rtol=1e-6)
    assert state.source_required_lift_kpa[0] == pytest.approx(2.0 * drop / 1000.0, rel=1e-6)
    assert state.source_pump_hydraulic_kw[0] == pytest.approx(2.0 * drop * 5.0 / 1e6, rel=1e-6)
    assert state.residual_kw == pytest.approx(0.0, abs=1e-9)


def test_laminar_pipe_by_hand():
    """Proves: Hagen–Poiseuille below Re 2300, dp = 128·μ·L·m/(π·ρ·d⁴)."""
    pipes = pair(10.0, 50.0, 0.0)
    state = solve_steady(
        pipes,
        [Consumer("x", "b", "c", flow_kg_per_s=0.05, delta_t_k=1.0)],
        [Source("p", "a", "d", 20.0)],
        CONSTANT,
        20.0,
    )
    assert state.pipe_reynolds[0] < 2300.0
    np.testing.assert_allclose(state.pipe_dp_pa, 128e-3 * 10.0 * 0.05 / (np.pi * 1000.0 * 0.05**4), rtol=1e-9)


def test_outlet_temperature_at_part_load_far_from_the_plant():
    """Proves: 5 % load over 2 km: water cools below the outlet temperature at first, and flow rises until it suits.

    m·cp·(T_in(m) - 45) = 4 kW with T_in = 10 + 60·exp(-u·L/(m·cp)). If ignored: "does not suit", or no convergence.
    """
    station = Consumer("x", "b", "c", heat_kw=4.0, outlet_temp_c=45.0)
    state = solve_steady(pair(2000.0), [station], [Source("p", "a", "d", 70.0)], CONSTANT, 10.0)
    flow = state.consumer_flow_kg_per_s[0]
    inlet = 10.0 + 60.0 * np.exp(-0.3 * 2000.0 / (flow * 4200.0))
    assert 4.2 * flow * (inlet - 45.0) == pytest.approx(4.0, rel=1e-6)


def test_heat_adds_up_over_a_hundred_kelvin():
    """Proves: with the properties of water between 25 and 120 °C sources less stations less losses is rounding."""
    stations = [
        Consumer("x", "b", "c", heat_kw=200.0, outlet_temp_c=25.0),
        Consumer("y", "b", "c", heat_kw=150.0, outlet_temp_c=65.0),
    ]
    state = solve_steady(pair(), stations, [Source("p", "a", "d", 120.0)], Fluid.water(), 10.0)
    assert state.residual_kw == pytest.approx(0.0, abs=1e-6)


def test_ring_of_equal_halves_splits_evenly():
    """Proves: a symmetric ring shares its flow; each half loses a quarter of the friction of one pipe (about)."""
    pipes = [Pipe(f"s{k}", "a", "b", 300.0, 80.0, 0.1, 0.2) for k in range(2)] + [
        Pipe("r", "c", "d", 300.0, 80.0, 0.1, 0.2)
    ]
    state = solve_steady(
        pipes,
        [Consumer("x", "b", "c", heat_kw=300.0, delta_t_k=30.0)],
        [Source("p", "a", "d", 75.0)],
        Fluid.water(),
        10.0,
    )
    np.testing.assert_allclose(state.pipe_flow_kg_per_s[0], state.pipe_flow_kg_per_s[1], rtol=1e-9)
    assert 0.24 < state.pipe_dp_pa[0] / state.pipe_dp_pa[2] < 0.30


def test_branch_without_flow_is_at_ground_temperature():
    """Proves: a station that draws nothing gives no NaN, no loss and water at soil temperature."""
    pipes = [*pair(), Pipe("s2", "b", "e", 50.0, 50.0, 0.1, 0.3), Pipe("r2", "f", "c", 50.0, 50.0, 0.1, 0.3)]
    consumers = [
        Consumer("x", "b", "c", heat_kw=200.0, delta_t_k=30.0),
        Consumer("off", "e", "f", heat_kw=0.0, delta_t_k=30.0),
    ]
    state = solve_steady(pipes, consumers, [Source("p", "a", "d", 80.0)], Fluid.water(), 9.0)
    assert np.isfinite(state.node_temp_c).all()
    assert state.table("node").temp_c["e"] == pytest.approx(9.0)
    assert state.table("pipe").heat_loss_w["s2"] == 0.0


def test_water_at_ground_temperature_loses_nothing():
    """Proves: 0 K between water and soil gives no loss and no division."""
    state = solve_steady(
        pair(),
        [Consumer("x", "b", "c", flow_kg_per_s=2.0, heat_kw=0.0)],
        [Source("p", "a", "d", 15.0)],
        Fluid.water(),
        15.0,
    )
    assert state.heat_loss_kw == pytest.approx(0.0, abs=1e-9)


def test_cooling_mirrors_heating_about_the_ground():
    """Proves: with constant properties, cooling is heating mirrored at the soil. If ignored: wrong signs."""
    heating = solve_steady(
        pair(), [Consumer("x", "b", "c", heat_kw=100.0, delta_t_k=8.0)], [Source("p", "a", "d", 40.0)], CONSTANT, 22.0
    )
    cooling = solve_steady(
        pair(), [Consumer("x", "b", "c", heat_kw=-100.0, delta_t_k=8.0)], [Source("p", "a", "d", 4.0)], CONSTANT, 22.0
    )
    np.testing.assert_allclose(heating.node_temp_c - 22.0, 22.0 - cooling.node_temp_c, atol=1e-9)
    assert cooling.heat_loss_kw == pytest.approx(-heating.heat_loss_kw)


def test_series_loop_carries_the_pump_flow_through_every_station():
    """Proves: on a one-pipe loop with a circulation pump each station cools the whole flow by q/(m·cp)."""
    loop = [Pipe(f"l{k}", f"n{2 * k}", f"n{2 * k + 1}", 100.0, 100.0, 0.01) for k in range(3)]
    stations = [Consumer(f"c{k}", f"n{2 * k + 1}", f"n{2 * k + 2}", heat_kw=21.0, in_series=True) for k in range(2)]
    state = solve_steady(loop, stations, [Source("p", "n0", "n5", 12.0, flow_kg_per_s=5.0)], CONSTANT, 12.0)
    np.testing.assert_allclose(state.consumer_flow_kg_per_s, 5.0, rtol=1e-9)
    np.testing.assert_allclose(state.consumer_temp_out_c, [11.0, 10.0], atol=1e-6)
    assert state.source_heat_kw[0] == pytest.approx(42.0, rel=1e-6)


def test_second_plant_feeds_fixed_heat():
    """Proves: one plant holds the pressure, the other adds its heat; both together cover demand and loss."""
    pipes = [*pair(), Pipe("s2", "e", "b", 200.0, 100.0, 0.1, 0.3), Pipe("r2", "c", "f", 200.0, 100.0, 0.1, 0.3)]
    sources = [Source("main", "a", "d", 80.0), Source("peak", "e", "f", 80.0, heat_kw=80.0)]
    state = solve_steady(
        pipes, [Consumer("x", "b", "c", heat_kw=300.0, outlet_temp_c=45.0)], sources, Fluid.water(), 10.0
    )
    assert state.source_heat_kw[1] == pytest.approx(80.0, rel=1e-3)
    assert state.source_heat_kw.sum() == pytest.approx(300.0 + state.heat_loss_kw, rel=1e-4)


def test_local_losses_add_velocity_heads():
    """Proves: zeta adds ρ·v²/2 per unit."""
    station, plant = Consumer("x", "b", "c", flow_kg_per_s=5.0, delta_t_k=1.0), Source("p", "a", "d", 20.0)
    back = Pipe("r", "c", "d", 10.0, 100.0, 0.1)
    plain = solve_steady([Pipe("s", "a", "b", 10.0, 100.0, 0.1), back], [station], [plant], CONSTANT, 20.0)
    fitted = solve_steady([Pipe("s", "a", "b", 10.0, 100.0, 0.1, 0.0, 4.0), back], [station], [plant], CONSTANT, 20.0)
    head = 0.5 * 1000.0 * plain.pipe_velocity_m_per_s[0] ** 2
    assert fitted.pipe_dp_pa[0] - plain.pipe_dp_pa[0] == pytest.approx(4.0 * head, rel=1e-9)


GOOD = Consumer("x", "b", "c", heat_kw=100.0, delta_t_k=30.0)
PLANT = Source("p", "a", "d", 80.0)


@pytest.mark.parametrize(
    ("pipes", "consumers", "sources", "code", "words"),
    [
        (pair(), [GOOD], [], "E442", "no source"),
        ([Pipe("s", "a", "b", 500.0, 0.1, 0.1)], [GOOD], [PLANT], "E440", "millimetres"),
        ([Pipe("s", "a", "b", 0.0, 100.0, 0.1), *pair()[1:]], [GOOD], [PLANT], "E440", "length"),
        ([pair()[0], pair()[0]], [GOOD], [PLANT], "E440", "twice"),
        (pair(), [Consumer("x", "b", "c", heat_kw=1.0)], [PLANT], "E441", "exactly two"),
        (pair(), [Consumer("x", "b", "c", heat_kw=1.0, delta_t_k=0.0)], [PLANT], "E441", "0 K"),
        (pair(), [Consumer("x", "b", "c", flow_kg_per_s=-1.0, delta_t_k=5.0)], [PLANT], "E441", "swap"),
        (pair(), [Consumer("x", "b", "c", heat_kw=50.0, outlet_temp_c=90.0)], [PLANT], "E441", "outlet"),
        ([*pair(), Pipe("far", "y", "z", 5.0, 50.0, 0.1)], [GOOD], [PLANT], "E444", "y, z"),
        (pair(), [GOOD], [PLANT, Source("q", "b", "c", 80.0)], "E443", "p, q"),
        (pair(), [Consumer("x", "c", "b", heat_kw=100.0, delta_t_k=5.0)], [PLANT], "E446", "reverse_temp_c"),
        (pair(), [GOOD], [Source("p", "a", "d", -5.0)], "E440", "glycol"),
        (pair(), [GOOD], [Source("p", "a", "d", 353.15)], "E440", "kelvin"),
        (pair(), [GOOD], [Source("p", "a", "d", 190.0)], "E440", "Fluid.table"),
        (pair(), [Consumer("x", "b", "c", heat_kw=400.0, flow_kg_per_s=1.0)], [PLANT], "E441", "-17.9"),
        (pair(), [Consumer("x", "b", "c", heat_kw=-900.0, flow_kg_per_s=1.0)], [PLANT], "E441", "boil"),
        (pair(), [Consumer("x", "b", "c", heat_kw=1e5, delta_t_k=30.0)], [PLANT], "E440", "kW"),
        (pair(), [Consumer("x", "b", "c", heat_kw=np.nan, delta_t_k=30.0)], [PLANT], "E440", "heat_kw"),
        (pair(), [GOOD], [Source("p", "a", "d", 80.0, pump_efficiency_frac=0.0)], "E440", "efficiency"),
        (pair(), [GOOD], [Source("p", "a", "d", 80.0, lift_kpa=np.nan)], "E440", "lift_kpa"),
        ([Pipe("s", "a", "b", 9.0, 50.0, 50.0), *pair()[1:]], [GOOD], [PLANT], "E440", "micrometres"),
        (pair(), [Consumer("x", "b", "b", heat_kw=1.0, in_series=True)], [PLANT], "E441", "in_series"),
        (pair(), [GOOD, Consumer("y", "c", "b", heat_kw=1e3, delta_t_k=5.0)], [PLANT], "E446", "to_node of y"),
        (pair(), [GOOD], [Source("p", "d", "a", 80.0)], "E446", "swap supply_node"),
        (pair(), [GOOD], [PLANT, Source("q", "b", "c", 5.0, heat_kw=20.0)], "E446", "warmer than what returns"),
        (pair(), [GOOD], [Source("p", "a", "d", 80.0, flow_kg_per_s=9.0)], "E443", "leave flow_kg_per_s"),
        ([*pair(), Pipe("x", "b", "c", 9.0, 50.0, 0.1)], [GOOD], [PLANT], "E443", "give lift_kpa"),
        (pair(), [GOOD], [Source("p", "a", "d", 80.0, lift_kpa=2e5)], "E440", "in Pa?"),
        (pair(), [Consumer("x", "b", "c", heat_kw=1.0, delta_t_k=5.0, min_dp_kpa=-1.0)], [PLANT], "E440", "min_dp_kpa"),
        ({"s": pair()[0]}, [GOOD], [PLANT], "E440", "mapping of s"),
    ],
)  # fmt: skip
def test_faults_are_named(pipes, consumers, sources, code, words):
    """Proves: every fault of the inputs ends in a finding with code and hint."""
    with pytest.raises(DataError) as caught:
        solve_steady(pipes, consumers, sources, Fluid.water(), 10.0)
    assert code in {f.code for f in caught.value.findings}
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("ground", "more", "words"),
    [
        (np.nan, {}, "implausible temperature"),
        (283.15, {}, "kelvin"),
        ([10.0, 11.0, 12.0], {}, "one per pipe"),
        ({"s": 10.0}, {}, "some pipes; got r"),
        (Fluid.water(), {}, "not a number"),
        (10.0, {"node_z_m": {"a": np.nan}}, "node_z_m.a"),
        (10.0, {"friction": "manning"}, "swamee_jain"),
    ],
)
def test_faults_of_the_surroundings_are_named(ground, more, words):
    """Proves: ground, heights and friction model are checked too."""
    with pytest.raises(DataError, match="E440") as caught:
        solve_steady(pair(), [GOOD], [PLANT], Fluid.water(), ground, **more)
    assert words in str(caught.value)


def test_second_plant_where_no_station_returns():
    """Proves: a plant of given heat beside a station at rest takes the water of the others: flows by hand.

    If ignored: what a station at rest would give back stands there at first, and a sound network is refused (E446).
    """
    pipes = [*pair(u=0.0), Pipe("s2", "b", "e", 100.0, 100.0, 0.1), Pipe("r2", "f", "c", 100.0, 100.0, 0.1)]
    station = Consumer("x", "b", "c", heat_kw=-50.0, outlet_temp_c=12.0)
    idle = Consumer("idle", "e", "f", heat_kw=0.0, delta_t_k=5.0)
    plants = [Source("p", "a", "d", 4.0), Source("q", "e", "f", 6.0, heat_kw=-12.6)]
    state = solve_steady(pipes, [station, idle], plants, CONSTANT, 10.0)
    assert state.source_flow_kg_per_s == pytest.approx([(50.0 - 12.6) / (4.2 * 8.0), 12.6 / (4.2 * 6.0)], rel=1e-6)


def test_ground_by_pipe():
    """Proves: one value per pipe in their order is the same as a mapping by id; smooth pipes need another formula."""
    first = solve_steady(pair(), [GOOD], [PLANT], Fluid.water(), np.array([10.0, 14.0]))
    second = solve_steady(pair(), [GOOD], [PLANT], Fluid.water(), {"s": 10.0, "r": 14.0})
    np.testing.assert_array_equal(first.node_temp_c, second.node_temp_c)
    smooth = [Pipe("s", "a", "b", 50.0, 80.0, 0.0), Pipe("r", "c", "d", 50.0, 80.0, 0.0)]
    with pytest.raises(DataError, match="smooth"):
        solve_steady(smooth, [GOOD], [PLANT], Fluid.water(), 10.0, friction="nikuradse")


def test_a_fluid_by_table():
    """Proves: properties are read from a table of the user's, and a table without order is refused."""
    rows = [(0.0, 1000.0, 4200.0, 1e-3), (100.0, 1000.0, 4200.0, 1e-3)]
    same = solve_steady(pair(), [GOOD], [PLANT], Fluid.table(rows), 10.0)
    np.testing.assert_allclose(
        same.node_temp_c, solve_steady(pair(), [GOOD], [PLANT], CONSTANT, 10.0).node_temp_c, rtol=1e-12
    )
    bent = Fluid.table([(0.0, 1000.0, 4000.0, 2e-3), (10.0, 990.0, 4100.0, 1e-3), (100.0, 950.0, 4100.0, 1e-3)])
    assert float(bent.cp(5.0)) == 4050.0
    assert float(bent.mean_cp(0.0, 100.0)) == 4050.0, "the mean of both ends, not of the way between them"
    with pytest.raises(DataError, match="E401"):
        Fluid.table(rows[::-1])


def ring_on_a_slope():
    """Return supply and return of a square ring that climbs 40 m."""
    ways = [("0", "1"), ("1", "2"), ("2", "3"), ("3", "0")]
    pipes = [Pipe(f"s{a}{b}", f"s{a}", f"s{b}", 200.0, 107.1, 0.1, 0.25) for a, b in ways]
    return pipes + [Pipe(f"r{a}{b}", f"r{b}", f"r{a}", 200.0, 107.1, 0.1, 0.25) for a, b in ways]


@pytest.mark.medium
def test_columns_of_one_weight_leave_the_flow_of_a_ring_alone():
    """Proves: with buoyancy=False heights change pressures by rho·g·z alone, with True also the flow of the ring.

    If ignored: rings on slopes have no way out of E445, or the switch does nothing.
    """
    heights = {f"{side}{n}": z for side in "sr" for n, z in (("1", 0.0), ("2", 40.0), ("3", 40.0))}
    stations = [Consumer(n, f"s{n}", f"r{n}", heat_kw=60.0, delta_t_k=30.0) for n in ("1", "3")]
    given = ring_on_a_slope(), stations, [Source("p", "s0", "r0", 80.0)], Fluid.water(), 10.0
    flat = solve_steady(*given)
    alike = solve_steady(*given, node_z_m=heights, buoyancy=False)
    uneven = solve_steady(*given, node_z_m=heights)
    np.testing.assert_allclose(alike.pipe_flow_kg_per_s, flat.pipe_flow_kg_per_s, atol=1e-6)
    fall = alike.table("node").pressure_kpa["s0"] - alike.table("node").pressure_kpa["s3"]
    friction = alike.table("pipe").dp_pa["s30"] / 1000.0
    assert fall + friction == pytest.approx(9.80665 * 40.0 * 0.981, rel=0.01)
    assert np.abs(uneven.pipe_flow_kg_per_s - flat.pipe_flow_kg_per_s).max() > 1e-3


def test_a_ring_that_circulates_by_itself_says_so(monkeypatch):
    """Proves: where nothing settles the message names the column and the way out.

    Hot water rises 60 m in one half of the ring and falls, colder, in the other: 5 kPa against 60 Pa of friction. With
    the search over leftover weights off, a third of the passes tells as much as all of them: it turns without end.
    """
    monkeypatch.setattr("edsim.network.steady.solve.MOST_RINGS", 0)
    monkeypatch.setattr("edsim.network.steady.solve.MAX_PASSES", 66)
    heights = {f"{side}{n}": 60.0 for side in "sr" for n in "12"}
    stations = [Consumer(n, f"s{n}", f"r{n}", heat_kw=10.0, delta_t_k=30.0) for n in ("1", "2", "3")]
    with pytest.raises(SolverError, match="E445") as caught:
        solve_steady(
            ring_on_a_slope(), stations, [Source("p", "s0", "r0", 80.0)], Fluid.water(), 10.0, node_z_m=heights
        )
    assert "buoyancy=False" in str(caught.value)


def cells_c(state, u_w_per_k, ground_c):
    """Return the water in 400 cells of every pipe, each cooled by its own heat capacity."""
    cells, now_c = [], state.pipe_temp_in_c
    for half in range(800):
        if half % 2:
            cells.append(now_c)
        w_per_k = np.abs(state.pipe_flow_kg_per_s) * Fluid.water().cp(now_c)
        now_c = ground_c + (now_c - ground_c) * np.exp(-u_w_per_k / 800.0 / w_per_k)
    np.testing.assert_allclose(now_c, state.pipe_temp_out_c, atol=1e-3)
    return cells


def test_a_ring_its_columns_turn_settles():
    """Proves: two branches joined across a slope, where columns outweigh friction, reach the state at which they rest.

    Round the ring friction and the weight of the columns, taken from the temperatures of the answer, cancel. If
    ignored: hot columns fall and rise in turn (E445).
    """
    heights = {f"{side}{n}": z for side in "sr" for n, z in (("1", 0.0), ("2", 40.0), ("3", 40.0))}
    stations = [Consumer(n, f"s{n}", f"r{n}", heat_kw=30.0, delta_t_k=30.0) for n in ("1", "3")]
    given = ring_on_a_slope(), stations, [Source("p", "s0", "r0", 80.0)], Fluid.water(), 10.0
    state = solve_steady(*given, node_z_m=heights)
    density = np.mean([Fluid.water().density(c) for c in cells_c(state, 0.25 * 200.0, 10.0)], axis=0)
    rise = np.array([heights.get(p.to_node, 0.0) - heights.get(p.from_node, 0.0) for p in given[0]])
    round_ring = state.pipe_dp_pa + density * 9.80665 * rise
    np.testing.assert_allclose(round_ring.reshape(2, 4).sum(axis=1), 0.0, atol=1e-3)
    assert np.abs(state.pipe_dp_pa).max() < np.abs(9.80665 * 40.0 * np.ptp(density))


@pytest.mark.parametrize("heat_kw", [10.0, 0.05])
def test_a_short_wide_pipe_in_a_ring_settles(heat_kw):
    """Proves: a piece of half a metre of DN 600 in a ring carries what its nodes balance, at any load.

    If ignored: rounding of pressures times its conductance keeps the flows from settling (E445).
    """
    ways = [("0", "1", 100.0, 53.9), ("1", "2", 0.5, 595.8), ("2", "3", 100.0, 53.9), ("0", "3", 120.0, 53.9)]
    pipes = [Pipe(f"{s}{a}{b}", f"{s}{a}", f"{s}{b}", *size, 0.1, 0.2) for a, b, *size in ways for s in "sr"]
    stations = [Consumer(n, f"s{n}", f"r{n}", heat_kw=heat_kw, delta_t_k=4.0) for n in "23"]
    state = solve_steady(pipes, stations, [Source("p", "s0", "r0", 15.0)], Fluid.water(), 10.0)
    flow = state.table("pipe").flow_kg_per_s
    assert flow["s12"] == pytest.approx(flow["s01"], rel=1e-9)
    assert state.iterations < 10


def test_a_second_plant_of_given_heat_settles_where_its_flow_swings():
    """Proves: a plant of 60 kW beside a station that returns 65 °C water gives its heat; the first covers the rest.

    If ignored: more flow of the plant draws colder water to it, which asks for less flow, in turn without end (E445).
    """
    ways = [("0", "1", 100.0), ("1", "2", 1000.0)]
    pipes = [Pipe(f"{s}{a}{b}", f"{s}{a}", f"{s}{b}", length, 70.3, 0.1, 0.2) for a, b, length in ways for s in "sr"]
    stations = [Consumer("1", "s1", "r1", heat_kw=50.0, delta_t_k=30.0)]
    stations.append(Consumer("2", "s2", "r2", heat_kw=50.0, delta_t_k=15.0))
    plants = [Source("p", "s0", "r0", 80.0), Source("q", "s2", "r2", 80.0, heat_kw=60.0)]
    state = solve_steady(pipes, stations, plants, Fluid.water(), 10.0)
    np.testing.assert_allclose(state.source_heat_kw, [40.0 + state.heat_loss_kw, 60.0], rtol=1e-6)
    assert abs(state.residual_kw) < 1e-6


@pytest.mark.parametrize(
    ("length_m", "heat_kw"), [(1000.0, 0.05), pytest.param(5000.0, 0.05, marks=pytest.mark.medium)]
)
def test_stations_that_draw_far_more_than_their_heat_to_keep_the_water_warm(length_m, heat_kw):
    """Proves: two small stations behind long pipes draw what keeps their inlets just above the outlet they ask for.

    If ignored: at low load stations by outlet temperature are told that no flow suits them (E441).
    """
    outlet_c, ways = 50.0, [("0", "1", length_m, 82.5), ("1", "2", length_m / 3.0, 54.5)]
    pipes = [Pipe(f"{s}{a}", f"{s}{a}", f"{s}{b}", *size, 0.1, 0.2) for a, b, *size in ways for s in "sr"]
    stations = [Consumer("1", "s1", "r1", heat_kw=heat_kw, outlet_temp_c=outlet_c)]
    stations.append(Consumer("2", "s2", "r2", heat_kw=heat_kw / 2.0, outlet_temp_c=outlet_c - 5.0))
    state = solve_steady(pipes, stations, [Source("p", "s0", "r0", 80.0)], Fluid.water(), 10.0)
    np.testing.assert_allclose(state.consumer_heat_kw, [heat_kw, heat_kw / 2.0], rtol=1e-4)
    np.testing.assert_allclose(state.consumer_temp_out_c, [outlet_c, outlet_c - 5.0])
    assert (state.consumer_temp_in_c > state.consumer_temp_out_c).all()


@pytest.mark.parametrize("ground", [10.0, {"p1": 20.0, "r1": 0.0, "p2": 20.0, "r2": 0.0}])
def test_ground_as_warm_as_the_plant_on_the_mean(ground):
    """Proves: stations get their heat where the ground is as warm as the supply, everywhere or on the mean alone.

    If ignored: the logarithm of the way the water cools is of nothing; flows double without end, or stay where they are
    and pass for settled with 82 % of the heat.
    """
    pipes = [
        Pipe(name, a, b, 200.0, 60.0, 0.1, u_w_per_mk=0.3)
        for name, a, b in [("p1", "A", "B"), ("r1", "B2", "A2"), ("p2", "B", "C"), ("r2", "C2", "B2")]
    ]
    stations = [Consumer(n, n, f"{n}2", heat_kw=-5.0, outlet_temp_c=13.0) for n in "BC"]
    state = solve_steady(pipes, stations, [Source("plant", "A", "A2", 10.0)], Fluid.water(), ground)
    assert state.consumer_heat_kw == pytest.approx([-5.0, -5.0], rel=1e-5)
