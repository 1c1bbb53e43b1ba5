"""Annual cost of trenches: catalogue steps for the final answer, straight lines for the routing."""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.machines.catalogue import catalogue
from edsim.network.pipes.catalogue import ets_cost_usd
from edsim.network.request import NetworkRequest

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class EdgeCosts:
    """Cost of one meter of trench for each DN of a catalogue.

    Attributes
    ----------
    capacity_kw : (n,)
        Heat each DN carries.
    pipe_per_m, civil_per_m : (n,)
        Investment per meter, currency; civil in a street.
    running_per_m_a : (n,)
        Annual cost of heat exchange with the ground.
    pump_per_m_kw_a
        Annual pumping per meter and kW.
    yearly_frac
        Annuity and maintenance, share of the investment.
    """

    capacity_kw: Array
    pipe_per_m: Array
    civil_per_m: Array
    running_per_m_a: Array
    pump_per_m_kw_a: float
    yearly_frac: float

    def annual_per_m(self, civil_factor: float) -> Array:
        """Return annuity, maintenance and running cost per meter for each DN."""
        return np.asarray(self.yearly_frac * (self.pipe_per_m + civil_factor * self.civil_per_m) + self.running_per_m_a)


def fit_linear_cost(costs: EdgeCosts, civil_factor: float, low_kw: float, high_kw: float) -> tuple[float, float]:
    """Return fixed cost per meter and cost per meter and kW of a trench, annual.

    Weighted least squares of the catalogue steps on 60 loads spread evenly in the logarithm between the limits, weights
    1/cost so that small pipes count as much as mains; both coefficients are kept ≥ 0. The steps are those of the
    smallest sufficient DN; beyond the largest the last unit cost is carried on.

    Parameters
    ----------
    costs
        Catalogue cost.
    civil_factor
        Of the trench's surface.
    low_kw, high_kw
        Smallest and largest heat a trench can carry in this network.
    """
    load = np.geomspace(max(low_kw, 1e-3), max(high_kw, 1.01 * low_kw, 1.01e-3), 60)
    row = np.minimum(np.searchsorted(np.maximum.accumulate(costs.capacity_kw), load), len(costs.capacity_kw) - 1)
    cost = costs.annual_per_m(civil_factor)[row]
    weight = 1.0 / cost
    a, b = _line(load, cost, weight)
    if b * high_kw < 1e-9 * abs(a):  # negative, or rounding noise of equal costs
        a, b = float(np.average(cost, weights=weight**2)), 0.0
    elif a < 0.0:
        a, b = 0.0, float((load * cost * weight**2).sum() / (load**2 * weight**2).sum())
    return a, b + costs.pump_per_m_kw_a


def _line(x: Array, y: Array, weight: Array) -> tuple[float, float]:
    w = weight**2
    x_mean, y_mean = np.average(x, weights=w), np.average(y, weights=w)
    spread = float((w * (x - x_mean) ** 2).sum())
    slope = float((w * (x - x_mean) * (y - y_mean)).sum()) / spread if spread > 0 else 0.0
    return float(y_mean - slope * x_mean), slope


def station_cost(request: NetworkRequest, peak_kw: Array) -> Array:
    """Return the installed cost of each energy transfer station, currency (equipment at world price); none for air."""
    if request.carrier == "compressed_air":
        return np.zeros(np.shape(peak_kw))
    return ets_cost_usd(peak_kw) * request.economics.currency_per_usd


def station_cost_per_a(request: NetworkRequest, peak_kw: Array) -> Array:
    """Return annuity and maintenance of each energy transfer station, currency per year, over its own life."""
    life, om_frac = station_terms()
    return station_cost(request, peak_kw) * (replace(request.economics, lifetime_a=life).annuity_frac + om_frac)


def station_terms() -> tuple[float, float]:
    """Return the life, a, and the yearly maintenance, share of investment, of energy transfer stations."""
    rows, kind = catalogue(), "energy_transfer_station"
    return rows[kind, "lifetime_a"].value, rows[kind, "fixed_om_frac"].value
