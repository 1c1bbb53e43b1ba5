"""Descriptions of buildings fitted to their bills of electricity, where a case gives the COP of the cooling on them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from edsim.core.errors import DataError, Finding
from edsim.profiles.described import in_case

if TYPE_CHECKING:
    from edsim.case.schema import Building, Case
    from edsim.profiles.buildings import BuildingSpec
    from edsim.profiles.buildings.calibration import Calibration
    from edsim.profiles.types import Array
    from edsim.profiles.weather.types import Weather


def fitted_to_bills(building: Building) -> bool:
    """Return whether the bills of a building are those of all its electricity, to which its description is fitted."""
    bills = building.measured.get("electricity")
    return bills is not None and bills.cooling_cop is not None


def calibrated_specs(
    case: Case, specs: Sequence[BuildingSpec], weather: Weather
) -> tuple[list[BuildingSpec], list[Finding]]:
    """Return the buildings of a case, those with bills of all their electricity as fitted to them, and remarks.

    Parameters
    ----------
    case
        The case.
    specs
        Its buildings as described, in their order.
    weather
        Weather of the year.

    Raises
    ------
    DataError
        The bills cannot be read, or are not 12 positive sums.
    """
    from edsim.profiles.buildings import BillContext, calibrate

    fitted, found = list(specs), []
    for i, building in enumerate(case.buildings):
        if not fitted_to_bills(building):
            continue
        field = f"buildings[{building.id}].measured.electricity"
        context = BillContext(
            cooling_cop=building.measured["electricity"].cooling_cop or 0.0,
            country=case.city.country,
            year=case.settings.calendar_year,
            seed=case.settings.seed,
        )
        try:
            fit = calibrate(specs[i], _bills_kwh(case, building, field), weather, context)
        except DataError as error:
            named = (
                f if f.file or f.field.startswith("buildings[") else replace(f, field=field) for f in error.findings
            )
            raise DataError.of([in_case(f, case) for f in named]) from None
        fitted[i] = fit.spec
        found += [_said(fit, field), *(replace(f, field=field) for f in fit.findings)]
    return fitted, found


def _bills_kwh(case: Case, building: Building, field: str) -> Array | tuple[float, ...]:
    """Return the 12 bills of a building."""
    from edsim.case.readers.series_measured import read_measured

    measured = building.measured["electricity"]
    if measured.monthly_kwh is not None:
        return measured.monthly_kwh
    meter = read_measured(case.folder, measured, "electricity")
    if meter.step != "month":
        what = "a description is fitted to 12 monthly bills"
        raise DataError.of([Finding("E320", what, field=field, got=str(len(meter.values)), allowed="12")])
    return meter.values


def _said(fit: Calibration, field: str) -> Finding:
    """Return the record of a fit: its statistics, and each multiplier with its posterior standard deviation."""
    knobs = zip(fit.names, fit.multipliers, fit.sigma, strict=True)
    values = "; ".join(f"{name} {value:.2f} ± {sigma:.2f}" for name, value, sigma in knobs)
    quality = f"NMBE {100 * fit.nmbe_frac:+.1f} %, CV(RMSE) {100 * fit.cv_rmse_frac:.1f} %, skill {fit.skill_frac:.2f}"
    what = "the description is fitted to 12 bills of electricity"
    return Finding("W310", what, field=field, got=f"{quality}; {values}", severity="warning")
