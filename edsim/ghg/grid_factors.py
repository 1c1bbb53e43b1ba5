"""Grid emission factors: combined margin and paths over the years.

Source
------
CDM methodological tool TOOL07, Tool to calculate the emission factor for an electricity system (weights).
"""

from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.arguments import check_choice, reject

ProjectKind = Literal["wind_solar", "other"]


def combined_margin(
    operating_margin: float, build_margin: float, kind: ProjectKind = "other", *, crediting_period: int = 1
) -> float:
    """Return the combined margin ``w x OM + (1 - w) x BM``, kgCO2e/kWh.

    Weights of TOOL07: wind and solar 0.75 on the operating margin; other projects 0.5 in the first crediting period
    and 0.25 afterwards.

    Parameters
    ----------
    operating_margin, build_margin
        kgCO2e/kWh.
    kind, crediting_period
        Kind of project and crediting period, 1 the first.
    """
    check_choice(kind, ("wind_solar", "other"), "kind")
    if crediting_period < 1:
        raise reject("E721", "the first crediting period is 1", "crediting_period", crediting_period)
    weight = 0.75 if kind == "wind_solar" else (0.5 if crediting_period == 1 else 0.25)
    return weight * operating_margin + (1.0 - weight) * build_margin


def factor_path(
    today: float, years: int, *, change_per_a: float = 0.0, target: tuple[int, float] | None = None
) -> NDArray[np.float64]:
    """Return the grid factor of the years 1..H: constant, changing by a share per year, or linear to a target.

    Parameters
    ----------
    today
        Factor of year 0, kgCO2e/kWh.
    years
        H.
    change_per_a
        Share per year, -0.03 for three percent less each year.
    target
        Year and factor reached on a straight line; constant afterwards.
    """
    t = np.arange(1, years + 1, dtype=float)
    if target is None:
        return np.asarray(today * (1.0 + change_per_a) ** t)
    if change_per_a:
        raise reject("E703", "give a change per year or a target", "change_per_a", change_per_a)
    return np.asarray(np.interp(t, [0.0, float(target[0])], [today, target[1]]))
