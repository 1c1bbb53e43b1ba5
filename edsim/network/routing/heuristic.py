"""Good trees fast: Steiner trees on any edge weights, exact pruning, and a local search on the true cost."""

import time

import numpy as np
from numpy.typing import NDArray

from edsim.network.routing.exchange import exchange
from edsim.network.routing.graph import RouteGraph, tree_cost
from edsim.network.tree import build_forest

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


def _cheapest_pairs(u: IntArray, v: IntArray, weight: Array) -> IntArray:
    """Return the edge of least weight for every node pair, loops left out."""
    a, b = np.minimum(u, v), np.maximum(u, v)
    order = np.lexsort((weight, b, a))
    order = order[a[order] != b[order]]
    first = np.ones(len(order), dtype=bool)
    first[1:] = (a[order][1:] != a[order][:-1]) | (b[order][1:] != b[order][:-1])
    return np.asarray(order[first])


def spanning_edges(n: int, u: IntArray, v: IntArray, weight: Array) -> IntArray:
    """Return positions of a minimum spanning forest (parallel edges and zero weights allowed)."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import minimum_spanning_tree

    keep = _cheapest_pairs(u, v, weight)
    rank = np.empty(len(keep))
    rank[np.argsort(weight[keep], kind="stable")] = np.arange(1, len(keep) + 1)  # ranks: positive and distinct
    ends = u[keep].astype(np.int32), v[keep].astype(np.int32)  # the index type every scipy accepts here
    tree = minimum_spanning_tree(coo_array((rank, ends), shape=(n, n)).tocsr())
    chosen = np.zeros(len(keep) + 1, dtype=bool)
    chosen[tree.data.astype(np.int64)] = True
    return np.asarray(keep[chosen[rank.astype(np.int64)]])


def steiner_edges(graph: RouteGraph, weight: Array, terminals: IntArray) -> IntArray:
    """Return a short tree through the root and terminals (Mehlhorn 1988).

    Parameters
    ----------
    graph
        Trenches that may be dug.
    weight : (e,)
        Edge weights ≥ 0.
    terminals
        Nodes to reach; all must be reachable.
    """
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    u, v = graph.u, graph.v
    keep = _cheapest_pairs(u, v, weight)
    w = weight[keep] + 1e-9 * max(float(weight.max(initial=0.0)), 1e-9)
    shape = (graph.n_nodes, graph.n_nodes)
    sources = np.unique(np.append(terminals, graph.root))
    matrix = coo_array((w, (u[keep], v[keep])), shape=shape).tocsr()
    distance, before, source = dijkstra(
        matrix, directed=False, indices=sources, return_predecessors=True, min_only=True
    )
    a, b = u[keep], v[keep]
    both = np.isfinite(distance[a]) & np.isfinite(distance[b]) & (source[a] != source[b])
    bridge = keep[both]
    across = distance[a[both]] + w[both] + distance[b[both]]
    links = bridge[spanning_edges(graph.n_nodes, source[a[both]], source[b[both]], across)]
    edge_at = {}
    for k, x, y in zip(keep.tolist(), a.tolist(), b.tolist(), strict=True):
        edge_at[x, y] = edge_at[y, x] = k
    chosen: set[int] = set(links.tolist())
    for k in links.tolist():
        for end in (int(u[k]), int(v[k])):
            node = end
            while before[node] >= 0:
                edge = edge_at[node, int(before[node])]
                if edge in chosen and node != end:
                    break
                chosen.add(edge)
                node = int(before[node])
    return refine_tree(graph, np.array(sorted(chosen), dtype=np.int64), weight, terminals)


def refine_tree(graph: RouteGraph, edges: IntArray, weight: Array, terminals: IntArray) -> IntArray:
    """Return the spanning tree of least weight over the nodes of a tree, with useless ends cut off."""
    u, v = graph.u, graph.v
    inside = np.zeros(graph.n_nodes, dtype=bool)
    inside[u[edges]] = inside[v[edges]] = True
    pool = np.flatnonzero(inside[u] & inside[v])
    tree = pool[spanning_edges(graph.n_nodes, u[pool], v[pool], weight[pool])]
    needed = np.zeros(graph.n_nodes, dtype=bool)
    needed[terminals] = True
    needed[graph.root] = True
    return trim_ends(u, v, tree, needed)


def trim_ends(u: IntArray, v: IntArray, edges: IntArray, needed: BoolArray) -> IntArray:
    """Return the edges of a forest without ends that lead to no needed node."""
    kept = edges
    while len(kept):
        degree = np.bincount(u[kept], minlength=len(needed)) + np.bincount(v[kept], minlength=len(needed))
        loose = (degree == 1) & ~needed
        drop = loose[u[kept]] | loose[v[kept]]
        if not drop.any():
            break
        kept = kept[~drop]
    return kept


def prune(graph: RouteGraph, edges: IntArray) -> IntArray:
    """Return the best subtree at the root of a tree under the surrogate cost: exact by one pass from the ends.

    A branch is kept when it holds a consumer that must be served or when its prizes pay for it; the cost of a kW at
    each node follows from the path to the producer, so that the choice is separable.
    """
    forest = build_forest(graph.n_nodes, graph.u[edges], graph.v[edges], np.array([graph.root]))
    used = edges[forest.order]
    cost_fix, cost_kw = graph.arc_cost()
    arc = np.where(graph.u[used] == forest.start, used, used + graph.n_edges)
    kw = np.zeros(graph.n_nodes)
    for level in forest.levels():
        kw[forest.end[level]] = kw[forest.start[level]] + cost_kw[arc[level]]
    worth = np.where(graph.consumer, graph.prize - graph.demand * np.where(np.isfinite(kw), kw, 0.0), 0.0)
    need = graph.must.copy()
    keep = np.zeros(len(used), dtype=bool)
    for level in reversed(forest.levels()):
        end, start = forest.end[level], forest.start[level]
        gain = worth[end] - cost_fix[arc[level]]
        wanted = need[end] | (gain > 0.0) | graph.forced[used[level]]
        keep[level] = wanted
        np.add.at(worth, start, np.where(wanted, gain, 0.0))
        np.logical_or.at(need, start, need[end] | graph.forced[used[level]])
    for level in forest.levels()[1:]:
        keep[level] &= keep[forest.parent[level]]
    return used[keep]


def edge_weights(graph: RouteGraph, flow_kw: float) -> Array:
    """Return edge weights: fixed cost plus the cost of one typical flow."""
    cost_fix, cost_kw = graph.arc_cost()
    e = graph.n_edges
    return np.asarray(np.minimum(cost_fix[:e], cost_fix[e:]) + np.minimum(cost_kw[:e], cost_kw[e:]) * flow_kw)


def first_tree(graph: RouteGraph, wanted: IntArray, weight: Array | None = None) -> IntArray:
    """Return a pruned Steiner tree through the wanted consumers.

    Parameters
    ----------
    graph
        Trenches that may be dug, with their costs and demand.
    wanted
        Consumers the tree passes before pruning.
    weight : (e,), optional
        Edge weights; by default fixed cost plus the per-kW cost at the mean demand.
    """
    if len(wanted) == 0 and not graph.forced.any():
        return np.zeros(0, dtype=np.int64)
    mean = float(graph.demand[wanted].mean()) if len(wanted) else 0.0
    w = edge_weights(graph, mean) if weight is None else weight
    forced = np.flatnonzero(graph.forced)
    ends = np.unique(np.concatenate([wanted, graph.u[forced], graph.v[forced]])) if len(forced) else wanted
    w = np.where(graph.forced, 0.0, w)
    return prune(graph, steiner_edges(graph, w, ends))


def polish(graph: RouteGraph, edges: IntArray, deadline: float) -> IntArray:
    """Return a tree after exchanges and pruning, never worse than the given one."""
    best, best_cost = edges, tree_cost(graph, edges).cost
    while True:
        tree = prune(graph, exchange(graph, best, deadline))
        cost = tree_cost(graph, tree).cost
        if not cost < best_cost - 1e-9 * max(abs(best_cost), 1.0):
            return best
        best, best_cost = tree, cost


def local_search(
    graph: RouteGraph, start: IntArray, wanted: IntArray, deadline: float, rng: np.random.Generator
) -> IntArray:
    """Return the best of polished Steiner trees on randomly blurred weights; at most eight in a row without success.

    Each round draws new weights (edges of the best tree made cheaper in every second one), rebuilds, prunes and
    polishes.
    """
    best = polish(graph, start, deadline)
    best_cost = tree_cost(graph, best).cost
    base = edge_weights(graph, float(graph.demand[wanted].mean()) if len(wanted) else 0.0)
    idle, k = 0, 0
    while idle < 8 and time.process_time() < deadline:
        spread = (0.1, 0.2, 0.4, 0.6)[k % 4]
        weight = base * rng.uniform(1.0 - spread, 1.0 + spread, graph.n_edges)
        if k % 2:
            weight[best] *= 1.0 - spread
        tree = polish(graph, first_tree(graph, wanted, weight), deadline)
        cost = tree_cost(graph, tree).cost
        k, idle = k + 1, idle + 1
        if cost < best_cost - 1e-9 * max(abs(best_cost), 1.0):
            best, best_cost, idle = tree, cost, 0
    return best
