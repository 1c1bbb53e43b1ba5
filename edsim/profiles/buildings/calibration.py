"""Calibration of a building to its electricity bills: a few multipliers with priors (Bayesian, Gauss-Newton MAP).

Minimized: sum of ((model - bill)/sigma_bill)² + ((x - 1)/sigma_x)² over 12 monthly bills and the knobs below. The
posterior covariance is the inverse of the Gauss-Newton Hessian. Statistics follow ASHRAE Guideline 14-2014: NMBE and
CV(RMSE) with n - p in the denominator, p the number of knobs.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.errors import DataError, Finding
from edsim.profiles.buildings.balance.drivers import climate_of
from edsim.profiles.buildings.loads import sum_zone_loads
from edsim.profiles.buildings.measured import monthly_kwh
from edsim.profiles.buildings.stock.archetypes import ClimateBand, climate_band
from edsim.profiles.buildings.stock.building import resolve
from edsim.profiles.buildings.stock.building_spec import BuildingSpec
from edsim.profiles.buildings.stock.list_checks import building_findings
from edsim.profiles.buildings.stock.services import electricity_kw
from edsim.profiles.numbers import is_number, number_array
from edsim.profiles.weather.types import Weather

Array = NDArray[np.float64]

_STEP = 0.05
_ITERATIONS = 6
_CONVERGED = 2e-3


@dataclass(frozen=True, slots=True)
class Knob:
    """One multiplier of the calibration.

    Attributes
    ----------
    name
        What it changes.
    fields
        Archetype fields it multiplies; for the set point the deviation from 1 is 10 K per unit.
    sigma
        Prior standard deviation around 1.
    low, high
        Physical bounds.
    """

    name: str
    fields: tuple[str, ...]
    sigma: float
    low: float
    high: float


KNOBS: tuple[Knob, ...] = (
    Knob("conditioned_frac", ("conditioned_frac",), 0.25, 0.1, 2.5),
    Knob(
        "gains",
        ("light_w_per_m2", "plug_w_per_m2", "process_w_per_m2", "it_w_per_m2", "refrigeration_w_per_m2"),
        *(0.25, 0.2, 3.0),
    ),
    Knob("air", ("outdoor_air_l_per_s_person", "outdoor_air_l_per_s_m2", "infiltration_ach"), 0.30, 0.2, 3.0),
    Knob("solar", ("window_g_frac",), 0.20, 0.3, 1.5),
    Knob("set_point", ("cooling_set_c",), 0.10, 0.7, 1.3),
)
"""Knobs with priors of 20 to 30 % and 1 K."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """Result of a calibration.

    Attributes
    ----------
    spec
        The building with fitted overrides.
    names, multipliers, sigma : (knobs,)
        Knobs, their posterior mean (MAP) and standard deviation. The set point's 0.1 is 1 K.
    covariance : (knobs, knobs)
        Posterior covariance.
    modelled_kwh, prior_kwh, bills_kwh : (12,)
        Bills by the fitted and the unfitted model, and as given.
    nmbe_frac, cv_rmse_frac
        Guideline 14 statistics of the fitted model.
    skill_frac
        1 - MSE/variance of the bills: 0 is no better than their mean.
    findings
        W304 when a knob is at its bound (bill and description contradict each other), W305 when the statistics fail.
    """

    spec: BuildingSpec
    names: tuple[str, ...]
    multipliers: Array
    sigma: Array
    covariance: Array
    modelled_kwh: Array
    prior_kwh: Array
    bills_kwh: Array
    nmbe_frac: float
    cv_rmse_frac: float
    skill_frac: float
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class BillContext:
    """What turns loads into a bill, and the calendar.

    Attributes
    ----------
    cooling_cop
        Seasonal COP of the building's own cooling, W/W; infinite when cooling is not on the bill.
    country, year, seed
        As for building_loads.
    bill_sigma_frac
        Uncertainty of a monthly bill as a share of the mean bill.
    """

    cooling_cop: float = 2.8
    country: str = "COL"
    year: int = 2025
    seed: int = 0
    bill_sigma_frac: float = 0.05


def calibrate(spec: BuildingSpec, bills_kwh: ArrayLike, weather: Weather, context: BillContext) -> Calibration:
    """Fit a building to 12 monthly electricity bills.

    Raises
    ------
    DataError
        E320, E321 for bills that are not 12 positive values; E324 for a COP that is not positive.
    """
    bills = _require(spec, bills_kwh, context)
    band, climate = climate_band(weather), climate_of(weather)

    def bills_of(points: Sequence[Array]) -> Array:
        buildings = [resolve(_with(spec, x, band), band, context.country, context.year, context.seed) for x in points]
        loads = sum_zone_loads(buildings, climate, band)
        cooling = (loads.sensible + loads.latent) / context.cooling_cop
        outdoor = climate.outdoor_temp_c
        own = (electricity_kw(b, fan, outdoor) for b, fan in zip(buildings, loads.fan, strict=True))
        return np.stack([monthly_kwh(power + c) for power, c in zip(own, cooling, strict=True)])

    scale = context.bill_sigma_frac * float(bills.mean())
    prior = np.array([k.sigma for k in KNOBS])
    bounds = _bounds(resolve(spec, band, "", 2025, 0).archetype.conditioned_frac)
    x = np.ones(len(KNOBS))
    first: Array | None = None
    for _ in range(_ITERATIONS):
        steps = np.where(x + _STEP > bounds[1], -_STEP, _STEP)
        table = bills_of([x, *(x + np.diag(steps))])
        first = table[0] if first is None else first
        jacobian = (table[1:] - table[0]).T / steps / scale
        hessian = jacobian.T @ jacobian + np.diag(prior**-2.0)
        gradient = jacobian.T @ (bills - table[0]) / scale - (x - 1) / prior**2
        moved = _bounded_newton(x, hessian, gradient, bounds)
        change, x = float(np.abs(moved - x).max()), moved
        if change < _CONVERGED:
            break
    modelled = bills_of([x])[0]
    return _summary(spec, band, x, np.linalg.inv(hessian), (modelled, np.asarray(first), bills))


def _bounds(conditioned_frac: float) -> tuple[Array, Array]:
    """Return the least and the greatest multipliers; nothing is conditioned beyond the whole floor."""
    high = [k.high for k in KNOBS]
    high[0] = min(high[0], 1.0 / conditioned_frac) if conditioned_frac > 0 else high[0]
    return np.array([k.low for k in KNOBS]), np.array(high)


def _bounded_newton(x: Array, hessian: Array, gradient: Array, bounds: tuple[Array, Array]) -> Array:
    """Return the knobs after a Newton step within bounds: one that would leave them stops there, the others go on."""
    moved, free = x.copy(), np.ones(len(x), dtype=bool)
    while free.any():
        left = gradient - hessian[:, ~free] @ (moved - x)[~free]
        moved[free] = x[free] + np.linalg.solve(hessian[np.ix_(free, free)], left[free])
        held = np.clip(moved, *bounds)
        out = free & (held != moved)
        moved = held
        if not out.any():
            break
        free &= ~out
    return moved


def _with(spec: BuildingSpec, x: Array, band: ClimateBand) -> BuildingSpec:
    """Return the building with the knobs turned: overrides of the archetype's (or the user's) values."""
    a = resolve(spec, band, "", 2025, 0).archetype
    values: dict[str, float | str] = dict(spec.overrides)
    for knob, factor in zip(KNOBS, x, strict=True):
        for name in knob.fields:
            base = float(getattr(a, name))
            values[name] = base + 10.0 * (factor - 1) if knob.name == "set_point" else base * factor
    values["conditioned_frac"] = min(float(values["conditioned_frac"]), 1.0)
    if a.glazing is not None:
        values["glazing"] = a.glazing  # the factor on g stands for shade and dirt, not for other glass
    return replace(spec, overrides=values, conditioned_frac=None, cooling_set_c=None)


def _summary(
    spec: BuildingSpec, band: ClimateBand, x: Array, covariance: Array, bills: tuple[Array, Array, Array]
) -> Calibration:
    modelled, before, measured = bills
    error = modelled - measured
    degrees = len(measured) - len(KNOBS)
    mean = float(measured.mean())
    nmbe = float(error.sum() / degrees / mean)
    cv = float(np.sqrt((error**2).sum() / degrees) / mean)
    spread = float(((measured - mean) ** 2).mean())
    skill = 1.0 - float((error**2).mean()) / spread if spread > 0 else 0.0
    return Calibration(
        spec=_with(spec, x, band),
        names=tuple(k.name for k in KNOBS),
        multipliers=x,
        sigma=np.sqrt(np.diag(covariance)),
        covariance=covariance,
        modelled_kwh=modelled,
        prior_kwh=before,
        bills_kwh=measured,
        nmbe_frac=nmbe,
        cv_rmse_frac=cv,
        skill_frac=skill,
        findings=tuple(_findings(spec, x, nmbe, cv, mean / float(before.mean()))),
    )


def _findings(spec: BuildingSpec, x: Array, nmbe: float, cv: float, times: float) -> list[Finding]:
    where = f"buildings[{spec.id}].bills"
    found = [
        Finding(
            "W304",
            f"bill inconsistent with the description: {k.name} at its bound",
            field=where,
            got=f"{value:.2f} times the description",
            allowed=f"{k.low:g} to {k.high:g}",
            hint="check floor area, conditioned fraction and the unit and owner of the bills",
            severity="warning",
        )
        for k, value in zip(KNOBS, x, strict=True)
        if value in {k.low, k.high}
    ]
    if abs(nmbe) > 0.05 or cv > 0.15:
        got = f"NMBE {100 * nmbe:.1f} %, CV(RMSE) {100 * cv:.1f} %"
        found.append(
            Finding(
                "W305",
                "calibration outside ASHRAE Guideline 14",
                field=where,
                got=got,
                allowed="5 %, 15 %",
                hint=f"the bills are {times:.2g} times those of the description: check their unit, the floor area and "
                "what else the meter counts",
                severity="warning",
            )
        )
    return found


def _require(spec: BuildingSpec, bills_kwh: ArrayLike, context: BillContext) -> Array:
    """Return the bills as numbers, refused with all that is wrong with what was given."""
    findings, bills = building_findings([spec]), number_array(bills_kwh)
    if bills is None:
        findings.append(Finding("E321", "no number", field="bills", got=repr(bills_kwh)[:40]))
    elif bills.shape != (12,):
        findings.append(Finding("E320", "wrong number of bills", field="bills", got=str(bills.size), allowed="12"))
    elif not (np.isfinite(bills).all() and (bills > 0).all()):
        findings.append(Finding("E321", "bills must be positive", field="bills", got=f"{bills.min():g}", allowed="> 0"))
    given: object = context
    cop: object = given.cooling_cop if isinstance(given, BillContext) else None
    if not (is_number(cop) and cop > 0):
        findings.append(Finding("E324", "COP must be positive", field="cooling_cop", got=str(cop)[:40]))
    if findings or bills is None:
        raise DataError.of(findings)
    return bills
