"""Routings with known optima."""

import csv
import gzip
import io
import json
from pathlib import Path

import pytest

from edsim.network import RouteEdge, RouteNode, RoutingProblem, route

DATA = Path(__file__).parent / "data"
pytestmark = pytest.mark.reference


def annuity(rate: float, years: float) -> float:
    return rate / (1.0 - (1.0 + rate) ** -years)


def topotherm_problem(name: str, connect: str):
    """Return a topotherm case (MIT licence): prize is heat sold, producer cost is energy plus capacity annuity."""
    case = json.loads((DATA / name).read_text())
    p = case["parameters"]
    hours = p["consumer_full_load_h"]
    by_node = dict(zip(map(str, p["consumer_nodes"]), hours, strict=True)) if len(hours) > 1 else {}
    plants = {str(x["node"]): x for x in p["producers"]}
    nodes = []
    for ident, kind, peak in case["nodes"]:
        if ident in plants:
            x = plants[ident]
            cost = x["price_eur_per_kwh"] * x["full_load_h"]
            cost += x["c_inv_eur_per_kw"] * annuity(x["irr"], x["lifetime_a"])
            nodes.append(RouteNode(ident, "producer", cost_per_kw_a=cost, max_kw=x["max_kw"]))
        elif kind == "consumer":
            prize = peak * by_node.get(ident, hours[0]) * p["heat_price_eur_per_kwh"]
            nodes.append(RouteNode(ident, "consumer", peak_kw=peak, prize_per_a=prize))
        else:
            nodes.append(RouteNode(ident))
    edges = [RouteEdge(str(k), a, b, length) for k, (a, b, length) in enumerate(case["edges"])]
    problem = RoutingProblem(
        fixed_cost_per_m_a=p["annuity_pipe"] * p["cost_b_eur_per_m"],
        cost_per_m_kw_a=p["annuity_pipe"] * p["cost_a_eur_per_m_kw"],
        loss_kw_per_m=p["loss_b_kw_per_m"],
        loss_frac_per_m=p["loss_a_per_m"],
        connect=connect,
    )
    return nodes, edges, problem, case["expected"]


@pytest.mark.parametrize(("connect", "key"), [("all", "forced_objective"), ("economic", "economic_objective")])
def test_twelve_nodes(connect, key):
    """Proves: the published objectives of topotherm's test (-990.8 and -1436) with losses, and their optimality."""
    nodes, edges, problem, expected = topotherm_problem("twelve_nodes.json", connect)
    answer = route(nodes, edges, problem)
    assert answer.cost_per_a == pytest.approx(expected[key], rel=1e-4)
    assert answer.gap_frac <= 1e-4
    assert answer.bound_per_a <= answer.cost_per_a + 1e-6


@pytest.mark.medium
def test_two_producers():
    """Proves: of two plants the cheaper one serves all sixteen consumers, at the known optimum."""
    nodes, edges, problem, expected = topotherm_problem("two_producers.json", "economic")
    answer = route(nodes, edges, problem)
    assert answer.cost_per_a == pytest.approx(expected["economic_objective"], rel=1e-4)
    assert answer.gap_frac <= 1e-4
    assert answer.producer_kw == pytest.approx(expected["source_kw"], rel=1e-3)
    assert len(answer.connected_ids) == expected["economic_connected"]


@pytest.mark.slow
@pytest.mark.parametrize(("connect", "known"), [("all", 519_676.44), ("economic", -40_185.45)])
def test_district_of_959_consumers(connect, known):
    """Proves: a real district (topotherm example data) is solved to a true gap of 1e-4; `known` is the best tree."""
    text = gzip.decompress((DATA / "district_959.csv.gz").read_bytes()).decode()
    rows = list(csv.DictReader(io.StringIO(text)))
    nodes, edges = [], []
    for r in rows:
        if r["row"] == "edge":
            edges.append(RouteEdge(str(len(edges)), r["a"], r["b"], float(r["value"])))
        elif r["a"] == "979":
            nodes.append(RouteNode("979", "producer", cost_per_kw_a=0.08 * 2500.0))
        elif r["b"] == "consumer":
            peak = float(r["value"])
            nodes.append(RouteNode(r["a"], "consumer", peak_kw=peak, prize_per_a=0.12 * 2500.0 * peak))
        else:
            nodes.append(RouteNode(r["a"]))
    pipe = annuity(0.08, 40.0)
    problem = RoutingProblem(pipe * 567.335, pipe * 0.018377, 0.02189, 4.348e-7, connect, 1e-4, 240.0)
    answer = route(nodes, edges, problem)
    assert answer.gap_frac <= 1e-4
    assert answer.cost_per_a == pytest.approx(known, rel=1e-4)
    assert answer.bound_per_a <= known + 0.01


STEINER = json.loads((DATA / "steiner.json").read_text())["instances"]
STEINER += json.loads(gzip.decompress((DATA / "steiner_large.json.gz").read_bytes()))["instances"]


@pytest.mark.slow
@pytest.mark.parametrize("instance", STEINER, ids=[i["name"] for i in STEINER])
def test_steiner_instances(instance):
    """Proves: Steiner trees (PACE 2018, CC0) lie between the proven optimum and Mehlhorn's tree."""
    terminals = set(instance["terminals"])
    root = instance["terminals"][0]
    kinds = {n: "consumer" if n in terminals else "junction" for n in range(1, instance["nodes"] + 1)} | {
        root: "producer"
    }
    nodes = [RouteNode(str(n), kind) for n, kind in kinds.items()]
    edges = [RouteEdge(str(k), str(a), str(b), float(w)) for k, (a, b, w) in enumerate(instance["edges"])]
    answer = route(nodes, edges, RoutingProblem(time_limit_s=30.0 if len(nodes) > 1000 else 10.0))
    assert instance["optimum"] - 1e-6 <= answer.cost_per_a <= instance["networkx_mehlhorn"] + 1e-6
    assert answer.bound_per_a <= instance["optimum"] + 1e-6
    if instance["name"] == "PACE2018-track3-instance001":
        assert answer.cost_per_a <= 1.025 * instance["optimum"]
