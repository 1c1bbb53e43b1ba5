"""The search of trees by exchanges of paths."""

import numpy as np
import pytest

from edsim.network import RouteNode, RoutingProblem
from edsim.network.routing.exchange import exchange
from edsim.network.routing.graph import build_graph, tree_cost
from edsim.network.routing.heuristic import first_tree
from tests.unit.network.test_route_flips import grid


def cost_of(graph, edges):
    """Return the cost of a tree, infinite where the edges are none."""
    try:
        return tree_cost(graph, np.array(sorted(edges))).cost
    except ValueError:
        return np.inf


@pytest.mark.parametrize("seed", range(4))
def test_no_single_exchange_is_left_that_pays(seed):
    """Proves: where flows cost, no trench put in for one taken out lowers the cost. If ignored: gains are misjudged."""
    rng = np.random.default_rng(seed)
    ids, edges = grid(4, lambda: float(rng.uniform(20.0, 80.0)))
    peaks = rng.uniform(5.0, 60.0, 16)
    nodes = [RouteNode(str(ids[0]), "producer")]
    nodes += [RouteNode(str(n), "consumer", peak_kw=q) for n, q in zip(ids[1:], peaks[1:], strict=True)]
    graph = build_graph(nodes, edges, RoutingProblem(1.0, 0.02))
    tree = set(exchange(graph, first_tree(graph, np.arange(1, 16)), np.inf).tolist())
    swaps = [tree - {out} | {new} for new in set(range(len(edges))) - tree for out in tree if out < len(edges)]
    assert cost_of(graph, tree) <= min(cost_of(graph, swap) for swap in swaps) * (1.0 + 1e-9)
