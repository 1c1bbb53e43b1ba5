"""Exports carry the whole network with the other programs' units."""

from edsim.network import design_network
from edsim.network.export import to_epanet, to_pandapipes_tables


def test_epanet_text_holds_every_trench_and_station(request_of):
    """Proves: one pipe per trench, one junction per node but the plant, litres per second."""
    design = design_network(request_of())
    text = to_epanet(design)
    sections = {part.split("]")[0]: part.splitlines()[1:] for part in text.split("[")[1:]}
    rows = {name: [line for line in lines if line.strip()] for name, lines in sections.items()}
    assert len(rows["PIPES"]) == len(design.edges)
    assert len(rows["JUNCTIONS"]) == len(design.nodes) - 1
    drawn = sum(float(line.split()[2]) for line in rows["JUNCTIONS"])
    peaks = sum(q for q, n in zip(design.edges.peak_kw, design.edges.to_node, strict=True) if n.startswith("building"))
    assert abs(drawn * 4.2 * 8.0 / peaks - 1.0) < 0.01


def test_pandapipes_tables_mirror_supply_and_return(request_of):
    """Proves: both sides are there and every end is a junction."""
    design = design_network(request_of())
    tables = to_pandapipes_tables(design)
    names = {row["name"] for row in tables["junctions"]}
    assert len(tables["pipes"]) == 2 * len(design.edges)
    assert {p["from_junction"] for p in tables["pipes"]} | {p["to_junction"] for p in tables["pipes"]} <= names
    assert len(tables["heat_consumers"]) == 6
