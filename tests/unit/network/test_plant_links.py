"""Several plants on one network: their shares and the links between them."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.network import LengthOnlyTrench, NetworkPlant, design_network
from edsim.network.plant_links import plant_links, plant_shares


def _two_plants(request_of, place):
    request = request_of(9)
    return replace(request, plants=(*request.plants, NetworkPlant("north", *place(150.0, 330.0))))


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
    (link,) = plant_links(request)
    assert (link.from_plant, link.to_plant) == ("plant", "north")
    assert link.length_m == pytest.approx(250.0)
    assert (np.diff(link.capacity_kw) > 0.0).all()
    assert (np.diff(link.capex) > 0.0).all()
    assert (link.gain_or_loss_kw.min(axis=1) > 0.0).all()
    assert link.gain_or_loss_kw.shape == (len(link.dn), 8760)


def test_one_plant_needs_no_link(request_of):
    """Proves: nothing is offered where nothing can be joined."""
    assert plant_links(request_of(2)) == ()
