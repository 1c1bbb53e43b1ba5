"""Investment per unit against the cost curve of the catalogue at the size that was chosen.

The model knows one specific investment per machine group. Where the default was used and machines of the chosen size
cost more than 5 % more or less, the user is told (W513), of machines of buildings in BAU too; where
``settings.cost_by_size`` took the cost from the curve,
it is said which cost that was (W514), or that cost and size still differed after the last pass (W515).
"""

from __future__ import annotations

from collections.abc import Iterator

from edsim.core.errors import Finding
from edsim.core.i18n import figure
from edsim.core.technology import Technology
from edsim.optimization.district.individual import cost_of_own_size
from edsim.optimization.sizing.size_costs import SETTLED_FRAC, SETTLED_SOURCE, size_cost
from edsim.results.tiny_machines import tiny_machines
from edsim.results.variant import VariantRun

WARN_FRAC = 0.05
"""Difference of specific investment above which the size class matters."""


def size_cost_findings(run: VariantRun) -> list[Finding]:
    """Return a note for every machine whose investment is that of another size, or was taken at the chosen size."""
    tiny = tiny_machines(run)
    return [*(note for t in run.plant if t.id not in tiny for note in _notes(run, t)), *_of_buildings(run)]


def _of_buildings(run: VariantRun) -> Iterator[Finding]:
    """Yield the machines of buildings of BAU that cost more or less at the size of each building, one by kind named.

    What a project leaves in the buildings are the same machines.
    """
    case = run.district.case
    if run.name != "bau" or case.settings.cost_by_size:
        return
    sums: dict[str, list[tuple[float, float, float]]] = {}
    fields: dict[str, str] = {}
    for own in run.individual:
        machine, size = own.machine, own.operation.capacity_kw
        cost = None if machine is None else cost_of_own_size(machine, size, case)
        if machine is not None and cost is not None:
            sums.setdefault(machine.id, []).append((size, cost * size, machine.capex_per_size * size))
            fields[machine.id] = machine.capex_field
    for name, parts in sums.items():
        kw, at_size, used = (sum(column) for column in zip(*parts, strict=True))
        if abs(at_size - used) <= WARN_FRAC * used:
            continue
        sizes = [size for size, _, _ in parts]
        spread = f"{min(sizes):,.0f}-{max(sizes):,.0f}" if len(sizes) > 1 else f"{sizes[0]:,.0f}"
        yield Finding(
            "W513",
            f"machines of {spread} kW cost {abs(at_size / used - 1):.0%}"
            f" {'more' if at_size > used else 'less'} per kW than BAU counted",
            field=f"{run.name}.technologies.{name}.{fields[name]}",
            got=f"{figure(used / kw)} {case.currency}/kW",
            allowed=f"within {WARN_FRAC:.0%} of {figure(at_size / kw)} {case.currency}/kW",
            hint=f"set {fields[name]} to a quote, or settings.cost_by_size to true, and run again",
            severity="warning",
        )


def _notes(run: VariantRun, t: Technology) -> Iterator[Finding]:
    case = run.district.case
    cost = size_cost(case, t, max(s.run.capacity(t.id, t.sizes[0].name) for s in run.stages) if t.sizes else 0.0)
    if cost is None:
        return
    field = f"technologies.{t.id}.{cost.field}"
    place, counted = f"{run.name}.{field}", f"{figure(cost.used)} {case.currency}/kW"
    origin = case.provenance.get(field)
    if case.settings.cost_by_size and cost.differs(SETTLED_FRAC):
        yield Finding(
            "W515",
            f"cost and size of {t.id} did not settle: machines of {cost.size:,.0f} kW count at the cost of others",
            field=place,
            got=counted,
            allowed=f"within {SETTLED_FRAC:.0%} of {figure(cost.at_size)} {case.currency}/kW",
            hint=f"the certificate holds at the cost counted; set {cost.field} to a quote and run again",
            severity="warning",
        )
    elif cost.differs(WARN_FRAC):
        yield Finding(
            "W513",
            f"machines of {cost.size:,.0f} kW cost {abs(cost.at_size / cost.used - 1):.0%}"
            f" {'more' if cost.at_size > cost.used else 'less'} per kW than the design counted",
            field=place,
            got=counted,
            allowed=f"within {WARN_FRAC:.0%} of {figure(cost.at_size)} {case.currency}/kW",
            hint=f"set {cost.field} to a quote, or settings.cost_by_size to true, and run again",
            severity="warning",
        )
    elif origin is not None and origin.source.startswith(SETTLED_SOURCE):
        yield Finding(
            "W514",
            f"the investment of machines of {cost.size:,.0f} kW was taken from the cost by size",
            field=place,
            got=counted,
            hint="the certificate holds at this cost; a quote in its place is better",
            severity="warning",
        )
