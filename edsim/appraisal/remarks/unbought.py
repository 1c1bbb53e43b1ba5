"""What a variant offers and the least-cost design does without: it is not what the name of the variant says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edsim.appraisal.types import UNBOUGHT
from edsim.core.errors import Finding
from edsim.core.technology import Technology
from edsim.results.variant import VariantRun

_NOTHING = 1e-6
"""Size below which nothing is bought, in the unit of the size."""


def unbought_remarks(runs: Sequence[VariantRun]) -> Iterator[Finding]:
    """Yield, for each project variant, the machines it has and another has not, of which nothing is bought.

    Parameters
    ----------
    runs
        BAU first.
    """
    projects = [r for r in runs[1:] if r.design is not None]
    everywhere = set.intersection(*({t.id for t in r.plant} for r in projects)) if projects else set()
    for run in projects:
        names = [t.id for t in run.plant if t.sizes and t.id not in everywhere and not _bought(run, t)]
        if names:
            yield Finding(
                UNBOUGHT,
                f"{run.name} does not buy {', '.join(names)}: the design of least cost does without",
                field=f"{run.name}.technologies.{names[0]}",
                got="0",
                hint=f"edsim explain CASE --variant {run.name} tells what it is worth; a min_ of its size forces it",
                severity="warning",
            )


def _bought(run: VariantRun, machine: Technology) -> bool:
    return any(run.capacity(machine.id, size.name) > _NOTHING for size in machine.sizes)
