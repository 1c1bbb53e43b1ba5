"""A network that grows year by year."""

from dataclasses import replace

import pytest

from edsim.network import LengthOnlyTrench, design_network
from edsim.network.phasing import phase_network

LIST = (
    LengthOnlyTrench("plant", "square", 120.0),
    LengthOnlyTrench("square", "b0", 60.0),
    LengthOnlyTrench("square", "b1", 80.0),
)


def test_growth_installs_keeps_and_replaces(request_of):
    """Proves: the second year pays for the new branch and a larger main, and keeps the old branch for nothing."""
    both = request_of(2, trenches=LIST, streets=())
    both = replace(both, demand_kw=both.demand_kw * [[0.3], [8.0]])
    one = replace(both, buildings=both.buildings[:1], demand_kw=both.demand_kw[:1])
    first, second = phase_network({2030: one, 2035: both})
    assert set(first.actions) == {"install"}
    action = dict(zip(second.design.edges.to_node, second.actions, strict=True))
    assert action == {"square": "replace", "building-b0": "keep", "building-b1": "install"}
    assert second.length_m("keep") == pytest.approx(60.0)
    assert second.idle_m == 0.0
    alone = design_network(both)
    assert second.capex < alone.capex
    assert first.capex + second.capex > alone.capex


def test_a_year_without_change_costs_nothing(request_of):
    """Proves: the same network again keeps every pipe, on streets too. If ignored: it would be paid twice."""
    request = request_of(4)
    first, second = phase_network({2030: request, 2031: request})
    assert first.capex == pytest.approx(design_network(request).capex)
    assert second.capex < 0.01 * first.capex
    assert second.length_m("keep") > 0.97 * first.design.length_m


def test_a_building_that_leaves_idles_its_branch(request_of):
    """Proves: pipes nobody needs are named by their length."""
    both = request_of(2, trenches=LIST, streets=())
    one = replace(both, buildings=both.buildings[:1], demand_kw=both.demand_kw[:1])
    _, later = phase_network({2030: both, 2040: one})
    assert later.idle_m == pytest.approx(80.0)
    assert later.capex == 0.0
