"""Performance of a plant and its load: system COP, kW/TR, load factor, coincident peak, deferred capacity."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_length, reject
from edsim.core.units import KW_PER_TR


@dataclass(frozen=True, slots=True)
class SystemPerformance:
    """Cooling delivered per electricity of the whole system.

    Attributes
    ----------
    cop
        kWh of cooling at the customers' meters per kWh of electricity of chillers, pumps, towers and stations.
    kw_per_tr
        Electricity per ton of refrigeration, kW/TR.
    electricity_per_cooling
        kWh/kWh.
    """

    cop: float
    kw_per_tr: float
    electricity_per_cooling: float


def system_performance(cooling_kwh: float, electricity_kwh: float) -> SystemPerformance | None:
    """Return system COP and kW/TR; ``None`` when no cooling was delivered or no electricity used.

    Parameters
    ----------
    cooling_kwh
        Cooling at the customers' meters, after network gains, kWh.
    electricity_kwh
        Electricity of chillers, chilled and condenser water pumps, tower fans and stations, kWh.
    """
    if cooling_kwh <= 0 or electricity_kwh <= 0:
        return None
    return SystemPerformance(
        cooling_kwh / electricity_kwh, KW_PER_TR * electricity_kwh / cooling_kwh, electricity_kwh / cooling_kwh
    )


def load_factor(load_kw: ArrayLike) -> float | None:
    """Return mean load over peak load; ``None`` when the load is zero throughout."""
    load = as_vector(load_kw, "load_kw")
    peak = float(load.max())
    return float(load.mean()) / peak if peak > 0 else None


@dataclass(frozen=True, slots=True)
class PeakEffect:
    """What a project takes off the peak of the power system.

    Attributes
    ----------
    coincident_kw
        Mean of BAU minus project over the system's peak hours, at the meter, kW.
    at_generation_kw
        Same at the power plants, with losses and reserve margin, kW.
    noncoincident_kw
        Peak of BAU minus peak of the project, whenever they occur, kW.
    hours : (m,)
        Hours taken as system peak.
    """

    coincident_kw: float
    at_generation_kw: float
    noncoincident_kw: float
    hours: NDArray[np.int64]


def coincident_peak_avoided(
    bau_kw: ArrayLike,
    project_kw: ArrayLike,
    system_load_kw: ArrayLike,
    *,
    top_hours: int = 40,
    peak_loss_frac: float = 0.0,
    reserve_margin_frac: float = 0.0,
) -> PeakEffect:
    """Return the peak demand avoided in the hours in which the power system is at its highest.

    ``kW = mean over peak hours (BAU - project) / (1 - loss) x (1 + reserve)``

    Parameters
    ----------
    bau_kw, project_kw : (n,)
        Electric load at the meter, kW.
    system_load_kw : (n,)
        Load of the power system or feeder that defines its peak hours; any unit.
    top_hours
        How many of its highest hours are taken (20 to 100 is usual); ties go to the earlier hour.
    peak_loss_frac, reserve_margin_frac
        Network losses at peak and reserve margin.
    """
    bau, system = as_vector(bau_kw, "bau_kw"), as_vector(system_load_kw, "system_load_kw")
    project = as_vector(project_kw, "project_kw")
    check_length(project, len(bau), "project_kw")
    check_length(system, len(bau), "system_load_kw")
    if not 1 <= top_hours <= len(bau):
        raise reject("E743", "out of range", "top_hours", top_hours, allowed=f"1..{len(bau)}")
    if not 0 <= peak_loss_frac < 1:
        raise reject("E743", "out of range", "peak_loss_frac", peak_loss_frac, allowed="0..1")
    hours = np.sort(np.argsort(-system, kind="stable")[:top_hours])
    avoided = float((bau - project)[hours].mean())
    grossed = avoided / (1 - peak_loss_frac) * (1 + reserve_margin_frac)
    return PeakEffect(avoided, grossed, float(bau.max() - project.max()), hours.astype(np.int64))
