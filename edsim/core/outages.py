"""Hours of the year in which the public grid is out."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator

from edsim.core.hours import HOURS_PER_YEAR


def _within_year(outages: tuple[tuple[int, int], ...]) -> tuple[tuple[int, int], ...]:
    for start, length in outages:
        if not (0 <= start < HOURS_PER_YEAR and 1 <= length <= HOURS_PER_YEAR - start):
            raise ValueError(f"outage ({start}, {length}) must start in hour 0-8759 and end within the year")
    return outages


Outages = Annotated[tuple[tuple[int, int], ...], AfterValidator(_within_year)]
"""First hour of the year (0–8759) and length in hours of each."""
