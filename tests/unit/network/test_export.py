"""Exports carry the whole network with the other programs' units."""

from dataclasses import replace

import pytest

from edsim.network import LengthOnlyTrench, design_network, to_epanet, to_pandapipes_tables


def test_epanet_text_holds_every_trench_and_station(designed):
    """Proves: one pipe per trench, one junction per node but the plant, litres per second."""
    design = designed(6)
    text = to_epanet(design)
    sections = {part.split("]")[0]: part.splitlines()[1:] for part in text.split("[")[1:]}
    rows = {name: [line for line in lines if line.strip()] for name, lines in sections.items()}
    assert len(rows["PIPES"]) == len(design.edges)
    assert len(rows["JUNCTIONS"]) == len(design.nodes) - 1
    drawn = sum(float(line.split()[2]) for line in rows["JUNCTIONS"])
    peaks = sum(q for q, n in zip(design.edges.peak_kw, design.edges.to_node, strict=True) if n.startswith("building"))
    assert abs(drawn * 4.2 * 8.0 / peaks - 1.0) < 0.01


def test_pandapipes_tables_mirror_supply_and_return(designed):
    """Proves: both sides are there and every end is a junction."""
    design = designed(6)
    tables = to_pandapipes_tables(design)
    names = {row["name"] for row in tables["junctions"]}
    assert len(tables["pipes"]) == 2 * len(design.edges)
    assert {p["from_junction"] for p in tables["pipes"]} | {p["to_junction"] for p in tables["pipes"]} <= names
    assert len(tables["heat_consumers"]) == 6


def test_a_station_on_the_way_draws_its_own_flow(request_of):
    """Proves: where a trench runs on behind a building, the export draws the building's peak alone, not all behind."""
    request = request_of(2, trenches=(LengthOnlyTrench("plant", "b0", 100.0), LengthOnlyTrench("b0", "b1", 80.0)))
    design = design_network(request)
    drawn = {c["name"]: c["controlled_mdot_kg_per_s"] for c in to_pandapipes_tables(design)["heat_consumers"]}
    peaks = request.demand_kw.max(axis=1)
    assert drawn["building-b1"] / drawn["building-b0"] == pytest.approx(peaks[1] / peaks[0])


def test_exports_carry_fittings_as_length(request_of):
    """Proves: both exports lengthen pipes by the request's factor. If ignored: checks elsewhere come out 15 % low."""
    request = request_of(2)
    design = design_network(replace(request, pipes=replace(request.pipes, local_loss_factor=1.3)))
    total = 1.3 * design.length_m
    km = sum(p["length_km"] for p in to_pandapipes_tables(design)["pipes"])
    assert 1000.0 * km == pytest.approx(2.0 * total)
    section = to_epanet(design).split("[PIPES]")[1].split("[")[0]
    rows = [line.split() for line in section.splitlines() if line.strip()]
    assert sum(float(r[3]) for r in rows) == pytest.approx(total, abs=0.01)
