"""What a design is, and how far to go for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from edsim.optimization.types import Certificate, Solution

Mode = Literal["certified", "screening", "full_year"]


@dataclass(frozen=True, slots=True)
class DesignOptions:
    """How far to go.

    Attributes
    ----------
    mode
        ``certified`` (typical days, dispatch, bound), ``screening`` (no bound) or ``full_year`` (sizes on 8760 h).
    typical_days
        Typical days besides the peak days.
    target_gap_frac
        Certified gap to reach.
    time_limit_s
        Limit of one solve, processor seconds.
    """

    mode: Mode = "certified"
    typical_days: int = 12
    target_gap_frac: float = 0.01
    time_limit_s: float = 600.0


@dataclass(frozen=True, slots=True)
class Design:
    """A proven design: its dispatch over the full year and its certificate."""

    solution: Solution
    certificate: Certificate
    typical_grids: tuple[int, ...]
