"""Trenches that several networks of a district share: where another one digs, and what its width increment saves."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.network.places.geo import projection_for
from edsim.network.types import DesignEdges, LonLat, TrenchEnds

if TYPE_CHECKING:
    from shapely.geometry import LineString

Array = NDArray[np.float64]
Flags = NDArray[np.bool_]
_REACH_M = 1.0
"""How far two lines may lie apart to be one trench."""
_CROSSING_M = 5.0
"""A shorter stretch side by side is a crossing, not a shared trench."""
_SAME_LENGTH_M = 0.01


@dataclass(frozen=True, slots=True)
class Dug:
    """Trenches other networks dig.

    Attributes
    ----------
    lines
        Those on the map, (lon, lat).
    ends
        Those known by length alone.
    """

    lines: tuple[tuple[LonLat, ...], ...] = ()
    ends: tuple[TrenchEnds, ...] = ()

    def and_by(self, edges: DesignEdges, dug: Flags, *, by_length: bool) -> "Dug":
        """Return these and the trenches of one more network.

        Parameters
        ----------
        edges, dug
            Its trenches, and those of them that are dug.
        by_length
            Whether the network is known by lengths: its lines are a drawing then and say nothing of the place.
        """
        at = np.flatnonzero(dug).tolist()
        if by_length:
            more = tuple((edges.from_node[k], edges.to_node[k], float(edges.length_m[k])) for k in at)
            return Dug(self.lines, (*self.ends, *more))
        return Dug((*self.lines, *(edges.geometry[k] for k in at)), self.ends)

    def shared_frac(self, edges: DesignEdges, *, by_length: bool) -> Array:
        """Return the share of each trench of another network along which these are dug."""
        if by_length:
            names = zip(edges.from_node, edges.to_node, edges.length_m.tolist(), strict=True)
            return np.array([float(is_dug(trench, self.ends)) for trench in names])
        if not self.lines or not len(edges):
            return np.zeros(len(edges))
        import shapely

        projection = projection_for([line[0] for line in edges.geometry])
        own, others = (
            [shapely.LineString(projection.to_metres(line)) for line in lines] for lines in (edges.geometry, self.lines)
        )
        return shared_lengths(own, others)


def is_dug(trench: TrenchEnds, dug: Sequence[TrenchEnds]) -> bool:
    """Return whether a trench known by its ends and length is among those dug.

    Two networks may name their junctions alike, or take two ways between the same buildings: the length tells them
    apart.
    """
    ends = {trench[0], trench[1]}
    return any(
        {a, b} == ends and math.isclose(length, trench[2], abs_tol=_SAME_LENGTH_M, rel_tol=0.0) for a, b, length in dug
    )


def shared_lengths(lines: Sequence["LineString"], dug: Sequence["LineString"]) -> Array:
    """Return the share of every line (meters) that lies along one of those dug; crossings do not count."""
    import shapely

    share = np.zeros(len(lines))
    if not len(dug) or not len(lines):
        return share
    around, own = shapely.buffer(np.array(dug), _REACH_M), np.array(lines)
    at, near = shapely.STRtree(around).query(own, predicate="intersects")
    for k in np.unique(at).tolist():
        total = float(own[k].length)
        along = shapely.length(shapely.get_parts(own[k].intersection(shapely.union_all(around[near[at == k]]))))
        if total > 0.0:
            share[k] = min(float(along[along >= min(_CROSSING_M, 0.99 * total)].sum()) / total, 1.0)
    return share
