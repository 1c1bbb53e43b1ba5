"""Whom to connect and where to lay: the public routing with a proven gap.

Heuristic tree → linear relaxation with directed cuts (bound, and weights for better trees) → mixed-integer program
on what the reduced costs leave, started from the best tree. Every tree is costed here, outside the solver; the bound
of the relaxation is recomputed from its multipliers. A bound the solver claims above a known tree is refused.
"""

import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding, InfeasibleError
from edsim.lp.highs import HighsSession
from edsim.lp.options import SolverOptions
from edsim.network.routing.branching import prove
from edsim.network.routing.cuts import Relaxation, tighten, violated_cuts
from edsim.network.routing.flips import flip_junctions
from edsim.network.routing.graph import RouteGraph, TreeCost, build_graph, tree_cost, trivial_bound
from edsim.network.routing.heuristic import edge_weights, first_tree, local_search, polish, prune
from edsim.network.routing.losses import loss_point, with_loss_flow
from edsim.network.routing.model import (
    Cut,
    RouteModel,
    build_model,
    compile_program,
    point_of,
    surrogate_cost,
    with_kw_cost,
)
from edsim.network.routing.types import Route, RouteEdge, RouteNode, RouteStatus, RoutingProblem
from edsim.network.rows import read_rows

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_STEINER = RoutingProblem()
_ROUNDING_FRAC = 1e-9
_LEAST_SHARE = 0.02
"""Share of the gap asked for that the mixed-integer program is solved to at the closest."""


def route(nodes: Sequence[RouteNode], edges: Sequence[RouteEdge], problem: RoutingProblem = _STEINER) -> Route:
    """Return the cheapest tree (or forest) found that joins consumers to producers, with a proven lower bound.

    Parameters
    ----------
    nodes, edges
        Candidate graph; edges work in both directions. Mappings of their fields (rows of JSON) will do.
    problem
        Costs, losses, rules and limits; by default the shortest tree, a cost of 1 per meter.

    Raises
    ------
    DataError
        E430–E434, see :func:`edsim.network.routing.graph.build_graph`.
    InfeasibleError
        E435 when no tree keeps the producers' capacities.
    """
    start, begun = time.process_time(), time.perf_counter()
    nodes, edges = read_rows(RouteNode, nodes, "nodes", "E432"), read_rows(RouteEdge, edges, "edges", "E432")
    problems = read_rows(RoutingProblem, problem, "problem", "E432")
    if len(problems) != 1:
        raise DataError.of([Finding("E432", "one problem is wanted", field="problem", got=str(len(problems)))])
    problem = problems[0]
    graph = build_graph(nodes, edges, problem)
    search = _Search(graph, problem, start + problem.time_limit_s, np.random.default_rng(problem.seed))
    search.run()
    if search.best is None or not np.isfinite(search.best.cost):
        hint = "raise the producers' max_kw or make connections optional"
        f = Finding("E435", "no tree serves the consumers within the producers' capacities", field="nodes", hint=hint)
        raise InfeasibleError(f.text(), [f])
    outcome = _Outcome(search.best, search.bound, search.method, time.perf_counter() - begun, tuple(search.notes))
    return _answer(nodes, edges, graph, problem, outcome)


@dataclass(slots=True)
class _Search:
    """The best tree and bound so far, improved step by step."""

    graph: RouteGraph
    problem: RoutingProblem
    deadline: float
    rng: np.random.Generator
    best: TreeCost | None = None
    bound: float = -np.inf
    method: str = "heuristic"
    notes: list[Finding] = field(default_factory=list)

    def run(self) -> None:
        """Improve tree and bound until the gap target, the end of the method or the time limit."""
        wanted = np.flatnonzero(self.graph.consumer & np.isfinite(self.graph.kw_cost))
        self.offer(np.zeros(0, dtype=np.int64), "heuristic")
        if len(wanted) == 0 and not self.graph.forced.any():
            self.bound = self.best.cost if self.best else -np.inf
            return
        self.bound = trivial_bound(self.graph)
        self.offer(first_tree(self.graph, wanted), "heuristic")
        if self.best is not None:
            self.offer(local_search(self.graph, self.best.edges, wanted, self.until(0.1), self.rng), "heuristic")
            self.grow(wanted, self.until(0.05))
            self._flip(wanted, self.until(0.15))
        model = build_model(self.graph)
        if model.n_arcs == 0 and self.best is not None:
            self.bound = self.best.cost  # nothing is worth building
            return
        if model.is_free:
            self.bound = max(self.bound, model.offset)  # whatever is built costs nothing: no tree goes below
            return
        guide = _Guide(self, model, wanted)
        relaxed = tighten(model, self._missing, guide.improve, self.until(0.7))
        if relaxed is not None:
            self.bound = max(self.bound, relaxed.bound)
            guide.improve(relaxed.y, relaxed.z, thorough=True)
            self._flip(wanted, self.until(0.6))
        if relaxed is not None and not self._good_enough(self.bound):
            self._solve_exactly(model, relaxed)
        if not self._good_enough(self.bound):
            self._branch(model, relaxed)

    def _flip(self, wanted: IntArray, deadline: float) -> None:
        """Search around the best tree by junctions and paths in turn, where nothing but building costs."""
        _, cost_kw = self.graph.arc_cost()
        if bool((self.graph.demand[wanted] * cost_kw.max(initial=0.0)).any()) or not bool(
            self.graph.must[wanted].all()
        ):
            return
        while self.best is not None and not self.graph.forced.any() and not self._good_enough(self.bound):
            before = self.best.cost
            tree = flip_junctions(self.graph, self.best.edges, wanted, deadline, self.rng)
            self.offer(polish(self.graph, tree, deadline), "heuristic")
            if time.process_time() > deadline or self.best.cost >= before * (1.0 - 1e-9):
                return

    def grow(self, wanted: IntArray, deadline: float) -> None:
        """Lead the best tree on to all consumers, keep what pays, polish, and again, while that helps."""
        if self.best is None or bool(self.graph.must[wanted].all()):
            return
        base = edge_weights(self.graph, float(self.graph.demand[wanted].mean()))
        before = np.inf
        while self.best.cost < before - 1e-9 * max(abs(self.best.cost), 1.0) and time.process_time() < deadline:
            before, weight = self.best.cost, base.copy()
            weight[self.best.edges] = 0.0
            self.offer(polish(self.graph, first_tree(self.graph, wanted, weight), deadline), "heuristic")

    def until(self, share: float) -> float:
        now = time.process_time()
        return now + share * max(self.deadline - now, 0.0)

    def _missing(self, bound: float) -> float:
        """Return how much a bound lacks to the gap target."""
        if self.best is None:
            return np.inf
        allowed = max(self.problem.gap_target_frac * abs(self.best.cost), negligible(self.graph))
        return max(self.best.cost - bound - allowed, 0.0)

    def _good_enough(self, bound: float) -> bool:
        return self._missing(bound) <= 0.0

    def offer(self, edges: IntArray, method: str) -> None:
        """Keep a tree when its true cost is the lowest so far."""
        tree = tree_cost(self.graph, edges)
        if np.isfinite(tree.cost) and (self.best is None or tree.cost < self.best.cost):
            self.best, self.method = tree, method

    def _solve_exactly(self, model: RouteModel, relaxed: Relaxation) -> None:
        """Solve the mixed-integer program with cuts; add connectivity cuts until its trees hang together."""
        upper, lower = self._fixed(model, relaxed)
        model = with_kw_cost(model, upper > 0.5)
        lossy = self._losses_matter(model)
        cuts: list[Cut] = list(relaxed.cuts)
        narrowed, share = False, 0.9
        for _ in range(20):
            left = self.deadline - time.process_time()
            if left <= 0.5 or share < _LEAST_SHARE:
                return
            program = compile_program(model, cuts, upper, lower, integer=True)
            if lossy:
                program = with_loss_flow(model, program)
            constant = abs(self.best.cost - model.offset) if self.best else 1.0
            gap = self.problem.gap_target_frac * (abs(self.best.cost) / max(constant, 1e-9) if self.best else 1.0)
            close = float(np.clip(share * gap, 1e-9, 0.5))
            session = HighsSession(program, SolverOptions(time_limit_s=left, mip_gap_frac=close))
            start = self._start(model, lossy=lossy)
            if start is not None:
                session.set_solution(start)
            result = session.solve()
            if result.bound is not None and not narrowed:
                self._claim(result.bound, relaxed.bound)
            if result.x is None:
                return
            y = np.round(result.x[: model.n_arcs])
            edges = self._tree_of(model, y)
            self.offer(edges, "milp")
            loose = violated_cuts(model, y)
            if self._good_enough(self.bound):
                return
            over = self._over_capacity(edges)
            if not loose and not over.any():
                share /= 3.0  # part of the gap asked for went into losses the program does not see
            cuts += loose
            if over.any():
                model, narrowed = self._narrowed(model, over), True

    def _branch(self, model: RouteModel, relaxed: Relaxation | None) -> None:
        """Prove the best tree of a small graph by following every other, where losses or capacities leave a gap."""
        open_arcs = np.ones(model.n_arcs) if relaxed is None else self._fixed(model, relaxed)[0]
        allowed = np.zeros(2 * self.graph.n_edges, dtype=bool)
        allowed[model.arc] = open_arcs > 0.5

        known = self.best.cost if self.best is not None else np.inf
        slack = 0.5 * self.problem.gap_target_frac * abs(known) if self.best is not None else 0.0
        bound, tree = prove(self.graph, allowed, known, slack, self.deadline)
        if tree is not None:
            self.offer(tree, "branching")
        self.bound = max(self.bound, bound)

    def _start(self, model: RouteModel, *, lossy: bool) -> Array | None:
        """Return the best tree as the solver's start, None without one the model holds."""
        if self.best is None:
            return None
        try:
            return loss_point(model, self.best) if lossy else point_of(model, self.best)
        except ValueError:  # the tree has an arc that no best tree needs
            return None

    def _over_capacity(self, edges: IntArray) -> Array:
        """Return by which factor a tree exceeds the capacity of each of its edges with losses, 0 where it does not."""
        tree = tree_cost(self.graph, edges)
        over = np.zeros(self.graph.n_edges)
        ratio = tree.inflow_kw / self.graph.cap_kw[tree.edges]
        over[tree.edges] = np.where(ratio > 1.0 + 1e-9, ratio, 0.0)
        return over

    @staticmethod
    def _narrowed(model: RouteModel, over: Array) -> RouteModel:
        """Return the model with capacities lowered by what losses took: it finds trees, its bound proves nothing."""
        factor = np.where(over > 0.0, 1.0 / np.maximum(over, 1.0), 1.0)[model.edge]
        return replace(model, max_flow=np.where(factor < 1.0, model.max_flow * factor * (1.0 - 1e-6), model.max_flow))

    def _losses_matter(self, model: RouteModel) -> bool:
        """Return whether the surrogate undervalues the best tree's losses by a good part of the gap asked for."""
        if self.best is None or not model.open_loss_kw.any():
            return False
        start = self._start(model, lossy=False)
        if start is None:
            return True
        hidden = self.best.cost - surrogate_cost(model, self.best)
        return hidden > 0.5 * self.problem.gap_target_frac * abs(self.best.cost)

    def _fixed(self, model: RouteModel, relaxed: Relaxation) -> tuple[Array, Array]:
        """Return bounds of y after fixing what reduced costs rule out of any better tree."""
        upper, lower = np.ones(model.n_arcs), model.sure.astype(float)
        if self.best is None:
            return upper, lower
        room = self.best.cost - relaxed.bound + 1e-6 * abs(self.best.cost)
        upper[(relaxed.reduced_cost > room) & (lower < 0.5)] = 0.0
        start = self._start(model, lossy=False)
        if start is not None:
            upper[np.round(start[: model.n_arcs]) > 0.5] = 1.0
        return upper, lower

    def _claim(self, claimed: float, proven: float) -> None:
        """Accept a solver's bound unless a known tree refutes it."""
        if self.best is None:
            self.bound = max(self.bound, claimed)
            return
        known = self.best.cost
        if claimed > known + 1e-6 * max(abs(known), 1.0):  # a lossless or lossy program never exceeds the true cost
            self.notes.append(
                Finding(
                    "W430",
                    "the solver claimed a bound above a known tree; its claim is not used",
                    got=f"{claimed:.6g}",
                    allowed=f"<= {known:.6g}",
                    hint="the bound of the linear relaxation stands",
                    severity="warning",
                )
            )
            claimed = proven
        self.bound = max(self.bound, min(claimed, self.best.cost))

    @staticmethod
    def _tree_of(model: RouteModel, y: Array) -> IntArray:
        """Return the edges of a design that hang together from the root, pruned."""
        graph = model.graph
        after: dict[int, list[int]] = {}
        for k in np.flatnonzero(y > 0.5).tolist():
            after.setdefault(int(model.tail[k]), []).append(k)
        queue, seen, edges = [graph.root], {graph.root}, []
        for node in queue:  # grows while it is walked
            for k in after.get(node, ()):
                if int(model.head[k]) not in seen:
                    seen.add(int(model.head[k]))
                    queue.append(int(model.head[k]))
                    edges.append(int(model.edge[k]))
        return prune(graph, np.array(sorted(edges), dtype=np.int64))


@dataclass(slots=True)
class _Guide:
    """Trees built on weights of the relaxation: what it builds is cheap."""

    search: _Search
    model: RouteModel
    wanted: IntArray

    def improve(self, y: Array, z: Array, *, thorough: bool = False) -> None:
        """Try trees along the relaxed design; thorough also searches around the best."""
        graph, model, search = self.model.graph, self.model, self.search
        built = np.zeros(graph.n_edges)
        np.add.at(built, model.edge, np.clip(y, 0.0, 1.0))
        mean = float(graph.demand[self.wanted].mean()) if len(self.wanted) else 0.0
        weight = edge_weights(graph, 0.0) * np.maximum(1.0 - built, 1e-3) + edge_weights(graph, mean) * 1e-3
        served = graph.must.copy()
        for threshold in (0.5, 0.05) if len(model.optional) else (0.5,):
            served[model.optional] = z > threshold
            terminals = np.flatnonzero(served)
            if len(terminals):
                tree = polish(graph, first_tree(graph, terminals, weight), search.until(0.1))
                search.offer(tree, "heuristic")
        search.grow(self.wanted, search.until(0.1))
        if thorough and search.best is not None:
            terminals = np.flatnonzero(search.best.connected)
            if len(terminals):
                tree = local_search(graph, search.best.edges, terminals, search.until(0.15), search.rng)
                search.offer(tree, "heuristic")


def negligible(graph: RouteGraph) -> float:
    """Return what rounding leaves of a cost that is a small difference of prizes and expenses.

    Where nothing pays, the best cost is 0 and the bound of the relaxation 0 but for rounding: no gap to close.
    """
    return _ROUNDING_FRAC * float(np.abs(graph.prize[graph.consumer]).sum())


@dataclass(frozen=True, slots=True)
class _Outcome:
    """The best tree and what was proven."""

    best: TreeCost
    bound: float
    method: str
    seconds: float
    findings: tuple[Finding, ...] = ()


def _answer(
    nodes: Sequence[RouteNode],
    edges: Sequence[RouteEdge],
    graph: RouteGraph,
    problem: RoutingProblem,
    outcome: _Outcome,
) -> Route:
    best = outcome.best
    missing, nothing = max(best.cost - outcome.bound, 0.0), negligible(graph)
    gap = 0.0 if missing <= nothing else missing / abs(best.cost) if abs(best.cost) > nothing else np.inf
    laid = np.flatnonzero(graph.edge_of[best.edges] >= 0)
    used = [edges[k] for k in graph.edge_of[best.edges[laid]].tolist()]
    fed = {int(best.forest.end[k]): float(best.inflow_kw[k]) for k in np.flatnonzero(graph.edge_of[best.edges] < 0)}
    status: RouteStatus = "feasible" if np.isfinite(gap) else "unbounded_gap"
    return Route(
        edge_ids=tuple(e.id for e in used),
        edge_from=tuple(nodes[i].id for i in best.forest.start[laid].tolist()),
        edge_to=tuple(nodes[i].id for i in best.forest.end[laid].tolist()),
        flow_kw=tuple(best.inflow_kw[laid].tolist()),
        connected_ids=tuple(nodes[i].id for i in np.flatnonzero(best.connected).tolist()),
        producer_kw=tuple(fed.get(i, 0.0) for i in graph.producers.tolist()),
        length_m=float(sum(e.length_m for e in used)),
        cost_per_a=best.cost,
        bound_per_a=outcome.bound,
        gap_frac=gap,
        status="optimal" if gap <= problem.gap_target_frac else status,
        method=outcome.method,
        seconds=outcome.seconds,
        findings=outcome.findings,
    )
