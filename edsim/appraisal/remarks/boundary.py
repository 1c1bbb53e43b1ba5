"""What stands on one side of the comparison only, or is counted at the cost of another size: remarks with amounts.

Machines that make electricity from sun and wind are no part of the service that BAU and project both deliver. What
they are worth is told apart (W843): with their output P, import I and export X of an hour,

    own = P - min(P, X),  worth = bill of (I + own, X - min(P, X)) - bill of (I, X)

at the tariff and ratchet of the connection they stand behind, and their part of the credit of net metering, less their
investment and upkeep as in the cash flows. Stores would run otherwise without them, so that it is an estimate: of what
the energy is worth it takes all, of what stores would do instead nothing.

Where defaults are off the cost curve by so much that either side, or the net present value, moves by more than 5 % of
the investment, the sums of both sides are told (W844, :mod:`edsim.appraisal.remarks.size_effect`).

The year shown holds the outage that a plant is to survive, where it is hardest: nothing is bought then, so that peaks
and demand charges are those of the other hours (W845).

A grant above all that is invested is told (W849).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.costs import (
    VariantCosts,
    held_lines,
    plant_assets,
    study_of,
)
from edsim.appraisal.meters import connection_terms, connections, flow_kw, net_metering_credit
from edsim.appraisal.remarks.grant import grant_beyond_investment
from edsim.appraisal.remarks.size_effect import size_effect
from edsim.appraisal.types import OUTAGE, OWN_POWER
from edsim.core.errors import Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.i18n import money_text
from edsim.core.machines.site import SiteConditions
from edsim.core.technology import Technology
from edsim.energy import electricity_bill
from edsim.finance import AnnualLine, build_cash_flows, npv
from edsim.profiles.summary import date_text
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]

_KINDS = ("pv", "wind_turbine")
_KWH_PER_MWH = 1000.0


def boundary_remarks(runs: Sequence[VariantRun], costs: Mapping[str, VariantCosts]) -> list[Finding]:
    """Return what splits or moves the comparison of each project with BAU, as warnings with amounts.

    Parameters
    ----------
    runs
        BAU first.
    costs
        Costs of each run by its name.
    """
    standing = {t.id for t in runs[0].plant}
    found: list[Finding] = []
    for run in runs[1:]:
        found += _own_power(run, costs[run.name], costs[runs[0].name], standing)
        found += size_effect(run, runs[0], costs)
        found += _outages(run)
        found += grant_beyond_investment(run, costs[run.name])
    return found


def _outages(run: VariantRun) -> Iterator[Finding]:
    """Yield each outage to survive of a connection that is used, with the hours in which the year shown buys nothing.

    The window is that of the plant's own model: what networks draw and their pumps are demand at its nodes.
    """
    site = run.conditions
    if run.design is None or not isinstance(site, SiteConditions):
        return
    served = [f for f in run.design.solution.flows if f.kind == "demand"]
    for grid in (g for g in connections(run) if flow_kw(run, g.id, "out").any()):
        demand = {f.carrier: f.values for f in served if f.node == grid.node}
        survived = getattr(grid, "survived", lambda _: ())
        for start, hours in survived(replace(site, demand_kw=demand)):
            yield Finding(
                OUTAGE,
                "the year shown holds the outage to survive: peak, demand charge and emissions are those of the other "
                "hours",
                field=f"{run.name}.technologies.{grid.id}.survive_outage_h",
                got=f"nothing bought in {hours} hours from {date_text(start)}; "
                f"highest import else {flow_kw(run, grid.id, 'out').max():,.0f} kW",
                hint="for the peak of a year without it, add a variant with the same sizes and survive_outage_h: 0",
                severity="warning",
            )


def _own_power(run: VariantRun, mine: VariantCosts, bau: VariantCosts, standing: set[str]) -> Iterator[Finding]:
    makers = [t for t in run.plant if t.kind in _KINDS and t.id not in standing]
    made_kwh = sum(float(flow_kw(run, t.id, "out").sum()) for t in makers)
    if made_kwh <= 0.0 or not connections(run):
        return
    case = run.district.case
    worth = own_power_npv(run, makers)
    whole = npv(mine.flows, case.finance.discount_rate_frac) - npv(bau.flows, case.finance.discount_rate_frac)
    yearly = sum(float(np.asarray(x.amount_per_a)) for x in _yearly(run, makers))
    left, names = money_text(whole - worth, case.currency), ", ".join(t.id for t in makers)
    yield Finding(
        OWN_POWER,
        f"{names} in {run.name} and not in BAU: without it the net present value is about {left}",
        field=f"{run.name}.technologies.{makers[0].id}",
        got=f"{made_kwh / _KWH_PER_MWH:,.0f} MWh/a worth about {money_text(yearly, case.currency)} a year; "
        f"net present value with it {money_text(whole, case.currency)}",
        hint="judge the network without it: add a variant that removes it, or put the same machines into BAU",
        severity="warning",
    )


def own_power_npv(run: VariantRun, makers: Sequence[Technology]) -> float:
    """Return the present value of what machines that make electricity are worth less what they cost, currency."""
    study = study_of(run.district.case, run.name)
    names = tuple(f"{t.id} " for t in makers)
    assets = [a for a in plant_assets(run) if a.id.startswith(names)]
    return float(
        npv(build_cash_flows(study, assets, held_lines(run, lambda s: _yearly(s, makers))), study.discount_rate)
    )


def _yearly(run: VariantRun, makers: Sequence[Technology]) -> list[AnnualLine]:
    """Return what the electricity of machines saves in the first year, as lines that grow with the tariff they save."""
    growth = {t.id: t.escalation_frac for t in run.district.case.tariffs}
    lines = []
    for grid, made in _made_behind(run, makers):
        bought, sold, terms = flow_kw(run, grid.id, "out"), flow_kw(run, grid.id, "in"), connection_terms(run, grid)
        fed = np.minimum(made, sold)
        without = electricity_bill(bought + made - fed, terms, export_kw=sold - fed)
        saved = without.total - electricity_bill(bought, terms, export_kw=sold).total
        saved -= net_metering_credit(run, grid.id) * float(fed.sum()) / max(float(sold.sum()), 1e-9)
        lines.append(AnnualLine("electricity", saved, growth.get(str(getattr(grid, "tariff", "")), 0.0)))
    return lines


def _made_behind(run: VariantRun, makers: Sequence[Technology]) -> Iterator[tuple[Technology, Array]]:
    """Yield each connection with what is made behind it, kW by hour.

    A machine stands behind the connection of its own node, or of all the plant where its node has none; of several
    behind the one that draws most.
    """
    grids = connections(run)
    behind: dict[str, Array] = {}
    for maker in makers:
        own = [g for g in grids if _nodes(run, g) & _nodes(run, maker)] or grids
        grid = max(own, key=lambda g: float(flow_kw(run, g.id, "out").sum()))
        behind[grid.id] = behind.get(grid.id, np.zeros(HOURS_PER_YEAR)) + flow_kw(run, maker.id, "out")
    return ((g, behind[g.id]) for g in grids if g.id in behind)


def _nodes(run: VariantRun, machine: Technology) -> set[str]:
    return {f.node for f in run.flows if f.technology == machine.id}
