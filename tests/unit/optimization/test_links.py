"""Two plants joined by pipes: flow, losses, pumping and capacity by hand."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError
from edsim.network.plant_links import PlantLink
from edsim.optimization.model.links import transport_link
from edsim.optimization.model.model import build
from edsim.optimization.system import reach_kw
from tests.unit.optimization.conftest import YEAR, flat

CARRIER = "chilled_water"


def pipes(capex=(900.0, 1000.0, 4000.0), loss_kw=1.0, pump=0.02):
    """Return a link of 5, 10 or 50 kW whose middle pair loses 1 kW all year."""
    return PlantLink(
        from_plant="west",
        to_plant="east",
        length_m=100.0,
        geometry=((0.0, 0.0), (0.0, 0.001)),
        dn=np.array([25, 32, 65]),
        inner_diameter_mm=np.array([28.5, 37.2, 70.3]),
        velocity_m_per_s=np.full(3, 1.0),
        capacity_kw=np.array([5.0, 10.0, 50.0]),
        capex=np.array(capex),
        gain_or_loss_kw=np.outer([0.5, 1.0, 2.0], np.full(YEAR, loss_kw)),
        pump_kw_per_kw=np.full(3, pump),
    )


def two_plants(make, system, link=None, carrier=CARRIER, prices=(0.1, 0.3), most=(100.0, 100.0)):
    """Return 10 kW at each of two plants, each with a supply of its own at its own price, and power at 0.1."""
    base = system([], {})
    site = base.conditions["energy_center"]
    plants = ("west", "east")
    technologies = [make("grid", id=f"grid_{n}", node=n, tariff="power", capex_per_kw=0.0) for n in plants]
    for node, limit in zip(plants, most, strict=True):
        fields = {"fuel": node, "carriers": {"fuel": carrier}, "max_capacity_kw": limit, "capex_per_kw": 0.0}
        technologies.append(make("fuel_supply", id=f"supply_{node}", node=node, **fields))
    bought = {n: replace(site.tariffs["power"], energy_per_kwh=flat(p)) for n, p in zip(plants, prices, strict=True)}
    return replace(
        base,
        technologies=(*technologies, *([link] if link else [])),
        demand={(n, carrier): flat(10) for n in plants},
        conditions=dict.fromkeys(plants, replace(site, fuels=bought)),
    )


def between(carrier=CARRIER):
    return transport_link(pipes(), "cold", carrier, 10.0, (20.0, 0.0))


def test_cheap_plant_feeds_the_dear_one(make, system, one_day):
    """Proves: 10 kW sent arrive as 9.8, each end bears 0.5 kW of loss, the pumps take 0.2 kW, the pair costs 50 a year.

    West makes 10 + 10 + 0.5 at 0.1, east 0.7 at 0.3, pumps 0.2 at 0.1: 2.28 an hour. Without the link: 4 an hour.
    """
    alone = build(two_plants(make, system), one_day).solve()
    assert alone.objective == pytest.approx(YEAR * 4.0)
    joined = build(two_plants(make, system, between()), one_day).solve()
    assert joined.objective == pytest.approx(YEAR * 2.28 + 50.0, rel=1e-9)
    assert joined.capacities["cold_west_east", "capacity_kw"] == pytest.approx(10.0)
    made = {f.technology: f.values.mean() for f in joined.flows if f.technology.startswith("supply")}
    assert made == pytest.approx({"supply_west": 20.5, "supply_east": 0.7})


def test_a_laid_pipe_is_full_and_no_larger(make, system, one_day):
    """Proves: west serves the east up to the capacity of the pair that is laid, 5 kW; the east makes what is missing.

    5 kW arrive as 4.9, each end bears 0.25 kW of loss: west makes 15.25 at 0.1, east 5.35 at 0.3, pumps 0.1 at 0.1,
    3.14 an hour; the pair costs 900 over 20 a. If capacity were free the pipe would carry twice as much at a price per
    kW that no pair of the catalogue has.
    """
    laid = transport_link(pipes().laid(0), "cold", CARRIER, 5.0, (20.0, 0.0))
    joined = build(two_plants(make, system, laid), one_day).solve()
    assert joined.objective == pytest.approx(YEAR * 3.14 + 45.0, rel=1e-9)
    assert joined.capacities["cold_west_east", "capacity_kw"] == pytest.approx(5.0)
    made = {f.technology: f.values.mean() for f in joined.flows if f.technology.startswith("supply")}
    assert made == pytest.approx({"supply_west": 15.25, "supply_east": 5.35})


def test_nodes_joined_by_links_supply_each_other(make, system):
    """Proves: the largest flow at a plant counts the demand of the plants it may feed, directly or through others."""
    alone, joined = two_plants(make, system), two_plants(make, system, between())
    assert reach_kw(alone, "west", CARRIER) == pytest.approx(20.0)
    assert reach_kw(joined, "west", CARRIER) == pytest.approx(40.0)


def test_flow_may_turn_around(make, system, one_day):
    """Proves: the same pipes serve the other direction at the same cost."""
    there = build(two_plants(make, system, between()), one_day).solve()
    back = build(two_plants(make, system, between(), prices=(0.3, 0.1)), one_day).solve()
    assert back.objective == pytest.approx(there.objective, rel=1e-9)


def test_link_is_as_large_as_the_missing_supply(make, system, one_day):
    """Proves: with 4 of 10 kW in the east, 0.93 of each kW of pipe arrives: 6 / 0.93 = 6.45 kW; without it, none."""
    lacking = {"prices": (0.1, 0.1), "most": (100.0, 4.0)}
    with pytest.raises(InfeasibleError, match="E511"):
        build(two_plants(make, system, **lacking), one_day).solve()
    joined = build(two_plants(make, system, between(), **lacking), one_day).solve()
    assert joined.capacities["cold_west_east", "capacity_kw"] == pytest.approx(6.0 / 0.93, rel=1e-9)


def test_pump_heat_helps_hot_water(make, system, one_day):
    """Proves: 10 kW of hot water arrive as 10.2 less 0.5 of loss; east makes 0.3."""
    joined = build(two_plants(make, system, between("hot_water"), "hot_water"), one_day).solve()
    east = next(f for f in joined.flows if f.technology == "supply_east")
    assert east.values == pytest.approx(0.3)


def test_diameter_follows_the_need():
    """Proves: the smallest pair that carries the need sets cost and loss; beyond the largest, its capacity limits."""
    small, large = (transport_link(pipes(), "cold", CARRIER, need, (20.0, 0.0)) for need in (4.0, 80.0))
    assert (small.capex_per_kw, small.max_capacity_kw, small.loss_kw_per_kw[0]) == (180.0, 4.0, 0.1)
    assert (large.capex_per_kw, large.max_capacity_kw, large.loss_kw_per_kw[0]) == (80.0, 50.0, 0.04)


def test_the_investment_is_of_the_network():
    """Proves: pipes between plants are paid under the network's line. If ignored: reports call them plant."""
    assert between().cost_line == "network"


def test_link_is_no_kind_of_a_case():
    """Proves: links come from the network; a case cannot name them."""
    from edsim.core.registry import load_kinds

    assert "transport_link" not in load_kinds("edsim.technologies")


def test_milder_water_carries_less(make, system, one_day):
    """Proves: in hours with half the spread of the design a pair of 10 kW carries 5: the east makes the rest, 5.6.

    5 kW sent arrive as 4.9 and each end bears 0.5 kW of loss. If ignored: pipes would be too small in May.
    """
    mild = replace(pipes().laid(1), room_frac=np.full(YEAR, 0.5))
    joined = build(two_plants(make, system, transport_link(mild, "cold", CARRIER, 10.0, (20.0, 0.0))), one_day).solve()
    made = {f.technology: f.values.mean() for f in joined.flows if f.technology.startswith("supply")}
    assert made == pytest.approx({"supply_west": 15.5, "supply_east": 5.6})
