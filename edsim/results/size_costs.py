"""Investment per unit against the cost curve of the catalogue at the size that was chosen.

The model knows one specific investment per machine group. Where the default was used and machines of the chosen size
cost more than 5 % more or less, the user is told (W513); where ``settings.cost_by_size`` took the cost from the curve,
it is said which cost that was (W514).
"""

from __future__ import annotations

from collections.abc import Iterator

from edsim.core.cost_curves import cost_at_size, machine_size
from edsim.core.errors import Finding
from edsim.core.technology import Technology
from edsim.optimization.size_costs import SETTLED_SOURCE, is_quoted
from edsim.results.variant import VariantRun

WARN_FRAC = 0.05
"""Difference of specific investment above which the size class matters."""


def size_cost_findings(run: VariantRun) -> list[Finding]:
    """Return a note for every machine whose investment is that of another size, or was taken at the chosen size."""
    return [note for t in run.plant for note in _notes(run, t)]


def _notes(run: VariantRun, t: Technology) -> Iterator[Finding]:
    case = run.district.case
    capacity = max(s.run.capacity(t.id, t.sizes[0].name) for s in run.stages) if t.sizes else 0.0
    if capacity <= 1.0 or is_quoted(case.provenance, t):
        return
    field = f"technologies.{t.id}.{t.sizes[0].capex}"
    size, used = machine_size(t, capacity), float(getattr(t, t.sizes[0].capex))
    curve = cost_at_size(t, size, case.currency, case.price_year)
    origin = case.provenance.get(field)
    settled = origin is not None and origin.source.startswith(SETTLED_SOURCE)
    if curve is not None and abs(curve - used) > WARN_FRAC * used:
        yield Finding(
            "W513",
            f"machines of {size:,.0f} kW cost {abs(curve / used - 1):.0%} {'more' if curve > used else 'less'}"
            " per kW than the design counted",
            field=f"{run.name}.{field}",
            got=f"{used:,.4g} {case.currency}/kW",
            allowed=f"within {WARN_FRAC:.0%} of {curve:,.4g} {case.currency}/kW",
            hint=f"set {t.sizes[0].capex} to a quote, or settings.cost_by_size to true, and run again",
            severity="warning",
        )
    elif settled:
        yield Finding(
            "W514",
            f"the investment of machines of {size:,.0f} kW was taken from the cost by size",
            field=f"{run.name}.{field}",
            got=f"{used:,.4g} {case.currency}/kW",
            hint="the certificate holds at this cost; a quote in its place is better",
            severity="warning",
        )
