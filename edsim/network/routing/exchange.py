"""Local search on a tree: put in a cheap path, take out the dearest chain of the ring it closes.

Key-path exchange (Uchoa and Werneck 2012, https://doi.org/10.1145/2133803.2184448) with the cost of flow: taking out
a chain turns the flow between it and the new path and moves the branch's demand from one way to the other.
"""

import time
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.routing.graph import RouteGraph
from edsim.network.tree import build_forest

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


@dataclass(slots=True)
class _Tree:
    """Parents, flows and joints of the present tree, as plain lists for walking."""

    parent: list[int]
    edge: list[int]
    depth: list[int]
    flow: list[float]
    joint: list[bool]
    used: set[int]


@dataclass(slots=True)
class _Chain:
    """A run of trenches without branch or consumer between, and what taking it out changes."""

    edges: list[int]
    change: float


def exchange(graph: RouteGraph, edges: IntArray, deadline: float) -> IntArray:
    """Return a tree that no single exchange improves (or the best one reached by the deadline).

    Parameters
    ----------
    edges
        A tree from the root.
    deadline
        ``time.perf_counter`` value to stop at.
    """
    cost_fix, cost_kw = graph.arc_cost()
    e = graph.n_edges
    fix, kw = np.minimum(cost_fix[:e], cost_fix[e:]), np.minimum(cost_kw[:e], cost_kw[e:])
    keep = float(fix.sum()) + 1.0
    saving = np.where(graph.forced, -keep, fix)  # taking out a forced trench never pays
    current = edges
    while time.perf_counter() < deadline:
        better = _improve_once(graph, current, (fix, saving, kw), deadline)
        if better is None:
            break
        current = better
    return current


def _improve_once(
    graph: RouteGraph, edges: IntArray, costs: tuple[Array, Array, Array], deadline: float
) -> IntArray | None:
    """Return the tree after as many disjoint exchanges as one look at its surroundings offers, None without any."""
    fix, saving, kw = costs
    tree = _read(graph, edges)
    inside = np.array([d >= 0 for d in tree.depth])
    inside[graph.root] = False  # nothing but the producers' own edges leaves the root
    distance, before, source, way = _surroundings(graph, fix, inside)
    u, v = graph.u, graph.v
    own = np.zeros(graph.n_edges, dtype=bool)
    own[edges] = True
    near = np.isfinite(distance[u]) & np.isfinite(distance[v]) & (source[u] != source[v]) & ~own
    candidates = np.flatnonzero(near & (u != graph.root))
    length = distance[u[candidates]] + fix[candidates] + distance[v[candidates]]
    saving_list, kw_list = saving.tolist(), kw.tolist()
    chosen: set[int] = set(edges.tolist())
    touched: set[int] = set()
    changed = False
    for k, cost in sorted(zip(candidates.tolist(), length.tolist(), strict=True), key=lambda item: (item[1], item[0])):
        if time.perf_counter() > deadline:
            break
        a, b = int(source[u[k]]), int(source[v[k]])
        path = [k, *_walk(int(u[k]), before, way), *_walk(int(v[k]), before, way)]
        path_kw = sum(kw_list[j] for j in path)
        chain = _best_chain(tree, a, b, path_kw, saving_list, kw_list)
        if chain is None or cost + chain.change >= -1e-9 * (1.0 + abs(cost)):
            continue
        ring = _ring(tree, a, b)
        if touched & ring or touched & set(path):
            continue  # another exchange already changed this ring: look again in the next round
        touched |= ring | set(path)
        chosen -= set(chain.edges)
        chosen |= set(path)
        changed = True
    return np.array(sorted(chosen), dtype=np.int64) if changed else None


def _read(graph: RouteGraph, edges: IntArray) -> _Tree:
    forest = build_forest(graph.n_nodes, graph.u[edges], graph.v[edges], np.array([graph.root]))
    flow = forest.collect(np.where(graph.consumer, graph.demand, 0.0))
    parent, edge, depth = [-1] * graph.n_nodes, [-1] * graph.n_nodes, [-1] * graph.n_nodes
    at_flow = [0.0] * graph.n_nodes
    depth[graph.root] = 0
    degree = np.bincount(forest.start, minlength=graph.n_nodes) + np.bincount(forest.end, minlength=graph.n_nodes)
    used = edges[forest.order].tolist()
    for k, (a, b) in enumerate(zip(forest.start.tolist(), forest.end.tolist(), strict=True)):
        parent[b], edge[b], depth[b], at_flow[b] = a, used[k], int(forest.level[k]) + 1, float(flow[k])
    joint = (degree != 2) | graph.consumer
    joint[graph.root] = True
    return _Tree(parent, edge, depth, at_flow, joint.tolist(), set(used))


def _surroundings(
    graph: RouteGraph, fix: Array, inside: NDArray[np.bool_]
) -> tuple[Array, IntArray, IntArray, IntArray]:
    """Return distance to the tree, predecessor, nearest tree node and the edge towards the tree, for every node."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    laid = np.flatnonzero(graph.edge_of >= 0)
    a, b = np.minimum(graph.u[laid], graph.v[laid]), np.maximum(graph.u[laid], graph.v[laid])
    order = np.lexsort((fix[laid], b, a))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (a[order][1:] != a[order][:-1]) | (b[order][1:] != b[order][:-1])
    keep = order[first]
    n = graph.n_nodes
    tiny = 1e-12 * max(float(fix.max(initial=0.0)), 1e-6)
    matrix = coo_array((fix[laid[keep]] + tiny, (a[keep], b[keep])), shape=(n, n)).tocsr()
    start = np.flatnonzero(inside)
    distance, before, source = dijkstra(matrix, directed=False, indices=start, return_predecessors=True, min_only=True)
    edge_of = {(int(x), int(y)): int(laid[k]) for x, y, k in zip(a[keep], b[keep], keep, strict=True)}
    way = np.full(n, -1, dtype=np.int64)
    for node in np.flatnonzero(before >= 0).tolist():
        other = int(before[node])
        way[node] = edge_of[min(node, other), max(node, other)]
    return distance, before.astype(np.int64), source.astype(np.int64), way


def _walk(node: int, before: IntArray, way: IntArray) -> list[int]:
    path = []
    while before[node] >= 0:
        path.append(int(way[node]))
        node = int(before[node])
    return path


def _ring(tree: _Tree, a: int, b: int) -> set[int]:
    edges = set()
    while a != b:
        if tree.depth[a] < tree.depth[b]:
            a, b = b, a
        edges.add(tree.edge[a])
        a = tree.parent[a]
    return edges


def _best_chain(tree: _Tree, a: int, b: int, path_kw: float, fix: list[float], kw: list[float]) -> _Chain | None:
    """Return the chain of the ring whose removal lowers the cost most."""
    x, y = a, b
    while x != y:
        if tree.depth[x] >= tree.depth[y]:
            x = tree.parent[x]
        else:
            y = tree.parent[y]
    top = x
    to_a, to_b = _kw_to(tree, a, top, kw), _kw_to(tree, b, top, kw)
    best: _Chain | None = None
    for start, own, other in ((a, to_a, to_b), (b, to_b, to_a)):
        for chain in _chains(tree, start, top, own, other + path_kw, fix, kw):
            if best is None or chain.change < best.change:
                best = chain
    return best


def _kw_to(tree: _Tree, node: int, top: int, kw: list[float]) -> float:
    total = 0.0
    while node != top:
        total += kw[tree.edge[node]]
        node = tree.parent[node]
    return total


def _chains(
    tree: _Tree, start: int, top: int, kw_up: float, kw_new: float, fix: list[float], kw: list[float]
) -> list[_Chain]:
    """Return the chains from a node up to the top of the ring.

    Taking out the chain above node q moves its flow f to the new way: the way down to q pays ``f - 2·g`` more per
    trench with flow g, the old way up from q saves f, the new one pays it.
    """
    found: list[_Chain] = []
    node, kw_below, turned = start, 0.0, 0.0
    while node != top:
        flow, edges, saved, length = tree.flow[node], [], 0.0, 0.0
        turn_kw, turn_cost = kw_below, turned
        while True:
            k = tree.edge[node]
            edges.append(k)
            saved += fix[k]
            length += kw[k]
            kw_below += kw[k]
            turned += kw[k] * tree.flow[node]
            node = tree.parent[node]
            if node == top or tree.joint[node]:
                break
        change = -saved + flow * turn_kw - 2.0 * turn_cost - flow * (kw_up - turn_kw) + flow * kw_new
        found.append(_Chain(edges, change))
    return found
