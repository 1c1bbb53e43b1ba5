"""Local search of plain Steiner trees by their nodes: put one junction in, or take one out, and span the rest anew.

Steiner-node insertion and elimination (Minoux 1990; Uchoa and Werneck 2012, https://doi.org/10.1145/2133803.2184448)
as one move: a tree is the least spanning tree over its nodes, so that a set of nodes stands for a tree. A junction is
flipped, the set is spanned and useless ends are cut off; what costs no more is kept. Trees of equal cost are walked
through on purpose, with ties broken at random: where all trenches cost alike most moves are such.

This holds for fixed costs alone. Where flows cost, exchanges of paths (:mod:`edsim.network.routing.exchange`) see what
moving a flow costs.
"""

import time

import numpy as np
from numpy.typing import NDArray

from edsim.network.routing.graph import RouteGraph

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
_IDLE_ROUNDS = 3
_IDLE_KICKS = 200
_KICK_HOPS = 3
_TIE_FRAC = 1e-7


def flip_junctions(
    graph: RouteGraph, edges: IntArray, needed: IntArray, deadline: float, rng: np.random.Generator
) -> IntArray:
    """Return a tree through the needed nodes that costs no more to build than the given one.

    Rounds over all junctions, then kicks: all junctions near a random one are put in and flipped anew, kept when the
    tree is no dearer at the end.

    Parameters
    ----------
    graph
        Trenches that may be dug, with their costs.
    edges
        A tree from the root.
    needed
        Nodes it must reach.
    deadline
        ``time.process_time`` value to stop at; it also ends after 200 kicks without success.
    rng
        Draws the order of the junctions, and the kicks.
    """
    cost_fix, _ = graph.arc_cost()
    e = graph.n_edges
    fixed = np.zeros(graph.n_nodes, dtype=bool)
    fixed[needed] = fixed[graph.root] = True
    span = _Spanning(graph.u, graph.v, np.minimum(cost_fix[:e], cost_fix[e:]), fixed)
    best, idle = edges, 0
    while idle < _IDLE_ROUNDS and time.process_time() < deadline:
        before = span.cost(best)
        best = _flipped(span, best, span.worth_flipping(span.nodes_of(best)), deadline, rng)
        idle = 0 if span.cost(best) < before * (1.0 - 1e-9) else idle + 1
    junctions, idle = np.flatnonzero(~fixed), 0
    while len(junctions) and idle < _IDLE_KICKS and time.process_time() < deadline:
        near = span.around(int(rng.choice(junctions)))
        inside = span.nodes_of(best)
        inside[near] = True
        tree = span.tree(inside, rng)
        for _ in range(2):
            tree = None if tree is None else _flipped(span, tree, near, deadline, rng)
        idle += 1
        if tree is not None and span.cost(tree) <= span.cost(best):
            idle = 0 if span.cost(tree) < span.cost(best) * (1.0 - 1e-9) else idle
            best = tree
    return best


def _flipped(
    span: "_Spanning", edges: IntArray, junctions: IntArray, deadline: float, rng: np.random.Generator
) -> IntArray:
    """Return the tree after flipping each of the junctions once, those that raise the cost taken back."""
    best, cost, inside = edges, span.cost(edges), span.nodes_of(edges)
    for node in rng.permutation(junctions).tolist():
        if time.process_time() > deadline:
            break
        inside[node] = not inside[node]
        tree = span.tree(inside, rng)
        if tree is None or span.cost(tree) > cost * (1.0 + 1e-12):
            inside[node] = not inside[node]
            continue
        best, cost, inside = tree, span.cost(tree), span.nodes_of(tree)
    return best


class _Spanning:
    """Least spanning trees over sets of nodes of one graph."""

    def __init__(self, u: IntArray, v: IntArray, weight: Array, fixed: BoolArray) -> None:
        self._u, self._v, self._weight, self._fixed = u, v, weight, fixed
        self._tie = _TIE_FRAC * max(float(weight.max(initial=0.0)), 1e-9)

    def cost(self, edges: IntArray) -> float:
        """Return what a tree costs to build."""
        return float(self._weight[edges].sum())

    def around(self, node: int) -> IntArray:
        """Return the junctions within three trenches of a node."""
        near = np.zeros(len(self._fixed), dtype=bool)
        near[node] = True
        for _ in range(_KICK_HOPS):
            touched = near[self._u] | near[self._v]
            near[self._u[touched]] = near[self._v[touched]] = True
        return np.flatnonzero(near & ~self._fixed)

    def nodes_of(self, edges: IntArray) -> BoolArray:
        """Return which nodes a tree touches, those it must reach included."""
        inside = self._fixed.copy()
        inside[self._u[edges]] = inside[self._v[edges]] = True
        return inside

    def worth_flipping(self, inside: BoolArray) -> IntArray:
        """Return junctions of the tree and those with two neighbors in it."""
        near = np.bincount(self._u[inside[self._v]], minlength=len(inside))
        near = near + np.bincount(self._v[inside[self._u]], minlength=len(inside))
        return np.flatnonzero(~self._fixed & (near >= 2))

    def tree(self, inside: BoolArray, rng: np.random.Generator) -> IntArray | None:
        """Return the least tree within a set of nodes without useless ends, None where it does not hang together."""
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import minimum_spanning_tree

        pool = np.flatnonzero(inside[self._u] & inside[self._v])
        order = np.argsort(self._weight[pool] + self._tie * rng.random(len(pool)))
        ranked = pool[order[::-1]]  # of parallel trenches the cheapest is written last and stays
        a, b = np.minimum(self._u[ranked], self._v[ranked]), np.maximum(self._u[ranked], self._v[ranked])
        n = len(inside)
        _, last = np.unique((a * n + b)[::-1], return_index=True)
        kept = np.sort(len(ranked) - 1 - last)
        rank = np.arange(len(ranked), 0, -1, dtype=float)[kept]
        matrix = csr_array((rank, (a[kept].astype(np.int32), b[kept].astype(np.int32))), shape=(n, n))
        chosen = minimum_spanning_tree(matrix).data.astype(np.int64)
        return self._trimmed(ranked[len(ranked) - chosen])

    def _trimmed(self, edges: IntArray) -> IntArray | None:
        """Return a forest without ends that lead nowhere, None when it is no tree through all it must reach."""
        n = len(self._fixed)
        while True:
            degree = np.bincount(self._u[edges], minlength=n) + np.bincount(self._v[edges], minlength=n)
            loose = (degree == 1) & ~self._fixed
            drop = loose[self._u[edges]] | loose[self._v[edges]]
            if not drop.any():
                break
            edges = edges[~drop]
        reached = degree > 0
        return edges if len(edges) == int(reached.sum()) - 1 and bool(reached[self._fixed].all()) else None
