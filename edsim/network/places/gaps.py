"""What a drawing of streets leaves open: ends short of another street, and parts joined over plots alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.network.places.geo import Projection
from edsim.network.places.streets import SNAP_M, NodeIndex, Segment

if TYPE_CHECKING:
    from shapely.geometry import LineString

Ends = list[tuple[int, int]]
WIDEST_GAP_M = 5.0
"""Ends that stop short of another street by less are taken for a gap of the drawing: less than a street is wide."""


def street_notes(
    network: str,
    streets: Sequence[Segment],
    lines: Sequence["LineString"],
    sites: tuple[Mapping[str, set[int]], Mapping[str, set[int]]],
    projection: Projection,
) -> tuple[Finding, ...]:
    """Return W413 where street ends stop short of other streets, W414 where only plots join parts of the map.

    Parameters
    ----------
    network, projection
        Id of the network, and how meters become degrees.
    streets, lines
        Streets split at crossings, and the same as lines.
    sites
        Streets (positions) with a service line to each building and to each plant, by id.
    """
    index = NodeIndex()
    ends = [(index.at(*s.line[0]), index.at(*s.line[-1])) for s in streets]
    notes = [_gap_note(network, _gaps(streets, lines, ends, index), projection)]
    notes.append(_plot_note(network, _parts(ends, len(index.points)), sites))
    return tuple(note for note in notes if note is not None)


def _gaps(
    streets: Sequence[Segment], lines: Sequence["LineString"], ends: Ends, index: NodeIndex
) -> list[tuple[float, tuple[float, float]]]:
    """Return width and place of every gap between a dead end and a street that its own street does not touch."""
    import shapely

    degree, at = Counter(n for pair in ends for n in pair), dict[int, set[int]]()
    for k, pair in enumerate(ends):
        for n in pair:
            at.setdefault(n, set()).add(k)
    dead = [(k, n) for k, pair in enumerate(ends) for n in pair if degree[n] == 1 and not streets[k].existing_dn]
    if not dead:
        return []
    points = shapely.points([index.points[n] for _, n in dead])
    which, near = shapely.STRtree(lines).query(points, predicate="dwithin", distance=WIDEST_GAP_M)
    width: dict[int, float] = {}
    for i, k in zip(which.tolist(), near.tolist(), strict=True):
        own = at[ends[dead[i][0]][0]] | at[ends[dead[i][0]][1]]
        if k not in own:
            width[i] = min(width.get(i, np.inf), float(points[i].distance(lines[k])))
    return [(w, index.points[dead[i][1]]) for i, w in sorted(width.items()) if w > SNAP_M]


def _gap_note(network: str, gaps: list[tuple[float, tuple[float, float]]], projection: Projection) -> Finding | None:
    if not gaps:
        return None
    widths = sorted({f"{w:.1f}" for w, _ in gaps}, key=float)
    lon, lat = projection.to_degrees([gaps[0][1]])[0]
    span, place = " to ".join(dict.fromkeys((widths[0], widths[-1]))), f"[{lon:.6f}, {lat:.6f}]"
    return Finding(
        "W413",
        f"network {network}: street ends stop just short of another street",
        field=f"networks.{network}.streets",
        got=f"{len(gaps)} gaps of {span} m, one at {place}" if len(gaps) > 1 else f"a gap of {span} m at {place}",
        allowed=f"touching within {SNAP_M:g} m",
        hint="where it is a gap of the drawing, join the ends in the map; pipes go round it",
        severity="warning",
    )


def _parts(ends: Ends, count: int) -> NDArray[np.int64]:
    """Return the part of the map every street lies in."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    u, v = np.array(ends, dtype=np.int32).T
    part = connected_components(coo_array((np.ones(len(u)), (u, v)), shape=(count, count)).tocsr(), directed=False)[1]
    return np.asarray(part[u], dtype=np.int64)


def _plot_note(
    network: str, part: NDArray[np.int64], sites: tuple[Mapping[str, set[int]], Mapping[str, set[int]]]
) -> Finding | None:
    buildings, plants = sites
    fed = {int(part[k]) for streets in plants.values() for k in streets}
    apart = [name for name, streets in buildings.items() if fed.isdisjoint(int(part[k]) for k in streets)]
    if not apart:
        return None
    return Finding(
        "W414",
        f"network {network}: no street joins some buildings to a plant",
        field=f"networks.{network}.streets",
        got=", ".join(apart[:8]) + (" ..." if len(apart) > 8 else ""),
        hint="pipes reach them over the plots of other buildings, or not at all; add the street that is missing",
        severity="warning",
    )
