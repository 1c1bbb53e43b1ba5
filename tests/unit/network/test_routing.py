"""The routing on graphs small enough to solve by hand, and its honesty about bounds."""

import numpy as np
import pytest

from edsim.core.errors import DataError, InfeasibleError
from edsim.network import RouteEdge, RouteNode, RoutingProblem, route
from edsim.network.routing import search as module
from edsim.network.routing.cuts import Relaxation
from edsim.network.routing.graph import build_graph, tree_cost
from edsim.network.routing.heuristic import first_tree
from edsim.network.routing.model import build_model, surrogate_cost


def star(lengths, **consumer):
    nodes = [RouteNode("p", "producer")] + [RouteNode(f"c{k}", "consumer", **consumer) for k in range(len(lengths))]
    return nodes, [RouteEdge(f"e{k}", "p", f"c{k}", x) for k, x in enumerate(lengths)]


def test_losses_by_hand():
    """Proves: one trench of 100 m with 0.1 kW/m and 1e-3/m: P_in = (50 + 10)/(1 - 0.1). If ignored: 50 kW."""
    nodes, edges = star([100.0], peak_kw=50.0)
    answer = route(nodes, edges, RoutingProblem(2.0, 0.01, 0.1, 1e-3))
    inflow = 60.0 / 0.9
    assert answer.flow_kw == pytest.approx((inflow,))
    assert answer.cost_per_a == pytest.approx(100.0 * (2.0 + 0.01 * inflow))
    assert answer.producer_kw == pytest.approx((inflow,))


@pytest.mark.parametrize("connect", ["all", "economic"])
def test_free_trenches(connect):
    """Proves: trenches that cost nothing (all laid already) are an answer with gap 0, not a fault of the solver."""
    nodes = [
        RouteNode("p", "producer"),
        RouteNode("j"),
        RouteNode("a", "consumer", 5.0, 7.0),
        RouteNode("b", "consumer"),
    ]
    ends = [("p", "j"), ("j", "a"), ("j", "b"), ("p", "b"), ("a", "b")]
    edges = [RouteEdge(f"{a}{b}", a, b, 10.0) for a, b in ends]
    answer = route(nodes, edges, RoutingProblem(0.0, connect=connect))
    assert (answer.cost_per_a, answer.bound_per_a, answer.status) == (-7.0, -7.0, "optimal")
    assert "a" in answer.connected_ids


def test_only_paying_consumers_are_connected():
    """Proves: a prize of 150 pays for 100 m at 1 per m, not for 200 m; a forbidden consumer stays out."""
    nodes, edges = star([100.0, 200.0], peak_kw=10.0, prize_per_a=150.0)
    answer = route(nodes, edges, RoutingProblem(connect="economic"))
    assert answer.connected_ids == ("c0",)
    assert answer.cost_per_a == pytest.approx(-50.0)
    nodes[1] = RouteNode("c0", "consumer", 10.0, 150.0, connection="forbidden")
    assert route(nodes, edges, RoutingProblem(connect="economic")).connected_ids == ()


def test_a_must_connect_consumer_overrides_the_prize():
    """Proves: must_connect is kept in an economic problem."""
    nodes, edges = star([100.0, 200.0], peak_kw=10.0, prize_per_a=50.0)
    nodes[2] = RouteNode("c1", "consumer", 10.0, 50.0, connection="must_connect")
    assert route(nodes, edges, RoutingProblem(connect="economic")).connected_ids == ("c1",)


def test_edges_are_told_in_the_direction_of_their_flow():
    """Proves: an edge given towards the plant comes back from it. If ignored: nobody knows which way the heat runs."""
    nodes = [RouteNode("p", "producer"), RouteNode("a", "consumer", 5.0), RouteNode("b", "consumer", 5.0)]
    answer = route(nodes, [RouteEdge("ap", "a", "p", 10.0), RouteEdge("ba", "b", "a", 10.0)], RoutingProblem())
    ways = set(zip(answer.edge_ids, answer.edge_from, answer.edge_to, strict=True))
    assert ways == {("ap", "p", "a"), ("ba", "a", "b")}


@pytest.mark.medium
def test_steiner_point_beats_direct_lines():
    """Proves: a junction is used when it shortens the tree (30 instead of 34)."""
    nodes = [RouteNode("p", "producer"), RouteNode("j"), RouteNode("a", "consumer"), RouteNode("b", "consumer")]
    edges = [RouteEdge(n, "j", n, 10.0) for n in ("p", "a", "b")]
    edges += [RouteEdge("pa", "p", "a", 17.0), RouteEdge("ab", "a", "b", 17.0), RouteEdge("pb", "p", "b", 17.0)]
    answer = route(nodes, edges, RoutingProblem())
    assert answer.cost_per_a == pytest.approx(30.0)
    assert answer.bound_per_a == pytest.approx(30.0, rel=1e-4)


def test_forced_and_forbidden_edges():
    """Proves: a forbidden edge is not used, a forced one is built even when dearer."""
    nodes, edges = star([10.0], peak_kw=1.0)
    nodes.append(RouteNode("j"))
    detour = [RouteEdge("d1", "p", "j", 20.0), RouteEdge("d2", "j", "c0", 20.0)]
    closed = [RouteEdge("e0", "p", "c0", 10.0, forbidden=True), *detour]
    assert set(route(nodes, closed, RoutingProblem()).edge_ids) == {"d1", "d2"}
    forced = [*edges, RouteEdge("d1", "p", "j", 20.0, forced=True)]
    assert "d1" in route(nodes, forced, RoutingProblem()).edge_ids


def test_capacity_sends_consumers_to_the_dearer_plant():
    """Proves: a producer's capacity binds; without room anywhere the problem is named infeasible."""
    nodes = [RouteNode("p", "producer", cost_per_kw_a=1.0, max_kw=15.0), RouteNode("q", "producer", cost_per_kw_a=2.0)]
    nodes += [RouteNode("a", "consumer", 10.0), RouteNode("b", "consumer", 10.0)]
    edges = [RouteEdge(f"{s}{t}", s, t, 1.0) for s in "pq" for t in "ab"]
    answer = route(nodes, edges, RoutingProblem())
    assert sorted(answer.producer_kw) == pytest.approx([10.0, 10.0])
    small = [RouteNode("p", "producer", max_kw=5.0), *nodes[2:]]
    with pytest.raises(InfeasibleError, match="E435"):
        route(small, [e for e in edges if e.from_node == "p"], RoutingProblem(time_limit_s=3.0))


@pytest.mark.medium
def test_adding_an_edge_never_raises_the_optimum():
    """Proves: more choice is never worse (5 random graphs)."""
    rng = np.random.default_rng(3)
    for _ in range(5):
        nodes, edges = random_graph(rng, 12, 5)
        before = route(nodes, edges, RoutingProblem(1.0, 0.01, 0.02, 1e-5))
        more = [*edges, RouteEdge("new", "n0", "n11", float(rng.uniform(1, 20)))]
        after = route(nodes, more, RoutingProblem(1.0, 0.01, 0.02, 1e-5))
        assert after.cost_per_a <= before.cost_per_a * (1 + 2e-4)


def random_graph(rng, n, consumers):
    nodes = [RouteNode("n0", "producer", cost_per_kw_a=3.0)]
    nodes += [RouteNode(f"n{k}", "consumer", float(rng.uniform(5, 50)), 60.0) for k in range(1, consumers + 1)]
    nodes += [RouteNode(f"n{k}") for k in range(consumers + 1, n)]
    pairs = [(k, int(rng.integers(0, k))) for k in range(1, n)]
    pairs += [tuple(rng.choice(n, 2, replace=False).tolist()) for _ in range(n)]
    edges = [RouteEdge(str(i), f"n{a}", f"n{b}", float(rng.uniform(5, 60))) for i, (a, b) in enumerate(pairs)]
    return nodes, edges


@pytest.mark.parametrize("connect", ["all", "economic"])
def test_surrogate_never_exceeds_the_true_cost(connect):
    """Proves: the lossless surrogate is a lower bound for every tree tried. If ignored: the bound would be no bound."""
    rng = np.random.default_rng(11)
    for _ in range(20):
        nodes, edges = random_graph(rng, 15, 6)
        graph = build_graph(nodes, edges, RoutingProblem(1.0, 0.02, 0.05, 1e-4, connect))
        model = build_model(graph)
        wanted = np.flatnonzero(graph.consumer)
        tree = tree_cost(graph, first_tree(graph, wanted, rng.uniform(0.5, 2.0, graph.n_edges)))
        try:
            assert surrogate_cost(model, tree) <= tree.cost + 1e-9 * abs(tree.cost)
        except ValueError:
            continue  # the tree uses a branch the model proved hopeless


def test_a_false_solver_bound_is_refused():
    """Proves: a bound above a known tree, as HiGHS returned on lossy models, is dropped with a warning."""
    search = module._Search(*_small_search())
    search.run()
    proven = search.bound
    search._claim(search.best.cost * 1.01, proven)
    assert search.bound <= search.best.cost
    assert search.notes[-1].code == "W430"


def _small_search():
    import time

    nodes, edges = random_graph(np.random.default_rng(5), 12, 5)
    problem = RoutingProblem(1.0, 0.01)
    return build_graph(nodes, edges, problem), problem, time.process_time() + 10.0, np.random.default_rng(0)


def test_same_seed_same_tree():
    """Proves: the answer is reproducible."""
    nodes, edges = random_graph(np.random.default_rng(8), 25, 9)
    first, second = (route(nodes, edges, RoutingProblem(1.0, 0.01)) for _ in range(2))
    assert first.edge_ids == second.edge_ids


@pytest.mark.parametrize(
    ("nodes", "edges", "code", "words"),
    [
        ([RouteNode("c", "consumer")], [], "E433", "producer"),
        ([RouteNode("p", "producer"), RouteNode("p")], [], "E430", "twice"),
        ([RouteNode("p", "producer")], [RouteEdge("e", "p", "x", 1.0)], "E431", "x"),
        (star([-1.0])[0], star([-1.0])[1], "E432", "length_m"),
        (star([np.nan])[0], star([np.nan])[1], "E432", "length_m"),
        ([RouteNode("p", "producer"), RouteNode("c", "consumer", 5.0)], [], "E434", "c"),
    ],
)
def test_faults_are_named(nodes, edges, code, words):
    """Proves: each fault of the inputs is named with its code."""
    with pytest.raises(DataError) as caught:
        route(nodes, edges, RoutingProblem())
    assert code in {f.code for f in caught.value.findings}
    assert words in str(caught.value)


def test_a_bound_of_zero_but_for_rounding_is_no_gap(monkeypatch):
    """Proves: where nothing pays, a relaxation of -1e-7 proves the empty network; no mixed-integer program is begun.

    If ignored: the gap to a cost of 0 stays infinite, and HiGHS 1.15 dies in the presolve of a program of nothing.
    """
    nodes = [RouteNode("p", "producer"), *(RouteNode(f"c{k}", "consumer", 10.0, 9_000.0) for k in range(3))]
    ring = [("p", "c0", 400.0), ("p", "c2", 410.0), ("c0", "c1", 100.0), ("c1", "c2", 100.0)]
    edges = [RouteEdge(f"e{k}", *way) for k, way in enumerate(ring)]

    def relaxed(model, *_):
        nothing = np.zeros(model.n_arcs)
        return Relaxation(-1e-7, nothing, np.zeros(len(model.optional)), nothing, (), 1)

    monkeypatch.setattr(module, "tighten", relaxed)
    monkeypatch.setattr(module, "HighsSession", None)
    answer = route(nodes, edges, RoutingProblem(fixed_cost_per_m_a=60.0, connect="economic"))
    assert (answer.cost_per_a, answer.gap_frac, answer.status) == (0.0, 0.0, "optimal")
