"""Condensate of a steam network: a full water pipe beside every main, what it loses and what its pumps take."""

import numpy as np
from numpy.typing import NDArray

from edsim.network.coupled import PairTree, march_pair
from edsim.network.fluid import Fluid
from edsim.network.layout import Layout
from edsim.network.pipes.catalogue import PipeCatalogue
from edsim.network.pipes.sizing import flow_limit
from edsim.network.request import NetworkRequest
from edsim.network.tree import add_rows

Array = NDArray[np.float64]
CONDENSATE_HEAD_KPA = 150.0
"""Lift of the condensate pumps: return friction and the receiver; small against everything else, unverified."""


def condensate_u(request: NetworkRequest, catalogue: PipeCatalogue, u_w_per_mk: Array, sized_kg_per_s: Array) -> Array:
    """Return the conductance of the condensate pipe beside every main, W/(m·K); it is sized as a water pipe.

    Parameters
    ----------
    request
        Network of steam: its return temperature, pipe limits and share of condensate returned.
    catalogue, u_w_per_mk : (n,)
        Pipes and their conductances.
    sized_kg_per_s : (e,)
        Steam each trench was laid for.
    """
    back_c, water = request.temperatures.return_c, Fluid.water()
    limit = flow_limit(catalogue, request.pipes, float(water.density(back_c)), float(water.viscosity(back_c)))
    flow = request.gas.condensate_return_frac * sized_kg_per_s
    row = np.minimum(np.searchsorted(np.maximum.accumulate(limit), flow), len(limit) - 1)
    return np.asarray(u_w_per_mk[row])


def condensate_loss_kw(request: NetworkRequest, layout: Layout, w_per_k: Array, about: tuple[Array, slice]) -> Array:
    """Return the heat the condensate loses on its way back through full pipes of given conductance, kW, (t,).

    It enters at the return temperature and cools towards the ground: the return of a pair whose supply is at ground's.
    `about` are the ground temperature of the year and the hours asked for.
    """
    (ground_c, now), forest = about, layout.forest
    entering = request.temperatures.return_c - ground_c[now]
    at_node = np.zeros((forest.n_nodes, len(entering)))
    add_rows(at_node, layout.consumer_node, request.gas.condensate_return_frac * layout.drawn_kg_per_s[:, now])
    tree = PairTree(forest, w_per_k, np.zeros(forest.n_edges))
    cp = Fluid.water().cp(request.temperatures.return_c - 0.5 * entering)
    temps = march_pair(tree, (forest.collect(at_node), at_node), -at_node * entering, np.zeros(len(cp)), cp)
    return np.asarray(np.nan_to_num(at_node.sum(axis=0) * cp * (entering - temps.back_root)) / 1000.0)


def condensate_pump_kw(request: NetworkRequest, layout: Layout) -> Array:
    """Return the power of the condensate pumps, kW; 0 for air."""
    if request.carrier != "steam":
        return np.zeros_like(layout.flow_total)
    back = request.gas.condensate_return_frac * layout.flow_total
    density = float(Fluid.water().density(request.temperatures.return_c))
    return np.asarray(back / density * CONDENSATE_HEAD_KPA / request.pipes.pump_efficiency_frac)
