"""A network design as GeoJSON (RFC 7946, WGS84)."""

from typing import Any

from edsim.network.plant_links import PlantLink
from edsim.network.types import DesignEdges, DesignNode, NetworkDesign


def to_geojson(design: NetworkDesign) -> dict[str, Any]:
    """Return a FeatureCollection: one LineString per trench, one Point per node, the summary as a foreign member."""
    features = [_trench(design, k) for k in range(len(design.edges))] + [_node(design, n) for n in design.nodes]
    features += [_link(design, link) for link in design.links if link.is_laid]
    return {"type": "FeatureCollection", "features": features, "summary": design.summary()}


def _trench(design: NetworkDesign, k: int) -> dict[str, Any]:
    e: DesignEdges = design.edges
    properties: dict[str, Any] = {"feature": "trench", "network": design.id, "carrier": design.carrier}
    for name in e.__dataclass_fields__:
        if name == "geometry":
            continue
        value = getattr(e, name)[k]
        properties[name] = value if isinstance(value, str) else round(float(value), 4)
    for name in ("dn", "n_downstream", "existing_dn"):
        properties[name] = int(getattr(e, name)[k])
    line = [list(point) for point in e.geometry[k]]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": line}}


def _link(design: NetworkDesign, link: PlantLink) -> dict[str, Any]:
    """Return the pipes between two plants."""
    ends = {n.building_id: n.id for n in design.nodes if n.kind == "producer"}
    properties = {
        "feature": "link",
        "network": design.id,
        "carrier": design.carrier,
        "from_node": ends.get(link.from_plant, link.from_plant),
        "to_node": ends.get(link.to_plant, link.to_plant),
        "length_m": round(link.length_m, 4),
        "dn": int(link.dn[0]),
        "capacity_kw": round(float(link.capacity_kw[0]), 4),
    }
    line = [list(point) for point in link.geometry]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "LineString", "coordinates": line}}


def _node(design: NetworkDesign, node: DesignNode) -> dict[str, Any]:
    properties = {
        "feature": "node",
        "network": design.id,
        "id": node.id,
        "kind": node.kind,
        "building_id": node.building_id,
        "z_m": round(node.z_m, 2),
    }
    point = [round(node.lon, 7), round(node.lat, 7)]
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Point", "coordinates": point}}
