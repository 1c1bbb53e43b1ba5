"""A network design as GeoJSON (RFC 7946, WGS84)."""

from typing import Any

from edsim.network.types import DesignEdges, DesignNode, NetworkDesign


def to_geojson(design: NetworkDesign) -> dict[str, Any]:
    """Return a FeatureCollection: one LineString per trench, one Point per node, the summary as a foreign member."""
    features = [_trench(design, k) for k in range(len(design.edges))] + [_node(design, n) for n in design.nodes]
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
