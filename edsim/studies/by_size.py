"""Investments that follow the size (``settings.cost_by_size``), for alternatives of a study.

Where sizes are found anew, costs are those of the sizes found, as in a run. Where sizes stay, a machine costs what it
costs in the case as it stands: its size is the same. Quotes, those a study varies too, are never touched.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

import numpy as np

from edsim.case.schema import Case
from edsim.network.district import District
from edsim.optimization.sizing.certify import Design, DesignOptions
from edsim.optimization.sizing.goals import Goal
from edsim.optimization.sizing.size_costs import SETTLED_SOURCE, Sizes, is_quoted, proven_at_cost, settle_costs
from edsim.optimization.sizing.typical_sizes import TypicalSizes, at_costs_of_sizes
from edsim.optimization.system import System


def settled_like(district: District, base: Case, sizes: Sequence[Sizes]) -> District:
    """Return a district whose machines cost what they cost in `base` by their size, quotes left as they are.

    Where `base` itself does not count costs by size, they are taken at `sizes`.

    Parameters
    ----------
    district
        An alternative with the sizes of `base`.
    base
        Case of the design those sizes are from, with the investments it counted.
    sizes
        The sizes, of every milestone.
    """
    case = district.case
    if not case.settings.cost_by_size:
        return district
    if not base.settings.cost_by_size:
        return settle_costs((district,), lambda _: sizes)[0]
    taken = {k: p for k, p in base.provenance.items() if p.source.startswith(SETTLED_SOURCE)}
    machines = list(case.technologies)
    for k, machine in enumerate(machines):
        field = machine.sizes[0].capex if machine.sizes else ""
        cost = taken.get(f"technologies.{machine.id}.{field}")
        if cost is not None and not is_quoted(case.provenance, machine):
            machines[k] = machine.model_copy(update={field: cost.value})
    changes = {"technologies": tuple(machines), "provenance": {**case.provenance, **taken}}
    return replace(district, case=case.model_copy(update=changes))


def sized_at_cost(
    district: District,
    system_of: Callable[[District], System],
    design: Callable[[District], Design],
    goal: Goal,
    options: DesignOptions,
) -> tuple[District, Design]:
    """Return the design of a district and the district at the investments of the sizes found, if the case asks it.

    Parameters
    ----------
    district
        The district at the default investments.
    system_of, design
        District → its plant, and its plant designed.
    goal, options
        As of the design.
    """
    if not district.case.settings.cost_by_size:
        return district, design(district)
    sizes = TypicalSizes([goal], np.ones(1), options)
    (settled,) = at_costs_of_sizes((district,), system_of, sizes, lambda _: None)
    again = proven_at_cost((settled,), (design(settled),), lambda now: [design(now[0])])
    return again[0][0], again[1][0]
