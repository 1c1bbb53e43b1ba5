"""All hours of an ambient network: buildings draw heat and give heat back, the flow turns with the balance.

Two pipes: a heating station lets water pass from the warm to the cold pipe, a cooling station the other way, each moved
by its own pump. A trench carries the difference of what is behind it, and either pipe may run in either direction.
Pump power is the hydraulic work, ``Σ 2·Δp(|m|)·|m|/ρ`` over trenches plus ``Σ Δp_station·m/ρ``, over the efficiency.

Both pipes stand near their temperatures whatever the flow, so that exchange with the ground is ``(U-N)·(Tw + Tc -
2·Tg)`` per meter (see :class:`edsim.network.pipes.ground.PairLoss`); the balance with the plant closes exactly.

One pipe: the loop runs out and back through every trench with one flow; temperatures are marched station by station
(:mod:`edsim.network.ambient_loops.one_pipe`).
"""

import numpy as np
from numpy.typing import NDArray

from edsim.network.ambient_loops.one_pipe import loop_flow, march_loop
from edsim.network.pipes.friction import pressure_gradient
from edsim.network.tree import add_rows
from edsim.network.year import Operation, TreeNetwork, TreeYear

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_CHUNK_VALUES = 400_000


def simulate_ambient(
    network: TreeNetwork, operation: Operation, heat_kw: Array, cold_kw: Array, keep: IntArray, *, one_pipe: bool
) -> TreeYear:
    """Return flows, exchange and pumping of every hour.

    Parameters
    ----------
    network, operation
        Sized tree and how it is run: `supply_c` is the warm, `return_c` the cold temperature at the plant.
    heat_kw, cold_kw : (c, t)
        Heat drawn and heat given back at each station, ≥ 0.
    keep
        Hours for which per-trench results are kept.
    one_pipe
        True for the loop.
    """
    warm, cold, ground = operation.supply_c, operation.return_c, operation.ground_c
    delta_t = float(np.abs(warm.mean() - cold))
    mean = 0.5 * (float(warm.mean()) + cold)
    cp, density = float(network.fluid.cp(mean)), float(network.fluid.density(mean))
    own = 1000.0 * (heat_kw + cold_kw) / (cp * delta_t)
    net = 1000.0 * (heat_kw - cold_kw) / (cp * delta_t)
    loop = loop_flow(heat_kw, cold_kw, delta_t, cp)
    hydraulic, lift, kept = _hydraulics(network, (net, loop), mean, keep, one_pipe=one_pipe)
    stations = operation.ets_dp_pa * own.sum(axis=0) / density
    symmetric = (network.own_w_per_mk - network.neighbor_w_per_mk) * network.length_m
    balance = (heat_kw - cold_kw).sum(axis=0)
    if one_pipe:
        places = network.consumer_node, heat_kw - cold_kw
        year = march_loop(network.forest, symmetric, places, loop * cp, (warm, ground), keep)
        taken, by_edge, flow, back = year.exchange_w / 1000.0, year.edge_exchange_w, loop, year.return_c
        coldest, hottest = _extremes(year.station_in_c, own > 0.0, warm)
    else:
        exchange = -symmetric[:, None] * (warm + cold - 2.0 * ground)
        taken, by_edge = exchange.sum(axis=0) / 1000.0, exchange[:, keep]
        flow, back = np.abs(net.sum(axis=0)), np.where(balance >= 0.0, cold, warm)
        coldest = hottest = warm
    return TreeYear(
        plant_flow_kg_per_s=flow,
        plant_heat_kw=balance - taken,
        exchange_kw=taken,
        return_temp_c=back,
        coldest_supply_c=coldest,
        hottest_supply_c=hottest,
        lift_pa=lift + operation.ets_dp_pa * (own.sum(axis=0) > 0.0),
        pump_kw=(hydraulic + stations) / operation.pump_efficiency / 1000.0,
        bypass_kg_per_s=np.zeros_like(flow),
        edge_exchange_w=by_edge,
        edge_dp_pa=kept,
    )


def _extremes(temps_c: Array, using: NDArray[np.bool_], otherwise: Array) -> tuple[Array, Array]:
    """Return the coldest and hottest inlet of the stations in use, hour by hour."""
    coldest = np.where(using, temps_c, np.inf).min(axis=0, initial=np.inf)
    hottest = np.where(using, temps_c, -np.inf).max(axis=0, initial=-np.inf)
    idle = ~using.any(axis=0)
    return np.where(idle, otherwise, coldest), np.where(idle, otherwise, hottest)


def _hydraulics(
    network: TreeNetwork, flows: tuple[Array, Array], mean_c: float, keep: IntArray, *, one_pipe: bool
) -> tuple[Array, Array, Array]:
    """Return hydraulic power of the pipes (t,), W, the largest lift (t,), Pa, and pipe drops in the kept hours."""
    net, loop = flows
    density = float(network.fluid.density(mean_c))
    forest, hours = network.forest, len(loop)
    work, lift = np.zeros(hours), np.zeros(hours)
    kept = np.zeros((forest.n_edges, len(keep)))
    step = max(24, _CHUNK_VALUES // max(forest.n_edges, 1))
    bore, rough = network.inner_m[:, None], network.roughness_m[:, None]
    length = network.length_m[:, None] * network.local_loss_factor
    viscosity = np.asarray(network.fluid.viscosity(mean_c))
    for a in range(0, hours, step):
        now = slice(a, min(a + step, hours))
        if one_pipe:
            size = np.broadcast_to(loop[now], (forest.n_edges, now.stop - a))
        else:
            at_node = np.zeros((forest.n_nodes, now.stop - a))
            add_rows(at_node, network.consumer_node, net[:, now])
            size = np.abs(forest.collect(at_node))
        dp = pressure_gradient(size, bore, rough, np.asarray(density), viscosity) * length
        work[now] = 2.0 * (dp * size).sum(axis=0) / density
        lift[now] = 2.0 * (dp.sum(axis=0) if one_pipe else _worst_path(network, dp))
        here = (keep >= now.start) & (keep < now.stop)
        kept[:, here] = dp[:, keep[here] - a]
    return work, lift, kept


def _worst_path(network: TreeNetwork, dp: Array) -> Array:
    path = network.forest.march(np.zeros(dp.shape[1]), lambda e, up: np.asarray(up + dp[e]))
    return np.asarray(path[network.consumer_node].max(axis=0, initial=0.0))
