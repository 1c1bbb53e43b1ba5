"""A routing problem as arrays: checks, arc costs of the lossless surrogate, and the true cost of a tree.

Surrogate. With losses, ``P_in = (P_out + l)/(1 - r)`` per trench. Let ``P`` be the lossless downstream demand (``P ≤
P_out``) and ``λ(u)`` the cheapest possible cost of one kW at node u (Dijkstra over variable costs from the
producers). Every kW lost on an arc (u, v) must be produced and carried to u, which costs at least ``λ(u)``; hence
the arc cost

``y·(fix + l/(1-r)·(var + λ(u))) + P·(var + r·λ(u))/(1-r)``

never exceeds what the arc adds to the true cost, and a bound on the surrogate bounds the true cost
(docs/explanation/networks.md).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.routing.types import RouteEdge, RouteNode, RoutingProblem
from edsim.network.tree import Forest, build_forest

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RouteGraph:
    """The candidate graph in arrays; edges e, nodes n.

    All producers hang on one root node (the last) by edges that carry the producer's cost and capacity. A forest of
    producers is then one tree from the root, and a producer that does not feed may still be passed through.

    Attributes
    ----------
    u, v : (e,)
        End nodes; the edges to the producers come last, with the root as `u`.
    fix, var, loss_kw, loss_frac, cap_kw : (e,)
        Annual cost if built, annual cost per kW entering, loss if built, share of entering heat lost, capacity.
    demand, prize : (n,)
        Of consumers, 0 elsewhere.
    consumer, must : (n,)
        Consumers that may be, and that have to be connected.
    producers : (p,)
        Producer nodes.
    kw_cost : (n,)
        λ: cheapest cost of one kW at each node (infinite when unreachable).
    forced : (e,)
        Edges that must be built.
    edge_of : (e,)
        Position of each edge in the user's list, -1 for those to the producers.
    """

    u: IntArray
    v: IntArray
    fix: Array
    var: Array
    loss_kw: Array
    loss_frac: Array
    cap_kw: Array
    demand: Array
    prize: Array
    consumer: BoolArray
    must: BoolArray
    producers: IntArray
    kw_cost: Array
    forced: BoolArray
    edge_of: IntArray

    @property
    def n_nodes(self) -> int:
        """Number of nodes, the root included."""
        return len(self.demand)

    @property
    def n_edges(self) -> int:
        """Number of edges, those to the producers included."""
        return len(self.u)

    @property
    def root(self) -> int:
        """The node all producers hang on."""
        return len(self.demand) - 1

    def arc_cost(self) -> tuple[Array, Array]:
        """Return surrogate fixed and per-kW cost of the arcs, first u→v of every edge, then v→u; each (2e,)."""
        tail = np.concatenate([self.u, self.v])
        fix, var, loss, share = (np.tile(a, 2) for a in (self.fix, self.var, self.loss_kw, self.loss_frac))
        lam = np.where(np.isfinite(self.kw_cost[tail]), self.kw_cost[tail], 0.0)
        return fix + loss / (1.0 - share) * (var + lam), (var + share * lam) / (1.0 - share)


@dataclass(frozen=True, slots=True)
class TreeCost:
    """A tree from the root and its true cost (infinite when a capacity is exceeded or something due is missing).

    Attributes
    ----------
    cost
        Annual cost.
    forest
        The tree, edges in its own order.
    edges : (k,)
        Edge of the graph for each tree edge.
    inflow_kw : (k,)
        Heat entering each.
    connected : (n,)
        Consumers served.
    """

    cost: float
    forest: Forest
    edges: IntArray
    inflow_kw: Array
    connected: BoolArray


def build_graph(nodes: Sequence[RouteNode], edges: Sequence[RouteEdge], problem: RoutingProblem) -> RouteGraph:
    """Return the problem as arrays.

    Raises
    ------
    DataError
        E430 duplicate ids, E431 unknown node, E432 bad number, E433 no producer, E434 consumer out of reach.
    """
    _check(nodes, edges, problem)
    number = {n.id: i for i, n in enumerate(nodes)}
    usable = [k for k, e in enumerate(edges) if not e.forbidden and e.from_node != e.to_node]
    producers = np.array([i for i, n in enumerate(nodes) if n.kind == "producer"], dtype=np.int64)
    p, root = len(producers), len(nodes)
    length = np.array([edges[k].length_m for k in usable])

    def per_edge(name: str, fallback: float) -> Array:
        given = [getattr(edges[k], name) for k in usable]
        return np.asarray(length * np.array([fallback if g is None else g for g in given], dtype=float))

    u = np.array([number[edges[k].from_node] for k in usable] + [root] * p, dtype=np.int64)
    v = np.array([number[edges[k].to_node] for k in usable] + producers.tolist(), dtype=np.int64)
    consumer = np.array([n.kind == "consumer" and n.connection != "forbidden" for n in nodes] + [False])
    must = consumer & np.array([problem.connect == "all" or n.connection == "must_connect" for n in nodes] + [False])
    forced = np.array([edges[k].forced for k in usable] + [False] * p, dtype=bool)
    must |= consumer & np.isin(
        np.arange(root + 1), np.concatenate([u[forced], v[forced]])
    )  # a forced trench serves them
    zero = np.zeros(p)
    own_cost = np.array([nodes[i].cost_per_kw_a for i in producers])
    var = np.concatenate([per_edge("cost_per_m_kw_a", problem.cost_per_m_kw_a), own_cost])
    share = np.concatenate([problem.loss_frac_per_m * length, zero])
    graph = RouteGraph(
        u=u,
        v=v,
        fix=np.concatenate([per_edge("fixed_cost_per_m_a", problem.fixed_cost_per_m_a), zero]),
        var=var,
        loss_kw=np.concatenate([problem.loss_kw_per_m * length, zero]),
        loss_frac=share,
        cap_kw=np.concatenate([np.full(len(usable), np.inf), [nodes[i].max_kw for i in producers]]),
        demand=np.where(consumer, [n.peak_kw for n in nodes] + [0.0], 0.0),
        prize=np.where(consumer, [n.prize_per_a for n in nodes] + [0.0], 0.0),
        consumer=consumer,
        must=must,
        producers=producers,
        kw_cost=_kw_cost(root + 1, u, v, var + share * float(own_cost.min())),
        forced=forced,
        edge_of=np.concatenate([np.array(usable, dtype=np.int64), np.full(p, -1)]),
    )
    _check_reach(graph, nodes)
    return graph


def _check(nodes: Sequence[RouteNode], edges: Sequence[RouteEdge], problem: RoutingProblem) -> None:
    faults: list[Finding] = []
    ids = [n.id for n in nodes]
    known = set(ids)
    for what, names in (("node", ids), ("edge", [e.id for e in edges])):
        twice = sorted({name for name in names if names.count(name) > 1}) if len(set(names)) < len(names) else []
        faults += [Finding("E430", f"{what} id occurs twice", field=f"{what}s.{name}") for name in twice]
    faults += _bad_numbers(
        "problem",
        fixed_cost_per_m_a=problem.fixed_cost_per_m_a,
        cost_per_m_kw_a=problem.cost_per_m_kw_a,
        loss_kw_per_m=problem.loss_kw_per_m,
        loss_frac_per_m=problem.loss_frac_per_m,
        gap_target_frac=problem.gap_target_frac,
    )
    for e in edges:
        faults += [
            Finding("E431", f"edge {e.id} ends at an unknown node", field=f"edges.{e.id}", got=end)
            for end in (e.from_node, e.to_node)
            if end not in known
        ]
        faults += _bad_numbers(f"edges.{e.id}", length_m=e.length_m, fixed_cost_per_m_a=e.fixed_cost_per_m_a or 0.0)
        if problem.loss_frac_per_m * e.length_m >= 0.5:
            hint = "check the unit of length_m or loss_frac_per_m"
            faults.append(Finding("E432", "an edge would lose half of its heat", field=f"edges.{e.id}", hint=hint))
    for n in nodes:
        faults += _bad_numbers(f"nodes.{n.id}", peak_kw=n.peak_kw, cost_per_kw_a=n.cost_per_kw_a)
        if not np.isfinite(n.prize_per_a):
            faults.append(Finding("E432", "prize must be a number", field=f"nodes.{n.id}", got=str(n.prize_per_a)))
    if not any(n.kind == "producer" for n in nodes):
        faults.append(Finding("E433", "no producer", field="nodes", hint="give at least one node of kind producer"))
    if faults:
        raise DataError.of(faults)


def _bad_numbers(where: str, **values: float) -> list[Finding]:
    return [
        Finding("E432", f"{name} must be a finite number, 0 or more", field=where, got=str(value), allowed=">= 0")
        for name, value in values.items()
        if not (np.isfinite(value) and value >= 0)
    ]


def _check_reach(graph: RouteGraph, nodes: Sequence[RouteNode]) -> None:
    lost = np.flatnonzero(graph.must & ~np.isfinite(graph.kw_cost))
    if len(lost):
        names = ", ".join(nodes[i].id for i in lost[:10]) + (" ..." if len(lost) > 10 else "")
        f = Finding(
            "E434",
            "consumers cannot be reached from any producer",
            field="nodes",
            got=names,
            hint="add the missing edges, or make their connection optional",
        )
        raise DataError.of([f])


def _kw_cost(n: int, u: IntArray, v: IntArray, weight: Array) -> Array:
    """Return a lower bound of the cost of one kW at every node: shortest path from the root over variable costs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    tiny = 1e-12 * max(float(weight.max(initial=0.0)), 1e-6)
    a, b = np.minimum(u, v), np.maximum(u, v)
    order = np.lexsort((weight, b, a))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (a[order][1:] != a[order][:-1]) | (b[order][1:] != b[order][:-1])
    keep = order[first]
    matrix = coo_array((weight[keep] + tiny, (a[keep], b[keep])), shape=(n, n)).tocsr()
    distance = dijkstra(matrix, directed=False, indices=n - 1)
    return np.asarray(np.where(distance > 1e3 * tiny * n, distance - tiny * n, 0.0))  # what is left of zero is zero


def tree_cost(graph: RouteGraph, edges: IntArray) -> TreeCost:
    """Return the true cost of a tree from the root, losses included.

    Raises
    ------
    ValueError
        When the edges are not a tree from the root.
    """
    forest = build_forest(graph.n_nodes, graph.u[edges], graph.v[edges], np.array([graph.root]))
    used = edges[forest.order]
    connected = np.zeros(graph.n_nodes, dtype=bool)
    connected[forest.end] = True
    connected &= graph.consumer
    at_node = np.where(connected, graph.demand, 0.0)
    inflow = np.zeros(len(used))
    loss, share = graph.loss_kw[used], graph.loss_frac[used]
    for level in reversed(forest.levels()):
        inflow[level] = (at_node[forest.end[level]] + loss[level]) / (1.0 - share[level])
        np.add.at(at_node, forest.start[level], inflow[level])
    cost = float((graph.fix[used] + graph.var[used] * inflow).sum()) - float(graph.prize[connected].sum())
    if (inflow > graph.cap_kw[used] * (1.0 + 1e-9)).any() or (graph.must & ~connected).any():
        cost = np.inf
    if graph.forced.any() and graph.forced[used].sum() != graph.forced.sum():
        cost = np.inf
    return TreeCost(cost, forest, used, inflow, connected)


def trivial_bound(graph: RouteGraph) -> float:
    """Return a lower bound that needs no solver: cheapest supply of every consumer and the farthest shortest trench.

    Each consumer that must be served pays at least ``demand·λ - prize``; an optional one at least that or nothing;
    and the trenches at least the shortest way, by fixed cost, to the farthest consumer that must be served.
    """
    reach = graph.consumer & np.isfinite(graph.kw_cost)
    own = np.where(reach, graph.demand * np.where(reach, graph.kw_cost, 0.0) - graph.prize, 0.0)
    served = float(own[graph.must].sum()) + float(np.minimum(own[reach & ~graph.must], 0.0).sum())
    if not graph.must.any():
        return served
    return served + float(_kw_cost(graph.n_nodes, graph.u, graph.v, graph.fix)[graph.must].max())
