"""Street lines as a graph: snapped, split at crossings; or a planar graph where no streets are given."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from shapely import STRtree
    from shapely.geometry import LineString
    from shapely.geometry.base import BaseGeometry

Array = NDArray[np.float64]
SNAP_M = 0.5


@dataclass(frozen=True, slots=True)
class Segment:
    """One straight-through piece of street in meters, between two nodes.

    Attributes
    ----------
    line : (n, 2)
        Vertices.
    surface, cost_factor
        Of the street it comes from.
    """

    line: Array
    surface: str = "street"
    cost_factor: float = 1.0
    existing_dn: int = 0


@dataclass(slots=True)
class NodeIndex:
    """Points merged within the snap distance; grows as points are asked for."""

    points: list[tuple[float, float]] = field(default_factory=list)
    _cells: dict[tuple[int, int], list[int]] = field(default_factory=dict)

    def at(self, x: float, y: float) -> int:
        """Return the number of the node at a point, making one when none is within the snap distance."""
        cell = (int(np.floor(x / SNAP_M)), int(np.floor(y / SNAP_M)))
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for k in self._cells.get((cell[0] + dx, cell[1] + dy), ()):
                    px, py = self.points[k]
                    if (px - x) ** 2 + (py - y) ** 2 <= SNAP_M**2:
                        return k
        self.points.append((x, y))
        self._cells.setdefault(cell, []).append(len(self.points) - 1)
        return len(self.points) - 1


def outside(streets: Sequence[Segment], obstacles: Sequence["BaseGeometry"]) -> list[Segment]:
    """Return the parts of streets that no obstacle covers; pipes that lie there already stay whole."""
    import shapely

    if not obstacles:
        return list(streets)
    blocked = shapely.union_all([shapely.make_valid(o) for o in obstacles])
    kept: list[Segment] = []
    for s in streets:
        line = shapely.LineString(s.line)
        if s.existing_dn or not line.intersects(blocked):
            kept.append(s)
            continue
        parts = shapely.get_parts(line.difference(blocked))
        kept += [replace(s, line=shapely.get_coordinates(part)) for part in parts if part.length > SNAP_M]
    return kept


def split_streets(streets: Sequence[Segment]) -> list[Segment]:
    """Return the streets snapped within 0.5 m and split wherever they meet or cross, without duplicates.

    A street that ends within 0.5 m of another is joined to it; zero-length pieces are dropped; of two pieces between
    the same nodes with the same course one is kept.
    """
    import shapely

    kept = _crumbs_joined([s for s in streets if len(s.line) >= 2 and shapely.LineString(s.line).length > 0])
    lines = [shapely.LineString(s.line) for s in kept]
    if not lines:
        return []
    snapped = _snapped(lines)
    noded = shapely.get_parts(shapely.union_all(snapped))
    tree = shapely.STRtree(snapped)
    middle = shapely.line_interpolate_point(noded, 0.5, normalized=True)
    origin = _origins(tree, middle, kept)
    index, seen, pieces = NodeIndex(), set(), []
    for piece, source in zip(noded, origin, strict=True):
        xy = np.asarray(piece.coords, dtype=float)[:, :2]
        u, v = index.at(*xy[0]), index.at(*xy[-1])
        key = (min(u, v), max(u, v), round(float(piece.length), 1))
        if (piece.length <= SNAP_M and u == v) or key in seen:
            continue
        seen.add(key)
        street = kept[int(source)]
        pieces.append(Segment(xy, street.surface, street.cost_factor, street.existing_dn))
    return pieces


def _snapped(lines: list["LineString"]) -> list["LineString"]:
    """Return the lines snapped to the ends of all lines.

    Each looks at the ends near it alone, for maps of cities are large: some steps away, since snapped it reaches more.
    """
    import shapely

    ends = shapely.points([c for line in lines for c in (line.coords[0], line.coords[-1])])
    which, near = shapely.STRtree(ends).query(lines, predicate="dwithin", distance=8.0 * SNAP_M)
    order = np.lexsort((near, which))
    first = np.searchsorted(which[order], np.arange(1, len(lines)))
    within = np.split(near[order], first)
    return [shapely.snap(line, shapely.multipoints(ends[k]), SNAP_M) for line, k in zip(lines, within, strict=True)]


def _crumbs_joined(streets: Sequence[Segment]) -> list[Segment]:
    """Return the streets with those shorter than twice the snap distance joined end to end.

    Curves of drawings are often taken apart into such pieces; snapped one by one each would end at many others.
    """
    import shapely

    whole: list[Segment] = []
    crumbs: dict[tuple[str, float, int], list[shapely.LineString]] = {}
    for s in streets:
        line = shapely.LineString(s.line)
        if line.length >= 2.0 * SNAP_M:
            whole.append(s)
        else:
            crumbs.setdefault((s.surface, s.cost_factor, s.existing_dn), []).append(line)
    for alike, lines in crumbs.items():
        parts = shapely.get_parts(shapely.line_merge(shapely.union_all(lines)))
        whole += [Segment(shapely.get_coordinates(part), *alike) for part in parts]
    return whole


def _origins(tree: "STRtree", middle: NDArray[np.object_], streets: Sequence[Segment]) -> NDArray[np.int64]:
    """Return the street each piece comes from; where lines lie on each other an existing pipe wins."""
    origin = np.asarray(tree.nearest(middle), dtype=np.int64)
    piece, street = tree.query(middle, predicate="dwithin", distance=0.05)
    for i, k in zip(piece.tolist(), street.tolist(), strict=True):
        if streets[k].existing_dn > streets[origin[i]].existing_dn:
            origin[i] = k
    return origin


def cut_at(line: "LineString", distances: Sequence[float]) -> list[Array]:
    """Return a line cut at distances from its start; cuts nearer than 0.5 m to an end or to each other are merged."""
    from shapely.ops import substring

    marks = [0.0]
    marks += [d for d in sorted(distances) if SNAP_M < d < line.length - SNAP_M]
    marks.append(line.length)
    pieces = []
    for a, b in pairwise(marks):
        if b - a > 1e-9:
            pieces.append(np.asarray(substring(line, a, b).coords, dtype=float)[:, :2])
    return pieces


def planar_graph(points: Array, obstacles: Sequence["BaseGeometry"]) -> list[tuple[int, int]]:
    """Return edges of a planar graph over points: Gabriel edges plus the shortest spanning tree.

    Edges through obstacles are left out; what remains may be disconnected, which the caller reports.

    Parameters
    ----------
    points : (n, 2)
        Metres, distinct.
    obstacles
        Polygons in meters.
    """
    n = len(points)
    if n < 2:
        return []
    pairs = _delaunay_pairs(points)
    pairs = pairs[_clear(points, pairs, obstacles)]
    if len(pairs) == 0:
        return []
    keep = _gabriel(points, pairs)
    keep |= _spanning(points, pairs, n)
    return [(int(a), int(b)) for a, b in pairs[keep]]


def _delaunay_pairs(points: Array) -> NDArray[np.int64]:
    from scipy.spatial import Delaunay, QhullError

    n = len(points)
    try:
        simplices = Delaunay(points).simplices if n >= 4 else np.array([list(range(n))])
    except QhullError:  # all points on one line
        order = np.lexsort((points[:, 1], points[:, 0]))
        return np.sort(np.column_stack([order[:-1], order[1:]]).astype(np.int64), axis=1)
    width = simplices.shape[1]
    sides = [simplices[:, [i, j]] for i in range(width) for j in range(i + 1, width)]
    return np.unique(np.sort(np.concatenate(sides).astype(np.int64), axis=1), axis=0)


def _clear(points: Array, pairs: NDArray[np.int64], obstacles: Sequence["BaseGeometry"]) -> NDArray[np.bool_]:
    import shapely

    if not obstacles:
        return np.ones(len(pairs), dtype=bool)
    lines = shapely.linestrings(points[pairs])
    blocked = shapely.STRtree(list(obstacles)).query(lines, predicate="intersects")[0]
    clear = np.ones(len(pairs), dtype=bool)
    clear[blocked] = False
    return clear


def _gabriel(points: Array, pairs: NDArray[np.int64]) -> NDArray[np.bool_]:
    from scipy.spatial import cKDTree

    middle = points[pairs].mean(axis=1)
    radius = 0.5 * np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    nearest, _ = cKDTree(points).query(middle)
    return np.asarray(nearest >= radius * (1.0 - 1e-9))


def _spanning(points: Array, pairs: NDArray[np.int64], n: int) -> NDArray[np.bool_]:
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    length = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    ends = pairs[:, 0].astype(np.int32), pairs[:, 1].astype(np.int32)  # the index type every scipy accepts here
    tree = minimum_spanning_tree(coo_array((length, ends), shape=(n, n)).tocsr()).tocoo()
    chosen = {(min(a, b), max(a, b)) for a, b in zip(tree.coords[0].tolist(), tree.coords[1].tolist(), strict=True)}
    return np.array([(int(a), int(b)) in chosen for a, b in pairs])
