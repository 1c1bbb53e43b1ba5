"""Levelized cost by network, where one service has several: chilled water at 7 and at 15 °C, steam of 4 and of 15 bar.

Each network bears its own pipes and stations. What the service bears of the plant is shared in two parts: electricity,
fuel and heat that the plant buys by what was paid for the energy traced hour by hour to the network
(:mod:`edsim.appraisal.supply.trace`), which knows that warmer water takes less power; machines, upkeep and all else by
energy delivered (compressed air by its isothermal work). How much is bought follows the service too: steam is mostly
fuel, cold mostly machines. Machines that buildings keep are a row without a network. The rows of a service, cost and
energy alike, add up to those of its levelized cost (:mod:`edsim.appraisal.services.service_costs`).
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from edsim.appraisal.costs import VariantCosts, plant_lines, study_of
from edsim.appraisal.services.joint_costs import JointCosts, Product, parts_of
from edsim.appraisal.services.service_costs import borne_by_service
from edsim.appraisal.services.shared_networks import assets_of, network_shares, stage_worth
from edsim.appraisal.supply.trace import traced
from edsim.finance import build_cash_flows, by_energy, crf, npv
from edsim.results.variant import BUILDINGS_NODE, VariantRun

_AT_BUILDINGS = ""
_NONE_FRAC = 1e-9
_BOUGHT = frozenset({"electricity", "fuel", "heat_purchase", "demand_charge", "export_revenue"})
"""Lines of what the plant buys, less what it sells of it."""


def network_cost_rows(run: VariantRun, costs: VariantCosts, joint: JointCosts | None) -> list[dict[str, Any]]:
    """Return the rows of table ``network_costs`` of a variant; none where every service has one network at most.

    Parameters
    ----------
    run, costs
        Variant and its cash flows.
    joint
        What the plant makes together, None where it makes one service.
    """
    several = _of_several_networks(run)
    if run.design is None or not several:
        return []
    borne = borne_by_service(run, costs, None if joint is None else joint.plant_shares())
    return [row for service in several if service in borne for row in _rows(run, service, borne[service])]


def _of_several_networks(run: VariantRun) -> list[str]:
    services = [s for d in run.district.designs for s in network_shares(run, d.id)]
    return sorted({s for s in services if services.count(s) > 1})


def _rows(run: VariantRun, service: str, borne: tuple[float, float, float]) -> list[dict[str, Any]]:
    terms = run.district.case.finance
    a_year, study = crf(terms.discount_rate_frac, terms.horizon_a), study_of(run.district.case, run.name)
    own, joint, whole = borne
    parts, shares = _parts(run, service), _shares(run, service, joint)
    specs = {n.id: n for n in run.district.case.networks}
    rows, paid, given = [], 0.0, 0.0
    for design in run.district.designs:
        if design.id not in parts:
            continue
        one, part = parts[design.id], network_shares(run, design.id)[service]
        pipes = [replace(a, quantity=a.quantity * part) for a in assets_of(run, design)]
        network = -npv(build_cash_flows(study, pipes), study.discount_rate)
        cost = network + shares[design.id] * joint
        paid, given = paid + cost, given + one.amount
        rows.append(
            {
                "variant": run.name,
                "service": service,
                "network": design.id,
                "carrier": specs[design.id].carrier,
                "temp_c": np.nan if one.temp_c is None else one.temp_c,
                "delivered": one.amount * a_year,
                "unit": one.unit,
                "share_frac": shares[design.id],
                "network_cost_per_a": network * a_year,
                "cost_per_a": cost * a_year,
                "unit_cost": cost / one.amount,
            }
        )
    left = whole - given
    if left > _NONE_FRAC * whole or abs(own + joint - paid) > _NONE_FRAC * abs(own + joint):
        rest = {"network": _AT_BUILDINGS, "carrier": "", "temp_c": np.nan, "network_cost_per_a": 0.0}
        rest |= {"share_frac": shares.get(_AT_BUILDINGS, 0.0), "delivered": left * a_year}
        rest |= {"cost_per_a": (own + joint - paid) * a_year}
        rest["unit_cost"] = (own + joint - paid) / left if left > _NONE_FRAC * whole else np.nan
        rows.append(rows[0] | rest)
    return rows


def _parts(run: VariantRun, service: str) -> dict[str, Product]:
    """Return network → what it delivers of a service, energy as present value over the years of the study."""
    found: dict[str, Product] = {}
    for stage, worth in zip(run.stages, stage_worth(run), strict=True):
        for network, name, one in parts_of(stage.run):
            if name == service and network != _AT_BUILDINGS:
                before = found[network].amount if network in found else 0.0
                found[network] = replace(one, amount=before + worth * one.amount)
    return found


def _shares(run: VariantRun, service: str, borne: float) -> dict[str, float]:
    """Return network → share of what a service bears of the plant (`borne`), over the years as present values."""
    energy: dict[str, float] = {}
    paid: dict[str, float] = {}
    whole = 0.0
    for stage, worth in zip(run.stages, stage_worth(run), strict=True):
        made_of = traced(stage.run).by_node
        whole += worth * sum(one.paid for (_, node), one in made_of.items() if node != BUILDINGS_NODE)
        for network, name, one in parts_of(stage.run):
            if name == service:
                energy[network] = energy.get(network, 0.0) + worth * one.energy_kwh
                if (service, network) in made_of:
                    paid[network] = paid.get(network, 0.0) + worth * made_of[service, network].paid
    by_amount: dict[str, float] = by_energy(energy)
    used = sum(paid.values())
    if set(paid) != set(energy) or min(paid.values()) < 0.0 or min(used, borne) <= 0.0:
        return by_amount
    bought = min(max(_bought(run) * used / whole / borne, 0.0), 1.0)
    by_use = by_energy(paid)
    return {n: bought * by_use[n] + (1.0 - bought) * by_amount[n] for n in energy}


def _bought(run: VariantRun) -> float:
    """Return the present value of electricity, fuel and heat the plant buys, less what it sells of it."""
    lines = [x for x in plant_lines(run) if x.line in _BOUGHT]
    study = study_of(run.district.case, run.name)
    return float(-npv(build_cash_flows(study, [], lines), study.discount_rate)) if lines else 0.0
