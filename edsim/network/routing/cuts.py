"""Directed cuts of the routing: found by maximum flow on the relaxed design, added until the bound stops rising."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.lp.bounds import safe_lower_bound
from edsim.lp.highs import HighsSession
from edsim.lp.options import Method, SolverOptions
from edsim.network.routing.blocks import Block
from edsim.network.routing.model import Cut, RouteModel, compile_program

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
UNIT = 1_000_000
VIOLATION = 0.01
SETTLED_FRAC = 0.03
_LOOSE = 0.2
"""Cuts with more slack are dropped; they come back when violated."""
_INTERIOR_COLUMNS = 10_000
"""Programs of more columns begin with the interior point, where the simplex needs minutes; it goes on from there."""


@dataclass(frozen=True, slots=True)
class Relaxation:
    """The relaxed routing after the cut loop.

    Attributes
    ----------
    bound
        Proven lower bound of the surrogate, recomputed from the multipliers outside the solver.
    y : (a,), z : (o,)
        Relaxed design and connections.
    reduced_cost : (a,)
        Of y, in the program that gave the bound.
    cuts
        Rows in force.
    rounds
        Linear programs solved.
    """

    bound: float
    y: Array
    z: Array
    reduced_cost: Array
    cuts: tuple[Cut, ...]
    rounds: int


def tighten(
    model: RouteModel,
    missing: Callable[[float], float],
    on_round: Callable[[Array, Array], None],
    deadline: float,
) -> Relaxation | None:
    """Return the relaxation after adding violated cuts round by round, or None when not even one program was solved.

    Parameters
    ----------
    model
        The routing.
    missing
        What a bound lacks to the target; 0 ends the loop, and so do two rounds that gain less than 3 % of it each.
    on_round
        Called with y and z of every round (for heuristics guided by them).
    deadline
        ``time.process_time`` value to stop at.
    """
    cuts: list[Cut] = []
    last: Relaxation | None = None
    upper, lower = np.ones(model.n_arcs), model.sure.astype(float)
    stalled = 0
    session = HighsSession(compile_program(model, cuts, upper, lower, integer=False))
    own_rows = session.lp.num_rows
    for rounds in range(1, 400):
        left = deadline - time.process_time()
        if left <= 0.2:
            break
        inside = session.lp.num_cols > _INTERIOR_COLUMNS and not session.has_basis
        method: Method = "ipx" if inside else "simplex"
        result = session.solve(SolverOptions(method=method, crossover=inside, time_limit_s=left))
        if result.status != "optimal" or result.x is None or result.row_dual is None or result.col_dual is None:
            break
        bound = safe_lower_bound(session.lp, session.lp.cost, result.row_dual)
        slow = last is not None and bound - last.bound < SETTLED_FRAC * missing(last.bound)
        stalled = stalled + 1 if slow else 0
        y, z = result.x[: model.n_arcs], result.x[2 * model.n_arcs :]
        loose = [k for k, cut in enumerate(cuts) if cut.slack(y) > _LOOSE]
        session.delete_rows([own_rows + k for k in loose])
        cuts = [cut for k, cut in enumerate(cuts) if k not in set(loose)]
        best, reduced = bound, result.col_dual[: model.n_arcs]
        if last is not None and last.bound > bound:
            best, reduced = last.bound, last.reduced_cost  # they prove together
        last = Relaxation(bound=best, y=y, z=z, reduced_cost=reduced, cuts=tuple(cuts), rounds=rounds)
        on_round(y, z)
        if missing(best) <= 0.0 or stalled >= 2:
            break
        fresh = violated_cuts(model, y)
        if not fresh:
            break
        index, value = zip(*(cut.row() for cut in fresh), strict=True)
        session.add_rows(index, value, 0.0, np.inf)
        cuts += fresh
    return last


def violated_cuts(model: RouteModel, y: Array) -> list[Cut]:
    """Return directed cuts that a relaxed design violates.

    A path from the root to a node in a block enters the block at its entry and stays in it; so each block is
    searched by itself, for each of its nodes with demand. Chains of single trenches need no cuts: the rows "no
    trench out of a node without one into it" hold them together.

    Parameters
    ----------
    model
        Arcs, blocks and demand.
    y : (a,)
        Relaxed design.
    """
    cuts: list[Cut] = []
    place = np.full(model.graph.n_edges, -1)
    for k, block in enumerate(model.blocks):
        place[list(block.edges)] = k
    block_of = place[model.edge]
    for k, block in enumerate(model.blocks):
        arcs = np.flatnonzero(block_of == k)
        if len(arcs):
            cuts += _cuts_in_block(model, arcs, block, y)
    return cuts


def _cuts_in_block(model: RouteModel, arcs: IntArray, block: Block, y: Array) -> list[Cut]:
    """Return violated cuts between the entry of a block and its terminals.

    What solid arcs join is one node: no more than one arc leads into any node, so that no violated cut runs through it.
    For one terminal of each such part the cuts nearest to it and nearest to the entry are taken, several deep; arcs of
    a cut count as built for the rest of the round, so that later cuts are elsewhere.
    """
    solid = (1.0 - VIOLATION) * UNIT
    capacity = np.round(np.maximum(y[arcs], 0.0) * UNIT).astype(np.int64) + 1
    part = _joined(model.graph.n_nodes, model.tail[arcs], model.head[arcs], capacity >= solid)
    inflow = np.bincount(model.head[arcs], weights=y[arcs], minlength=model.graph.n_nodes)
    fullest: dict[int, int] = {}
    for node in sorted(block.terminals, key=lambda t: (round(float(inflow[t]), 3), -t)):
        fullest[int(part[node])] = node
    between = (part[model.tail[arcs]] != part[model.head[arcs]]) & (part[model.head[arcs]] != part[block.entry])
    arcs, capacity = arcs[between], capacity[between]
    network = _Network(part[model.tail[arcs]], part[model.head[arcs]], int(part[block.entry]))
    reached = network.reached(capacity >= solid)
    cuts: list[Cut] = []
    for node in sorted(fullest.values(), key=lambda t: (-round(float(inflow[t]), 3), t)):
        place = network.number(int(part[node]))
        into = np.flatnonzero(model.head == node)
        while place >= 0 and inflow[node] > 10 * VIOLATION and not reached[place]:
            value, sides = network.cut(capacity, place, (inflow[node] - VIOLATION) * UNIT)
            if not sides:
                if inflow[node] >= 1.0 - VIOLATION:
                    reached |= network.reached(capacity >= solid, place)
                break
            for side in sides:
                across = np.flatnonzero(side[network.tail] & ~side[network.head])
                cuts.append(Cut(arcs[across], into))
                capacity[across] = UNIT
            reached |= network.reached(capacity >= solid)
            if value == 0:
                break  # no way there at all: the cut forbids to enter it
    return cuts


def _joined(n: int, tail: IntArray, head: IntArray, solid: NDArray[np.bool_]) -> IntArray:
    """Return the number of the part each node belongs to, nodes being joined by solid arcs."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = tail[solid].astype(np.int32), head[solid].astype(np.int32)
    _, part = connected_components(coo_array((np.ones(len(ends[0])), ends), shape=(n, n)).tocsr(), directed=False)
    return np.asarray(part, dtype=np.int64)


class _Network:
    """Maximum flows from one node over a fixed set of arcs, nodes renumbered."""

    def __init__(self, tail: IntArray, head: IntArray, source: int) -> None:
        nodes, ends = np.unique(np.concatenate([[source], tail, head]), return_inverse=True)
        self._nodes = nodes
        self.n = len(nodes)
        self.source, self.tail, self.head = int(ends[0]), ends[1 : 1 + len(tail)], ends[1 + len(tail) :]
        pairs, self._pair_of = np.unique(self.tail * self.n + self.head, return_inverse=True)
        self._cols = (pairs % self.n).astype(np.int32)
        self._indptr = np.searchsorted(pairs // self.n, np.arange(self.n + 1)).astype(np.int32)

    def number(self, node: int) -> int:
        """Return the number of a node here, -1 when no arc touches it."""
        at = int(np.searchsorted(self._nodes, node))
        return at if at < self.n and self._nodes[at] == node else -1

    def _matrix(self, values: NDArray[np.int64]) -> Any:
        from scipy.sparse import csr_matrix

        merged = np.bincount(self._pair_of, weights=values, minlength=len(self._cols)).astype(np.int32)
        return csr_matrix((merged, self._cols, self._indptr), shape=(self.n, self.n), copy=True)

    def reached(self, solid: NDArray[np.bool_], start: int | None = None) -> NDArray[np.bool_]:
        """Return the nodes joined to a node (the source if none is given) over solid arcs."""
        return self._from(self._matrix(solid.astype(np.int64)), self.source if start is None else start)

    def cut(self, capacity: NDArray[np.int64], sink: int, enough: float) -> tuple[int, list[NDArray[np.bool_]]]:
        """Return the value of a least cut and, below `enough`, the source sides of those nearest to sink and source."""
        from scipy.sparse.csgraph import maximum_flow

        matrix = self._matrix(capacity)
        flow = maximum_flow(matrix, self.source, sink)
        if flow.flow_value >= enough:
            return int(flow.flow_value), []
        rest = matrix - flow.flow
        near_source = self._from(rest, self.source)
        near_sink = ~self._from(rest.T.tocsr(), sink)
        sides = [near_sink] if (near_sink == near_source).all() else [near_sink, near_source]
        return int(flow.flow_value), sides

    def _from(self, matrix: Any, start: int) -> NDArray[np.bool_]:
        from scipy.sparse.csgraph import breadth_first_order

        matrix.data = np.maximum(matrix.data, 0)
        matrix.eliminate_zeros()
        side = np.zeros(self.n, dtype=bool)
        side[breadth_first_order(matrix, start, return_predecessors=False)] = True
        return side
