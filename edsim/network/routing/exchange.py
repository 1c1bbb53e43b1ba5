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
    """The present tree by node: the way up, and sums from the root down to the node.

    Attributes
    ----------
    parent, edge, depth : (n,)
        Next node up (the root for itself), the trench there (-1) and how many lead to the root; depth -1 outside.
    flow : (n,)
        Flow of that trench.
    joint_above : (n,)
        Nearest branch, consumer or the root above the node: the upper end of its chain.
    saved, kw, kw_flow : (n,)
        Savings, costs per kW and costs of flow of all trenches from the root.
    """

    parent: IntArray
    edge: IntArray
    depth: IntArray
    flow: Array
    joint_above: IntArray
    saved: Array
    kw: Array
    kw_flow: Array


@dataclass(slots=True)
class _Chains:
    """For each new path the chain whose removal changes the cost most: its lower and upper node, and the change."""

    lower: IntArray
    upper: IntArray
    change: Array


def exchange(graph: RouteGraph, edges: IntArray, deadline: float) -> IntArray:
    """Return a tree that no single exchange improves (or the best one reached by the deadline).

    Parameters
    ----------
    graph
        Trenches that may be dug, with their costs.
    edges
        A tree from the root.
    deadline
        ``time.process_time`` value to stop at.
    """
    cost_fix, cost_kw = graph.arc_cost()
    e = graph.n_edges
    fix, kw = np.minimum(cost_fix[:e], cost_fix[e:]), np.minimum(cost_kw[:e], cost_kw[e:])
    keep = float(fix.sum()) + 1.0
    saving = np.where(graph.forced, -keep, fix)  # taking out a forced trench never pays
    current = edges
    while time.process_time() < deadline:
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
    tree = _read(graph, edges, saving, kw)
    inside = tree.depth >= 0
    inside[graph.root] = False  # nothing but the producers' own edges leaves the root
    distance, before, source, way = _surroundings(graph, fix, inside)
    u, v = graph.u, graph.v
    own = np.zeros(graph.n_edges, dtype=bool)
    own[edges] = True
    near = np.isfinite(distance[u]) & np.isfinite(distance[v]) & (source[u] != source[v]) & ~own
    new = np.flatnonzero(near & (u != graph.root))
    from_tree = _way_sums(before, np.where(way >= 0, kw[way], 0.0))
    path_kw = from_tree[u[new]] + kw[new] + from_tree[v[new]]
    chains = _best_chains(tree, source[u[new]], source[v[new]], path_kw)
    cost = distance[u[new]] + fix[new] + distance[v[new]]
    gain = -(cost + chains.change)
    worth = np.flatnonzero(gain > 1e-9 * (1.0 + cost))
    chosen: set[int] = set(edges.tolist())
    touched: set[int] = set()
    for i in worth[np.argsort(-gain[worth], kind="stable")].tolist():
        if time.process_time() > deadline:
            break
        k = int(new[i])
        path = {k, *_walk(int(u[k]), before, way), *_walk(int(v[k]), before, way)}
        ring = _ring(tree, int(source[u[k]]), int(source[v[k]]))
        if touched & ring or touched & path:
            continue  # another exchange already changed this ring: look again in the next round
        touched |= ring | path
        chosen -= _ring(tree, int(chains.lower[i]), int(chains.upper[i]))
        chosen |= path
    return np.array(sorted(chosen), dtype=np.int64) if touched else None


def _read(graph: RouteGraph, edges: IntArray, saving: Array, kw: Array) -> _Tree:
    forest = build_forest(graph.n_nodes, graph.u[edges], graph.v[edges], np.array([graph.root]))
    n, used = graph.n_nodes, edges[forest.order]
    degree = np.bincount(forest.start, minlength=n) + np.bincount(forest.end, minlength=n)
    joint = (degree != 2) | graph.consumer
    joint[graph.root] = True
    parent, edge, depth, flow = np.arange(n), np.full(n, -1), np.full(n, -1), np.zeros(n)
    parent[forest.end], edge[forest.end], depth[forest.end] = forest.start, used, forest.level + 1
    depth[graph.root] = 0
    flow[forest.end] = forest.collect(np.where(graph.consumer, graph.demand, 0.0))
    above, sums = np.arange(n), np.zeros((n, 3))
    own = np.column_stack([saving[edge], kw[edge], kw[edge] * flow])
    for level in forest.levels():
        start, end = forest.start[level], forest.end[level]
        above[end] = np.where(joint[start], start, above[start])
        sums[end] = sums[start] + own[end]
    return _Tree(parent, edge, depth, flow, above, sums[:, 0], sums[:, 1], sums[:, 2])


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


def _way_sums(before: IntArray, step: Array) -> Array:
    """Return the sum of steps from every node to the tree, by doubling the stride."""
    next_node, total = np.where(before >= 0, before, np.arange(len(before))), np.where(before >= 0, step, 0.0)
    while (next_node != next_node[next_node]).any():
        total = total + total[next_node]
        next_node = next_node[next_node]
    return np.asarray(total)


def _walk(node: int, before: IntArray, way: IntArray) -> list[int]:
    path = []
    while before[node] >= 0:
        path.append(int(way[node]))
        node = int(before[node])
    return path


def _ring(tree: _Tree, a: int, b: int) -> set[int]:
    """Return the trenches of the tree between two nodes."""
    edges = set()
    while a != b:
        if tree.depth[a] < tree.depth[b]:
            a, b = b, a
        edges.add(int(tree.edge[a]))
        a = int(tree.parent[a])
    return edges


def _meeting(tree: _Tree, a: IntArray, b: IntArray) -> IntArray:
    """Return the lowest node above both of each pair, by strides of powers of two."""
    up = [tree.parent]
    while (up[-1] != up[-1][up[-1]]).any():
        up.append(up[-1][up[-1]])
    low, high = np.where(tree.depth[a] >= tree.depth[b], a, b), np.where(tree.depth[a] >= tree.depth[b], b, a)
    for stride in reversed(up):
        low = np.where(tree.depth[stride[low]] >= tree.depth[high], stride[low], low)
    for stride in reversed(up):
        apart = stride[low] != stride[high]
        low, high = np.where(apart, stride[low], low), np.where(apart, stride[high], high)
    return np.asarray(np.where(low == high, low, tree.parent[low]))


def _best_chains(tree: _Tree, a: IntArray, b: IntArray, path_kw: Array) -> _Chains:
    """Return, for each ring a new path from a to b closes, the chain whose removal lowers the cost most.

    Taking out the chain above node q moves its flow f to the new way: the way from a down to q pays ``f - 2·g`` more
    per trench with flow g, the old way up from q saves f, the one over b pays it. With the sums K of cost per kW and T
    of cost of flow from the root the change is ``-saved + f·(K_a + K_b + path - 2·K_q) - 2·(T_a - T_q)``.
    """
    top, both = _meeting(tree, a, b), tree.kw[a] + tree.kw[b] + path_kw
    best = _Chains(a.copy(), a.copy(), np.full(len(a), np.inf))
    for start in (a, b):
        at = np.flatnonzero(start != top)
        lower = start[at]
        while len(at):
            above = tree.joint_above[lower]
            upper = np.where(tree.depth[above] > tree.depth[top[at]], above, top[at])
            turned = tree.kw_flow[start[at]] - tree.kw_flow[lower]
            change = tree.saved[upper] - tree.saved[lower] - 2.0 * turned
            change += tree.flow[lower] * (both[at] - 2.0 * tree.kw[lower])
            less = change < best.change[at]
            best.lower[at[less]], best.upper[at[less]], best.change[at[less]] = lower[less], upper[less], change[less]
            on = upper != top[at]
            at, lower = at[on], upper[on]
    return best
