"""Nominal diameters from the catalogue: velocity and gradient limits, then the critical path."""

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.fluid import Fluid
from edsim.network.pipes.catalogue import PipeCatalogue
from edsim.network.pipes.friction import pressure_gradient
from edsim.network.request import PipeRules
from edsim.network.tree import Forest

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]


def max_flow(catalogue: PipeCatalogue, rules: PipeRules, fluid: Fluid, temp_c: float) -> Array:
    """Return the largest flow of a liquid each DN may carry, kg/s: see :func:`flow_limit`."""
    return flow_limit(catalogue, rules, float(fluid.density(temp_c)), float(fluid.viscosity(temp_c)))


def flow_limit(catalogue: PipeCatalogue, rules: PipeRules, density: float, viscosity: float) -> Array:
    """Return the largest flow each DN may carry, kg/s: the lesser of the velocity and the gradient limit.

    The gradient limit is solved by bisection of the monotone Colebrook relation (40 halvings).

    Parameters
    ----------
    catalogue, rules
        Pipes and limits; a catalogue for water also keeps the velocity limit of the rules.
    density, viscosity
        kg/m³ and Pa·s.
    """
    own = catalogue.max_velocity_m_per_s
    velocity = np.minimum(own, rules.max_velocity_m_per_s) if catalogue.medium == "water" else own
    high = velocity * density * np.pi / 4.0 * catalogue.inner_m**2
    limit = rules.max_gradient_pa_per_m
    rho, mu = np.full_like(high, density), np.full_like(high, viscosity)

    def gradient(flow: Array) -> Array:
        return pressure_gradient(flow, catalogue.inner_m, catalogue.roughness_m, rho, mu)

    low, top = np.zeros_like(high), high.copy()
    for _ in range(40):
        mid = 0.5 * (low + top)
        over = gradient(mid) > limit
        top, low = np.where(over, mid, top), np.where(over, low, mid)
    return np.where(gradient(high) <= limit, high, low)


def choose_dn(
    flow_kg_per_s: Array, capacity_kg_per_s: Array, catalogue: PipeCatalogue, edge_names: tuple[str, ...]
) -> IntArray:
    """Return the catalogue row of the smallest sufficient DN for each edge.

    Raises
    ------
    DataError
        E420, for every edge whose flow exceeds the largest DN.
    """
    row = np.searchsorted(np.maximum.accumulate(capacity_kg_per_s) * (1.0 + 1e-9), flow_kg_per_s)
    beyond = np.flatnonzero(row >= len(capacity_kg_per_s))
    if len(beyond):
        raise DataError.of(
            [
                Finding(
                    "E420",
                    f"trench {edge_names[k]}: flow beyond the largest pipe of catalogue {catalogue.name}",
                    got=f"{flow_kg_per_s[k]:.1f} kg/s",
                    allowed=f"{capacity_kg_per_s.max():.1f} kg/s in DN {int(catalogue.dn[-1])}",
                    hint="split the network, add a plant, widen the temperature difference or choose another catalogue",
                )
                for k in beyond
            ]
        )
    return row.astype(np.int64)


def raise_to_children(forest: Forest, row: IntArray) -> IntArray:
    """Return DN rows in which no trench is smaller than a trench it feeds."""
    raised = row.copy()
    for level in reversed(forest.levels()[1:]):
        np.maximum.at(raised, forest.parent[level], raised[level])
    return raised


def balance_critical_path(
    forest: Forest,
    row: IntArray,
    dp_by_row_pa: Array,
    annual_cost_by_row: Array,
    pump_cost_per_pa: float,
    consumer_node: IntArray,
) -> IntArray:
    """Return DN rows with trenches on the critical path enlarged while the pumping saved pays for it.

    Greedy: of all trenches on the worst path, the one with the largest net saving is raised by one DN when the drop
    of the worst path over all consumers pays for it, else set aside. A trench never becomes larger than the one that
    feeds it.

    Parameters
    ----------
    forest, row
        Tree and present rows.
    dp_by_row_pa : (e, n_rows)
        Supply plus return friction of each trench at its design flow for every DN.
    annual_cost_by_row : (e, n_rows)
        Annuity of each trench for every DN.
    pump_cost_per_pa
        Annual pumping cost per pascal of design lift.
    consumer_node : (c,)
        Ends of the paths.
    """
    chosen = row.copy()
    edges = np.arange(forest.n_edges)
    last = dp_by_row_pa.shape[1] - 1
    blocked = np.zeros(forest.n_edges, dtype=bool)
    path = _paths(forest, dp_by_row_pa[edges, chosen], consumer_node)
    while True:
        on_path = _path_to(forest, int(consumer_node[int(path.argmax())]))
        feeding = forest.parent[on_path]
        free = (feeding < 0) | (chosen[np.maximum(feeding, 0)] > chosen[on_path])
        on_path = on_path[free & ~blocked[on_path] & (chosen[on_path] < last)]
        if len(on_path) == 0:
            return chosen
        before, after = chosen[on_path], chosen[on_path] + 1
        saved = dp_by_row_pa[on_path, before] - dp_by_row_pa[on_path, after]
        extra = annual_cost_by_row[on_path, after] - annual_cost_by_row[on_path, before]
        best = int((pump_cost_per_pa * saved - extra).argmax())
        trial = chosen.copy()
        trial[on_path[best]] += 1
        lower = _paths(forest, dp_by_row_pa[edges, trial], consumer_node)
        if pump_cost_per_pa * float(path.max() - lower.max()) > extra[best]:
            chosen, path = trial, lower
        else:
            blocked[on_path[best]] = True


def balance_loop(
    row: IntArray, dp_by_row_pa: Array, annual_cost_by_row: Array, pump_cost_per_pa: float, most_pa: float
) -> IntArray:
    """Return DN rows of a loop in series, every trench at its least cost of pipe and pumping.

    All of the loop's water passes every pipe, so that the drops add up and each trench is chosen by itself, at least as
    wide as `row`. Where the drops together exceed `most_pa`, what the pipes can stand, trenches are widened, the one
    that costs least per pascal first, until they do not (or no pipe of the catalogue is wider).
    """
    cost = annual_cost_by_row + pump_cost_per_pa * dp_by_row_pa
    rows, edges = np.arange(cost.shape[1])[None, :], np.arange(len(row))
    chosen = np.asarray(np.where(rows < row[:, None], np.inf, cost).argmin(axis=1), dtype=np.int64)
    while dp_by_row_pa[edges, chosen].sum() > most_pa:
        saved = dp_by_row_pa[edges, chosen][:, None] - dp_by_row_pa
        extra = cost - cost[edges, chosen][:, None]
        wider = (rows > chosen[:, None]) & (saved > 0.0)
        if not wider.any():
            break
        per_pa = np.divide(extra, saved, out=np.full(cost.shape, np.inf), where=wider)
        edge, wide = np.unravel_index(int(per_pa.argmin()), cost.shape)
        chosen[edge] = wide
    return chosen


def _paths(forest: Forest, dp_pa: Array, consumer_node: IntArray) -> Array:
    return forest.march(np.zeros(()), lambda edges, up: np.asarray(up + dp_pa[edges]))[consumer_node]


def _path_to(forest: Forest, node: int) -> IntArray:
    path = []
    edge = int(forest.edge_into[node])
    while edge >= 0:
        path.append(edge)
        edge = int(forest.parent[edge])
    return np.array(path, dtype=np.int64)
