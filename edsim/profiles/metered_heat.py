"""Measured heat: from fuel, with or without hot water, and from sums that follow the weather."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Literal

import numpy as np

from edsim.case.checks.meters import METER_FUELS
from edsim.case.steam_mass import heat_fired_per_steam
from edsim.core.errors import DataError, Finding
from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.heat_bills import shared_heat

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from edsim.case.parts.building_use import Measured
    from edsim.case.schema import Building, Case
    from edsim.profiles.types import Array

SumKind = Literal["daily", "monthly"]
_HEATING, _HOT_WATER, _STEAM = "heating", "hot_water", "steam"
_DAYS = 365


def heat_per_kwh(case: Case, building: Building, service: str, field: str) -> tuple[float, list[Finding]]:
    """Return the heat per measured kWh, 1 where no fuel is measured, and the remark on fuel.

    The efficiency is that given, else that of the building's machine of today at its age, both on the lower heating
    value: ``heat = fuel * LHV/HHV * efficiency`` for fuel counted in the higher one. Of steam it is the heat above the
    condensate, without what the boiler gives to make-up water and blow-down, which BAU and plant fire again.

    Raises
    ------
    DataError
        E326 the fuel or its efficiency is not known.
    """
    from edsim.core.heating_value import hhv_per_lhv

    measured = building.measured[service]
    if measured.fuel is None:
        return 1.0, []
    if measured.fuel not in METER_FUELS:
        allowed = ", ".join(METER_FUELS)
        raise DataError.of([Finding("E326", "no such fuel", field=f"{field}.fuel", got=measured.fuel, allowed=allowed)])
    machine = next((t for t in case.technologies if t.id == building.bau.get(service)), None)
    efficiency = measured.efficiency_frac or _today(machine, building.machine_age_a(service))
    if efficiency is None:
        what = "measured fuel needs the efficiency it is burnt with"
        hint = "give efficiency_frac, on the lower heating value, or the boiler of today in bau"
        raise DataError.of([Finding("E326", what, field=field, hint=hint)])
    factor = efficiency / (hhv_per_lhv(measured.fuel) if measured.heating_value == "HHV" else 1.0)
    if service == _STEAM:
        factor /= heat_fired_per_steam(case, building)
    return factor, [
        Finding(
            "W313",
            f"measured fuel of '{service}' is made heat",
            field=field,
            got=f"{measured.fuel} {measured.heating_value}, efficiency {efficiency:.3f} LHV: {factor:.3f} kWh/kWh",
            severity="warning",
        )
    ]


def _today(machine: object, age_a: float) -> float | None:
    """Return the efficiency of a machine of an age, None where it states none."""
    efficiency, decay = getattr(machine, "efficiency_frac", None), getattr(machine, "efficiency_decay_frac_per_a", 0.0)
    return None if efficiency is None else float(efficiency) * (1.0 - float(decay)) ** age_a


def require_split(building: Building, service: str, field: str) -> None:
    """Refuse hot water within anything but heating, stated twice, or not told by what is measured (E326)."""
    measured = building.measured[service]
    share, base = measured.hot_water_frac is not None, measured.hot_water_base
    if not share and not base:
        return
    sums = measured.file is not None or measured.monthly_kwh is not None
    hint = "keep one of hot_water_frac, hot_water_base and measured.hot_water"
    found = []
    if service != _HEATING:
        found.append(Finding("E326", "only measured heating holds hot water", field=field))
    if _HOT_WATER in building.measured:
        found.append(Finding("E326", "hot water is measured twice", field=field, hint=hint))
    if share and base:
        what = "hot water is stated as a share and as the base load"
        found.append(Finding("E326", what, field=field, hint=hint))
    if base and (not sums or _has_peaks(measured)):
        what = "base load is told by sums of days or months without peaks"
        found.append(Finding("E326", what, field=field, hint="give 12 monthly or 365 daily sums, or hot_water_frac"))
    if found:
        raise DataError.of(found)


def _has_peaks(measured: Measured) -> bool:
    return measured.monthly_peak_kw is not None or measured.peak_column is not None


def with_hot_water(
    measured: Measured, made: Mapping[str, Array], simulated: Mapping[str, Array]
) -> Mapping[str, Array]:
    """Return measured heat with the stated share of its year as hot water, in the shape of the simulated one."""
    share = measured.hot_water_frac
    if share is None:
        return made
    heat = made[_HEATING]
    return {_HEATING: (1.0 - share) * heat, _HOT_WATER: _shaped(share * heat.sum(), simulated[_HOT_WATER])}


def from_sums(
    measured: Measured,
    spread_kw: Array,
    kind: SumKind,
    simulated: Mapping[str, Array],
    outdoor_c: Array,
    field: str,
) -> tuple[Mapping[str, Array], Finding]:
    """Return heating, and hot water where it is in it, from sums of heat, and the remark on how they are shared.

    Parameters
    ----------
    measured
        What is said of the meter.
    spread_kw : (8760,)
        Any year with the measured sums, kW.
    kind
        Sums of days or months.
    simulated : service → (8760,)
        Simulated demand, kW.
    outdoor_c : (8760,)
        Outdoor air, °C.
    field
        What messages call the sums.
    """
    period = period_of(kind)
    sums = np.bincount(period, spread_kw)
    hours = np.bincount(period)
    water = np.minimum((measured.hot_water_frac or 0.0) * sums.sum() * hours / hours.sum(), sums)
    heat = shared_heat(sums - water, period, simulated[_HEATING], outdoor_c, name=field)
    base = heat.base_kw
    if measured.hot_water_base:
        water, base = np.bincount(period, base), np.zeros_like(base)
    made = {_HEATING: base + heat.weather_kw}
    if water.any():
        made[_HOT_WATER] = np.concatenate(
            [_shaped(float(w), simulated[_HOT_WATER][period == i]) for i, w in enumerate(water)]
        )
    follows = f"the simulation times {heat.slope:.2f}"
    if heat.balance_c is not None:
        follows = f"{heat.slope:.3g} kW/K below {heat.balance_c:g} C"
    share = 100.0 * (heat.base_kw.sum() + (0.0 if measured.hot_water_base else water.sum())) / sums.sum()
    got = f"{sums.sum():,.0f} kWh/a, {share:.0f} % of it base load; {follows}; CV(RMSE) {100 * heat.cv_frac:.0f} %"
    what = f"'{_HEATING}' has {len(sums)} measured sums shared between base load and weather"
    return made, Finding("W312", what, field=field, got=got, severity="warning")


def period_of(kind: SumKind) -> NDArray[np.int64]:
    """Return the index of the month or day of every hour of the year."""
    return np.asarray(MONTH_OF_HOUR if kind == "monthly" else np.repeat(np.arange(_DAYS), 24))


def _shaped(kwh: float, shape: Array) -> Array:
    """Return energy in a shape; flat where there is none."""
    total = float(shape.sum())
    return np.asarray(shape * (kwh / total)) if total > 0 else np.full(len(shape), kwh / len(shape))
