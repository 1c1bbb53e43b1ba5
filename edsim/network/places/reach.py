"""Whether streets or trenches lead from a plant to every building that must connect."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.places.candidates import CandidateGraph
from edsim.network.request import NetworkRequest

Flags = NDArray[np.bool_]


def check_reach(request: NetworkRequest, wanted: Sequence[int], graph: CandidateGraph) -> None:
    """Raise what lies apart from every plant.

    Parameters
    ----------
    request, wanted, graph
        Network, buildings it may serve (positions in the request) and its candidate trenches.

    Raises
    ------
    DataError
        E414 with the buildings that must connect and cannot, and how far their part of the map is from the plants'.
    """
    joined = _joined_to_a_plant(graph)
    lost = [
        i for i in wanted if request.buildings[i].connection == "must_connect" and not joined[graph.building_node[i]]
    ]
    if not lost:
        return
    names = ", ".join(request.buildings[i].id for i in lost[:10]) + (" ..." if len(lost) > 10 else "")
    nodes = np.array([graph.building_node[i] for i in lost])
    between = f"{_gap_m(graph, joined, nodes):.0f} m between their part of the map and that of a plant"
    finding = Finding(
        "E414",
        f"network {request.id}: no way of streets or trenches leads from a plant to {names}",
        field=f"networks.{request.id}",
        got="" if request.trenches else between,
        hint="add the street or bridge that is missing, look whether an obstacle cuts one, or set connect: optional",
    )
    raise DataError.of([finding])


def _parts(graph: CandidateGraph) -> NDArray[np.int64]:
    """Return the number of the part of the map each node lies in."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    u = np.array([e.u for e in graph.edges], dtype=np.int32)
    v = np.array([e.v for e in graph.edges], dtype=np.int32)
    n = len(graph.xy)
    _, part = connected_components(coo_array((np.ones(len(u)), (u, v)), shape=(n, n)).tocsr(), directed=False)
    return np.asarray(part, dtype=np.int64)


def _joined_to_a_plant(graph: CandidateGraph) -> Flags:
    part = _parts(graph)
    return np.isin(part, part[list(graph.plant_node)])


def _gap_m(graph: CandidateGraph, joined: Flags, lost: NDArray[np.int64]) -> float:
    """Return the least distance between the trenches on the side of the lost nodes and those of a plant."""
    import shapely

    part = _parts(graph)
    theirs = np.isin(part, part[lost])

    def drawn(side: Flags, ends: NDArray[np.int64]) -> shapely.Geometry:
        lines = [shapely.LineString(e.line) for e in graph.edges if side[e.u]]
        return shapely.union_all([*lines, shapely.multipoints(graph.xy[ends])])

    plants = np.array(graph.plant_node, dtype=np.int64)
    return float(shapely.distance(drawn(theirs, lost), drawn(joined, plants)))
