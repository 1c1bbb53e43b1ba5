"""The milestones of a plan with their full-year models, and what each is worth; a district of one year has one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.core.timegrid import full_year
from edsim.optimization.growth.joint_program import with_common_limits
from edsim.optimization.model.model import Model, build
from edsim.optimization.system import System
from edsim.optimization.types import Solution

Array = NDArray[np.float64]
Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Plan:
    """Milestones with what each is worth.

    Attributes
    ----------
    names
        What each is called in messages: its calendar year; empty where there is one.
    years
        Full-year models.
    share : (m,)
        Share of each in the objective; they add up to 1.
    """

    names: Sequence[str]
    years: Sequence[Model]
    share: Array

    @property
    def systems(self) -> list[System]:
        """Return the system of every milestone."""
        return [year.system for year in self.years]

    def cost(self, solutions: Sequence[Solution]) -> float:
        """Return the level yearly cost."""
        return float(self.share @ np.array([s.objective for s in solutions]))

    def naming(self, name: str, findings: Sequence[Finding]) -> list[Finding]:
        """Return findings about a milestone, which is named where there are several."""
        return [replace(f, what=f"{name}: {f.what}") if len(self.names) > 1 else f for f in findings]

    def telling(self, name: str, progress: Progress) -> Progress:
        """Return what tells the progress of a milestone."""
        return (lambda text: progress(f"{name}: {text}")) if len(self.names) > 1 else progress


def plan_of(systems: Mapping[str, System], worth: Array, progress: Progress = lambda _: None) -> Plan:
    """Return the milestones with their full-year models, to be solved as often as wanted.

    Parameters
    ----------
    systems
        Name of the milestone → its system; the same machines in each.
    worth : (m,)
        Present value of the years each stands for, in years.
    progress
        Called with a line of text.
    """
    several = len(systems) > 1
    progress(
        f"building the full-year models of {len(systems)} milestones" if several else "building the full-year model"
    )
    models = [build(s, full_year()) for s in systems.values()]
    for model, parts in zip(models, with_common_limits([m.parts for m in models]), strict=True):
        model.parts = parts
    return Plan(tuple(systems), models, np.asarray(worth) / np.sum(worth))
