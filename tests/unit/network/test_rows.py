"""What users bring to the public solvers: rows of JSON, one row alone, and slips that must be named."""

from dataclasses import asdict

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.network import Consumer, Fluid, Pipe, RouteEdge, RouteNode, RoutingProblem, Source, route, solve_steady

PIPES = [Pipe("s", "a", "b", 100.0, 82.5, 0.1), Pipe("r", "c", "d", 100.0, 82.5, 0.1)]
LOAD, PLANT = Consumer("x", "b", "c", heat_kw=50.0, delta_t_k=30.0), Source("p", "a", "d", 80.0)
NODES, EDGES = [RouteNode("p", "producer"), RouteNode("c", "consumer", 5.0)], [RouteEdge("e", "p", "c", 10.0)]


def test_rows_of_json_give_the_same_answer():
    """Proves: mappings, generators and single rows are read like lists of objects."""
    by_objects = solve_steady(PIPES, [LOAD], [PLANT], Fluid.water(), 10.0)
    by_rows = solve_steady((asdict(p) for p in PIPES), [asdict(LOAD)], PLANT, Fluid.water(), 10.0)
    np.testing.assert_array_equal(by_rows.pipe_dp_pa, by_objects.pipe_dp_pa)
    assert route([asdict(n) for n in NODES], [asdict(e) for e in EDGES]).cost_per_a == pytest.approx(10.0)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"length": 5.0}, ["unknown field", "length_m"]),
        ({"length_m": "100"}, ["pipes[0].length_m", "not a number", "'100'"]),
        ({"length_m": None}, ["not a number", "None"]),
    ],
)
def test_a_slip_in_a_row_is_named(change, words):
    """Proves: unknown fields and text for numbers end in a finding with row, field and what is allowed."""
    with pytest.raises(DataError, match="E440") as caught:
        solve_steady([asdict(PIPES[0]) | change, PIPES[1]], [LOAD], [PLANT], Fluid.water(), 10.0)
    assert all(word in str(caught.value) for word in words)


def test_what_is_no_row_or_no_fluid_is_named():
    """Proves: a missing field, a row of another kind, a fluid by name and a height of no node are findings."""
    with pytest.raises(DataError, match=r"id.*missing"):
        solve_steady([{"from_node": "a"}], [LOAD], [PLANT], Fluid.water(), 10.0)
    with pytest.raises(DataError, match="wrong kind"):
        solve_steady(PIPES, [PLANT], [PLANT], Fluid.water(), 10.0)
    with pytest.raises(DataError, match="not a fluid"):
        solve_steady(PIPES, [LOAD], [PLANT], "water", 10.0)
    with pytest.raises(DataError, match=r"node_z_m\.B"):
        solve_steady(PIPES, [LOAD], [PLANT], Fluid.water(), 10.0, node_z_m={"B": 20.0})
    with pytest.raises(DataError, match="unknown glycol"):
        Fluid.brine("glycol", 0.3)


@pytest.mark.parametrize(
    ("nodes", "problem", "words"),
    [
        ([RouteNode("p", "plant"), NODES[1]], RoutingProblem(), "junction, consumer, producer"),
        ([NODES[0], RouteNode("c", "consumer", 5.0, connection="must")], RoutingProblem(), "must_connect"),
        (NODES, RoutingProblem(connect="economical"), "all, economic"),
        (NODES, RoutingProblem(fixed_cost_per_m_a=-1.0), "fixed_cost_per_m_a"),
    ],
)
def test_names_beside_those_allowed_are_refused(nodes, problem, words):
    """Proves: a misspelt rule is an error with the list. If ignored: "must" follows another rule."""
    with pytest.raises(DataError, match="E432") as caught:
        route(nodes, EDGES, problem)
    assert words in str(caught.value)


@pytest.mark.parametrize(
    ("edge", "words"),
    [
        ({"forbidden": "false"}, "not true or false"),
        ({"length_m": True}, "not a number"),
        ({"id": ["e"]}, "not an id"),
    ],
)
def test_switches_ids_and_numbers_are_not_taken_for_each_other(edge, words):
    """Proves: the text "false" is no switch, a switch no length, a list no id. If ignored: "false" removes a trench."""
    with pytest.raises(DataError, match=words):
        route(NODES, [asdict(EDGES[0]) | edge])


@pytest.mark.parametrize("problem", [[], [RoutingProblem(), RoutingProblem()], {"seed": 1.5}])
def test_one_problem_with_a_whole_seed(problem):
    with pytest.raises(DataError, match="E432"):
        route(NODES, EDGES, problem)
