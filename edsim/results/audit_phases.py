"""Audit of the money of a district that grows: what each milestone adds, and the plan as a whole.

Hours, purchases and emissions of every milestone are audited as those of a district that does not grow
(:func:`edsim.results.audit.audit`), in each year the milestone stands for. Here the lines follow that differ: what is
bought in the year a milestone begins, and the annuity of capacities that come at different times.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.core.errors import Finding
from edsim.results.audit_limits import Hours
from edsim.results.audit_money import (
    OF_NETWORK,
    bought,
    compared,
    demand_charges,
    investment_factor,
    of_variant,
    plant_investment,
    plant_links,
    present_values,
    recovery_frac,
    water_cost,
)

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.schema import Case

Tables = Mapping[str, "pd.DataFrame"]
_ANNUITY_TOLERANCE = 1e3
"""The annuity is the optimizer's: it is held to 1e3 times the tolerance of the ledger, 1e-6."""


@dataclass(frozen=True, slots=True)
class PhaseMoney:
    """The check of one milestone; call it as :data:`edsim.results.audit.MoneyCheck`.

    Attributes
    ----------
    starts
        Year of the study in which each milestone begins, up to this one.
    before
        Tables of the milestones before it, the earliest first.
    is_last
        Whether the plan as a whole is checked too.
    """

    starts: Sequence[int]
    before: Sequence[Tables]
    is_last: bool

    def __call__(self, hours: Hours, tables: Tables, case: Case) -> tuple[float, list[Finding]]:
        """Return the largest relative difference found, and E912 to E916."""
        mine = of_variant(tables, hours.variant)
        steps = [*(of_variant(t, hours.variant) for t in self.before), mine]
        cash, start = mine["cash_flows"], self.starts[-1]
        first = cash[cash["year"] == start + 1].groupby("line")["value"].sum()
        built = cash[cash["year"] == start].groupby("line")["value"].sum()
        scale = max(1e-6, *(abs(float(v)) for v in (*first, *built)), 0.0)
        pairs = [
            ("E912", "the demand charge of the energy center", *demand_charges(hours, mine, case)),
            ("E913", "the cost of water", -float(first.get("water", 0.0)), water_cost(mine, case)),
            ("E914", "what plant and networks add", -plant_investment(built), _added(steps, case)),
        ]
        if self.is_last:
            pairs += present_values(mine, case)
        worst, findings = compared(hours.variant, pairs, scale)
        if self.is_last:
            away, more = compared(hours.variant, self._annuity(steps, case), scale * _ANNUITY_TOLERANCE)
            worst, findings = max(worst, away), findings + more
        return worst, findings

    def _annuity(self, steps: Sequence[Tables], case: Case) -> Iterator[tuple[str, str, float, float]]:
        """Yield the level annuity of the optimizer, and that of what each milestone adds in the years it serves."""
        rows = steps[-1]["reconciliation"]
        rows = rows[(rows["step"] == "yearly") & (rows["line"] == "capex_annuity")]
        if len(rows) == 0:
            return
        rate, horizon = case.finance.discount_rate_frac, case.finance.horizon_a
        worth = (1.0 + rate) ** -np.arange(1.0, horizon + 1.0)
        total, held = 0.0, dict[int, float]()
        for cost, life in plant_links(steps[0]):  # pipes between plants are laid with the first milestone
            total += cost / investment_factor(case) * recovery_frac(rate, life)
        for start, tables in zip(self.starts, steps, strict=True):
            share = float(worth[start:].sum() / worth.sum())
            for k, (machine, cost) in enumerate(bought(tables, case)):
                more = max(cost - held.get(k, 0.0), 0.0)
                held[k] = max(cost, held.get(k, 0.0))
                total += more * share * recovery_frac(rate, float(machine.lifetime_a))
        yield "E915", "the annuity of the plant", float(rows["optimizer"].sum()), total * investment_factor(case)


def _added(steps: Sequence[Tables], case: Case) -> float:
    """Return what the last of the steps adds to the largest before it, machine by machine and network by network."""
    held: dict[Any, float] = {}
    added = 0.0
    links = sum(cost for cost, _ in plant_links(steps[0])) if len(steps) == 1 else 0.0
    for tables in steps:
        costs: dict[Any, float] = {("machine", k): cost for k, (_, cost) in enumerate(bought(tables, case))}
        for row in tables["networks"].to_dict("records"):
            for column in OF_NETWORK:
                key = (row["network"], "ets" if column == "capex_ets" else "pipes")
                costs[key] = costs.get(key, 0.0) + float(row[column])
        added = sum(max(cost - held.get(key, 0.0), 0.0) for key, cost in costs.items())
        held = {key: max(cost, held.get(key, 0.0)) for key, cost in costs.items()}
    return added * investment_factor(case) + links
