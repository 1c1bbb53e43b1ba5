"""Stations that draw from a pipe and give back to the same pipe: mixing, cascade, water that goes round."""

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.network import Consumer, Fluid, Pipe, Source, solve_steady

CONSTANT = Fluid.constant(1000.0, 4200.0, 1e-3)


def loop(n, u=0.0):
    """Return n + 1 pipes of 100 m in a row from n0."""
    return [Pipe(f"l{k}", f"n{k}", f"n{k + 1}", 100.0, 150.0, 0.01, u) for k in range(n + 1)]


def pump(n, flow=5.0, **more):
    return Source("plant", "n0", f"n{n + 1}", 12.0, flow_kg_per_s=flow, **more)


def test_each_station_meets_the_water_the_ones_before_left():
    """Proves: 21 kW and then -10.5 kW on 5 kg/s: 12 → 11 → 11.5 °C, each station drawing its own 2 kg/s.

    If ignored: the first station would be given the mixed water behind itself.
    """
    stations = [
        Consumer("heat pump", "n1", "n1", heat_kw=21.0, flow_kg_per_s=2.0),
        Consumer("chiller", "n2", "n2", heat_kw=-10.5, flow_kg_per_s=2.0),
    ]
    state = solve_steady(loop(2), stations, [pump(2)], CONSTANT, 12.0)
    assert state.table("node").temp_c[["n1", "n2", "n3"]].tolist() == pytest.approx([11.0, 11.5, 11.5])
    np.testing.assert_allclose(state.consumer_temp_in_c, [12.0, 11.0])
    np.testing.assert_allclose(state.consumer_temp_out_c, [12.0 - 2.5, 11.0 + 1.25])
    np.testing.assert_allclose(state.pipe_flow_kg_per_s, 5.0)
    assert state.residual_kw == pytest.approx(0.0, abs=1e-9)


def test_the_cascade_with_losses_by_hand():
    """Proves: between stations the loop relaxes to the ground: T ← Tg + (T - Tg)·exp(-u·L/(m·cp))."""
    heat = [30.0, -20.0, 45.0]
    stations = [Consumer(f"c{k}", f"n{k + 1}", f"n{k + 1}", heat_kw=q, delta_t_k=3.0) for k, q in enumerate(heat)]
    state = solve_steady(loop(3, 1.5), stations, [pump(3)], CONSTANT, 16.0)
    temp, keep, found = 12.0, np.exp(-1.5 * 100.0 / (5.0 * 4200.0)), state.table("node").temp_c
    for k, q in enumerate(heat):
        temp = 16.0 + (temp - 16.0) * keep
        assert state.consumer_temp_in_c[k] == pytest.approx(temp, abs=1e-9)
        temp -= q / (5.0 * 4.2)
        assert found[f"n{k + 1}"] == pytest.approx(temp, abs=1e-9)
    np.testing.assert_allclose(state.consumer_temp_in_c - state.consumer_temp_out_c, [3.0, -3.0, 3.0])


@pytest.mark.parametrize("mode", [{"delta_t_k": 3.0}, {"outlet_temp_c": 8.0}, {"flow_kg_per_s": 1.5}])
def test_the_loop_does_not_mind_how_a_station_is_described(mode):
    """Proves: for one heat the water behind the station is the same whatever flow the station draws."""
    state = solve_steady(
        loop(1, 0.5), [Consumer("c", "n1", "n1", heat_kw=20.0, **mode)], [pump(1)], Fluid.water(), 10.0
    )
    before = state.consumer_temp_in_c[0]
    cp = float(Fluid.water().mean_cp(before, before - 1.0)) / 1000.0
    assert state.table("node").temp_c["n1"] == pytest.approx(before - 20.0 / (5.0 * cp), abs=1e-4)
    assert state.consumer_heat_kw[0] == pytest.approx(20.0, rel=1e-6)


def test_flow_with_outlet_temperature():
    """Proves: flow and outlet temperature given: heat follows, at one node and across two."""
    tap = Consumer("c", "n1", "n1", flow_kg_per_s=2.0, outlet_temp_c=9.0)
    state = solve_steady(loop(1), [tap], [pump(1)], CONSTANT, 12.0)
    assert state.consumer_heat_kw[0] == pytest.approx(2.0 * 4.2 * 3.0)
    assert state.table("node").temp_c["n1"] == pytest.approx(12.0 - 25.2 / 21.0)
    across = Consumer("c", "n1", "n2", flow_kg_per_s=2.0, outlet_temp_c=9.0)
    state = solve_steady(loop(2), [across], [pump(2)], CONSTANT, 12.0)
    assert state.consumer_heat_kw[0] == pytest.approx(25.2)


def test_a_station_that_draws_more_than_passes_gets_its_own_water_back():
    """Proves: 8 kg/s drawn of 5 passing: all water goes through the station, 3 kg/s of it twice.

    Inlet (5·12 + 3·T_out)/8 with T_out = 11: 11.625 °C. If ignored: more heat than the loop brings.
    """
    big = Consumer("c", "n1", "n1", heat_kw=21.0, flow_kg_per_s=8.0)
    state = solve_steady(loop(1), [big], [pump(1)], CONSTANT, 12.0)
    assert state.table("node").temp_c["n1"] == pytest.approx(11.0)
    assert state.consumer_temp_out_c[0] == pytest.approx(11.0)
    assert state.consumer_temp_in_c[0] == pytest.approx(11.625)


def test_a_loop_that_runs_the_other_way():
    """Proves: with the flow turned the cascade begins at the other end, from reverse_temp_c."""
    stations = [Consumer(f"c{k}", f"n{k + 1}", f"n{k + 1}", heat_kw=21.0, flow_kg_per_s=1.0) for k in range(2)]
    state = solve_steady(loop(2), stations, [pump(2, -5.0, reverse_temp_c=15.0)], CONSTANT, 12.0)
    np.testing.assert_allclose(state.consumer_temp_in_c, [14.0, 15.0])
    assert state.table("node").temp_c["n0"] == pytest.approx(13.0)
    assert state.source_heat_kw[0] == pytest.approx(42.0)


def test_a_station_past_which_no_water_runs_is_named():
    """Proves: heat on a dead branch is refused. If ignored: division by zero flow."""
    dead = [*loop(1), Pipe("stub", "n1", "end", 50.0, 50.0, 0.01)]
    with pytest.raises(DataError, match="no water passes"):
        solve_steady(dead, [Consumer("c", "end", "end", heat_kw=5.0, flow_kg_per_s=1.0)], [pump(1)], CONSTANT, 12.0)
    idle = Consumer("c", "end", "end", heat_kw=0.0, flow_kg_per_s=1.0)
    assert np.isfinite(solve_steady(dead, [idle], [pump(1)], CONSTANT, 12.0).node_temp_c).all()


@pytest.mark.parametrize(("heat_kw", "outlet_c"), [(100.0, 8.0), (-60.0, 14.0)])
def test_a_station_whose_heat_is_more_than_passes(heat_kw, outlet_c):
    """Proves: an outlet temperature the passing water cannot keep is named, not called unsettled."""
    station = Consumer("greedy", "n1", "n1", heat_kw=heat_kw, outlet_temp_c=outlet_c)
    with pytest.raises(DataError, match=r"greedy: outlet temperature does not suit the heat.*E441"):
        solve_steady(loop(1), [station], [pump(1)], CONSTANT, 12.0)


def test_two_plants_on_one_ring():
    """Proves: a second plant in the ring passes the flow of the first on at its own temperature; heat closes."""
    pipes = [*loop(2)[:2], Pipe("l9", "m2", "n3", 100.0, 147.2, 0.01, 1.0)]
    stations = [Consumer("a", "n1", "n1", heat_kw=40.0, delta_t_k=3.0)]
    state = solve_steady(pipes, stations, [pump(2), Source("second", "m2", "n2", 13.0)], CONSTANT, 10.0)
    node = state.table("node").temp_c
    assert node["m2"] == pytest.approx(13.0)
    assert state.source_flow_kg_per_s == pytest.approx([5.0, 5.0])
    assert state.source_heat_kw[1] == pytest.approx(5.0 * 4.2 * (13.0 - node["n2"]))
    assert state.source_heat_kw.sum() == pytest.approx(40.0 + state.heat_loss_kw, rel=1e-9)
