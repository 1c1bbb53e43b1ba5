"""Steady states of random networks against pandapipes, an independent solver (BSD licence).

Run in an environment with pandapipes 0.16 (it needs pandas < 3) and the packages of edsim's network part::

    python -m venv peers-pandapipes
    peers-pandapipes/bin/pip install "pandas<3" pandapipes==0.16.0 wntr shapely pyproj highspy pyomo pydantic pyyaml
    PYTHONPATH=. peers-pandapipes/bin/python benchmarks/network_pandapipes.py --networks 60

Trees and rings, heating and chilled water, two-pipe ambient networks with pipes that run backwards, one-pipe loops,
hills, second plants of fixed flow and slow pipes (there with pandapipes' own formula in both, 64/Re + rough), 4 to 40
nodes, two load points each; ``--kind`` picks one of them. pandapipes is asked for Colebrook friction with a tight
tolerance (its default formula is another one); since it applies Colebrook to slow flow too, edsim is asked for
``friction="colebrook"``. A state for which either program finds no answer is counted and left out.
``--their-water`` gives edsim the property table of pandapipes, which leaves only the solvers to differ: of a tabulated
liquid edsim too takes the mean of heat capacity and density at both ends of a way, not the enthalpy. Pipes with less
than 1 % of the largest flow are left out: at the still point of a ring any difference is large in relation. The sum of
losses is compared in relation to what all pipes exchange, gains and losses counted alike: in a one-pipe loop they may
cancel to 2 % of it. ``--designs N`` also sends N designed networks through
:func:`edsim.network.to_pandapipes_tables` and :func:`edsim.network.to_epanet` (solved by WNTR's EPANET 2.2).
"""

import argparse
from collections.abc import Sequence
from typing import Any

import numpy as np
from network_random import KINDS, MIN_DP_KPA, RandomNetwork, random_case

from edsim.core.errors import DataError, SolverError
from edsim.network import (
    Fluid,
    NetworkBuilding,
    NetworkDesign,
    NetworkEconomics,
    NetworkPlant,
    NetworkRequest,
    NetworkTemperatures,
    PipeRules,
    Source,
    SteadyState,
    design_network,
    solve_steady,
    to_epanet,
    to_pandapipes_tables,
)
from edsim.network.pipes.friction import FrictionModel

LOADS = (1.0, 0.3)
BARS = {"flow": 1e-3, "dp": 1e-2, "temp_k": 0.05, "loss": 1e-2, "pump": 1.5e-2}


def solve_elsewhere(case: RandomNetwork, ground_c: float, friction: FrictionModel) -> Any:
    """Return the solved pandapipes net, None where it finds no answer."""
    import pandapipes as pp

    net = pp.create_empty_network(fluid="water")
    names = sorted({n for p in case.pipes for n in (p.from_node, p.to_node)})
    at = {n: pp.create_junction(net, 5.0, 320.0, height_m=case.node_z_m.get(n, 0.0), name=n) for n in names}
    for p in case.pipes:
        pp.create_pipe_from_parameters(
            net,
            at[p.from_node],
            at[p.to_node],
            p.length_m / 1000.0,
            p.inner_diameter_mm,
            k_mm=p.roughness_mm,
            u_w_per_m2k=p.u_w_per_mk / (np.pi * p.inner_diameter_mm / 1000.0),
            text_k=ground_c + 273.15,
            loss_coefficient=p.zeta,
            name=p.id,
        )
    for c in case.consumers:
        heat, ends = c.heat_kw or 0.0, (at[c.from_node], at[c.to_node])
        given = {"deltat_k": float(np.copysign(c.delta_t_k, heat))} if c.delta_t_k else {}
        given |= {"controlled_mdot_kg_per_s": c.flow_kg_per_s} if c.flow_kg_per_s else {}
        given["qext_w"] = 1000.0 * heat
        pp.create_heat_consumer(net, *ends, name=c.id, **given)
    for s in case.sources[1:]:
        pp.create_circ_pump_const_mass_flow(
            net,
            at[s.return_node],
            at[s.supply_node],
            p_flow_bar=None,
            mdot_flow_kg_per_s=s.flow_kg_per_s,
            t_flow_k=s.supply_temp_c + 273.15,
            type="t",
        )
    plant = case.sources[0]
    pp.create_circ_pump_const_pressure(
        net,
        at[plant.return_node],
        at[plant.supply_node],
        p_flow_bar=plant.supply_pressure_kpa / 100.0,
        plift_bar=(plant.lift_kpa or 0.0) / 100.0,
        t_flow_k=plant.supply_temp_c + 273.15,
    )
    tolerances = {"tolerance_colebrook": 1e-10, "tol_m": 1e-8, "tol_T": 1e-6}
    most = {"max_iter_hyd": 200, "max_iter_bidirect": 300, "max_iter_colebrook": 100}
    try:
        pp.pipeflow(net, mode="bidirectional", friction_model=friction, **tolerances, **most)
    except pp.PipeflowNotConverged:
        return None
    return net


def solve_here(case: RandomNetwork, fluid: Fluid, ground_c: float, friction: FrictionModel) -> SteadyState | None:
    """Return edsim's state, None where it finds no answer."""
    try:
        return solve_steady(
            case.pipes, case.consumers, case.sources, fluid, ground_c, node_z_m=case.node_z_m, friction=friction
        )
    except (DataError, SolverError):
        return None


def deviations(state: SteadyState, net: Any, plant: Source) -> dict[str, float]:
    """Return the worst deviation of each quantity."""
    flow = net.res_pipe.mdot_from_kg_per_s.to_numpy()
    big = np.abs(flow) > 1e-2 * np.abs(flow).max()
    drop = _friction_pa(net)
    temps = dict(zip(net.junction.name, net.res_junction.t_k - 273.15, strict=True))
    found = np.array([temps[n] for n in state.node_ids])
    t_in = np.where(flow >= 0.0, net.res_pipe.t_from_k, net.res_pipe.t_to_k)
    t_out = net.res_pipe.t_outlet_k.to_numpy()
    loss_w = np.abs(flow) * net.fluid.get_heat_capacity(0.5 * (t_in + t_out)) * (t_in - t_out)
    mass = float(net.res_circ_pump_pressure.mdot_from_kg_per_s.abs().sum())
    ours = float(state.source_required_lift_kpa[0]) * abs(float(state.source_flow_kg_per_s[0]))
    lift = plant.lift_kpa or 0.0
    if state.critical_consumer:
        spare = 100.0 * (net.res_heat_consumer.p_from_bar - net.res_heat_consumer.p_to_bar).to_numpy()
        across = net.heat_consumer.from_junction.map(net.junction.name).str.startswith("s").to_numpy()
        lift += MIN_DP_KPA - float(spare[across].min())
    return {
        "flow": float(np.abs(state.pipe_flow_kg_per_s[big] / flow[big] - 1.0).max()),
        "dp": float(np.abs(state.pipe_dp_pa[big] / drop[big] - 1.0).max()),
        "temp_k": float(np.abs(state.node_temp_c - found).max()),
        "loss": abs(1000.0 * state.heat_loss_kw - float(loss_w.sum())) / float(np.abs(loss_w).sum()),
        "pump": abs(ours / (lift * mass) - 1.0),
    }


def _friction_pa(net: Any) -> Any:
    """Return the friction and local loss of the pipes of pandapipes, from its friction factor, without columns."""
    kelvin = 0.5 * (net.res_pipe.t_from_k + net.res_pipe.t_to_k).to_numpy()
    bore, flow = net.pipe.inner_diameter_mm.to_numpy() / 1000.0, net.res_pipe.mdot_from_kg_per_s.to_numpy()
    heads = net.res_pipe["lambda"].to_numpy() * 1000.0 * net.pipe.length_km.to_numpy() / bore
    heads = heads + net.pipe.loss_coefficient.to_numpy()
    return heads * flow * np.abs(flow) / (2.0 * net.fluid.get_density(kelvin) * (np.pi / 4.0 * bore**2) ** 2)


def their_water() -> Fluid:
    """Return the water of pandapipes as a table."""
    import pandapipes as pp

    water = pp.create_empty_network(fluid="water").fluid
    temps = np.arange(0.0, 130.1, 0.5)
    columns = (f(temps + 273.15) for f in (water.get_density, water.get_heat_capacity, water.get_viscosity))
    return Fluid.table(list(zip(temps.tolist(), *(c.tolist() for c in columns), strict=True)))


def compare_random(count: int, seed: int, fluid: Fluid, kinds: Sequence[str]) -> dict[str, dict[str, float]]:
    """Print and return the worst deviations over random networks, by kind."""
    worst = {kind: dict.fromkeys(BARS, 0.0) for kind in kinds}
    rng = np.random.default_rng(seed)
    slow, silent = 0, {"edsim": 0, "pandapipes": 0}
    for k in range(count):
        kind = kinds[k % len(kinds)]
        whole = random_case(rng, kind)
        ground = 27.0 if kind.startswith("chilled") else 10.0
        friction: FrictionModel = "nikuradse" if kind == "slow tree" else "colebrook"
        for load in LOADS:
            case = whole.at_load(load)
            state = solve_here(case, fluid, ground, friction)
            net = solve_elsewhere(case, ground, friction)
            silent["edsim"] += int(state is None)
            silent["pandapipes"] += int(net is None)
            if state is None or net is None:
                continue
            slow += int(state.pipe_reynolds.min() < 4000.0)
            found = deviations(state, net, case.sources[0])
            over = [name for name in BARS if not found[name] <= BARS[name]]
            worst[kind] = {name: max(worst[kind][name], found[name]) for name in BARS}
            if over:
                print(f"network {k} ({kind}, load {load}, {len(case.pipes)} pipes): over the bar in {over}: {found}")
    print(
        f"{count} networks, {len(LOADS) * count} states, {slow} of them with pipes below Re 4000; no answer: {silent}"
    )
    return worst


def designed(rng: np.random.Generator) -> NetworkDesign:
    """Return a chilled-water network over random buildings without streets, all of one load profile."""
    n = int(rng.integers(5, 15))
    shape = 0.6 + 0.4 * np.sin(np.arange(8760) * 2.0 * np.pi / 24.0)
    place = rng.uniform(0.0, 0.006, (n, 2))
    request = NetworkRequest(
        id="cold",
        carrier="chilled_water",
        buildings=tuple(NetworkBuilding(f"b{i}", -75.57 + x, 6.25 + y) for i, (x, y) in enumerate(place)),
        demand_kw=rng.uniform(100.0, 900.0, n)[:, None] * shape,
        plants=(NetworkPlant("plant", -75.571, 6.249),),
        temperatures=NetworkTemperatures(5.0, 13.0, 1.5, 60.0),
        pipes=PipeRules("steel_series1", "moist_sand"),
        economics=NetworkEconomics(0.08, 30.0, 0.15, 0.04, 1.0, 0.5),
        dry_bulb_temp_c=np.full(8760, 24.0),
        time_limit_s=5.0,
    )
    return design_network(request)


def compare_exports(count: int, seed: int) -> dict[str, float]:
    """Return the worst deviation of exported designs solved by pandapipes and by EPANET from the design itself."""
    rng = np.random.default_rng(seed)
    worst: dict[str, float] = {}
    for _ in range(count):
        design = designed(rng)
        for name, value in {**_by_pandapipes(design), **_by_epanet(design)}.items():
            worst[name] = max(worst.get(name, 0.0), value)
    return worst


def _by_pandapipes(design: NetworkDesign) -> dict[str, float]:
    import pandapipes as pp

    tables = to_pandapipes_tables(design)
    net = pp.create_empty_network(fluid="water")
    at = {j["name"]: pp.create_junction(net, j["pn_bar"], j["tfluid_k"], name=j["name"]) for j in tables["junctions"]}
    for p in tables["pipes"]:
        ends = at[p["from_junction"]], at[p["to_junction"]]
        pp.create_pipe_from_parameters(
            net, *ends, p["length_km"], p["inner_diameter_mm"], k_mm=p["k_mm"], u_w_per_m2k=0.0, name=p["name"]
        )
    for c in tables["heat_consumers"]:
        ends = at[c["from_junction"]], at[c["to_junction"]]
        mass, delta_t = c["controlled_mdot_kg_per_s"], c["deltat_k"]
        pp.create_heat_consumer(net, *ends, controlled_mdot_kg_per_s=mass, deltat_k=delta_t)
    for s in tables["circ_pumps"]:
        ends = at[s["return_junction"]], at[s["flow_junction"]]
        lift = {"p_flow_bar": 20.0, "plift_bar": 15.0, "t_flow_k": s["t_flow_k"]}
        pp.create_circ_pump_const_pressure(net, *ends, **lift)
    pp.pipeflow(net, mode="bidirectional", friction_model="colebrook", tolerance_colebrook=1e-10, tol_m=1e-8)
    supply = net.pipe.name.str.startswith("supply").to_numpy()
    both = 1e5 * (net.res_pipe.p_from_bar - net.res_pipe.p_to_bar).to_numpy()
    drop = 0.5 * (both[supply] + both[~supply])
    ours = design.edges.pressure_gradient_pa_per_m * design.edges.length_m * design.local_loss_factor
    flow = net.res_pipe.mdot_from_kg_per_s.to_numpy()[supply]
    carried = design.edges.peak_kw / float(Fluid.water().cp(9.0)) * 1000.0 / 8.0
    return {
        "pandapipes flow": float(np.abs(carried / flow - 1.0).max()),
        "pandapipes dp": float(np.abs(ours / drop - 1.0).max()),
    }


def _by_epanet(design: NetworkDesign) -> dict[str, float]:
    import tempfile
    from pathlib import Path

    import wntr

    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "net.inp"
        file.write_text(to_epanet(design), "utf-8")
        model = wntr.network.WaterNetworkModel(str(file))
        result = wntr.sim.EpanetSimulator(model).run_sim(file_prefix=str(Path(folder) / "run"))
    flow = np.array([float(result.link["flowrate"][f"P{k}"].iloc[0]) for k in range(len(design.edges))])
    carried = design.edges.peak_kw / float(Fluid.water().cp(9.0)) * 1000.0 / 8.0 / 1000.0
    head = result.node["head"].iloc[0]
    number = {node.id: f"N{i}" for i, node in enumerate(design.nodes)}
    ends = zip(design.edges.from_node, design.edges.to_node, strict=True)
    drop = np.array([float(head[number[a]] - head[number[b]]) for a, b in ends]) * 9.80665 * 1000.0
    ours = design.edges.pressure_gradient_pa_per_m * design.edges.length_m * design.local_loss_factor
    return {
        "EPANET flow": float(np.abs(carried / flow - 1.0).max()),
        "EPANET dp": float(np.abs(ours / drop - 1.0).max()),
    }


def main() -> None:
    """Run the comparison and print the worst deviation of each quantity beside its bar."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--networks", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--designs", type=int, default=0)
    parser.add_argument("--their-water", action="store_true")
    parser.add_argument("--kind", choices=KINDS, help="only networks of this kind")
    given = parser.parse_args()
    fluid = their_water() if given.their_water else Fluid.water()
    kinds = [given.kind] if given.kind else KINDS
    worst = {}
    if given.networks:
        worst = compare_random(given.networks, given.seed, fluid, kinds)
    for kind, found in worst.items():
        print(f"{kind:17s}" + "".join(f"  {name} {value:.1e}" for name, value in found.items()))
    for name, bar in BARS.items() if worst else ():
        most = max(found[name] for found in worst.values())
        print(f"{name:7s} worst {most:.2e}  bar {bar:.1e}  {'kept' if most <= bar else 'NOT KEPT'}")
    for name, value in compare_exports(given.designs, given.seed).items():
        print(f"export  {name:22s} worst {value:.2e}")


if __name__ == "__main__":
    main()
