"""A network that grows year by year, each pipe as wide as the built-out district needs it."""

from dataclasses import replace

import numpy as np
import pytest
from shapely import LineString

from edsim.network import LengthOnlyTrench, NetworkPlant, design_network
from edsim.network.phasing import lay_in_phases, part_of
from edsim.network.pipes.catalogue import surface_factor
from edsim.network.pipes.trench_years import actions_of, priced_by_year
from edsim.network.places.beside import Dug, is_dug, shared_lengths
from edsim.network.plant_links import plant_shares
from tests.unit.network.test_gas_design import AIR, STEAM

LIST = (
    LengthOnlyTrench("plant", "square", 120.0),
    LengthOnlyTrench("square", "b0", 60.0),
    LengthOnlyTrench("square", "b1", 80.0),
)


def only(request, *rows):
    keep = list(rows)
    return replace(request, buildings=tuple(request.buildings[k] for k in keep), demand_kw=request.demand_kw[keep])


def test_branches_come_with_their_buildings_and_mains_are_laid_once(request_of):
    """Proves: the first year lays main and one branch at final width, the second only the other branch.

    If ignored: the main is laid twice, or too narrow, or the growth pays for what lies there.
    """
    both = request_of(2, trenches=LIST, streets=())
    whole = design_network(both)
    first, second = lay_in_phases(whole, both, [(2030, only(both, 0)), (2035, both)])
    assert set(first.actions) == {"install"}
    assert first.design.length_m == pytest.approx(180.0)
    action = dict(zip(second.design.edges.to_node, second.actions, strict=True))
    assert action == {"square": "keep", "building-b0": "keep", "building-b1": "install"}
    dn = dict(zip(whole.edges.to_node, whole.edges.dn.tolist(), strict=True))
    assert dict(zip(first.design.edges.to_node, first.design.edges.dn.tolist(), strict=True)).items() <= dn.items()
    assert first.capex + second.capex == pytest.approx(whole.capex, rel=1e-12)
    assert second.capex == pytest.approx(
        whole.edges.capex_pipe[-1] + whole.edges.capex_civil[-1] + whole.capex_ets - first.design.capex_ets
    )


def test_the_last_phase_is_the_whole_network(request_of):
    """Proves: a phase that serves all with the design demand runs hour by hour like the design itself.

    If ignored: losses and pumping of a phase would come from another model than those of a network laid at once.
    """
    request = request_of(5)
    whole = design_network(request)
    same = part_of(whole, request, request)
    for name in ("heat_gain_kw", "pump_power_kw", "worst_supply_temp_c", "plant_heat_kw"):
        assert np.allclose(getattr(same, name), getattr(whole, name), rtol=1e-9, atol=1e-9), name
    for name in ("peak_kw", "velocity_m_per_s", "pressure_gradient_pa_per_m", "dp_kpa", "gain_or_loss_w_at_design"):
        assert np.allclose(getattr(same.edges, name), getattr(whole.edges, name), rtol=1e-9, atol=1e-9), name
    assert same.capex == pytest.approx(whole.capex, rel=1e-12)


def test_wide_pipes_at_low_load_lose_more_and_pump_less(request_of):
    """Proves: half the demand in the final pipes gains more heat per kWh and needs less than half the pumping.

    If ignored: the early years would look as good as the last.
    """
    request = request_of(2, trenches=LIST, streets=())
    whole = design_network(request)
    half = part_of(whole, request, replace(request, demand_kw=0.5 * request.demand_kw))
    assert half.heat_gain_kw.sum() / 0.5 > 1.5 * whole.heat_gain_kw.sum()
    assert half.pump_power_kw.sum() < 0.45 * whole.pump_power_kw.sum()


def test_what_cannot_be_a_phase_is_refused(request_of):
    """Proves: a building beyond the network, or one that leaves, is a fault and not a silent omission."""
    both = request_of(2, trenches=LIST, streets=())
    one = only(both, 0)
    with pytest.raises(ValueError, match="does not reach b1"):
        part_of(design_network(replace(one, trenches=LIST[:2])), one, both)
    with pytest.raises(ValueError, match="a building leaves"):
        lay_in_phases(design_network(both), both, [(2030, both), (2040, one)])


@pytest.mark.parametrize("kind", [STEAM, AIR])
def test_the_last_phase_of_steam_and_air_is_the_whole_network(request_of, kind):
    """Proves: a year with the design demand has the pressures, losses and condensate of the design itself.

    If ignored: steam and air of a phase would come from another model than those of a network laid at once.
    """
    request = request_of(3, **kind)
    whole = design_network(request)
    same = part_of(whole, request, request)
    for name in ("heat_gain_kw", "pump_power_kw", "worst_supply_temp_c", "plant_heat_kw", "plant_flow_kg_per_s"):
        assert np.allclose(getattr(same, name), getattr(whole, name), rtol=1e-9, atol=1e-9), name
    for name in ("peak_kw", "velocity_m_per_s", "pressure_gradient_pa_per_m", "dp_kpa", "gain_or_loss_w_at_design"):
        assert np.allclose(getattr(same.edges, name), getattr(whole.edges, name), rtol=1e-9, atol=1e-9), name
    assert same.capex == pytest.approx(whole.capex, rel=1e-12)
    assert same.lowest_pressure_bar == pytest.approx(whole.lowest_pressure_bar)


def test_one_of_two_steam_customers_by_hand(request_of):
    """Proves: without the second customer its branch is not laid; main and branch lose by their length, traps by flow.

    The 180 m laid lose 180/260 of what 260 m lose dry; the first customer keeps more pressure than with the second.
    If ignored: the first phase pays for losses of pipes that are not there.
    """
    dry = {**STEAM, "gas": replace(STEAM["gas"], leakage_frac=0.0, condensate_return_frac=0.0)}
    both = request_of(2, trenches=LIST, streets=(), **dry)
    whole = design_network(both)
    first = part_of(whole, both, only(both, 0))
    by_edge = dict(zip(whole.edges.to_node, whole.edges.gain_or_loss_w_at_design, strict=True))
    ratio = float(whole.heat_gain_kw.sum()) / sum(by_edge.values())
    assert first.heat_gain_kw.sum() == pytest.approx(ratio * (by_edge["square"] + by_edge["building-b0"]), rel=1e-6)
    assert first.lowest_pressure_bar >= whole.lowest_pressure_bar


def test_two_plants_grow_on_their_own_trees(request_of, place):
    """Proves: a phase keeps each plant and its tree; a plant without customers yet feeds nothing.

    If ignored: customers of a phase hang on the wrong plant, or the idle plant loses heat of the other.
    """
    trenches = (*LIST[:2], LengthOnlyTrench("east", "b1", 80.0))
    base = request_of(2, trenches=trenches, streets=())
    lon, lat = place(500.0, 0.0)
    both = replace(base, plants=(*base.plants, NetworkPlant("east", lon, lat, base.plants[0].z_m)))
    whole = design_network(both)
    request = only(both, 0)
    near, far = plant_shares(request, part_of(whole, both, request))
    assert (near.building_ids, far.building_ids) == (("b0",), ())
    assert far.plant_heat_kw.max() == 0.0
    assert near.plant_heat_kw.max() > 0.0


def beside(request, first, by_length):
    """Return the request of a second network that knows what the first digs."""
    dug = Dug().and_by(first.edges, first.edges.capex_civil > 0.0, by_length=by_length)
    return replace(request, id="second", shared_trenches=dug.lines, shared_ends=dug.ends)


@pytest.mark.medium
@pytest.mark.parametrize("by_length", [True, False])
def test_trenches_of_different_years_are_not_shared(request_of, by_length):
    """Proves: of two networks on the same way the second saves only where the first digs in the same year.

    By hand: main and branch b0 are dug for both in 2030, so the second pays the width increment, 35 % of civil works;
    branch b1 is dug by the first in 2030 and by the second in 2035, when the street is closed again: it pays all.
    If ignored: a street opened in 2035 costs a third because another network dug there five years before.
    """
    both = request_of(2, trenches=LIST, streets=()) if by_length else request_of(2)
    first = design_network(both)
    again = beside(both, first, by_length)
    second = design_network(again)
    listed = ("cold", "second") if by_length else ()
    whole = [p.design for p in lay_in_phases(first, both, [(2030, both), (2035, both)])]
    grows = [p.design for p in lay_in_phases(second, again, [(2030, only(again, 0)), (2035, again)])]
    kept, priced = priced_by_year([whole, grows], listed)
    assert [d.capex_civil for d in kept] == pytest.approx([first.capex_civil] * 2)
    increment = surface_factor("shared_trench")
    assert priced[0].capex_civil == pytest.approx(increment * grows[0].edges.capex_civil_alone.sum())
    new = np.array([a == "install" for a in actions_of(grows[1], grows[0])])
    assert new.any()
    later = grows[1].edges.capex_civil_alone[new].sum()
    assert priced[1].capex_civil - priced[0].capex_civil == pytest.approx(later)
    together = priced_by_year([whole, [second, second]], listed)[1]
    assert [d.capex_civil for d in together] == pytest.approx([second.capex_civil] * 2)


def test_an_old_pipe_stays_until_the_flow_passes_it(request_of):
    """Proves: a pipe of DN 100 serves the first building, free; for both it is too narrow and is replaced in 2035.

    When the second building has gone slack in 2040 the new pipe stays. If ignored: the old pipe is torn out years
    before it must be, is booked as new, or comes back after it was scrapped.
    """
    old = (replace(LIST[0], existing_dn=100), *LIST[1:])
    both = request_of(2, trenches=old, streets=())
    both = replace(both, demand_kw=both.demand_kw / both.demand_kw.max(axis=1, keepdims=True) * [[250.0], [600.0]])
    slack = replace(both, demand_kw=both.demand_kw * [[1.0], [0.01]])
    whole = design_network(both)
    main = whole.edges.to_node.index("square")
    assert whole.edges.dn[main] > 100
    years = [(2030, only(both, 0)), (2035, both), (2040, slack)]
    first, second, third = lay_in_phases(whole, both, years)
    at = [dict(zip(p.design.edges.to_node, p.actions, strict=True))["square"] for p in (first, second, third)]
    assert at == ["keep", "replace", "keep"]
    dn = [int(p.design.edges.dn[p.design.edges.to_node.index("square")]) for p in (first, second, third)]
    assert dn == [100, int(whole.edges.dn[main]), int(whole.edges.dn[main])]
    paid = whole.edges.capex_pipe + whole.edges.capex_civil
    branch = whole.edges.to_node.index("building-b0")
    assert first.capex == pytest.approx(paid[branch] + first.design.capex_ets)
    assert first.capex + second.capex == pytest.approx(whole.capex)
    assert third.capex == 0.0
    wide = part_of(whole, both, only(both, 0), second.design)
    assert first.design.pump_power_kw.sum() > wide.pump_power_kw.sum() > 0.0
    assert [d.capex_civil for d in priced_by_year([[p.design for p in (first, second, third)]], ())[0]] == [
        pytest.approx(p.design.capex_civil) for p in (first, second, third)
    ]


def test_alike_names_and_other_lengths_are_other_trenches():
    """Proves: a trench is the one another network digs only when both ends and the length agree.

    If ignored: two ways between the same buildings, or junctions named alike in two lists, share one trench.
    """
    dug = (("square", "building-a", 60.0), ("plant-p", "square", 120.0))
    assert is_dug(("building-a", "square", 60.0), dug)
    assert not is_dug(("building-a", "square", 75.0), dug)
    assert not is_dug(("plant-p", "building-a", 60.0), dug)


def test_what_counts_as_side_by_side():
    """Proves: a way half of which another digs is shared by half, over the joints of its pieces; a crossing is not.

    If ignored: where the first network branches in the middle of a street the second pays the whole trench.
    """
    way = LineString([(0.0, 0.0), (100.0, 0.0)])
    pieces = [LineString([(0.0, 0.3), (20.0, 0.3)]), LineString([(20.0, 0.3), (50.0, 0.3)])]
    crossing, service = LineString([(70.0, -50.0), (70.0, 50.0)]), LineString([(80.0, 0.0), (80.0, 12.0)])
    share = shared_lengths([way, crossing, service], [*pieces, crossing])
    assert share == pytest.approx([0.5, 1.0, 0.0], abs=0.011)
    assert shared_lengths([way], [crossing]).tolist() == [0.0]
    assert shared_lengths([way], []).tolist() == [0.0]
