"""Investment per unit against the cost curve of the catalogue at the size that was chosen.

The model knows one specific investment per machine group, that of the reference size of the catalogue: a curve of
falling cost is not convex, and a linear design cannot choose along it. What is left is checked here after the design:
where the default was used and machines of the chosen size cost more than 5 % more or less, the user is told the figure
to put in.
"""

from __future__ import annotations

import csv
from functools import cache

import numpy as np

from edsim.core.errors import EdsimError, Finding
from edsim.core.money import convert_money
from edsim.core.resources import data_path
from edsim.core.technology import Technology
from edsim.results.variant import VariantRun

WARN_FRAC = 0.05
"""Difference of specific investment above which the size class matters."""


@cache
def _curve(kind: str) -> tuple[tuple[float, ...], tuple[float, ...], str, int] | None:
    """Return sizes, specific costs, currency and price year of a kind; None when the table has none."""
    with data_path("technologies", "cost_by_size.csv").open(encoding="utf-8", newline="") as file:
        rows = sorted((r for r in csv.DictReader(file) if r["technology"] == kind), key=lambda r: float(r["size"]))
    if not rows:
        return None
    sizes, costs = (tuple(float(r[name]) for r in rows) for name in ("size", "value"))
    return sizes, costs, rows[0]["currency"], int(rows[0]["price_year"])


def cost_at_size(kind: str, size_kw: float, currency: str, price_year: int) -> float | None:
    """Return the investment per kW of one machine of `size_kw`; None when the kind has no curve or the money no rate.

    Between the sizes of the table cost follows a power law; beyond them it is that of the nearest size.
    """
    curve = _curve(kind)
    if curve is None:
        return None
    sizes, costs, its_currency, its_year = curve
    cost = float(np.exp(np.interp(np.log(size_kw), np.log(sizes), np.log(costs))))
    try:
        return convert_money(cost, its_currency, its_year, currency, price_year)
    except EdsimError:
        return None


def size_cost_findings(run: VariantRun) -> list[Finding]:
    """Return a note for every machine whose default investment is that of another size than the chosen one."""
    case = run.district.case
    notes = []
    for t in run.plant:
        capacity = run.capacity(t.id, t.sizes[0].name) if t.sizes else 0.0
        field = f"technologies.{t.id}.{t.sizes[0].capex}" if t.sizes else ""
        origin = case.provenance.get(field)
        if capacity <= 1.0 or (origin is not None and origin.where):
            continue
        each = capacity / _units(t, capacity)
        curve, used = cost_at_size(t.kind, each, case.currency, case.price_year), float(getattr(t, t.sizes[0].capex))
        if curve is not None and abs(curve - used) > WARN_FRAC * used:
            notes.append(
                Finding(
                    "W513",
                    f"machines of {each:,.0f} kW cost {abs(curve / used - 1):.0%} {'more' if curve > used else 'less'}"
                    " per kW than the design counted",
                    field=f"{run.name}.{field}",
                    got=f"{used:,.4g} {case.currency}/kW",
                    allowed=f"within {WARN_FRAC:.0%} of {curve:,.4g} {case.currency}/kW",
                    hint=f"set {t.sizes[0].capex} to a quote or to this figure and run again",
                    severity="warning",
                )
            )
    return notes


def _units(technology: Technology, capacity: float) -> int:
    count = getattr(technology, "unit_count", None)
    return int(count(capacity)) if count is not None else 1
