"""The routing against every forest of small graphs: plants, capacities, losses, forced and forbidden parts, prizes."""

from itertools import combinations

import networkx as nx
import numpy as np
import pytest

from edsim.core.errors import DataError, InfeasibleError
from edsim.network import RouteEdge, RouteNode, RoutingProblem, route


def cheapest_forest(nodes, edges, problem):
    """Return the least cost over all forests whose parts hang on a producer each (infinite when none serves all)."""
    node = {n.id: n for n in nodes}
    usable = [e for e in edges if not e.forbidden]
    served_kinds = {n.id for n in nodes if n.kind == "consumer" and n.connection != "forbidden"}
    must = {i for i in served_kinds if problem.connect == "all" or node[i].connection == "must_connect"}
    best = np.inf
    for count in range(len(usable) + 1):
        for chosen in combinations(usable, count):
            if any(e.forced and e not in chosen for e in usable):
                continue
            graph = nx.MultiGraph([(e.from_node, e.to_node, {"edge": e}) for e in chosen])
            if count and not nx.is_forest(graph):
                continue
            served = served_kinds & set(graph)
            if must <= served:
                cost = sum(part_cost(graph.subgraph(c), node, served, problem) for c in nx.connected_components(graph))
                best = min(best, cost - sum(node[i].prize_per_a for i in served))
    return best


def part_cost(part, node, served, problem):
    """Return the cost of one tree, fed by the cheapest producer in it that is large enough."""

    def into(here, before):
        heat, cost = (node[here].peak_kw if here in served else 0.0), 0.0
        for there in set(part[here]) - {before}:
            e = part[here][there][0]["edge"]
            behind, below = into(there, here)
            entering = (behind + problem.loss_kw_per_m * e.length_m) / (1.0 - problem.loss_frac_per_m * e.length_m)
            fixed = problem.fixed_cost_per_m_a if e.fixed_cost_per_m_a is None else e.fixed_cost_per_m_a
            heat += entering
            cost += below + e.length_m * (fixed + problem.cost_per_m_kw_a * entering)
        return heat, cost

    best = np.inf
    for plant in (n for n in part if node[n].kind == "producer"):
        heat, cost = into(plant, None)
        if heat <= node[plant].max_kw:
            best = min(best, cost + heat * node[plant].cost_per_kw_a)
    return best


def random_problem(rng):
    """Return a graph of 4 to 6 nodes and up to 8 edges with every option the routing has."""
    n = int(rng.integers(4, 7))
    kinds = ["producer"] * int(rng.integers(1, 3))
    kinds += ["consumer"] * int(rng.integers(1, n - len(kinds) + 1))
    kinds += ["junction"] * (n - len(kinds))
    rules = ["by_problem"] * 5 + ["must_connect", "forbidden"]
    nodes = []
    for i, kind in enumerate(kinds):
        if kind == "producer":
            room = float(rng.choice([np.inf, np.inf, 60.0, 110.0]))
            nodes.append(RouteNode(f"n{i}", kind, cost_per_kw_a=float(rng.choice([0.0, 1.0, 30.0])), max_kw=room))
        elif kind == "consumer":
            peak, prize = float(rng.choice([0.0, 5.0, 50.0])), float(rng.choice([0.0, 60.0, 900.0, -20.0]))
            nodes.append(RouteNode(f"n{i}", kind, peak, prize, connection=str(rng.choice(rules))))
        else:
            nodes.append(RouteNode(f"n{i}"))
    edges = []
    for k in range(int(rng.integers(n - 1, 9))):
        a, b = (k + 1, int(rng.integers(0, k + 1))) if k < n - 1 else rng.choice(n, 2, replace=False)
        fixed = None if rng.random() < 0.8 else float(rng.choice([0.0, 4.0]))
        barred, forced = bool(rng.random() < 0.06), bool(rng.random() < 0.06)
        edges.append(
            RouteEdge(f"e{k}", f"n{a}", f"n{b}", float(rng.choice([0.0, 5.0, 12.0, 33.0])), fixed, None, barred, forced)
        )
    cost = float(rng.choice([1.0, 2.0])), float(rng.choice([0.0, 0.01]))
    losses = float(rng.choice([0.0, 0.2])), float(rng.choice([0.0, 1e-3]))
    connect = str(rng.choice(["all", "economic"]))
    return nodes, edges, RoutingProblem(*cost, *losses, connect, 1e-6, 10.0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(40))
def test_no_forest_is_cheaper(seed):
    """Proves: the tree is the best of all, its bound never above it. If ignored: pruning or capacities hide answers."""
    nodes, edges, problem = random_problem(np.random.default_rng(seed))
    best = cheapest_forest(nodes, edges, problem)
    if not np.isfinite(best):
        with pytest.raises((InfeasibleError, DataError)):
            route(nodes, edges, problem)
        return
    answer = route(nodes, edges, problem)
    assert answer.cost_per_a == pytest.approx(best, rel=1e-5, abs=1e-6)
    assert answer.bound_per_a <= best + 1e-6 * max(abs(best), 1.0)


def test_a_consumer_without_demand_still_earns_its_prize():
    """Proves: peak 0 does not make a consumer invisible, nor its prize. If ignored: bounds above the best tree."""
    nodes = [RouteNode("p", "producer", cost_per_kw_a=1.0), RouteNode("a", "consumer", 50.0, 0.0)]
    nodes.append(RouteNode("b", "consumer", 0.0, 1000.0))
    edges = [RouteEdge("pa", "p", "a", 5.0), RouteEdge("pb", "p", "b", 7.0), RouteEdge("ab", "a", "b", 9.0)]
    answer = route(nodes, edges, RoutingProblem(2.0, 0.01, connect="economic"))
    assert answer.connected_ids == ("b",)
    assert answer.bound_per_a == pytest.approx(answer.cost_per_a) == pytest.approx(14.0 - 1000.0)


def test_losses_count_against_the_capacity():
    """Proves: 60 kW of demand and 3 kW of losses do not fit a plant of 62 kW; the dearer plant takes a consumer.

    If ignored: "no tree serves the consumers", since the lossless program fills the plant to the brim.
    """
    nodes = [RouteNode("p", "producer", cost_per_kw_a=0.0, max_kw=62.0), RouteNode("q", "producer", cost_per_kw_a=9.0)]
    nodes += [RouteNode("a", "consumer", 30.0), RouteNode("b", "consumer", 30.0)]
    edges = [RouteEdge(f"{s}{t}", s, t, 15.0) for s in "pq" for t in "ab"]
    answer = route(nodes, edges, RoutingProblem(1.0, 0.0, 0.1))
    assert sorted(answer.producer_kw) == pytest.approx([31.5, 31.5])


def test_a_forced_trench_serves_the_consumers_at_its_ends():
    """Proves: an optional consumer at a forced trench is connected, and its demand counts against capacities."""
    nodes = [RouteNode("p", "producer", max_kw=10.0), RouteNode("q", "producer", cost_per_kw_a=5.0)]
    nodes += [RouteNode("j"), RouteNode("c", "consumer", 50.0)]
    edges = [
        RouteEdge("pj", "p", "j", 10.0),
        RouteEdge("jc", "j", "c", 5.0, forced=True),
        RouteEdge("qc", "q", "c", 40.0),
    ]
    answer = route(nodes, edges, RoutingProblem(connect="economic"))
    assert answer.connected_ids == ("c",)
    assert answer.producer_kw == pytest.approx((0.0, 50.0))
    assert set(answer.edge_ids) == {"qc", "jc"}


def test_a_forced_trench_behind_another_has_a_bound():
    """Proves: a forced trench without consumers is laid from the plant and priced in the bound. If ignored: no bound.

    40 m forced beyond 60 m that nobody else needs: 100 m at 10, proven.
    """
    nodes = [RouteNode("p", "producer"), *(RouteNode(name) for name in "abc")]
    edges = [RouteEdge("way", "p", "a", 60.0), RouteEdge("end", "a", "b", 40.0, forced=True)]
    edges += [RouteEdge("round", "p", "c", 100.0), RouteEdge("back", "c", "b", 100.0)]
    problem = RoutingProblem(fixed_cost_per_m_a=10.0, connect="economic")
    found = route(nodes, edges, problem)
    assert found.cost_per_a == pytest.approx(1000.0)
    assert (found.status, found.gap_frac) == ("optimal", pytest.approx(0.0, abs=1e-4))


@pytest.mark.medium
@pytest.mark.parametrize("seed", range(4))
def test_losses_and_capacities_leave_no_gap_in_a_small_graph(seed):
    """Proves: with losses of a large share and plants at their limit the least cost is proven, and is the least.

    If ignored: small networks end without a proof after a fraction of the time.
    """
    rng = np.random.default_rng(seed)
    places = rng.uniform(0, 300, (6, 2))
    nodes = [RouteNode(f"p{k}", "producer", cost_per_kw_a=float(rng.uniform(50, 200)), max_kw=150.0) for k in range(2)]
    nodes += [RouteNode(f"c{k}", "consumer", peak_kw=float(rng.uniform(20, 80))) for k in range(3)] + [RouteNode("j")]
    pairs = list(combinations(range(6), 2))
    edges = [
        RouteEdge(f"e{k}", nodes[a].id, nodes[b].id, float(np.linalg.norm(places[a] - places[b])))
        for k, (a, b) in enumerate(pairs[i] for i in rng.choice(len(pairs), 9, replace=False))
    ]
    problem = RoutingProblem(5.0, 0.05, loss_kw_per_m=0.2, loss_frac_per_m=1e-3)
    least = cheapest_forest(nodes, edges, problem)
    if np.isinf(least):
        with pytest.raises((InfeasibleError, DataError)):
            route(nodes, edges, problem)
        return
    found = route(nodes, edges, problem)
    assert found.status == "optimal"
    assert found.bound_per_a <= least * (1 + 1e-9)
    assert found.cost_per_a == pytest.approx(least, rel=1e-4)
