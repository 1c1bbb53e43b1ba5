"""The candidate graph of a network of which only lengths are known: no map, no streets.

Nodes with coordinates keep them. Where all sites have some, junctions stand at the mean of their neighbors; otherwise
nodes are drawn around the plant, radius by path length, angle by branch. Only the drawing depends on it.
"""

import math
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.pipes.catalogue import surface_factor
from edsim.network.places.beside import is_dug
from edsim.network.places.candidates import CandidateEdge, CandidateGraph
from edsim.network.places.geo import Projection, projection_for
from edsim.network.request import LengthOnlyTrench, NetworkRequest
from edsim.network.types import LonLat

Array = NDArray[np.float64]
_NOWHERE_LONLAT = (0.0, 0.0)


def candidates_from_lengths(request: NetworkRequest, wanted: Sequence[int]) -> CandidateGraph:
    """Return the candidate graph of the request's `trenches` over the wanted buildings (positions in the request).

    Raises
    ------
    DataError
        E412, E413 for buildings and plants no trench touches, E417 for unusable trenches.
    """
    _check(request, wanted)
    sites = [*(request.buildings[i].id for i in wanted), *(p.id for p in request.plants)]
    number = {name: i for i, name in enumerate(sites)}
    usable = [t for t in request.trenches if not t.forbidden]
    for t in usable:
        for end in (t.from_node, t.to_node):
            number.setdefault(end, len(number))
    projection, xy = _places(request, usable, number)
    edges = []
    named = {b.id: f"building-{b.id}" for b in request.buildings} | {p.id: f"plant-{p.id}" for p in request.plants}
    for t in usable:
        u, v = number[t.from_node], number[t.to_node]
        factor = surface_factor(t.surface) * t.cost_factor
        trench = named.get(t.from_node, t.from_node), named.get(t.to_node, t.to_node), t.length_m
        shared = float(is_dug(trench, request.shared_ends))
        edges.append(CandidateEdge(u, v, t.length_m, xy[[u, v]], t.surface, factor, t.existing_dn, shared))
    position = {i: k for k, i in enumerate(wanted)}
    note = Finding(
        "W409",
        "trenches are given by length: the map is a drawing, not a place",
        field=f"networks.{request.id}.trenches",
        severity="warning",
    )
    return CandidateGraph(
        projection=projection,
        xy=xy,
        building_node=tuple(position.get(i, -1) for i in range(len(request.buildings))),
        plant_node=tuple(number[p.id] for p in request.plants),
        edges=tuple(edges),
        findings=() if _all_placed(request) else (note,),
        labels=tuple(number),
    )


def _check(request: NetworkRequest, wanted: Sequence[int]) -> None:
    faults = []
    for k, t in enumerate(request.trenches):
        where = f"trenches[{k}]"
        if not (math.isfinite(t.length_m) and t.length_m > 0.0):
            faults.append(Finding("E417", "a trench needs a length above 0", field=where, got=f"{t.length_m:g} m"))
        if t.from_node == t.to_node:
            faults.append(Finding("E417", "a trench ends where it begins", field=where, got=t.from_node))
    ends = {end for t in request.trenches if not t.forbidden for end in (t.from_node, t.to_node)}
    hint = "add a row to the list of trenches that ends at this id; forbidden rows do not count"
    lost = [("E412", "buildings", request.buildings[i].id) for i in wanted]
    lost += [("E413", "plants", p.id) for p in request.plants]
    faults += [
        Finding(code, f"no trench touches {name}", field=f"{group}.{name}", hint=hint)
        for code, group, name in lost
        if name not in ends
    ]
    if faults:
        raise DataError.of(faults)


def _sites(request: NetworkRequest) -> list[tuple[str, LonLat]]:
    sites = [(b.id, (b.lon, b.lat)) for b in request.buildings]
    return sites + [(p.id, (p.lon, p.lat)) for p in request.plants]


def _all_placed(request: NetworkRequest) -> bool:
    return all(math.isfinite(sum(at)) for _, at in _sites(request))


def _places(
    request: NetworkRequest, trenches: Sequence[LengthOnlyTrench], number: dict[str, int]
) -> tuple[Projection, Array]:
    """Return the projection and the coordinates of every node, m."""
    known = {number[name]: at for name, at in _sites(request) if name in number and math.isfinite(sum(at))}
    projection = projection_for(list(known.values()) or [_NOWHERE_LONLAT])
    xy = np.full((len(number), 2), np.nan)
    if known:
        xy[list(known)] = projection.to_metres(list(known.values()))
    root = number[request.plants[0].id]
    if np.isnan(xy[root]).any():
        xy[root] = projection.to_metres([_NOWHERE_LONLAT])[0] if not known else np.nanmean(xy, axis=0)
    drawn = _radial(trenches, number, root)
    if _all_placed(request):
        return projection, _between(xy, trenches, number, xy[root] + drawn)
    return projection, np.where(np.isnan(xy), xy[root] + drawn, xy)


def _radial(trenches: Sequence[LengthOnlyTrench], number: dict[str, int], root: int) -> Array:
    """Return a drawing around the root: radius is the path length, the angle the order of the branches."""
    import networkx as nx

    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(range(len(number)))
    for t in trenches:
        graph.add_edge(number[t.from_node], number[t.to_node], weight=t.length_m)
    before, radius = nx.dijkstra_predecessor_and_distance(graph, root)
    tree: nx.DiGraph[int] = nx.DiGraph()
    tree.add_node(root)
    tree.add_edges_from((ends[0], n) for n, ends in before.items() if ends)
    order = {n: k for k, n in enumerate(nx.dfs_preorder_nodes(tree, root))}
    far = max(radius.values(), default=0.0)
    out = np.zeros((len(number), 2))
    for n in range(len(number)):
        angle = 2.0 * np.pi * order.get(n, n) / len(number)
        r = radius.get(n, far + 10.0)
        out[n] = r * np.cos(angle), r * np.sin(angle)
    return out


def _between(xy: Array, trenches: Sequence[LengthOnlyTrench], number: dict[str, int], start: Array) -> Array:
    """Return coordinates with every unplaced node at the mean of its neighbors (200 sweeps from a drawing)."""
    loose = np.isnan(xy[:, 0])
    place = np.where(loose[:, None], start, xy)
    u = np.array([number[t.from_node] for t in trenches], dtype=np.int64)
    v = np.array([number[t.to_node] for t in trenches], dtype=np.int64)
    degree = np.maximum(np.bincount(u, minlength=len(xy)) + np.bincount(v, minlength=len(xy)), 1)[:, None]
    for _ in range(200):
        total = np.zeros_like(place)
        np.add.at(total, u, place[v])
        np.add.at(total, v, place[u])
        place = np.where(loose[:, None], total / degree, place)
    return place
