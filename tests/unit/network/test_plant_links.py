"""Several plants on one network: their shares and the links between them."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.network import LengthOnlyTrench, NetworkPlant, design_network
from edsim.network.places.candidates import build_candidates, contract_chains
from edsim.network.places.lengths import candidates_from_lengths
from edsim.network.plant_links import checked_links, links_along, plant_shares, pressure_room_kpa


def _two_plants(request_of, place):
    request = request_of(9)
    return replace(request, plants=(*request.plants, NetworkPlant("north", *place(150.0, 330.0))))


def _links(request):
    """Return the links along all candidates, whatever the pressure."""
    buildings = list(range(len(request.buildings)))
    make = candidates_from_lengths if request.trenches else build_candidates
    return links_along(request, contract_chains(make(request, buildings)))


@pytest.mark.medium
def test_shares_add_up_to_the_design(request_of, place):
    """Proves: load, exchange and pumping of the plants sum to those of the network; no building is lost or doubled."""
    request = _two_plants(request_of, place)
    design = design_network(request)
    shares = plant_shares(request, design)
    assert [s.plant_id for s in shares] == ["plant", "north"]
    for name in ("plant_heat_kw", "heat_gain_kw", "pump_power_kw", "pump_heat_kw"):
        np.testing.assert_allclose(sum(getattr(s, name) for s in shares), getattr(design, name), rtol=1e-9)
    served = [b for s in shares for b in s.building_ids]
    assert sorted(served) == sorted(design.connected_building_ids)


def test_a_link_by_hand(request_of):
    """Proves: length is the shortest way; larger pipes carry, cost and lose more; loss is U·L·(Ts + Tr - 2·Tg)."""
    trenches = (
        LengthOnlyTrench("plant", "b0", 100.0),
        LengthOnlyTrench("b0", "north", 150.0, surface="green"),
        LengthOnlyTrench("plant", "north", 400.0),
    )
    base = request_of(1, trenches=trenches)
    request = replace(base, plants=(*base.plants, NetworkPlant("north", base.plants[0].lon, base.plants[0].lat)))
    (link,) = _links(request)
    assert (link.from_plant, link.to_plant) == ("plant", "north")
    assert link.length_m == pytest.approx(250.0)
    assert (np.diff(link.capacity_kw) > 0.0).all()
    assert (np.diff(link.capex) > 0.0).all()
    assert (link.gain_or_loss_kw.min(axis=1) > 0.0).all()
    assert link.gain_or_loss_kw.shape == (len(link.dn), 8760)


def test_the_pumping_of_a_link_is_its_friction(request_of, place):
    """Proves: per kW carried the pump pays both pipes' Colebrook friction, fittings included, over efficiency."""
    request = _two_plants(request_of, place)
    (link,) = _links(request)
    rules, water = request.pipes, request.fluid
    density, cp = float(water.density(9.0)), float(water.cp(9.0))
    for k in (0, len(link.dn) - 1):
        bore, speed = link.inner_diameter_mm[k] / 1000.0, link.velocity_m_per_s[k]
        re, x = density * speed * bore / float(water.viscosity(9.0)), 7.0
        for _ in range(60):
            x = -2.0 * np.log10(0.1e-3 / bore / 3.71 + 2.51 * x / re)
        lift = 2.0 * link.length_m * rules.local_loss_factor * density * speed**2 / (2.0 * bore * x**2)
        per_kw = lift / (density * cp * 8.0) / rules.pump_efficiency_frac
        assert link.pump_kw_per_kw[k] == pytest.approx(per_kw, rel=0.01)
    assert (link.velocity_m_per_s < rules.max_velocity_m_per_s * 1.001).all()


@pytest.mark.medium
def test_pressure_beyond_the_rating_rules_a_link_out(request_of, place):
    """Proves: what static column, pump head and friction leave of PN limits the diameters; none left is said (W412).

    If ignored: the optimizer buys a pipe that bursts.
    """
    request = _two_plants(request_of, place)
    graph = contract_chains(build_candidates(request, list(range(9))))
    (whole,) = links_along(request, graph)
    lost = whole.pump_kw_per_kw / whole.pump_kw_per_kw.max()
    some = links_along(request, graph, room_kpa=0.5 * 0.4 * whole.length_m)
    assert 0 < len(some[0].dn) < len(whole.dn)
    assert lost[np.isin(whole.dn, some[0].dn)].max() < 1.0
    design = design_network(request)
    full = replace(design, design_lift_kpa=design.design_lift_kpa + pressure_room_kpa(request, design) - 1e-3)
    checked = checked_links(request, graph, full)
    assert checked.links == ()
    assert [f.code for f in checked.findings if f not in design.findings] == ["W412"]


def test_one_plant_needs_no_link(request_of):
    """Proves: nothing is offered where nothing can be joined."""
    request = request_of(2)
    graph = contract_chains(build_candidates(request, [0, 1]))
    assert links_along(request, graph) == ()
