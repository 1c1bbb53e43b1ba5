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
            np.add.at(total, self.parent[level], total[level])
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


def build_forest(n_nodes: int, u: IntArray, v: IntArray, roots: IntArray) -> Forest:
    """Return the forest of undirected edges seen from its roots.

    Raises
    ------
    ValueError
        When the edges contain a loop or some cannot be reached from the roots.
    """
    neighbors: list[list[tuple[int, int]]] = [[] for _ in range(n_nodes)]
    for k, (a, b) in enumerate(zip(u.tolist(), v.tolist(), strict=True)):
        neighbors[a].append((b, k))
        neighbors[b].append((a, k))
    edge_into = np.full(n_nodes, -2, dtype=np.int64)
    edge_into[roots] = -1
    found: list[tuple[int, int, int, int, int]] = []  # start, end, level, parent, original edge
    queue = [(int(r), 0) for r in roots]
    for node, depth in queue:  # grows while it is walked: breadth first
        for other, k in neighbors[node]:
            if edge_into[other] == -2:
                found.append((node, other, depth, int(edge_into[node]), k))
                edge_into[other] = len(found) - 1
                queue.append((other, depth + 1))
    if len(found) != len(u):
        raise ValueError("edges do not form a forest under the given roots")
    table = np.array(found, dtype=np.int64).reshape(-1, 5)
    edge_into[edge_into == -2] = -1
    return Forest(
        n_nodes,
        table[:, 0],
        table[:, 1],
        table[:, 2],
        table[:, 3],
        edge_into,
        np.asarray(roots, dtype=np.int64),
        table[:, 4],
    )
