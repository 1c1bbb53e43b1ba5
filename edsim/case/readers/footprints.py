"""Parts of a case from the features of a map: fields from properties, place and floor area from the geometry."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import pairwise

from edsim.case.nodes import Node, Origin
from edsim.case.readers.geojson import Feature
from edsim.case.readers.rings import area_m2, crosses_itself
from edsim.case.wording.messages import Fault


def feature_part(
    feature: Feature, fields: Mapping[str, str] | None, nested: Callable[[Node], Node], areas: list[Fault] | None
) -> Node:
    """Return a feature as a part: its properties, with what its geometry tells and they do not.

    That is its location and, of a building with storeys, the floor area.

    Parameters
    ----------
    feature
        The feature.
    fields
        Property → field; None takes all properties by their own names.
    nested
        Makes mappings of dotted names.
    areas
        Receives outlines that have no area and remarks on areas taken from outlines; None for parts without area.
    """
    stated = {
        name: node for name, node in feature.properties.members.items() if node.value is not None and node.value != ""
    }
    if fields is not None:
        stated = {fields[name]: node for name, node in stated.items() if name in fields}
    members = dict(nested(feature.properties.with_value(stated)).members)
    place = feature.geometry_place
    center = feature.center()
    if center is not None and not {"lat_deg", "lon_deg"} & set(members):
        members["lon_deg"] = Node(center[0], place, f"{center[0]:.7f}", place)
        members["lat_deg"] = Node(center[1], place, f"{center[1]:.7f}", place)
    name = members.get("id", Node(feature.id or None, feature.node.place, feature.id, feature.node.place))
    if name.value is not None:
        text = (name.raw or str(name.value)).replace("/", "-")  # way/1005 of OpenStreetMap; ids name files too
        members["id"] = replace(name, value=text, raw=text)
    if areas is not None and "Polygon" in feature.kind and "floor_area_m2" not in members:
        area = _floor_area(feature, members, areas)
        if area is not None:
            members["floor_area_m2"] = area
    return Node(members, feature.node.place)


def _floor_area(feature: Feature, members: Mapping[str, Node], faults: list[Fault]) -> Node | None:
    """Return footprint times storeys as a floor area that says what it is, None when either is not known."""
    storeys = _number(members.get("storeys"))
    if storeys is None:
        return None
    place, path = feature.geometry_place, f"buildings.{members['id'].raw if 'id' in members else feature.id}"
    if any(crosses_itself(ring) for ring in feature.lines):
        faults.append(Fault("E1932", place, f"{path}.floor_area_m2", hint="fix_outline"))
        return None
    footprint = footprint_m2(feature)
    area = float(f"{footprint * storeys:.4g}")
    words = {"footprint": f"{footprint:.4g}", "storeys": f"{storeys:g}"}
    faults.append(Fault("W1931", place, f"{path}.floor_area_m2", got=f"{area:g} m2", params=words))
    source = f"footprint of {footprint:.4g} m2 on the map times {storeys:g} storeys"
    return Node(area, place, f"{area:g}", place, origin=Origin(source=source, quality="estimate"))


def footprint_m2(feature: Feature) -> float:
    """Return the area of the polygons of a feature without their holes, m²."""
    total = 0.0
    for k, ring in enumerate(feature.lines):
        inside = any(_holds(other, ring[0]) for j, other in enumerate(feature.lines) if j != k)
        total += -area_m2(ring) if inside else area_m2(ring)
    return total


def _holds(ring: tuple[tuple[float, float], ...], point: tuple[float, float]) -> bool:
    """Return whether a ring goes around a point: a ray to the east meets it an odd number of times."""
    x, y = point
    met = False
    for (xa, ya), (xb, yb) in pairwise(ring):
        if (ya > y) != (yb > y) and x < xa + (y - ya) / (yb - ya) * (xb - xa):
            met = not met
    return met


def _number(node: Node | None) -> float | None:
    if node is None:
        return None
    try:
        value = float(str(node.value))
    except ValueError:
        return None
    return value if value > 0.0 else None
