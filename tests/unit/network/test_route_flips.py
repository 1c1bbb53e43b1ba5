"""The search of plain Steiner trees by their junctions."""

import time

import numpy as np
import pytest

from edsim.network import RouteEdge, RouteNode, RoutingProblem
from edsim.network.routing.flips import flip_junctions
from edsim.network.routing.graph import build_graph
from edsim.network.routing.heuristic import first_tree


def wheel():
    """Return four terminals on a ring of trenches of 10 and a hub 6 from each."""
    nodes = [RouteNode("t0", "producer"), *(RouteNode(f"t{k}", "consumer") for k in (1, 2, 3)), RouteNode("hub")]
    rim = [RouteEdge(f"r{k}", f"t{k}", f"t{(k + 1) % 4}", 10.0) for k in range(4)]
    return nodes, [*rim, *(RouteEdge(f"h{k}", f"t{k}", "hub", 6.0) for k in range(4))]


def grid(side, length):
    """Return the places of a square grid and the trenches between neighbors, each as long as `length` says."""
    ids = [(i, j) for i in range(side) for j in range(side)]
    ways = [(a, b) for a in ids for b in ((a[0] + 1, a[1]), (a[0], a[1] + 1)) if b in ids]
    return ids, [RouteEdge(f"{a}{b}", str(a), str(b), length()) for a, b in ways]


def test_a_junction_that_saves_is_put_in():
    """Proves: three sides of the ring (30) give way to four spokes (24), which no exchange of one path finds."""
    graph = build_graph(*wheel(), RoutingProblem())
    rim = np.array([0, 1, 2, 8])
    tree = flip_junctions(graph, rim, np.array([1, 2, 3]), np.inf, np.random.default_rng(0))
    assert sorted(tree.tolist()) == [4, 5, 6, 7, 8]


@pytest.mark.parametrize("seed", range(4))
def test_the_tree_stays_a_tree_and_never_costs_more(seed):
    """Proves: on random grids what comes back joins all terminals without a ring. If ignored: loops, lost buildings."""
    rng = np.random.default_rng(seed)
    ids, edges = grid(7, lambda: float(rng.integers(1, 4)))
    terminals = rng.choice(np.arange(1, 49), 9, replace=False)
    nodes = [
        RouteNode(str(n), "producer" if k == 0 else "consumer" if k in terminals else "junction")
        for k, n in enumerate(ids)
    ]
    graph = build_graph(nodes, edges, RoutingProblem())
    start = first_tree(graph, terminals)
    tree = flip_junctions(graph, start, terminals, time.process_time() + 0.3, rng)
    assert graph.fix[tree].sum() <= graph.fix[start].sum()
    touched = set(graph.u[tree].tolist()) | set(graph.v[tree].tolist())
    assert len(touched) == len(tree) + 1
    assert touched >= set(terminals.tolist())
