"""Routing on synthetic meshed streets: time, cost and proven gap.

``python benchmarks/network_routing.py --consumers 1500 --limit 90`` prints one JSON line. Streets are a grid with 12 %
of its pieces missing (the largest part is kept); consumers hang on street corners (``--on corners``) or on points
that split the street pieces (``--on streets``). Costs and losses are those of topotherm's example district (MIT).
"""

import argparse
import json
from itertools import pairwise

import numpy as np

from edsim.network import Route, RouteEdge, RouteNode, RoutingProblem, route

PIPE_ANNUITY = 0.0839
SELL_PER_KWH, MAKE_PER_KWH, FULL_LOAD_H = 0.12, 0.08, 2500.0


def meshed_streets(n: int, on: str, seed: int, side: int | None = None) -> tuple[list[RouteNode], list[RouteEdge]]:
    """Return a district of `n` consumers on a jittered grid of streets."""
    import networkx as nx

    rng = np.random.default_rng(seed)
    across = side or round(float(np.sqrt(n / (0.86 if on == "corners" else 1.7))))
    grid = nx.grid_2d_graph(across, across)
    place = {p: 80.0 * np.array(p, dtype=float) + rng.uniform(-20.0, 20.0, 2) for p in grid}
    streets = sorted(grid.edges)
    gone = rng.permutation(len(streets))[: round(0.12 * len(streets))]
    grid.remove_edges_from([streets[k] for k in gone])
    grid = grid.subgraph(max(nx.connected_components(grid), key=len)).copy()
    corners, pieces = sorted(grid.nodes), sorted(tuple(sorted(e)) for e in grid.edges)
    nodes = [RouteNode(f"j{a}-{b}") for a, b in corners]
    edges: list[RouteEdge] = []

    def join(a: str, b: str, length: float) -> None:
        edges.append(RouteEdge(f"e{len(edges)}", a, b, float(length)))

    peaks = rng.lognormal(2.3, 0.8, n)
    splits: dict[int, list[tuple[float, str]]] = {}
    for i, peak in enumerate(peaks.tolist()):
        nodes.append(RouteNode(f"c{i}", "consumer", peak_kw=peak, prize_per_a=SELL_PER_KWH * FULL_LOAD_H * peak))
        service = float(rng.uniform(5.0, 30.0))
        if on == "corners":
            a, b = corners[int(rng.integers(len(corners)))]
            join(f"j{a}-{b}", f"c{i}", service)
        else:
            nodes.append(RouteNode(f"s{i}"))
            splits.setdefault(int(rng.integers(len(pieces))), []).append((float(rng.uniform(0.05, 0.95)), f"s{i}"))
            join(f"s{i}", f"c{i}", service)
    for k, (a, b) in enumerate(pieces):
        length = float(np.linalg.norm(place[a] - place[b]))
        stops = [(0.0, f"j{a[0]}-{a[1]}"), *sorted(splits.get(k, [])), (1.0, f"j{b[0]}-{b[1]}")]
        for (s, u), (t, v) in pairwise(stops):
            join(u, v, (t - s) * length)
    nodes.append(RouteNode("plant", "producer", cost_per_kw_a=MAKE_PER_KWH * FULL_LOAD_H))
    a, b = corners[len(corners) // 2]
    join("plant", f"j{a}-{b}", 5.0)
    return nodes, edges


def solve(nodes: list[RouteNode], edges: list[RouteEdge], connect: str, gap: float, limit_s: float) -> Route:
    """Return the routing under the costs of topotherm's example district."""
    problem = RoutingProblem(
        fixed_cost_per_m_a=PIPE_ANNUITY * 567.335,
        cost_per_m_kw_a=PIPE_ANNUITY * 0.018377,
        loss_kw_per_m=0.02189,
        loss_frac_per_m=4.348e-7,
        connect="all" if connect == "all" else "economic",
        gap_target_frac=gap,
        time_limit_s=limit_s,
    )
    return route(nodes, edges, problem)


def main() -> None:
    """Run one instance and print what was reached."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--consumers", type=int, default=400)
    parser.add_argument("--on", choices=("corners", "streets"), default="corners")
    parser.add_argument("--connect", choices=("all", "economic"), default="all")
    parser.add_argument("--gap", type=float, default=0.01)
    parser.add_argument("--limit", type=float, default=60.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    nodes, edges = meshed_streets(given.consumers, given.on, given.seed)
    answer = solve(nodes, edges, given.connect, given.gap, given.limit)
    figures = {
        "consumers": given.consumers,
        "edges": len(edges),
        "on": given.on,
        "connect": given.connect,
        "seed": given.seed,
        "cost_per_a": round(answer.cost_per_a, 2),
        "bound_per_a": round(answer.bound_per_a, 2),
        "gap_frac": round(answer.gap_frac, 6),
        "status": answer.status,
        "method": answer.method,
        "seconds": round(answer.seconds, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
