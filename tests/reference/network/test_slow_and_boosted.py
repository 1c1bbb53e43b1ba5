"""Nearly still water and pumps in pipes against solvers of their own kind; only the properties of water are shared."""

import numpy as np
import pytest
from scipy.interpolate import CubicHermiteSpline
from scipy.optimize import brentq

from edsim.core.errors import DataError
from edsim.network import Consumer, Fluid, Pipe, Source, solve_steady

pytestmark = pytest.mark.reference
WATER = Fluid.water()


def test_nearly_still_water_drops_pressure_by_the_viscosity_along_its_way():
    """Proves: water that cools from 85 to 11 °C in one laminar pipe, against 2000 cells.

    If ignored: at the viscosity of the mean temperature the drop is 5 % low.
    """
    flow, bore, length, u, ground = 0.004, 0.0273, 120.0, 0.35, 10.0
    state = solve_steady(
        [Pipe("p", "a", "b", length, 1000.0 * bore, 0.05, u)],
        [],
        [Source("plant", "a", "b", 85.0, flow_kg_per_s=flow)],
        WATER,
        ground,
    )
    temp_c, drop = 85.0, 0.0
    for _ in range(2000):
        speed = flow / (float(WATER.density(temp_c)) * np.pi / 4.0 * bore**2)
        drop += 32.0 * float(WATER.viscosity(temp_c)) * speed / bore**2 * length / 2000
        temp_c = ground + (temp_c - ground) * np.exp(-u * length / 2000 / (flow * float(WATER.cp(temp_c))))
    assert state.pipe_dp_pa[0] == pytest.approx(drop, rel=1e-3)
    assert state.pipe_temp_out_c[0] == pytest.approx(temp_c, abs=0.002)


def friction_of(reynolds, rough):
    """Return 64/Re up to 2300, Colebrook–White from 4000 and the cubic with the slopes of both between them."""

    def colebrook(re):
        x = 6.0
        for _ in range(40):
            x = -2.0 * np.log10(rough / 3.71 + 2.51 * x / re)
        return x**-2.0

    slopes = -64.0 / 2300.0**2, (colebrook(4001.0) - colebrook(3999.0)) / 2.0
    cubic = CubicHermiteSpline([2300.0, 4000.0], [64.0 / 2300.0, colebrook(4000.0)], slopes)
    turbulent = np.where(reynolds < 4000.0, cubic(reynolds), colebrook(reynolds))
    return np.where(reynolds < 2300.0, 64.0 / reynolds, turbulent)


def in_cells(brine, flow, pipe, ground_c):
    """Return drop, Pa, and end temperature of water of 70 °C in 200 cells, each of its own friction."""
    by_cell, temp_c, cells = pipe.u_w_per_mk * pipe.length_m / 200.0 / flow, 70.0, []
    for _ in range(200):
        middle_c = ground_c + (temp_c - ground_c) * np.exp(-0.5 * by_cell / float(brine.cp(temp_c)))
        temp_c = ground_c + (temp_c - ground_c) * np.exp(-by_cell / float(brine.cp(middle_c)))
        cells.append(middle_c)
    bore, density = pipe.inner_diameter_mm / 1000.0, brine.density(cells)
    reynolds = 4.0 * flow / (np.pi * bore * brine.viscosity(cells))
    factor = friction_of(reynolds, pipe.roughness_mm / pipe.inner_diameter_mm)
    speed = flow / (density * np.pi / 4.0 * bore**2)
    return float((factor * pipe.length_m / bore * density * speed**2 / 2.0).mean()), temp_c


@pytest.mark.medium
def test_brine_that_turns_laminar_on_its_way_divides_by_the_friction_of_every_stretch():
    """Proves: 40 % glycol through a bare way, from Re 7200 to 2500, and an insulated one, to 0.01 % of the flow.

    If ignored: friction at the mean Reynolds number of a pipe shifts the flow by 1.6 % and the drop by 11 %.
    """
    brine, ground_c, whole = Fluid.brine("propylene_glycol", 0.4), 5.0, 0.5
    ways = [Pipe("bare", "a", "b", 200.0, 54.5, 0.1, 6.0), Pipe("insulated", "a", "b", 800.0, 54.5, 0.1, 0.15)]
    source = Source("plant", "a", "c", 70.0, flow_kg_per_s=whole)
    state = solve_steady([*ways, Pipe("back", "b", "c", 1.0, 107.1, 0.1)], [], [source], brine, ground_c)
    ends = [in_cells(brine, abs(m), p, ground_c) for m, p in zip(state.pipe_flow_kg_per_s, ways, strict=False)]
    through = brentq(
        lambda m: in_cells(brine, m, ways[0], ground_c)[0] - in_cells(brine, whole - m, ways[1], ground_c)[0],
        0.30,
        0.36,
        xtol=1e-6,
    )
    assert state.pipe_flow_kg_per_s[0] == pytest.approx(through, rel=1e-4)
    assert state.pipe_dp_pa[:2] == pytest.approx([drop for drop, _ in ends], rel=2e-4)
    assert state.pipe_temp_out_c[:2] == pytest.approx([temp_c for _, temp_c in ends], abs=1e-3)


def boosted(**head):
    """Return the state of one station behind two ways of 400 and 900 m, the longer with a pump."""
    common = (82.5, 0.1)
    pipes = [
        Pipe("short", "s0", "s1", 400.0, *common),
        Pipe("long", "s0", "s1", 900.0, *common, **head),
        Pipe("back", "r1", "r0", 400.0, 107.1, 0.1),
    ]
    station = Consumer("c", "s1", "r1", flow_kg_per_s=12.0, delta_t_k=30.0)
    return solve_steady(pipes, [station], [Source("plant", "s0", "r0", 80.0)], WATER, 10.0, friction="swamee_jain")


def test_a_pump_in_a_ring_shifts_flow_and_spares_the_plant_lift():
    """Proves: both ways lose the same pressure less the head of the pump; its work is head times volume flow."""
    density, viscosity = float(WATER.density(80.0)), float(WATER.viscosity(80.0))

    def loss_pa(flow, length):
        reynolds = 4.0 * flow / (np.pi * 0.0825 * viscosity)
        factor = 0.25 / np.log10(0.1 / 82.5 / 3.7 + 5.74 / reynolds**0.9) ** 2
        return factor * length / 0.0825 * (flow / (np.pi / 4.0 * 0.0825**2)) ** 2 / (2.0 * density)

    state, without = boosted(boost_kpa=60.0), boosted()
    through = brentq(lambda m: loss_pa(m, 900.0) - 60e3 - loss_pa(12.0 - m, 400.0), 0.1, 11.9, xtol=1e-12)
    assert state.pipe_flow_kg_per_s[1] == pytest.approx(through, rel=1e-6)
    assert state.pipe_pump_hydraulic_kw[1] == pytest.approx(60.0 * through / density, rel=1e-6)
    spared = without.source_required_lift_kpa[0] - state.source_required_lift_kpa[0]
    assert spared == pytest.approx((without.pipe_dp_pa[0] - state.pipe_dp_pa[0]) / 1000.0, abs=1e-6)


def test_a_head_that_is_no_number_is_refused():
    """Proves: one message with the pipe."""
    with pytest.raises(DataError, match=r"pipes\.long: boost_kpa must be a number"):
        boosted(boost_kpa=float("nan"))
