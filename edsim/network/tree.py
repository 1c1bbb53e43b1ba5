"""A rooted forest in arrays: sums towards the root and marches away from it, one level at a time, all hours at once."""

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Forest:
    """Edges sorted by distance (in edges) from their root.

    Attributes
    ----------
    n_nodes
        Number of nodes.
    start, end : (e,)
        Node nearer to and farther from the root.
    level : (e,)
        0 for edges at a root, ascending.
    parent : (e,)
        Edge that feeds `start`, -1 at a root.
    edge_into : (n_nodes,)
        Edge that ends in the node, -1 for roots and unused nodes.
    roots : (r,)
        Root nodes.
    order : (e,)
        Position of each edge in the arrays the forest was made from.
    """

    n_nodes: int
    start: IntArray
    end: IntArray
    level: IntArray
    parent: IntArray
    edge_into: IntArray
    roots: IntArray
    order: IntArray

    @property
    def n_edges(self) -> int:
        """Number of edges."""
        return len(self.start)

    def levels(self) -> list[slice]:
        """Return one slice of edges per level, from the roots outwards."""
        bounds = np.searchsorted(self.level, np.arange(int(self.level.max(initial=-1)) + 2))
        return [slice(a, b) for a, b in pairwise(bounds.tolist())]

    def collect(self, at_node: Array) -> Array:
        """Return, per edge, the sum of a node quantity over all nodes behind it.

        Parameters
        ----------
        at_node : (n_nodes, ...)
        """
        total = np.asarray(at_node, dtype=float)[self.end].copy()
        for level in reversed(self.levels()[1:]):
            add_rows(total, self.parent[level], total[level])
        return total

    def march(self, root_value: Array, step: Callable[[slice, Array], Array]) -> Array:
        """Return node values handed outwards from the roots.

        Parameters
        ----------
        root_value : (...,)
            Value at every root.
        step
            From the edges of a level and the values at their start, the values at their end.
        """
        value = np.empty((self.n_nodes, *np.shape(root_value)))
        value[...] = root_value
        for level in self.levels():
            value[self.end[level]] = step(level, value[self.start[level]])
        return value


def add_rows(total: Array, where: IntArray, values: Array) -> None:
    """Add each of some rows in place to the row of `total` it belongs to.

    The same sum as ``np.add.at``, which takes ten times longer where rows hold many hours.

    Parameters
    ----------
    total : (n, ...)
    where : (k,)
        Row of each value; rows may come up more than once.
    values : (k, ...)
    """
    if total.ndim == 1:
        np.add.at(total, where, values)
        return
    for row, value in zip(where.tolist(), values, strict=True):
        total[row] += value


def build_forest(n_nodes: int, u: IntArray, v: IntArray, roots: IntArray) -> Forest:
    """Return the forest of undirected edges seen from its roots.

    Raises
    ------
    ValueError
        When the edges contain a loop or some cannot be reached from the roots.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import breadth_first_order

    links, above = len(u), n_nodes  # one node above all roots: it comes first, then they
    tail = np.concatenate([np.column_stack([u, v]).ravel(), np.full(len(roots), above)])
    head = np.concatenate([np.column_stack([v, u]).ravel(), roots]).astype(np.int32)
    sort = np.argsort(tail, kind="stable")
    start_of = np.searchsorted(tail[sort], np.arange(n_nodes + 2)).astype(np.int32)
    graph = csr_array((np.ones(len(head)), head[sort], start_of), shape=(n_nodes + 1, n_nodes + 1))
    visited, before = breadth_first_order(graph, above)
    place = np.zeros(n_nodes + 1, dtype=np.int64)
    place[visited] = np.arange(len(visited))
    end = visited[before[visited] != above][1:].astype(np.int64)
    into = np.full(n_nodes, -1, dtype=np.int64)
    outward, inward = before[v] == u, before[u] == v
    into[v[outward]], into[u[inward]] = np.flatnonzero(outward), np.flatnonzero(inward)
    if len(end) != links or (into[end] < 0).any():
        raise ValueError("edges do not form a forest under the given roots")
    start = before[end].astype(np.int64)
    edge_into = np.full(n_nodes, -1, dtype=np.int64)
    edge_into[end] = np.arange(links)
    return Forest(
        n_nodes,
        start,
        end,
        _levels(place[start], len(visited) - links),
        edge_into[start],
        edge_into,
        np.asarray(roots, dtype=np.int64),
        into[end],
    )


def _levels(place_of_start: IntArray, first: int) -> IntArray:
    """Return the distance of edges in breadth-first order; `first` is the place of the first end of an edge."""
    level = np.zeros(len(place_of_start), dtype=np.int64)
    done = int(np.searchsorted(place_of_start, first))
    while done < len(level):
        level[done:] += 1
        done = int(np.searchsorted(place_of_start, first + done))
    return level
