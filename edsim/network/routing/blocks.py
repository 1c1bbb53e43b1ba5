"""What the shape of the graph already decides: directions, largest flows and hopeless branches from its blocks.

Every path from the root into a block (2-connected part) passes its entry node. Hence no arc of the block leads to
the entry, an arc carries at most the demand behind the block, and one that leaves another node than the entry
carries none of what hangs on that node. A block whose consumers, at the cheapest conceivable supply, do not even pay
for the cheapest trench into it belongs to no best tree.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.network.routing.graph import RouteGraph

Array = NDArray[np.float64]
BoolArray = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Block:
    """One 2-connected part that is worth entering.

    Attributes
    ----------
    entry
        Node every path from the root enters by.
    inner
        Its other nodes.
    edges
        Edges of the graph in it.
    terminals
        Inner nodes that are consumers or have some behind them, those without demand included.
    """

    entry: int
    inner: tuple[int, ...]
    edges: tuple[int, ...]
    terminals: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ArcLimits:
    """Limits of the arcs, first u→v of every edge, then v→u.

    Attributes
    ----------
    usable : (2e,)
        False where no best tree needs the arc.
    max_kw : (2e,)
        Largest lossless flow.
    sure : (2e,)
        True where every tree that serves the must-connect consumers uses the arc.
    reachable : (n,)
        Nodes that a best tree may hold.
    blocks
        Parts with more than one edge.
    """

    usable: BoolArray
    max_kw: Array
    sure: BoolArray
    reachable: BoolArray
    blocks: tuple[Block, ...]


def arc_limits(graph: RouteGraph, demand: Array) -> ArcLimits:
    """Return directions and flow limits of all arcs.

    Parameters
    ----------
    graph
        The routing problem.
    demand : (n,)
        Flow each consumer stands for.
    """
    blocks = _blocks_from_root(graph)
    worthy = _worthy(graph, blocks)
    reachable = np.zeros(graph.n_nodes, dtype=bool)
    reachable[graph.root] = True
    kept: list[Block] = []
    for block, good in zip(blocks, worthy, strict=True):
        if good and reachable[block.entry]:
            reachable[list(block.inner)] = True
            kept.append(block)
    behind = np.where(reachable, demand, 0.0)
    peopled = reachable & (graph.consumer | (demand > 0.0))
    needed = graph.must.copy()
    total, need, lived_in = np.zeros(len(kept)), np.zeros(len(kept), dtype=bool), np.zeros(len(kept), dtype=bool)
    for i in reversed(range(len(kept))):
        inner = list(kept[i].inner)
        total[i], need[i] = behind[inner].sum(), needed[inner].any()
        lived_in[i] = peopled[inner].any() or graph.forced[list(kept[i].edges)].any()  # or leads to a forced trench
        behind[kept[i].entry] += total[i]
        needed[kept[i].entry] |= need[i]
        peopled[kept[i].entry] |= lived_in[i]
    e = graph.n_edges
    usable, limit, sure = np.zeros(2 * e, dtype=bool), np.zeros(2 * e), np.zeros(2 * e, dtype=bool)
    for i, block in enumerate(kept):
        own = np.array(block.edges)
        arcs = np.concatenate([own, own + e])
        tail = np.concatenate([graph.u[own], graph.v[own]])
        head = np.concatenate([graph.v[own], graph.u[own]])
        arcs, tail = arcs[head != block.entry], tail[head != block.entry]
        usable[arcs] = lived_in[i]
        limit[arcs] = total[i] - np.where(tail == block.entry, 0.0, behind[tail])
        sure[arcs] = len(own) == 1 and bool(need[i])
    capped = np.maximum(np.minimum(limit, np.tile(graph.cap_kw, 2)), 0.0)
    return ArcLimits(usable, capped, sure, reachable, _rings(kept, peopled))


def _rings(blocks: list[Block], peopled: BoolArray) -> tuple[Block, ...]:
    """Return the blocks of more than one edge with their terminals."""
    return tuple(replace(b, terminals=tuple(n for n in b.inner if peopled[n])) for b in blocks if len(b.edges) > 1)


def _blocks_from_root(graph: RouteGraph) -> list[Block]:
    """Return the blocks in the order a walk from the root enters them."""
    import networkx as nx

    simple: nx.Graph[int] = nx.Graph()
    simple.add_edges_from(zip(graph.u.tolist(), graph.v.tolist(), strict=True))
    of_pair: dict[tuple[int, int], list[int]] = {}
    for k, (a, b) in enumerate(zip(graph.u.tolist(), graph.v.tolist(), strict=True)):
        of_pair.setdefault((min(a, b), max(a, b)), []).append(k)
    members: list[list[int]] = []
    edges: list[tuple[int, ...]] = []
    for block in nx.biconnected_component_edges(simple):
        pairs = [(min(a, b), max(a, b)) for a, b in block]
        members.append(sorted({n for pair in pairs for n in pair}))
        edges.append(tuple(sorted(k for pair in pairs for k in of_pair[pair])))
    at: dict[int, list[int]] = {}
    for i, nodes in enumerate(members):
        for n in nodes:
            at.setdefault(n, []).append(i)
    found: list[Block] = []
    entered: set[int] = set()
    queue, seen = [graph.root], {graph.root}
    for node in queue:  # grows while it is walked
        for i in at.get(node, ()):
            if i not in entered:
                entered.add(i)
                inner = tuple(n for n in members[i] if n != node)
                found.append(Block(node, inner, edges[i]))
                fresh = [n for n in inner if n not in seen]
                seen.update(fresh)
                queue.extend(fresh)
    return found


def _worthy(graph: RouteGraph, blocks: list[Block]) -> BoolArray:
    """Return which blocks a best tree may enter: due or forced ones, and those whose prizes can pay for it."""
    fix, _ = graph.arc_cost()
    cheapest = np.minimum(fix[: graph.n_edges], fix[graph.n_edges :])
    lam = np.where(np.isfinite(graph.kw_cost), graph.kw_cost, 0.0)
    gain = np.where(graph.consumer, np.maximum(graph.prize - graph.demand * lam, 0.0), 0.0)
    due = graph.must.copy()
    worthy = np.zeros(len(blocks), dtype=bool)
    for i in reversed(range(len(blocks))):
        block = blocks[i]
        inner, own = list(block.inner), np.array(block.edges)
        touching = own[(graph.u[own] == block.entry) | (graph.v[own] == block.entry)]
        net = float(gain[inner].sum()) - float(cheapest[touching].min())
        must = bool(due[inner].any() or graph.forced[own].any())
        worthy[i] = must or net > 0.0
        if worthy[i]:
            gain[block.entry] += max(net, 0.0) if not must else float(gain[inner].sum())
            due[block.entry] |= must
    return worthy
