"""Proof for small graphs where the programs' bound stays short of the target: every tree, trench by trench.

The programs count losses at the cheapest conceivable way and know capacities without losses. Along a tree that grows
from the root everything is exact: a kW at the end of a trench costs ``c(v) = (c(u) + var)/(1 - r)``, and the trench
costs ``fix + l/(1 - r)·(var + c(u))``. So a tree that is begun costs what it holds and, for every node still due, at
least the cheapest trench into it and the cheapest supply; an optional consumer at least that or nothing. What cannot
come below the best tree is not followed.
"""

from __future__ import annotations

import heapq
import time
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.network.routing.graph import RouteGraph, tree_cost

IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]
MOST_TRENCHES = 40
"""Graphs with more trenches left to decide are not tried."""
_MOST_STEPS = 50_000
_CLOCK_EVERY = 256


@dataclass(frozen=True, slots=True)
class _Begun:
    """A tree begun: its edges, the cost of a kW at each node it reaches, edges taken or refused, and its exact cost."""

    edges: tuple[int, ...]
    kw_cost: dict[int, float]
    decided: frozenset[int]
    cost: float


def prove(
    graph: RouteGraph, allowed: BoolArray, known: float, slack: float, deadline: float
) -> tuple[float, IntArray | None]:
    """Return a lower bound of the cost of all trees of the allowed arcs, and the best tree where it beats the known.

    The bound is minus infinity where the graph is too large or the time too short.

    Parameters
    ----------
    graph
        Trenches that may be dug, with their costs.
    allowed : (2e,)
        Arcs that a better tree may use, first u→v of every edge, then v→u.
    known
        Cost of the best tree so far.
    slack
        Trees are not followed where they cannot come below the best by more than this.
    deadline
        ``time.process_time`` value to stop at.
    """
    best, found, bound = known, None, np.inf
    if int((allowed[: graph.n_edges] | allowed[graph.n_edges :]).sum()) > MOST_TRENCHES:
        return -np.inf, None
    arcs = _Arcs.of(graph, allowed)
    waiting = [_Begun((), {graph.root: 0.0}, frozenset(), 0.0)]
    for step in range(_MOST_STEPS):
        if not waiting:
            return min(bound, best), found
        if step % _CLOCK_EVERY == 0 and time.process_time() > deadline:
            break
        begun = waiting.pop()
        least = begun.cost + arcs.still_due(begun)
        following = arcs.next_arc(begun)
        if least >= best - slack:
            bound = min(bound, least)
        elif following is None:
            tree = tree_cost(graph, np.array(begun.edges, dtype=np.int64))
            if tree.cost < best:
                best, found = tree.cost, tree.edges
        else:
            edge = following[0]
            if not graph.forced[edge]:
                waiting.append(replace(begun, decided=begun.decided | {edge}))
            waiting.append(arcs.extended(begun, *following))
    return -np.inf, found


@dataclass(frozen=True, slots=True)
class _Arcs:
    """Allowed arcs as lists.

    Attributes
    ----------
    graph
        The problem.
    out : (n,)
        Edge and head of the arcs that leave each node.
    into : (n,)
        Edge and least cost of the arcs that lead to each node, the cheapest first.
    due
        Nodes every tree must reach.
    optional
        Consumers it may reach.
    least : (n,)
        Least cost of serving each node's demand, prize deducted.
    """

    graph: RouteGraph
    out: list[list[tuple[int, int]]]
    into: list[list[tuple[int, float]]]
    due: list[int]
    optional: list[int]
    least: list[float]

    @classmethod
    def of(cls, graph: RouteGraph, allowed: BoolArray) -> _Arcs:
        n, e = graph.n_nodes, graph.n_edges
        out: list[list[tuple[int, int]]] = [[] for _ in range(n)]
        tail, head = np.concatenate([graph.u, graph.v]).tolist(), np.concatenate([graph.v, graph.u]).tolist()
        for arc in np.flatnonzero(allowed).tolist():
            out[tail[arc]].append((arc % e, head[arc]))
        kw_cost = _least_kw_cost(graph, out)
        into: list[list[tuple[int, float]]] = [[] for _ in range(n)]
        for arc in np.flatnonzero(allowed).tolist():
            into[head[arc]].append((arc % e, _trench(graph, arc % e, kw_cost[tail[arc]])))
        for arcs in into:
            arcs.sort(key=lambda x: x[1])
        ends = {int(node) for k in np.flatnonzero(graph.forced) for node in (graph.u[k], graph.v[k])} - {graph.root}
        due = sorted(ends | set(np.flatnonzero(graph.must).tolist()))
        optional = [k for k in np.flatnonzero(graph.consumer).tolist() if k not in set(due) and np.isfinite(kw_cost[k])]
        least = [_served(graph, k, kw_cost[k]) for k in range(n)]
        return cls(graph, out, into, due, optional, least)

    def still_due(self, begun: _Begun) -> float:
        """Return the least that reaching and serving the other nodes adds; infinite where a due one is cut off."""
        total = 0.0
        for node in self.due:
            if node not in begun.kw_cost:
                total += self._entry(node, begun) + self.least[node]
        for node in self.optional:
            if node not in begun.kw_cost:
                total += min(self._entry(node, begun) + self.least[node], 0.0)
        return total

    def _entry(self, node: int, begun: _Begun) -> float:
        return next((cost for edge, cost in self.into[node] if edge not in begun.decided), np.inf)

    def next_arc(self, begun: _Begun) -> tuple[int, int, int] | None:
        """Return edge, tail and head of the cheapest arc from the tree to a new node, None when none is left."""
        ways = [
            (_trench(self.graph, edge, cost), edge, tail, head)
            for tail, cost in begun.kw_cost.items()
            for edge, head in self.out[tail]
            if head not in begun.kw_cost and edge not in begun.decided
        ]
        return min(ways)[1:] if ways else None

    def extended(self, begun: _Begun, edge: int, tail: int, head: int) -> _Begun:
        """Return the tree with one more arc."""
        before = begun.kw_cost[tail]
        kw_cost = _kw_cost_behind(self.graph, edge, before)
        cost = begun.cost + _trench(self.graph, edge, before) + _served(self.graph, head, kw_cost)
        return _Begun((*begun.edges, edge), begun.kw_cost | {head: kw_cost}, begun.decided | {edge}, cost)


def _trench(graph: RouteGraph, edge: int, kw_cost: float) -> float:
    """Return what a trench and its own loss cost where a kW costs `kw_cost` at its start."""
    loss = float(graph.loss_kw[edge] / (1.0 - graph.loss_frac[edge]))
    return float(graph.fix[edge]) + (loss * (float(graph.var[edge]) + kw_cost) if loss else 0.0)


def _kw_cost_behind(graph: RouteGraph, edge: int, kw_cost: float) -> float:
    return (kw_cost + float(graph.var[edge])) / (1.0 - float(graph.loss_frac[edge]))


def _served(graph: RouteGraph, node: int, kw_cost: float) -> float:
    demand = float(graph.demand[node])
    return (demand * kw_cost if demand else 0.0) - float(graph.prize[node] if graph.consumer[node] else 0.0)


def _least_kw_cost(graph: RouteGraph, out: list[list[tuple[int, int]]]) -> list[float]:
    """Return the cheapest cost of a kW at every node, losses on the way included; infinite out of reach."""
    cost = [np.inf] * graph.n_nodes
    cost[graph.root] = 0.0
    queue = [(0.0, graph.root)]
    while queue:
        here, node = heapq.heappop(queue)
        if here > cost[node]:
            continue
        for edge, head in out[node]:
            there = _kw_cost_behind(graph, edge, here)
            if there < cost[head]:
                cost[head] = there
                heapq.heappush(queue, (there, head))
    return cost
