"""The check after the optimization: the sized network with the water really drawn, against what the plan counted.

The plan takes every station at the temperature difference of its part-load curve. In truth the building limits the
return temperature, so water that arrives less useful (warmer chilled water, colder hot water) leaves a smaller
difference and more of it must flow. Here the tree is rebuilt from the tables of the design, the demand is what the
dispatch served, and flows follow from ``m = Q/(cp·ΔT(T_station))``, solved together with the temperatures. Where little
flows, thermostatic bypasses at the ends let water pass so that the stations keep their supply temperature.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.network.bypass import Bypass
from edsim.network.layout import site_physics
from edsim.network.pipes.catalogue import default, load_catalogue
from edsim.network.request import NetworkRequest
from edsim.network.tree import build_forest
from edsim.network.types import NetworkDesign
from edsim.network.year import Operation, TreeNetwork, TreeYear, simulate_year, station_delta_t

Array = NDArray[np.float64]
_CLOSED_KG_PER_S = 1e-6
LOSS_TOLERANCE_FRAC = 0.03
PUMP_TOLERANCE_FRAC = 0.10
"""Differences beyond which losses or pumping are taken over from the check and the plant is sized again."""


@dataclass(frozen=True, slots=True)
class YearCheck:
    """What the check of one network found.

    Attributes
    ----------
    design
        The design with heat exchange, pumping, temperatures and bypasses of the check.
    loss_difference_frac, pump_difference_frac
        Yearly sums of the check over those of the plan, less 1.
    """

    design: NetworkDesign
    loss_difference_frac: float
    pump_difference_frac: float

    @property
    def agrees(self) -> bool:
        """True when neither losses nor pumping differ by more than the tolerances."""
        loss_fits = abs(self.loss_difference_frac) <= LOSS_TOLERANCE_FRAC
        return loss_fits and abs(self.pump_difference_frac) <= PUMP_TOLERANCE_FRAC

    def text(self) -> str:
        """Return one line for the progress report."""
        loss, pump = f"{self.loss_difference_frac:+.1%}", f"{self.pump_difference_frac:+.1%}"
        text = f"network {self.design.id} checked on 8760 hours: heat exchange {loss}, pumping {pump} against the plan"
        passed = self.design.bypass
        if passed is None or not passed.hours:
            return text
        cost = f"{passed.pump_kwh:,.0f} kWh pumping and {passed.exchange_kwh:,.0f} kWh of heat"
        return f"{text}; bypasses open in {passed.hours} hours, {passed.volume_m3:,.0f} m3, {cost}"


def check_dispatch(request: NetworkRequest, design: NetworkDesign, unserved_kw: Array | None = None) -> YearCheck:
    """Return the check of a water network against the dispatch.

    Parameters
    ----------
    request, design
        What was asked for and what was laid out.
    unserved_kw : (8760,), optional
        What the plant did not supply to this network.

    Notes
    -----
    Steam, air and ambient water are computed with their true flows in every hour already; they come back unchanged.
    What the plant has to give stays that of the whole demand: an hour it fell short in is to be served, not forgotten.
    """
    demand = served_demand(request, design, unserved_kw)
    if request.is_gas or request.is_ambient or not len(design.edges) or not demand.any():
        return YearCheck(design, 0.0, 0.0)
    tree = sized_tree(request, design)
    t = request.temperatures
    operation = Operation(
        supply_c=request.supply_c,
        return_c=t.return_c,
        delta_t_k=station_delta_t(
            demand, request.delta_t_k, np.array(t.part_load_frac), np.array(t.part_load_delta_t_frac)
        ),
        ground_c=site_physics(request, load_catalogue(design.catalogue)).ground_c,
        ets_dp_pa=1000.0 * t.ets_dp_kpa,
        pump_efficiency=request.pipes.pump_efficiency_frac,
        building_limits_return=True,
    )
    none = np.zeros(0, dtype=np.int64)
    year = simulate_year(tree, replace(operation, bypass_drop_k=t.allowed_drop_k), demand, none)
    without = simulate_year(tree, operation, demand, none) if year.bypass_kg_per_s.any() else year
    sign = -1.0 if request.is_cooling else 1.0
    gain = -sign * year.exchange_kw
    worst = year.hottest_supply_c if request.is_cooling else year.coldest_supply_c
    checked = replace(
        design,
        heat_gain_kw=gain,
        pump_power_kw=year.pump_kw,
        pump_heat_kw=year.pump_kw * default("pump_motor_efficiency_frac"),
        worst_supply_temp_c=worst,
        plant_flow_kg_per_s=year.plant_flow_kg_per_s,
        plant_heat_kw=served_demand(request, design).sum(axis=0) + gain,
        design_lift_kpa=float(year.lift_pa.max()) / 1000.0,
        bypass=_bypass(request, year, without),
    )
    return YearCheck(
        design=checked,
        loss_difference_frac=_over(gain, design.heat_gain_kw),
        pump_difference_frac=_over(year.pump_kw, design.pump_power_kw),
    )


def _bypass(request: NetworkRequest, year: TreeYear, without: TreeYear) -> Bypass:
    """Return what the bypasses of a year take, against the year without them."""
    open_ = year.bypass_kg_per_s > _CLOSED_KG_PER_S
    density = float(request.fluid.density(request.temperatures.supply_c))
    return Bypass(
        volume_m3=3600.0 * float(year.bypass_kg_per_s[open_].sum()) / density,
        hours=int(open_.sum()),
        pump_kwh=float((year.pump_kw - without.pump_kw).sum()),
        exchange_kwh=abs(float((year.exchange_kw - without.exchange_kw).sum())),
    )


def _over(now: Array, before: Array) -> float:
    planned = float(before.sum())
    return float(now.sum()) / planned - 1.0 if abs(planned) > 0.0 else 0.0


def served_demand(request: NetworkRequest, design: NetworkDesign, unserved_kw: Array | None = None) -> Array:
    """Return the hourly demand of the connected buildings, (c, t), less what the plant did not supply."""
    row = {b.id: i for i, b in enumerate(request.buildings)}
    demand = np.nan_to_num(request.demand_kw[[row[b] for b in design.connected_building_ids]])
    if unserved_kw is None or not len(demand):
        return demand
    load = np.maximum(design.plant_heat_kw, 1e-9)
    return np.asarray(demand * np.clip(1.0 - unserved_kw / load, 0.0, 1.0))


def sized_tree(request: NetworkRequest, design: NetworkDesign) -> TreeNetwork:
    """Return the tree of a design, rebuilt from its tables."""
    catalogue = load_catalogue(design.catalogue)
    physics = site_physics(request, catalogue)
    pair = physics.pair
    number = {n.id: i for i, n in enumerate(design.nodes)}
    at_building = {n.building_id: i for i, n in enumerate(design.nodes) if n.kind == "consumer"}
    u = np.array([number[n] for n in design.edges.from_node], dtype=np.int64)
    v = np.array([number[n] for n in design.edges.to_node], dtype=np.int64)
    roots = np.array([i for i, n in enumerate(design.nodes) if n.kind == "producer"], dtype=np.int64)
    forest = build_forest(len(design.nodes), u, v, roots)
    row = np.array([catalogue.index_of(int(dn)) for dn in design.edges.dn], dtype=np.int64)[forest.order]
    return TreeNetwork(
        forest=forest,
        length_m=design.edges.length_m[forest.order],
        inner_m=catalogue.inner_m[row],
        roughness_m=catalogue.roughness_m[row],
        capacity_kg_per_s=physics.capacity_kg_per_s[row],
        own_w_per_mk=pair.own_w_per_mk[row],
        neighbor_w_per_mk=pair.neighbor_w_per_mk[row],
        consumer_node=np.array([at_building[b] for b in design.connected_building_ids], dtype=np.int64),
        local_loss_factor=request.pipes.local_loss_factor,
        fluid=request.fluid,
    )


def refit(
    designs: tuple[NetworkDesign, ...],
    requests: Mapping[str, NetworkRequest],
    unserved_kw: Mapping[str, Array],
) -> tuple[tuple[NetworkDesign, ...], tuple[YearCheck, ...]]:
    """Return the designs, those that differ replaced by their check, and all checks.

    Parameters
    ----------
    designs
        Of one variant.
    requests, unserved_kw
        By network id; a network without shortage may be missing from the second.
    """
    checks = tuple(check_dispatch(requests[d.id], d, unserved_kw.get(d.id)) for d in designs)
    kept = tuple(d if c.agrees else c.design for d, c in zip(designs, checks, strict=True))
    return kept, checks


def unsettled(check: YearCheck) -> Finding:
    """Return the warning of a network whose check still differs after the plant was sized with it."""
    return Finding(
        "W410",
        f"network {check.design.id}: losses or pumping did not settle between plan and check",
        field=f"networks.{check.design.id}",
        got=f"heat exchange {check.loss_difference_frac:+.1%}, pumping {check.pump_difference_frac:+.1%}",
        allowed=f"{LOSS_TOLERANCE_FRAC:.0%} and {PUMP_TOLERANCE_FRAC:.0%}",
        hint="the plan's figures stand; larger pipes or better insulation bring them together",
        severity="warning",
    )
