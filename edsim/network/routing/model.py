"""The routing as a mixed-integer program in plain arrays: directed design, lossless flow, strengthened.

Columns: y (arc built), P (flow, scaled), z (optional consumer served). Rows: flow balance; ``P ≤ M·y``; one trench
into a node at most, one exactly into a consumer that must be served; no trench out of a node without one into it;
directed cuts.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.lp.matrix import CompiledLP
from edsim.network.routing.blocks import ArcLimits, Block, arc_limits
from edsim.network.routing.graph import RouteGraph, TreeCost
from edsim.network.tree import Forest

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
_ROUNDING_FRAC = 1e-11
"""Costs below this share of the largest are what rounding left of zero."""


@dataclass(frozen=True, slots=True)
class Cut:
    """``sum of y over arcs ≥ sum of y over into``: a node is entered only across the cut."""

    arcs: IntArray
    into: IntArray

    def row(self) -> tuple[IntArray, Array]:
        """Return columns and coefficients; an arc of both sides has none."""
        less, more = np.setdiff1d(self.into, self.arcs), np.setdiff1d(self.arcs, self.into)
        return np.concatenate([more, less]), np.concatenate([np.ones(len(more)), -np.ones(len(less))])

    def slack(self, y: Array) -> float:
        """Return by how much a design more than keeps the row."""
        return float(y[self.arcs].sum() - y[self.into].sum())


@dataclass(frozen=True, slots=True)
class RouteModel:
    """Arcs in the model and the fixed part of the program.

    Attributes
    ----------
    graph
        The problem.
    arc, tail, head, edge : (a,)
        Number of the arc in the graph (2e), its nodes and its edge.
    fix, kw : (a,)
        Surrogate costs.
    open_loss_kw, open_loss_price : (a,)
        Losses not counted as demand, and what `fix` holds for them.
    max_flow : (a,)
        Scaled flow limit.
    demand : (n,)
        Scaled flow of each consumer, with the loss of a service line that serves it alone.
    constant : (n,)
        Scaled flow due at each node in any case: consumers that must be served and losses of trenches that are sure.
    unit_kw
        One unit of flow.
    optional : (o,)
        Consumers with a z column.
    sure : (a,)
        Arcs fixed to built.
    blocks
        Parts of the graph with more than one edge.
    """

    graph: RouteGraph
    arc: IntArray
    tail: IntArray
    head: IntArray
    edge: IntArray
    fix: Array
    kw: Array
    open_loss_kw: Array
    open_loss_price: Array
    max_flow: Array
    demand: Array
    constant: Array
    unit_kw: float
    optional: IntArray
    sure: NDArray[np.bool_]
    blocks: tuple[Block, ...]

    @property
    def n_arcs(self) -> int:
        """Number of arcs."""
        return len(self.arc)

    @property
    def is_free(self) -> bool:
        """True when neither arcs nor flow cost anything and no optional consumer earns anything."""
        return not (self.fix.any() or self.kw.any() or self.graph.prize[self.optional].any())

    @property
    def offset(self) -> float:
        """Constant of the objective: prizes of consumers that must be served."""
        return -float(self.graph.prize[self.graph.must].sum())


def build_model(graph: RouteGraph) -> RouteModel:
    """Return the arcs that matter with tight flow limits.

    The loss of a trench that is sure, or that serves one consumer alone, is known with the consumers; it is counted as
    demand at the trench's end, so that it pays the real way there. Other losses pay the cheapest way (see route_graph).
    """
    _, cost_kw = graph.arc_cost()
    pure = not (cost_kw > 0.0).any() and not np.isfinite(graph.cap_kw).any()
    reachable = graph.consumer & np.isfinite(graph.kw_cost)
    demand = np.where(reachable, 1.0 if pure else graph.demand, 0.0)
    first = arc_limits(graph, demand)
    arc, known = np.flatnonzero(first.usable), _known_losses(graph, first)
    ends_u, ends_v = np.concatenate([graph.u, graph.v]), np.concatenate([graph.v, graph.u])
    loss = np.tile(graph.loss_kw, 2)
    own_loss, sure_loss = np.zeros(graph.n_nodes), np.zeros(graph.n_nodes)
    alone = known & ~first.sure
    np.add.at(own_loss, ends_v[alone], loss[alone])
    np.add.at(sure_loss, ends_v[known & first.sure], loss[known & first.sure])
    share, lam = np.tile(graph.loss_frac, 2), np.where(np.isfinite(graph.kw_cost), graph.kw_cost, 0.0)[ends_u]
    priced = loss / (1.0 - share) * (np.tile(graph.var, 2) + lam)
    limits = arc_limits(graph, demand + own_loss + sure_loss)
    unit = max(float(demand.sum()) / 10.0, 1e-9)
    optional = np.flatnonzero(reachable & limits.reachable & ~graph.must)
    return RouteModel(
        graph=graph,
        arc=arc,
        tail=ends_u[arc],
        head=ends_v[arc],
        edge=arc % graph.n_edges,
        fix=(np.tile(graph.fix, 2) + np.where(known, 0.0, priced))[arc],
        kw=cost_kw[arc],
        open_loss_kw=np.where(known, 0.0, loss)[arc],
        open_loss_price=np.where(known, 0.0, priced)[arc],
        max_flow=limits.max_kw[arc] / unit,
        demand=(demand + own_loss) / unit,
        constant=(np.where(graph.must, demand, 0.0) + sure_loss) / unit,
        unit_kw=unit,
        optional=optional,
        sure=limits.sure[arc],
        blocks=limits.blocks,
    )


def _known_losses(graph: RouteGraph, limits: ArcLimits) -> BoolArray:
    """Return the arcs (2e,) that are sure, or whose end is an optional consumer with no other trench."""
    degree = np.bincount(graph.u, minlength=graph.n_nodes) + np.bincount(graph.v, minlength=graph.n_nodes)
    head = np.concatenate([graph.v, graph.u])
    alone = graph.consumer[head] & ~graph.must[head] & (degree[head] == 1)
    return np.asarray(limits.usable & (limits.sure | alone))


def with_kw_cost(model: RouteModel, allowed: BoolArray) -> RouteModel:
    """Return the model with the cheapest cost of a kW taken over the allowed arcs only.

    Valid for every tree made of allowed arcs, hence for every tree that can still beat the best one.

    Parameters
    ----------
    model
        Arcs and costs.
    allowed : (a,)
        Arcs that are not ruled out.
    """
    from dataclasses import replace

    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import dijkstra

    graph = model.graph
    weight = graph.var + graph.loss_frac * float(graph.var[graph.edge_of < 0].min())
    tiny = 1e-12 * max(float(weight.max(initial=0.0)), 1e-6)
    tail, head, cost = model.tail[allowed], model.head[allowed], weight[model.edge[allowed]] + tiny
    order = np.lexsort((cost, head, tail))
    first = np.ones(len(order), dtype=bool)
    first[1:] = (tail[order][1:] != tail[order][:-1]) | (head[order][1:] != head[order][:-1])
    keep = order[first]
    n = graph.n_nodes
    matrix = coo_array((cost[keep], (tail[keep], head[keep])), shape=(n, n)).tocsr()
    distance = np.maximum(dijkstra(matrix, indices=graph.root) - tiny * n, 0.0)
    better = build_model(replace(graph, kw_cost=np.where(np.isfinite(distance), distance, graph.kw_cost)))
    return better if len(better.arc) == len(model.arc) and len(better.optional) == len(model.optional) else model


def compile_program(model: RouteModel, cuts: Sequence[Cut], upper: Array, lower: Array, *, integer: bool) -> CompiledLP:
    """Return the program with cuts.

    Parameters
    ----------
    model
        Arcs, costs and demand.
    cuts
        Added rows.
    upper, lower : (a,)
        Bounds of y (from fixing by reduced cost).
    integer
        False for the linear relaxation.
    """
    from scipy.sparse import coo_array

    a, o = model.n_arcs, len(model.optional)
    z_column = {int(n): 2 * a + k for k, n in enumerate(model.optional.tolist())}
    rows: list[IntArray] = []
    cols: list[IntArray] = []
    data: list[Array] = []
    low: list[Array] = []
    high: list[Array] = []
    count = 0

    def add(r: IntArray, c: IntArray, x: Array, bounds: tuple[Array, Array]) -> None:
        nonlocal count
        rows.append(r + count)
        cols.append(c)
        data.append(x)
        low.append(bounds[0])
        high.append(bounds[1])
        count += len(bounds[0])

    for block in (_balance(model, z_column), _capacity(model), _indegree(model, z_column), _through(model)):
        add(*block)
    if model.graph.forced.any():
        add(*_forced(model))
    if cuts:
        add(*_cut_rows(cuts))
    matrix = coo_array(
        (np.concatenate(data), (np.concatenate(rows), np.concatenate(cols))), shape=(count, 2 * a + o)
    ).tocsr()
    matrix.sum_duplicates()
    matrix.eliminate_zeros()
    cost = np.concatenate([model.fix, model.kw * model.unit_kw, -model.graph.prize[model.optional]])
    cost[(cost > 0.0) & (cost < _ROUNDING_FRAC * np.abs(cost).max(initial=0.0))] = 0.0  # keeps the bound a bound
    return CompiledLP.from_arrays(
        (matrix.indptr, matrix.indices, matrix.data),
        (np.concatenate(low), np.concatenate(high)),
        (np.concatenate([lower, np.zeros(a + o)]), np.concatenate([upper, model.max_flow, np.ones(o)])),
        cost,
        np.concatenate([np.full(a, int(integer)), np.zeros(a), np.full(o, int(integer))]),
        model.offset,
    )


Rows = tuple[IntArray, IntArray, Array, tuple[Array, Array]]


def _balance(model: RouteModel, z_column: dict[int, int]) -> Rows:
    a, root = model.n_arcs, model.graph.root
    number = np.arange(a) + a
    into, out = model.head != root, model.tail != root
    served = model.constant[:root]
    optional = model.optional
    return (
        np.concatenate([model.head[into], model.tail[out], optional]),
        np.concatenate([number[into], number[out], np.array([z_column[int(n)] for n in optional], dtype=np.int64)]),
        np.concatenate([np.ones(into.sum()), -np.ones(out.sum()), -model.demand[optional]]),
        (served, served),
    )


def _capacity(model: RouteModel) -> Rows:
    a = model.n_arcs
    k = np.arange(a)
    return (
        np.concatenate([k, k]),
        np.concatenate([k + a, k]),
        np.concatenate([np.ones(a), -model.max_flow]),
        (np.full(a, -np.inf), np.zeros(a)),
    )


def _indegree(model: RouteModel, z_column: dict[int, int]) -> Rows:
    """Return rows ``sum in ≤ 1`` (= 1 where service is due) and ``sum in = z``: to pass a consumer is to serve it."""
    root, a = model.graph.root, model.n_arcs
    into = np.flatnonzero(model.head != root)
    due = model.graph.must[:root].astype(float)
    optional = model.optional
    place = np.full(root + 1, -1)
    place[optional] = np.arange(len(optional))
    at = into[place[model.head[into]] >= 0]
    return (
        (
            np.concatenate([model.head[into], root + place[model.head[at]], root + np.arange(len(optional))]),
            np.concatenate([into, at, np.array([z_column[int(n)] for n in optional], dtype=np.int64)]),
            np.concatenate([np.ones(len(into) + len(at)), -np.ones(len(optional))]),
            (
                np.concatenate([due, np.zeros(len(optional))]),
                np.concatenate([np.ones(root), np.zeros(len(optional))]),
            ),
        )
        if a
        else (np.zeros(0, np.int64), np.zeros(0, np.int64), np.zeros(0), (due * 0.0, np.ones(root)))
    )


def _through(model: RouteModel) -> Rows:
    """Return rows ``y(u→v) ≤ sum of y into u, the way back excepted``."""
    root = model.graph.root
    into: dict[int, list[int]] = {}
    for k, node in enumerate(model.head.tolist()):
        into.setdefault(node, []).append(k)
    r: list[int] = []
    c: list[int] = []
    x: list[float] = []
    count = 0
    for k, (tail, head) in enumerate(zip(model.tail.tolist(), model.head.tolist(), strict=True)):
        if tail == root:
            continue
        feeders = [w for w in into.get(tail, ()) if int(model.tail[w]) != head]
        r += [count] * (len(feeders) + 1)
        c += [k, *feeders]
        x += [1.0] + [-1.0] * len(feeders)
        count += 1
    return (
        np.array(r, dtype=np.int64),
        np.array(c, dtype=np.int64),
        np.array(x),
        (np.full(count, -np.inf), np.zeros(count)),
    )


def _forced(model: RouteModel) -> Rows:
    """Return rows ``y(u→v) + y(v→u) ≥ 1`` of forced trenches."""
    edges = np.flatnonzero(model.graph.forced)
    arcs = np.flatnonzero(model.graph.forced[model.edge])
    row = np.searchsorted(edges, model.edge[arcs])
    return row, arcs, np.ones(len(arcs)), (np.ones(len(edges)), np.full(len(edges), np.inf))


def _cut_rows(cuts: Sequence[Cut]) -> Rows:
    c, x = zip(*(cut.row() for cut in cuts), strict=True)
    r = np.repeat(np.arange(len(cuts)), [len(columns) for columns in c])
    return r, np.concatenate(c), np.concatenate(x), (np.zeros(len(cuts)), np.full(len(cuts), np.inf))


def point_of(model: RouteModel, tree: TreeCost) -> Array:
    """Return the column values of a tree (its lossless flows), for the solver's start.

    Raises
    ------
    ValueError
        When the tree uses an arc the model has ruled out.
    """
    place = np.full(2 * model.graph.n_edges, -1)
    place[model.arc] = np.arange(model.n_arcs)
    arcs = place[_arcs_of(model.graph, tree.forest, tree.edges)]
    if (arcs < 0).any():
        raise ValueError("the tree uses an arc outside the model")
    x = np.zeros(2 * model.n_arcs + len(model.optional))
    x[arcs] = 1.0
    taken = model.constant.copy()
    served = model.optional[tree.connected[model.optional]]
    taken[served] += model.demand[served]
    x[model.n_arcs + arcs] = tree.forest.collect(taken)
    x[2 * model.n_arcs :] = tree.connected[model.optional]
    return x


def _arcs_of(graph: RouteGraph, forest: Forest, edges: IntArray) -> IntArray:
    return np.where(graph.u[edges] == forest.start, edges, edges + graph.n_edges)


def surrogate_cost(model: RouteModel, tree: TreeCost) -> float:
    """Return the lossless surrogate cost of a tree of the model; never above its true cost."""
    x = point_of(model, tree)
    a = model.n_arcs
    flow = model.kw * model.unit_kw
    return (
        float(model.fix @ x[:a] + flow @ x[a : 2 * a] - model.graph.prize[model.optional] @ x[2 * a :]) + model.offset
    )
