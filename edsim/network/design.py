"""From a request to a checked network: candidates → routing → diameters → all 8760 hours → cost."""

from dataclasses import replace

import numpy as np

from edsim.network.ambient_loops.ambient import simulate_ambient
from edsim.network.assemble import assemble_design, unmet_needs
from edsim.network.checks import check_request
from edsim.network.gas.design import design_gas
from edsim.network.layout import lay_out, route_candidates, site_physics, size_network, trench_costs
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.places.candidates import build_candidates, contract_chains
from edsim.network.places.lengths import candidates_from_lengths
from edsim.network.places.reach import check_reach
from edsim.network.plant_links import checked_links
from edsim.network.request import NetworkRequest
from edsim.network.types import NetworkDesign
from edsim.network.year import Operation, simulate_year


def design_network(request: NetworkRequest) -> NetworkDesign:
    """Return the laid-out, sized and hourly checked network of a request.

    Optional buildings are connected when their avoided cost pays for trench, station, heat exchange and pumping;
    when no building pays, the design has no trench.

    Raises
    ------
    DataError
        With every fault of the request (codes E401–E434).
    """
    wanted, notes = check_request(request)
    given_back = None if request.cooling_kw is None else np.nan_to_num(request.cooling_kw)
    request = replace(request, demand_kw=np.nan_to_num(request.demand_kw), cooling_kw=given_back)  # broken: not wanted
    catalogue = load_catalogue(request.pipes.catalogue)
    by_length = bool(request.trenches)
    graph = candidates_from_lengths(request, wanted) if by_length else build_candidates(request, wanted)
    check_reach(request, wanted, graph)
    graph = graph if by_length else contract_chains(graph)
    if request.is_gas:
        design, answer = design_gas(request, wanted, graph, catalogue)
        needs = unmet_needs(request, design.connected_building_ids, design.worst_supply_temp_c)
        return replace(design, findings=(*notes, *graph.findings, *answer.findings, *design.findings, *needs))
    physics = site_physics(request, catalogue)
    costs = trench_costs(request, catalogue, physics)
    answer = route_candidates(request, wanted, graph, costs)
    layout = lay_out(request, wanted, graph, answer)
    sized = size_network(request, catalogue, physics, costs, layout, graph)
    demand = request.net_kw[layout.connected]
    operation = Operation(
        supply_c=request.supply_c,
        return_c=request.temperatures.return_c,
        delta_t_k=layout.delta_t_k,
        ground_c=physics.ground_c,
        ets_dp_pa=1000.0 * request.temperatures.ets_dp_kpa,
        pump_efficiency=request.pipes.pump_efficiency_frac,
        bypass_drop_k=request.temperatures.allowed_drop_k,
    )
    peak = np.array([int(layout.flow_total.argmax())])
    if request.is_ambient:
        heat, cold = request.demand_kw[layout.connected], (request.demand_kw - request.net_kw)[layout.connected]
        one_pipe = request.carrier == "ambient_one_pipe"
        year = simulate_ambient(sized.tree, operation, heat, cold, peak, one_pipe=one_pipe)
    else:
        year = simulate_year(sized.tree, operation, demand, peak)
    findings = (*notes, *graph.findings, *answer.findings, *sized.replaced)
    design = assemble_design(request, graph, answer, layout, sized, year, costs, findings)
    return checked_links(request, graph, design) if len(request.plants) > 1 else design
