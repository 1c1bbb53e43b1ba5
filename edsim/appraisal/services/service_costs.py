"""Levelized cost of every service of a variant, out of its one cash-flow table.

What serves one service alone (individual machines, its networks, their carbon price) is borne by that service, a
network of several services by each as its energy is, and electricity a building makes itself by the service that uses
it. All the rest of the table is joint: energy center, measures, grant. It is shared by the method of the case
(:mod:`edsim.appraisal.services.joint_costs`), so that ``sum over services of levelized cost x PV(delivered)`` is the
life-cycle cost, cent for cent.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.costs import (
    VariantCosts,
    carbon_lines_of,
    ghg_kg,
    held_lines,
    individual_lines_of,
    owned_by_buildings,
    study_of,
    until,
)
from edsim.appraisal.meters import ELECTRICITY
from edsim.appraisal.own_power import drawn_kwh
from edsim.appraisal.services.joint_costs import products_of
from edsim.appraisal.services.shared_networks import network_part, stage_worth
from edsim.finance import AnnualLine, build_cash_flows, discount_factors, npv
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]


def levelized_by_service(
    run: VariantRun, costs: VariantCosts, plant_shares: Mapping[str, float] | None
) -> dict[str, float]:
    """Return service → levelized cost, currency per kWh (compressed air: per Nm3) delivered in the boundary.

    Parameters
    ----------
    run
        Variant or BAU.
    costs
        Its cash flows.
    plant_shares
        Service → share of what is joint; None where the plant makes one service or there is none: then that service
        bears it, or, without a plant, all services by their own cost.
    """
    parts = borne_by_service(run, costs, plant_shares)
    return {service: (own + joint) / energy for service, (own, joint, energy) in parts.items()}


def borne_by_service(
    run: VariantRun, costs: VariantCosts, plant_shares: Mapping[str, float] | None
) -> dict[str, tuple[float, float, float]]:
    """Return service → present values: what serves it alone, its share of what is joint, what is delivered.

    Parameters are those of :func:`levelized_by_service`.
    """
    delivered = delivered_by_year(run)
    case = run.district.case
    rate = case.finance.discount_rate_frac
    own = _own_costs(run, delivered)
    joint = -npv(costs.flows, rate) - sum(own.values())
    shares = plant_shares or _of_one_service(run, own)
    factors = discount_factors(case.finance.horizon_a, rate, first_year=1)
    return {k: (own[k], shares.get(k, 0.0) * joint, float(amount @ factors)) for k, amount in delivered.items()}


def joint_cost(run: VariantRun, costs: VariantCosts) -> float:
    """Return the present value of what no service bears alone: energy center, measures, carbon, grant, currency."""
    rate = run.district.case.finance.discount_rate_frac
    return float(-npv(costs.flows, rate) - sum(_own_costs(run, delivered_by_year(run)).values()))


def _own_costs(run: VariantRun, services: Collection[str]) -> dict[str, float]:
    """Return service → present value of what serves it alone, own electricity at its cost, currency."""
    moved = own_power_cost(run)
    return {k: own_cost(run, k) + moved.get(k, 0.0) for k in services}


def delivered_by_year(run: VariantRun) -> dict[str, Array]:
    """Return service → what is delivered in the years 1..N, kWh (compressed air: Nm3); services in use alone."""
    years = run.district.case.finance.horizon_a
    found: dict[str, Array] = {}
    for stage in run.stages:
        for f in stage.run.flows:
            if f.kind == "demand":
                series = found.setdefault(f.port, np.zeros(years))
                series[stage.start_a : stage.last_a] += float(f.values.sum())
    return {k: found[k] for k in sorted(found) if found[k].any()}


def own_cost(run: VariantRun, service: str, buildings: Collection[str] | None = None) -> float:
    """Return the present value of what serves one service alone, currency; of some buildings their machines alone."""
    case = run.district.case

    def lines(stage: VariantRun) -> list[AnnualLine]:
        mine = [r for r in stage.individual if r.service == service and _among(r.building, buildings)]
        emitted = (ghg_kg(r, stage.conditions) for r in mine)
        return [*individual_lines_of(stage, mine), *carbon_lines_of(stage.district.case, *emitted)]

    part, study = _only(run, service, buildings), study_of(case, run.name)
    machines, scrapped = owned_by_buildings(part)
    pipes = network_part(run, service) if buildings is None else []
    assets, annual = [*pipes, *machines], held_lines(run, lines)
    flows = [build_cash_flows(study, assets, annual)] if assets or annual else []
    flows += [until(study, year, items) for year, items in scrapped.items()]
    return -float(sum(npv(f, study.discount_rate) for f in flows))


def own_power_cost(run: VariantRun, buildings: Collection[str] | None = None) -> dict[str, float]:
    """Return service → present value of the electricity its machines take from sets of their buildings, currency.

    Per building ``cost of the set x PV(kWh to the service) / PV(kWh made)``; what sets give is taken off electricity,
    so that the sum is nil.
    """
    made: dict[str, float] = {}
    drawn: dict[tuple[str, str], float] = {}
    for stage, years in zip(run.stages, stage_worth(run), strict=True):
        for r in stage.run.individual:
            if not _among(r.building, buildings):
                continue
            if r.to_machines_kw.any():
                made[r.building] = made.get(r.building, 0.0) + years * float(r.made_kw.sum())
            elif drawn_kwh(r):
                key = (r.building, r.service)
                drawn[key] = drawn.get(key, 0.0) + years * drawn_kwh(r)
    price = {b: own_cost(run, ELECTRICITY, {b}) / kwh for b, kwh in made.items()}
    out: dict[str, float] = {}
    for (building, service), kwh in drawn.items():
        out[service] = out.get(service, 0.0) + price[building] * kwh
    return out | ({ELECTRICITY: -sum(out.values())} if out else {})


def _among(building: str, buildings: Collection[str] | None) -> bool:
    return buildings is None or building in buildings


def _only(run: VariantRun, service: str, buildings: Collection[str] | None) -> VariantRun:
    """Return a run with the individual machines of one service, or with those of it at some buildings."""
    return replace(
        run,
        individual=tuple(r for r in run.individual if r.service == service and _among(r.building, buildings)),
        phases=tuple(replace(p, run=_only(p.run, service, buildings)) for p in run.phases),
    )


def _of_one_service(run: VariantRun, own: Mapping[str, float]) -> dict[str, float]:
    """Return who bears what is joint where the plant makes one service, or nothing."""
    made = [k for k in (products_of(run) if run.design is not None else {}) if k in own]
    if made:
        return {made[0]: 1.0}
    whole = sum(own.values())
    return {k: v / whole for k, v in own.items()} if whole > 0.0 else dict.fromkeys(own, 1.0 / max(len(own), 1))
