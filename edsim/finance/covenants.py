"""Covenants of lenders: what limits a loan, and cash that may not be paid out while the cover ratio is too low."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import Finding
from edsim.finance.project import ProjectInputs

Vector = NDArray[np.float64]

_ROUNDING = 1e-9  # a sculpted loan meets its cover ratio up to rounding


def limit_year(p: ProjectInputs, limited_by: str | None, dscr: tuple[float | None, ...]) -> int | None:
    """Return the year whose cover ratio alone limits the sized loan; None where all years of a sculpted one do."""
    held = {year: x for year, x in enumerate(dscr, start=1) if x is not None}
    if p.debt is None or limited_by != "dscr" or not held:
        return None
    least = min(held.values())
    year = next(y for y, x in held.items() if x <= least + 1e-9 * abs(least))
    return None if p.debt.loan.shape == "sculpted" and year > p.debt.loan.grace_a else year


def held_back(cash: Vector, planned: Vector, dscr: Sequence[float | None], lockup_dscr: float | None) -> Vector:
    """Return the cash held at the end of the years 0..N under a lock-up of distributions.

    A year whose cover ratio is below the lock-up pays nothing out: what is left of its cash joins what is held, and a
    shortfall is paid from it first. All is paid out in the first year that reaches the ratio, without debt service, or
    at the end. What the owners pay of later investments is not taken from it.

    Parameters
    ----------
    cash : (years + 1,)
        Owners' cash before the lock-up, money out negative.
    planned : (years + 1,)
        What the owners pay of investments after close, positive.
    dscr : (years,)
        Cover ratio of the years 1..N; None without service.
    lockup_dscr
        Cover ratio below which nothing is paid out; None: no covenant.
    """
    balance = np.zeros(len(cash))
    if lockup_dscr is None:
        return balance
    for year in range(1, len(cash) - 1):
        cover = dscr[year - 1]
        if cover is not None and cover < lockup_dscr - _ROUNDING:
            balance[year] = max(balance[year - 1] + cash[year] + planned[year], 0.0)
    return balance


def locked_up(dscr: Sequence[float | None], lockup_dscr: float | None) -> tuple[Finding, ...]:
    """Return a remark that names the years in which nothing is paid out."""
    if lockup_dscr is None:
        return ()
    years = [t for t, x in enumerate(dscr, start=1) if x is not None and x < lockup_dscr - _ROUNDING]
    if not years:
        return ()
    what = "the cover ratio is below the lock-up: nothing is paid out to the owners in these years"
    hint = "more grace, a smaller loan or a higher price lifts the cover ratio"
    return (
        Finding(
            "W706",
            what,
            field="dscr",
            got=f"years {', '.join(map(str, years))}",
            allowed=f"≥ {lockup_dscr:g}",
            hint=hint,
            severity="warning",
        ),
    )
