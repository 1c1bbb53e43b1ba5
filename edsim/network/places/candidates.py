"""The candidate graph of a network: streets, three service lines per building, plants; everything in meters."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.pipes.catalogue import default, surface_factor
from edsim.network.places.beside import shared_lengths
from edsim.network.places.gaps import street_notes
from edsim.network.places.geo import Projection, check_degrees, projection_for
from edsim.network.places.no_streets import no_streets, nothing_left
from edsim.network.places.streets import SNAP_M, NodeIndex, Segment, cut_at, outside, planar_graph, split_streets
from edsim.network.request import NetworkRequest
from edsim.network.types import LonLat

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry import LineString, Polygon

Array = NDArray[np.float64]
CONNECTIONS_PER_BUILDING = 3
MIN_SERVICE_M = 1.0


@dataclass(frozen=True, slots=True)
class CandidateEdge:
    """A possible trench between two nodes (numbers in :class:`CandidateGraph`).

    Attributes
    ----------
    u, v, length_m, line, surface
        Ends, length, course in meters and what is above.
    alone_factor
        On civil works in a street, where no other network digs.
    existing_dn
        Pipe that lies there, 0 for none.
    shared_frac
        Share of the length along which another network digs.
    """

    u: int
    v: int
    length_m: float
    line: Array
    surface: str
    alone_factor: float
    existing_dn: int = 0
    shared_frac: float = 0.0

    @property
    def civil_factor(self) -> float:
        """Factor on civil works: where another network digs only the width increment is paid."""
        return self.alone_factor * (1.0 - self.shared_frac * (1.0 - surface_factor("shared_trench")))


@dataclass(frozen=True, slots=True)
class CandidateGraph:
    """Candidate trenches over a shared set of nodes.

    Attributes
    ----------
    projection
        UTM zone.
    xy : (n, 2)
        Node coordinates, m: first the buildings, then the plants, then junctions.
    building_node, plant_node
        Node number of each building and plant, in the order of the request.
    edges
        Possible trenches.
    findings
        Warnings.
    labels
        Names of all nodes where the user gave them, else empty.
    """

    projection: Projection
    xy: Array
    building_node: tuple[int, ...]
    plant_node: tuple[int, ...]
    edges: tuple[CandidateEdge, ...]
    findings: tuple[Finding, ...]
    labels: tuple[str, ...] = ()


def build_candidates(request: NetworkRequest, wanted: Sequence[int]) -> CandidateGraph:
    """Return the candidate graph over the wanted buildings (positions in the request).

    Raises
    ------
    DataError
        E410 degrees, E412 building without a reachable street, E413 plant without one, E414 no street left.
    """
    import shapely

    _check_coordinates(request)
    sites = [(b.lon, b.lat) for b in request.buildings] + [(p.lon, p.lat) for p in request.plants]
    projection = projection_for(sites)
    xy = projection.to_metres(sites)
    obstacles = [shapely.Polygon(projection.to_metres(o)) for o in request.obstacles if len(o) >= 3]
    used = [*wanted, *range(len(request.buildings), len(sites))]
    at_site = shapely.multipoints(xy[used])
    foreign = [o for o in obstacles if not o.intersects(at_site)]  # a site inside its own polygon keeps its way out
    streets = split_streets(outside(_street_segments(request, projection), foreign))
    builder = _Builder(request, projection, xy, used, obstacles)
    if not streets and request.streets:
        forbidden = sum(s.forbidden for s in request.streets)
        raise DataError.of([nothing_left(request.id, forbidden, len(request.streets))])
    return builder.with_streets(streets) if streets else builder.without_streets()


def _check_coordinates(request: NetworkRequest) -> None:
    groups: list[tuple[str, Sequence[LonLat]]] = [(f"buildings.{b.id}", [(b.lon, b.lat)]) for b in request.buildings]
    groups += [(f"plants.{p.id}", [(p.lon, p.lat)]) for p in request.plants]
    groups += [(f"streets[{i}]", s.line) for i, s in enumerate(request.streets)]
    groups += [(f"obstacles[{i}]", o) for i, o in enumerate(request.obstacles)]
    bad = [f for where, points in groups for f in check_degrees(points, where)]
    if bad:
        raise DataError.of(bad)


def _street_segments(request: NetworkRequest, projection: Projection) -> list[Segment]:
    segments = [
        Segment(projection.to_metres(s.line), s.surface, s.cost_factor)
        for s in request.streets
        if not s.forbidden and len(s.line) >= 2
    ]
    segments += [
        Segment(projection.to_metres(p.line), "street", 1.0, p.dn) for p in request.existing_pipes if len(p.line) >= 2
    ]
    return segments


@dataclass(slots=True)
class _Builder:
    request: NetworkRequest
    projection: Projection
    xy: Array
    used: list[int]
    obstacles: list["Polygon"]

    def without_streets(self) -> CandidateGraph:
        """Return the planar graph over buildings and plants, lengths raised by the detour factor."""
        points = self.xy[self.used]
        position = {site: i for i, site in enumerate(self.used)}
        distinct, back = np.unique(np.round(points, 2), axis=0, return_inverse=True)
        first = {int(d): i for i, d in reversed(list(enumerate(back.ravel())))}
        factor = default("no_street_length_factor_frac")
        edges = []
        for a, b in planar_graph(distinct, self.obstacles):
            u, v = first[a], first[b]
            line = points[[u, v]]
            length = factor * float(np.linalg.norm(line[1] - line[0]))
            edges.append(CandidateEdge(u, v, max(length, MIN_SERVICE_M), line, "street", 1.0))
        for i, d in enumerate(back.ravel()):  # sites on the same spot are joined by the shortest service line
            if first[int(d)] != i:
                line = points[[first[int(d)], i]]
                edges.append(CandidateEdge(first[int(d)], i, MIN_SERVICE_M, line, "street", 1.0))
        note = no_streets(f"networks.{self.request.id}.streets", f"factor {factor}")
        n_buildings = len(self.request.buildings)
        return CandidateGraph(
            self.projection,
            points,
            tuple(position.get(i, -1) for i in range(n_buildings)),
            tuple(position[n_buildings + i] for i in range(len(self.request.plants))),
            tuple(self._sharing(edges)),
            (note,),
        )

    def with_streets(self, streets: list[Segment]) -> CandidateGraph:
        """Return the street graph with service lines."""
        import shapely

        lines = [shapely.LineString(s.line) for s in streets]
        services = self._services(lines)
        nodes = NodeIndex()
        offset = len(self.used)
        edges: list[CandidateEdge] = []
        cuts: dict[int, list[float]] = {}
        for _, street, along in services:
            cuts.setdefault(street, []).append(along)
        for k, (line, segment) in enumerate(zip(lines, streets, strict=True)):
            for piece in cut_at(line, cuts.get(k, [])):
                u, v = nodes.at(*piece[0]), nodes.at(*piece[-1])
                if u != v:
                    edges.append(_street_edge(offset + u, offset + v, piece, segment))
        for site, street, along in services:
            foot = self._foot(lines[street], along)
            line = np.array([foot, self.xy[self.used[site]]])
            away = float(np.linalg.norm(line[1] - line[0]))
            old = streets[street].existing_dn if away <= SNAP_M else 0  # the old pipe ends in the building
            ends = offset + nodes.at(*foot), site
            edges.append(CandidateEdge(*ends, max(away, MIN_SERVICE_M), line, "street", 1.0, old))
        xy = np.vstack([self.xy[self.used], np.array(nodes.points).reshape(-1, 2)])
        position = {site: i for i, site in enumerate(self.used)}
        n_buildings = len(self.request.buildings)
        return CandidateGraph(
            self.projection,
            xy,
            tuple(position.get(i, -1) for i in range(n_buildings)),
            tuple(position[n_buildings + i] for i in range(len(self.request.plants))),
            tuple(_without_parallels(self._sharing(edges))),
            street_notes(self.request.id, streets, lines, self._served(services), self.projection),
        )

    def _served(self, services: list[tuple[int, int, float]]) -> tuple[dict[str, set[int]], dict[str, set[int]]]:
        """Return the streets with a service line to each building and to each plant."""
        buildings: dict[str, set[int]] = {}
        plants: dict[str, set[int]] = {}
        n = len(self.request.buildings)
        for site, street, _ in services:
            number = self.used[site]
            name = self.request.buildings[number].id if number < n else self.request.plants[number - n].id
            (buildings if number < n else plants).setdefault(name, set()).add(street)
        return buildings, plants

    @staticmethod
    def _foot(line: "LineString", along: float) -> tuple[float, float]:
        if along <= SNAP_M:
            along = 0.0
        elif along >= line.length - SNAP_M:
            along = line.length
        point = line.interpolate(along)
        return float(point.x), float(point.y)

    def _services(self, lines: list["LineString"]) -> list[tuple[int, int, float]]:
        """Return (site, street, distance along it) of up to three service lines per building and plant."""
        import shapely

        tree = shapely.STRtree(lines)
        footprints = self._footprints()
        services: list[tuple[int, int, float]] = []
        faults: list[Finding] = []
        for site, number in enumerate(self.used):
            point = shapely.Point(*self.xy[number])
            near = tree.query(point, predicate="dwithin", distance=self.request.max_connection_m)
            order = sorted(near.tolist(), key=lambda k: (lines[k].distance(point), k))
            found = 0
            for k in order:
                along = float(lines[k].project(point))
                service = shapely.LineString([point, lines[k].interpolate(along)])
                if self._crosses(service, number, footprints):
                    continue
                services.append((site, int(k), along))
                found += 1
                if found == CONNECTIONS_PER_BUILDING:
                    break
            if not found:
                nearest = float(lines[int(tree.nearest(point))].distance(point))
                faults.append(self._unreached(number, nearest, blocked=bool(order)))
        if faults:
            raise DataError.of(faults)
        return services

    def _unreached(self, number: int, nearest_m: float, *, blocked: bool) -> Finding:
        n = len(self.request.buildings)
        building = number < n
        name = self.request.buildings[number].id if building else self.request.plants[number - n].id
        what = (
            "every service line to a street crosses another building or an obstacle"
            if blocked
            else "no street within reach"
        )
        return Finding(
            "E412" if building else "E413",
            f"{'building' if building else 'plant'} {name}: {what}",
            field=f"{'buildings' if building else 'plants'}.{name}",
            got=f"nearest street {nearest_m:.0f} m away",
            allowed=f"at most max_snap_m = {self.request.max_connection_m:g}",
            hint="add the missing street, raise max_snap_m, or "
            + ("set connect: never for the building" if building else "move the plant"),
        )

    def _footprints(self) -> tuple["STRtree", list["Polygon"], list[int]]:
        import shapely

        shapes, owner = list(self.obstacles), [-1] * len(self.obstacles)
        for i, b in enumerate(self.request.buildings):
            if len(b.footprint) >= 3:
                shapes.append(shapely.Polygon(self.projection.to_metres(b.footprint)))
                owner.append(i)
        return shapely.STRtree(shapes), shapes, owner

    @staticmethod
    def _crosses(service: "LineString", number: int, footprints: tuple["STRtree", list["Polygon"], list[int]]) -> bool:
        tree, _, owner = footprints
        return any(owner[int(k)] != number for k in tree.query(service, predicate="crosses"))

    def _sharing(self, edges: list[CandidateEdge]) -> list[CandidateEdge]:
        """Return the edges with the share of each along which another network digs."""
        import shapely

        dug = [shapely.LineString(self.projection.to_metres(t)) for t in self.request.shared_trenches if len(t) >= 2]
        if not dug:
            return edges
        share = shared_lengths([shapely.LineString(e.line) for e in edges], dug)
        return [replace(e, shared_frac=s) for e, s in zip(edges, share.tolist(), strict=True)]


def _street_edge(u: int, v: int, piece: Array, segment: Segment) -> CandidateEdge:
    length = float(np.linalg.norm(np.diff(piece, axis=0), axis=1).sum())
    factor = surface_factor(segment.surface) * segment.cost_factor
    return CandidateEdge(u, v, length, piece, segment.surface, factor, segment.existing_dn)


def _without_parallels(edges: Sequence[CandidateEdge]) -> list[CandidateEdge]:
    """Return the edges with only the cheapest of each parallel pair (existing pipes first)."""
    best: dict[tuple[int, int], CandidateEdge] = {}
    for e in edges:
        key = (min(e.u, e.v), max(e.u, e.v))
        old = best.get(key)
        if old is None or (e.existing_dn == 0, e.length_m * e.civil_factor) < (
            old.existing_dn == 0,
            old.length_m * old.civil_factor,
        ):
            best[key] = e
    return list(best.values())


def contract_chains(graph: CandidateGraph) -> CandidateGraph:
    """Return the graph with useless dead ends removed and junctions of two like trenches joined into one trench."""
    fixed = {n for n in (*graph.building_node, *graph.plant_node) if n >= 0}
    at: dict[int, set[int]] = {}
    edges: dict[int, CandidateEdge] = dict(enumerate(graph.edges))
    for k, e in edges.items():
        at.setdefault(e.u, set()).add(k)
        at.setdefault(e.v, set()).add(k)
    queue = [n for n in at if n not in fixed]
    while queue:
        node = queue.pop()
        around = sorted(at.get(node, ()))
        if len(around) == 1:
            gone = edges.pop(around[0])
            other = gone.v if gone.u == node else gone.u
            at.pop(node)
            at[other].discard(around[0])
            if other not in fixed:
                queue.append(other)
        elif len(around) == 2:
            first, second = edges[around[0]], edges[around[1]]
            merged = _joined(first, second, node)
            if merged is None:
                continue
            for k in around:
                gone = edges.pop(k)
                at[gone.u].discard(k)
                at[gone.v].discard(k)
            number = around[0]
            edges[number] = merged
            at[merged.u].add(number)
            at[merged.v].add(number)
            at.pop(node)
    return CandidateGraph(
        graph.projection,
        graph.xy,
        graph.building_node,
        graph.plant_node,
        tuple(_without_parallels([edges[k] for k in sorted(edges)])),
        graph.findings,
        graph.labels,
    )


def _joined(first: CandidateEdge, second: CandidateEdge, node: int) -> CandidateEdge | None:
    """Return two trenches that meet at a junction as one, or None when they differ or would close a ring."""
    a, b = (first.v if first.u == node else first.u), (second.v if second.u == node else second.u)
    if a == b or first.surface != second.surface or first.existing_dn != second.existing_dn:
        return None
    head = first.line if first.v == node else first.line[::-1]
    tail = second.line if second.u == node else second.line[::-1]
    length = first.length_m + second.length_m
    parts = [(e.length_m * e.alone_factor, e.shared_frac) for e in (first, second)]
    alone = sum(civil for civil, _ in parts)
    shared = sum(civil * share for civil, share in parts) / alone if alone > 0.0 else 0.0
    line = np.vstack([head, tail[1:]])
    return CandidateEdge(a, b, length, line, first.surface, alone / length, first.existing_dn, shared)
