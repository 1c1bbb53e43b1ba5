"""The allocation table: what each service of a plant costs by every method of sharing, beside BAU.

Its figures are those of the levelized costs (:mod:`edsim.appraisal.services.service_costs`): where no building keeps a
machine, ``unit_cost`` of the method used is the levelized cost of the service, and ``bau_cost_per_a`` that of BAU over
a year.
"""

from __future__ import annotations

from typing import Any

from edsim.appraisal.costs import VariantCosts
from edsim.appraisal.services.joint_costs import JointCosts
from edsim.appraisal.services.service_costs import joint_cost, own_cost, own_power_cost
from edsim.appraisal.services.shared_networks import stage_worth
from edsim.finance import crf
from edsim.results.variant import VariantRun


def allocation_rows(run: VariantRun, bau: VariantRun, joint: JointCosts, costs: VariantCosts) -> list[dict[str, Any]]:
    """Return the rows of the allocation table of a variant whose plant makes several services.

    Parameters
    ----------
    run, bau
        Variant and BAU.
    joint
        What the plant makes together.
    costs
        Cash flows of the variant.
    """
    terms = run.district.case.finance
    a_year = crf(terms.discount_rate_frac, terms.horizon_a)
    together = joint_cost(run, costs) * a_year
    before = {k: replaced_cost(bau, run, k) * a_year for k in joint.products}
    rows = []
    for method, shares in joint.shares.items():
        of_plant, groups = joint.plant_shares(method), joint.leaving(method)
        paid = {k: p.network_per_a + of_plant[k] * together for k, p in joint.products.items()}
        rows += [
            {
                "variant": run.name,
                "method": method,
                "product": k,
                "share_frac": shares[k],
                "delivered": p.amount,
                "unit": p.unit,
                "cost_per_a": paid[k],
                "unit_cost": paid[k] / p.amount,
                "ghg_kg_per_a": shares[k] * joint.ghg_kg_per_a,
                "alone_cost_per_a": joint.game.get(frozenset((k,)), float("nan")),
                "bau_cost_per_a": before[k],
                "better_alone": groups.get(k, ""),
                "chosen": method == joint.method,
            }
            for k, p in joint.products.items()
        ]
    return rows


def replaced_cost(bau: VariantRun, run: VariantRun, service: str) -> float:
    """Return the present value of the BAU machines that the plant replaces for a service, currency.

    A building that connects later counts by the energy of the years from then on, as present values.
    """
    groups: dict[float, set[str]] = {}
    for building, frac in _replaced_frac(bau, run, service).items():
        groups.setdefault(frac, set()).add(building)
    return sum(
        frac * (own_cost(bau, service, group) + own_power_cost(bau, group).get(service, 0.0))
        for frac, group in groups.items()
        if frac > 0.0
    )


def _replaced_frac(bau: VariantRun, run: VariantRun, service: str) -> dict[str, float]:
    """Return building → share of what its BAU machine delivers over the years that the plant delivers instead."""
    before = [s.run for s in bau.stages] if len(bau.stages) == len(run.stages) else [bau] * len(run.stages)
    whole: dict[str, float] = {}
    kept: dict[str, float] = {}
    for stage, base, years in zip(run.stages, before, stage_worth(run), strict=True):
        own = {r.building for r in stage.run.individual if r.service == service}
        for r in base.individual:
            if r.service == service:
                part = years * float(r.demand_kw.sum())
                whole[r.building] = whole.get(r.building, 0.0) + part
                kept[r.building] = kept.get(r.building, 0.0) + (part if r.building in own else 0.0)
    return {b: 1.0 - kept[b] / all_years for b, all_years in whole.items() if all_years > 0.0}
