"""Laws that hold for any network."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edsim.network import Consumer, Fluid, Pipe, Source, solve_steady
from edsim.network.fluid import Fluid as Liquid
from edsim.network.tree import build_forest
from edsim.network.year import Operation, TreeNetwork, simulate_year

FLUID = Fluid.constant(980.0, 4190.0, 5e-4)


@st.composite
def trees(draw):
    """Return (parents, lengths, bores, heats) of a random tree."""
    n = draw(st.integers(2, 8))
    parents = [draw(st.integers(0, k)) for k in range(n)]
    number = st.floats(20.0, 300.0)
    return parents, *([draw(number) for _ in range(n)] for _ in range(3))


def steady(tree, factor=1.0, sign=1.0, *, ring=False):
    parents, lengths, bores, heats = tree
    bores = np.maximum(np.array(bores), 60.0)
    pipes = []
    for k, parent in enumerate(parents, start=1):
        size = (lengths[k - 1], float(bores[k - 1]), 0.1, 0.3)
        pipes += [Pipe(f"s{k}", f"s{parent}-", f"s{k}-", *size), Pipe(f"r{k}", f"r{k}-", f"r{parent}-", *size)]
    if ring and len(parents) > 2:
        pipes += [Pipe("s0", "s1-", "s2-", 80.0, 80.0, 0.1, 0.3), Pipe("r0", "r2-", "r1-", 80.0, 80.0, 0.1, 0.3)]
    consumers = [
        Consumer(f"c{k}", f"s{k}-", f"r{k}-", heat_kw=sign * factor * q, delta_t_k=20.0)
        for k, q in enumerate(heats, start=1)
    ]
    source = Source("p", "s0-", "r0-", 20.0 + sign * 50.0)
    return solve_steady(pipes, consumers, [source], FLUID, 20.0)


@settings(max_examples=12, deadline=None)
@given(trees(), st.booleans())
def test_energy_and_mass_balance(tree, ring):
    """Proves: source heat = consumers + losses, and flow out = flow in, to 1e-9 of the total, loops included."""
    state = steady(tree, ring=ring)
    assert abs(state.residual_kw) <= 1e-7 * state.source_heat_kw[0]
    assert state.source_flow_kg_per_s[0] == pytest.approx(state.consumer_flow_kg_per_s.sum(), rel=1e-9)


@settings(max_examples=8, deadline=None)
@given(trees(), st.floats(0.5, 3.0))
def test_demand_scales_flow(tree, factor):
    """Proves: k times the heat at the same temperature difference takes k times the flow in every pipe."""
    one, many = steady(tree), steady(tree, factor)
    assert many.pipe_flow_kg_per_s == pytest.approx(factor * one.pipe_flow_kg_per_s, rel=1e-7, abs=1e-9)


@settings(max_examples=8, deadline=None)
@given(trees())
def test_supply_and_return_are_mirrors(tree):
    """Proves: a return pipe carries its supply pipe's flow and drop."""
    state = steady(tree)
    assert state.pipe_flow_kg_per_s[0::2] == pytest.approx(state.pipe_flow_kg_per_s[1::2], rel=1e-9, abs=1e-12)
    assert state.pipe_dp_pa[0::2] == pytest.approx(state.pipe_dp_pa[1::2], rel=1e-7, abs=1e-6)


@settings(max_examples=8, deadline=None)
@given(trees())
def test_hourly_march_equals_the_general_solver(tree):
    """Proves: the closed form for trees gives the flows, losses and lift of the sparse solver (independent codes)."""
    parents, lengths, bores, heats = tree
    n = len(parents)
    forest = build_forest(n + 1, np.array(parents), np.arange(1, n + 1), np.array([0]))
    pick = forest.order
    own = np.full(n, 0.3)
    network = TreeNetwork(
        forest,
        np.array(lengths)[pick],
        np.maximum(np.array(bores), 60.0)[pick] / 1000.0,
        np.full(n, 1e-4),
        np.full(n, np.inf),
        own,
        np.zeros(n),
        np.arange(1, n + 1),
        1.0,
        Liquid.constant(980.0, 4190.0, 5e-4),
    )
    operation = Operation(np.array([70.0]), 50.0, np.full((n, 1), 20.0), np.array([20.0]), 0.0, 0.7)
    year = simulate_year(network, operation, np.array(heats)[:, None], np.array([0]))
    state = steady(tree)
    assert year.plant_flow_kg_per_s[0] == pytest.approx(state.source_flow_kg_per_s[0], rel=1e-9)
    assert -year.exchange_kw[0] == pytest.approx(state.heat_loss_kw, rel=1e-6)
    assert year.lift_pa[0] / 1000.0 == pytest.approx(state.source_required_lift_kpa[0], rel=1e-6)
    assert year.return_temp_c[0] == pytest.approx(state.source_return_temp_c[0], abs=1e-6)
