"""A ring over a hill against a solver of its own kind: pipes in cells, one equation in one unknown.

Two routes lead from the plant to one station: over a hill and level. Each route is cut into cells of the water that is
really there, and the share of the flow that goes over the hill is the root of the pressures round the ring. Nothing is
shared with edsim but the properties of water, which `test_water_if97.py` checks.
"""

import numpy as np
import pytest
from scipy.optimize import brentq

from edsim.network import Consumer, Fluid, Pipe, Source, solve_steady

pytestmark = pytest.mark.reference
BORE_M, ROUGH_M, U_W_PER_MK, GROUND_C, SUPPLY_C = 0.0825, 1e-4, 0.3, 10.0, 80.0
HILL, LEVEL = [(300.0, 25.0), (350.0, -25.0)], [(600.0, 0.0)]
"""Length and rise of the pipes of each route, m."""
WATER = Fluid.water()


def colebrook(reynolds):
    """Return the friction factor by fixed-point iteration."""
    root = np.full_like(reynolds, 8.0)
    for _ in range(60):
        root = -2.0 * np.log10(ROUGH_M / BORE_M / 3.71 + 2.51 * root / reynolds)
    return 1.0 / root**2


def route_pa(route, flow, cells, *, by_ends):
    """Return what friction and columns take on a route, Pa; one cell with `by_ends` weighs as pandapipes does."""
    total, temp_c = 0.0, SUPPLY_C
    for length_m, rise_m in route:
        cp = float(WATER.cp(0.5 * (SUPPLY_C + temp_c)))
        for _ in range(3):
            edges_c = GROUND_C + (temp_c - GROUND_C) * np.exp(
                -U_W_PER_MK * length_m / (flow * cp) * np.linspace(0.0, 1.0, cells + 1)
            )
            cp = float(WATER.cp(0.5 * (edges_c[0] + edges_c[-1])))
        middle_c = 0.5 * (edges_c[1:] + edges_c[:-1])
        rho = WATER.density(middle_c)
        speed = flow / (rho * np.pi / 4.0 * BORE_M**2)
        factor = colebrook(rho * speed * BORE_M / WATER.viscosity(middle_c))
        column = 0.5 * (WATER.density(edges_c[1:]) + WATER.density(edges_c[:-1])) if by_ends else rho
        total += float(np.mean(factor * length_m / BORE_M * rho * speed**2 / 2.0 + column * 9.80665 * rise_m))
        temp_c = float(edges_c[-1])
    return total


def over_the_hill(drawn, cells=500, *, by_ends=False):
    """Return the flow over the hill, kg/s, at which both routes take the same pressure."""

    def miss(flow):
        hill = route_pa(HILL, flow, cells, by_ends=by_ends)
        return hill - route_pa(LEVEL, drawn - flow, cells, by_ends=by_ends)

    return brentq(miss, 0.02 * drawn, 0.98 * drawn, xtol=1e-14, rtol=1e-13)


def by_edsim(drawn):
    """Return the flow over the hill by `solve_steady`, kg/s, every pipe as one."""
    common = (1000.0 * BORE_M, 1000.0 * ROUGH_M, U_W_PER_MK)
    pipes = [
        Pipe("up", "s0", "s1", HILL[0][0], *common),
        Pipe("down", "s1", "s2", HILL[1][0], *common),
        Pipe("level", "s0", "s2", LEVEL[0][0], *common),
        Pipe("back", "r2", "r0", LEVEL[0][0], *common),
    ]
    station = Consumer("station", "s2", "r2", flow_kg_per_s=drawn, delta_t_k=10.0)
    plant = Source("plant", "s0", "r0", SUPPLY_C)
    state = solve_steady(pipes, [station], [plant], WATER, GROUND_C, node_z_m={"s1": HILL[0][1]}, friction="colebrook")
    return float(state.pipe_flow_kg_per_s[0])


@pytest.mark.parametrize("drawn_kg_per_s", [8.0, 2.4, 0.4])
def test_a_ring_over_a_hill_against_pipes_in_cells(drawn_kg_per_s):
    """Proves: at full, 30 % and 5 % load the flow over the hill is that of pipes in 500 cells, within 0.01 %."""
    assert by_edsim(drawn_kg_per_s) == pytest.approx(over_the_hill(drawn_kg_per_s), rel=1e-4)


def test_the_water_of_a_pipe_is_nearer_to_the_cells_than_the_mean_of_its_ends():
    """Proves: densities at the mean temperature over the length beat the mean of the densities at both ends."""
    truth = over_the_hill(0.4)
    by_ends = over_the_hill(0.4, cells=1, by_ends=True)
    assert abs(by_edsim(0.4) - truth) < abs(by_ends - truth)
