"""What each service costs where one plant makes several: shares of joint cost and emissions by every method.

Physical methods (energy, exergy, efficiency, residual) share the plant; each service bears its own network. The two
methods of the theory of games share all of it: for every group of services the least-cost plant that serves the group
alone is sized on typical days, so that a group that would be better off alone is found.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from itertools import combinations
from math import log
from typing import Any

import numpy as np

from edsim.appraisal.costs import (
    individual_assets,
    individual_energy_cost,
    network_assets,
    plant_assets,
    plant_ghg_kg,
    plant_lines,
    study_of,
)
from edsim.appraisal.emissions import for_model, refrigerants_of_case
from edsim.core.errors import DataError, InfeasibleError, SolverError
from edsim.finance import (
    build_cash_flows,
    by_efficiency,
    by_energy,
    by_exergy,
    by_residual,
    by_separable_cost,
    capex_annuity,
    core_violations,
    crf,
    npv,
    shapley,
)
from edsim.network.district import District
from edsim.optimization.connection import network_cost_per_a
from edsim.optimization.model import least_cost, sizing_model
from edsim.optimization.prepare_system import building_demand_in_model, prepare_system
from edsim.optimization.system import System
from edsim.results.variant import VariantRun

GAMES = ("separable", "shapley")
MAX_PLAYERS = 5
"""Services up to which every group is costed: 31 sizings."""
_TYPICAL_DAYS = 4
"""Days beside the peak days on which groups are sized; against 12 the shares of the shipped park move by 0.002."""
_LEAST_DOUBT_FRAC = 1e-6
"""Gains of a group below this share of its cost are rounding."""
_ELECTRICITY = "electricity"
_NORMAL_TEMP_C, _ATMOSPHERE_BAR, _KJ_PER_NM3 = 0.0, 1.01325, 101.325
_KELVIN = 273.15

Shares = Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Product:
    """A service made by the plant.

    Attributes
    ----------
    amount, unit
        Delivered in a year, in its own unit (kWh, or Nm3 of compressed air).
    energy_kwh
        Its energy; the isothermal work of compression for compressed air.
    temp_c
        Mean temperature of heat or cold; None for work (electricity, compressed air).
    network_per_a
        Annuity and upkeep of its own network, currency/a.
    """

    amount: float
    unit: str
    energy_kwh: float
    temp_c: float | None
    network_per_a: float


def products_of(run: VariantRun) -> dict[str, Product]:
    """Return what the plant makes for the buildings, by service."""
    case, profiles = run.district.case, run.district.profiles
    row = {b: i for i, b in enumerate(profiles.building_ids)}
    ambient = float(np.mean(run.conditions.dry_bulb_temp_c))
    found: dict[str, Product] = {}
    for d in run.district.designs:
        spec = next(n for n in case.networks if n.id == d.id)
        demand: Any = profiles.demand
        amount = float(demand[spec.service][[row[b] for b in d.connected_building_ids]].sum())
        if amount <= 0.0:
            continue
        air = spec.service == "compressed_air"
        work = amount * work_kwh_per_nm3(_gauge_pressure_bar(run, spec.pressure_bar), ambient) if air else amount
        temp_c = None if air else 0.5 * (spec.supply_temp_c + spec.return_temp_c)
        one = Product(amount, "Nm3" if air else "kWh", work, temp_c, network_cost_per_a(case, d))
        found[spec.service] = _joined(found[spec.service], one) if spec.service in found else one
    power = sum(float(kw.sum()) for (_, s), kw in building_demand_in_model(run.district).items() if s == _ELECTRICITY)
    return found | ({_ELECTRICITY: Product(power, "kWh", power, None, 0.0)} if power > 0.0 else {})


def _joined(one: Product, other: Product) -> Product:
    """Return two networks of the same service as one product, its temperature weighted by energy."""
    energy = one.energy_kwh + other.energy_kwh
    temp_c = None
    if one.temp_c is not None and other.temp_c is not None:
        temp_c = (one.temp_c * one.energy_kwh + other.temp_c * other.energy_kwh) / energy
    network = one.network_per_a + other.network_per_a
    return Product(one.amount + other.amount, one.unit, energy, temp_c, network)


def allocation_rows(runs: Sequence[VariantRun], method: str) -> list[dict[str, Any]]:
    """Return the rows of the allocation table for every project variant whose plant makes several services.

    A plant that grows by phases has no year that stands for all; it is left out.

    Parameters
    ----------
    runs
        BAU first.
    method
        The one the case chose; its rows are marked.
    """
    rows: list[dict[str, Any]] = []
    for run in runs[1:]:
        settled = run.design is not None and len(run.stages) == 1
        products = products_of(run) if settled else {}
        if len(products) > 1:
            rows += _rows(run, runs[0], products, method)
    return rows


def yearly_cost(run: VariantRun) -> float:
    """Return the equivalent annual cost of energy center and networks, currency/a in constant money."""
    case = run.district.case
    study = study_of(case, run.name)
    flows = build_cash_flows(study, [*plant_assets(run), *network_assets(run)], plant_lines(run))
    return float(-npv(flows, study.discount_rate) * crf(study.discount_rate, study.horizon_a))


def coalition_costs(run: VariantRun, players: Sequence[str]) -> dict[frozenset[str], float]:
    """Return the yearly cost of the least-cost plant and the networks of every group of services, currency/a.

    Empty where a group cannot be served alone or there are too many players.
    """
    if len(players) > MAX_PLAYERS:
        return {}
    case = run.district.case
    gases = for_model(refrigerants_of_case(case))
    whole = prepare_system(_serving(run.district, set(players)), gases)
    goal = least_cost(case.emissions.carbon_price_per_t)
    costs = {}
    try:
        model = sizing_model(whole, _TYPICAL_DAYS)
        for size in range(len(players), 0, -1):
            for group in combinations(players, size):
                part = _serving(run.district, set(group))
                model.update(_on_same_balances(prepare_system(part, gases), whole))
                networks = sum(network_cost_per_a(case, d) for d in part.designs)
                costs[frozenset(group)] = model.solve(goal).objective + networks
    except (DataError, InfeasibleError, SolverError):
        return {}
    return costs


def _on_same_balances(part: System, whole: System) -> System:
    """Return the system of a group with the balances of all services, so that one model serves every group."""
    nothing = np.zeros(8760)
    return replace(part, demand={key: part.demand.get(key, nothing) for key in whole.demand})


def _serving(district: District, services: set[str]) -> District:
    """Return the district whose plant serves only some services."""
    service = {n.id: n.service for n in district.case.networks}
    designs = tuple(d for d in district.designs if service[d.id] in services)
    demand: Any = dict(district.profiles.demand)
    for name in {s for _, s in building_demand_in_model(district)} - services:
        demand[name] = np.zeros_like(demand[name])
    return replace(district, designs=designs, profiles=replace(district.profiles, demand=demand))


def _rows(run: VariantRun, bau: VariantRun, products: Mapping[str, Product], chosen: str) -> list[dict[str, Any]]:
    total, ghg = yearly_cost(run), plant_ghg_kg(run)
    own = sum(p.network_per_a for p in products.values())
    players = tuple(products)
    game = coalition_costs(run, players)
    scale = total / game[frozenset(players)] if game and game[frozenset(players)] > 0.0 else 0.0
    game = {group: cost * scale for group, cost in game.items()} if scale > 0.0 else {}
    doubt = max(abs(scale - 1.0), dearer_together(game), _LEAST_DOUBT_FRAC)
    methods = _physical(run, bau, products) | (game_shares(players, game) if game else {})
    before = {k: _bau_cost(bau, run, k) for k in players}
    rows = []
    for method, shares in methods.items():
        costs = {
            k: s * total if method in GAMES else products[k].network_per_a + s * (total - own)
            for k, s in shares.items()
        }
        groups = leaving(costs, game, doubt)
        rows += [
            {
                "variant": run.name,
                "method": method,
                "product": k,
                "share_frac": shares[k],
                "delivered": products[k].amount,
                "unit": products[k].unit,
                "cost_per_a": costs[k],
                "unit_cost": costs[k] / products[k].amount,
                "ghg_kg_per_a": shares[k] * ghg,
                "alone_cost_per_a": game.get(frozenset((k,)), float("nan")),
                "bau_cost_per_a": before[k],
                "better_alone": groups.get(k, ""),
                "chosen": method == chosen,
            }
            for k in players
        ]
    return rows


def _physical(run: VariantRun, bau: VariantRun, products: Mapping[str, Product]) -> dict[str, Shares]:
    """Return method → shares in the plant; methods that lack a figure are left out."""
    energy = {k: p.energy_kwh for k, p in products.items()}
    temps = {k: p.temp_c for k, p in products.items() if p.temp_c is not None}
    ambient = float(np.mean(run.conditions.dry_bulb_temp_c))
    found: dict[str, Shares] = {"energy": by_energy(energy), "exergy": by_exergy(energy, temps, ambient)}
    reference = {k: _separate_efficiency(bau, run, k, p) for k, p in products.items()}
    if all(e > 0.0 for e in reference.values()):
        found["efficiency"] = by_efficiency(energy, reference)
    fuel = sum(float(f.values.sum()) for f in run.flows if f.kind == "chp" and f.port == "fuel")
    power = sum(
        float(f.values.sum())
        for f in run.flows
        if f.kind == "chp" and f.carrier == _ELECTRICITY and f.direction == "out"
    )
    factor = run.district.case.emissions.grid_primary_energy_factor
    if _ELECTRICITY in products and fuel > 0.0 and power > 0.0 and factor >= 1.0:
        others = {k: e for k, e in energy.items() if k != _ELECTRICITY}
        found["residual"] = by_residual(_ELECTRICITY, power / fuel, 1.0 / factor, others)
    return found


def game_shares(players: tuple[str, ...], game: Mapping[frozenset[str], float]) -> dict[str, Shares]:
    """Return the shares by separable costs and remaining benefits, and by the Shapley value."""
    everyone = frozenset(players)
    total = game[everyone]
    found: dict[str, Shares] = {}
    without = {k: game.get(everyone - {k}, 0.0) for k in players}
    alone = {k: game[frozenset((k,))] for k in players}
    with suppress(DataError):  # nothing is gained by sharing: there is no benefit to divide
        found["separable"] = by_separable_cost(total, without, alone)
    values = shapley(players, lambda group: game[group])
    return found | {"shapley": {k: v / total for k, v in values.items()}}


def dearer_together(game: Mapping[frozenset[str], float]) -> float:
    """Return the largest share by which a group costs more than two groups it is made of; 0 where none does.

    One plant can do what two can: such a share is the error of the costs, as every group sees the whole roof and sites
    that two plants side by side would have to divide.
    """
    pairs = ((a, b) for a, b in combinations(game, 2) if not a & b and a | b in game)
    return max((game[a | b] / (game[a] + game[b]) - 1.0 for a, b in pairs if game[a] + game[b] > 0.0), default=0.0)


def leaving(
    charges: Mapping[str, float], game: Mapping[frozenset[str], float], doubt_frac: float = _LEAST_DOUBT_FRAC
) -> dict[str, str]:
    """Return service → the group with it that would gain most by a plant of its own; none in the core.

    Parameters
    ----------
    charges
        Service → what it pays.
    game
        Group → what it costs alone.
    doubt_frac
        Share by which the costs of groups may be wrong: smaller gains are none.
    """
    if not game:
        return {}
    blocking = core_violations(charges, lambda group: game[group])
    worst: dict[str, str] = {}
    for group, _ in sorted(blocking.items(), key=lambda item: -item[1]):
        if sum(charges[k] for k in group) > (1.0 + doubt_frac) * game[frozenset(group)]:
            for k in group:
                worst.setdefault(k, " + ".join(group))
    return worst


def _served_by_bau(bau: VariantRun, run: VariantRun, service: str) -> list[Any]:
    """Return the BAU machines that the plant replaces for a service."""
    kept = {(r.building, r.service) for r in run.individual}
    return [r for r in bau.individual if r.service == service and (r.building, service) not in kept]


def _bau_cost(bau: VariantRun, run: VariantRun, service: str) -> float:
    """Return the yearly cost of a service in BAU: annuity, upkeep and energy of the machines replaced, currency/a."""
    case = bau.district.case
    machines = _served_by_bau(bau, run, service)
    assets = individual_assets(machines, case)
    fixed = sum(capex_annuity(a, case.finance.discount_rate_frac) + a.fixed_om_per_a * a.quantity for a in assets)
    return float(fixed + sum(sum(individual_energy_cost(r, bau).values()) for r in machines))


def _separate_efficiency(bau: VariantRun, run: VariantRun, service: str, product: Product) -> float:
    """Return energy over primary energy of separate production: the machines of BAU, the grid for electricity.

    0 where BAU has no machine for the service.
    """
    case = bau.district.case
    factors = {f.id: f.primary_energy_factor for f in case.fuels}
    factors[_ELECTRICITY] = case.emissions.grid_primary_energy_factor
    if service == _ELECTRICITY:
        return 1.0 / factors[_ELECTRICITY] if factors[_ELECTRICITY] > 0.0 else 0.0
    made = used = 0.0
    for r in _served_by_bau(bau, run, service):
        made += float(r.demand_kw.sum())
        used += sum(float(kw.sum()) * factors.get(c, 1.0) for c, kw in r.bought_kw.items())
    return made / used * product.energy_kwh / product.amount if used > 0.0 else 0.0


def _gauge_pressure_bar(run: VariantRun, stated: float | None) -> float:
    """Return the pressure of compressed air: of the network, else of the compressors."""
    of_plant = [float(v) for t in run.plant if (v := getattr(t, "pressure_bar", None)) is not None]
    return stated if stated is not None else next(iter(of_plant), 0.0)


def work_kwh_per_nm3(pressure_bar: float, ambient_temp_c: float) -> float:
    """Return the isothermal work of compression of a normal cubic metre, ``p0 V0 (T / T0) ln(p / p0)``, kWh/Nm3.

    Ideal gas, normal state 0 °C and 1.01325 bar; `pressure_bar` is a gauge pressure.
    """
    ratio = 1.0 + pressure_bar / _ATMOSPHERE_BAR
    warmth = (ambient_temp_c + _KELVIN) / (_NORMAL_TEMP_C + _KELVIN)
    return _KJ_PER_NM3 * warmth * log(ratio) / 3600.0
