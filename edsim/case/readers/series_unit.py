"""The unit of a measured series: what the case states, or the name of its column, and the factor that makes it kW."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from edsim.core.hours import HOURS_OF_MONTH
from edsim.core.units import Unit, parse_unit

if TYPE_CHECKING:
    from edsim.case.parts.building_use import Measured

_OTHER_UNITS = frozenset({
    "w", "mw", "gw", "wh", "mwh", "tr", "rt", "ton", "tons", "btu", "kbtu", "mbtu", "mmbtu", "mbh", "therm", "therms",
    "kcal", "gcal", "kj", "mj", "gj",
})  # fmt: skip
"""Units of power and energy in names of columns that are neither kW nor kWh; hp is a heat pump."""
STEAM_MASSES = frozenset({"kg", "kgh", "kgph", "t/h", "tph", "lb", "lbs"})
"""Units of mass, as steam meters count."""
_TONNES_PER_HOUR = re.compile(r"(?<![^\W_])t[\s_]*(?:/|_|per|por)[\s_]*h(?![^\W_])")
"""``t/h``, ``t_h`` and ``t por h``, which are no words."""
_AIR_FLOWS = {"min": "m3/min", "cfm": "cfm", "scfm": "cfm", "lps": "l/s", "lpm": "l/min", "cmm": "m3/min"}
"""Words for flows of air that are not per hour."""
_SAME = {"RT": "TR", "TON": "TR", "TONS": "TR", "THERMS": "therm"}
_ENERGY_OF_A_STEP = re.compile(r"kwh(?![\s_]*(?:/|per|por)[\s_]*h)")
"""kWh, not kWh/h, which is kW."""
_WORDS = re.compile(r"[a-z]+")
_BRACKETS = re.compile(r"[\[(]([^\[\]()]+)[\])]")
_OF_ENERGY = ((("energy", 1),), (("energy", 1), ("time", -1)))
"""Dimensions of energy and of power."""
_OF_STEAM = (*_OF_ENERGY, (("mass", 1),), (("mass", 1), ("time", -1)))
"""Dimensions of what meters of steam count."""
AIR_UNIT = "Nm3/h"
_PERIODS = {12: "month", 365: "d", 366: "d"}
PEAK_ROUNDING = 0.01
"""Part of the mean by which a peak may be below it: meters and bills give rounded figures."""
LONGEST_MONTHS = (HOURS_OF_MONTH[0], 29 * 24, *HOURS_OF_MONTH[2:])
"""Hours of the months of a leap year, of which bills may be."""


def named_unit(column: str) -> str:
    """Return the unit of power or energy that the name of a column holds; "" for none or one edsim cannot tell."""
    name = column.casefold()
    words = _WORDS.findall(name)
    if "kw" in words:
        return "kW"
    if _ENERGY_OF_A_STEP.search(name):
        return "kWh"
    return "kW" if "kwh" in name else next((w for w in words if w in _OTHER_UNITS), "")


def stated_unit(column: str, service: str = "") -> str:
    """Return the unit of power or energy that the name of a column states, "" when it leaves a doubt.

    kWh wherever it stands, any other unit in brackets: ``Cooling:EnergyTransfer [J](Hourly)``, ``HHW (MBH)``; of steam
    that of its mass too, ``boiler 2 (t/h)``.
    """
    named = named_unit(column)
    if named in {"kW", "kWh"}:
        return named
    texts: list[str] = _BRACKETS.findall(column)
    for text in texts:
        name = _SAME.get(text.strip().upper(), text.strip())
        known = parse_unit(name)
        if known is not None and known.dims in (_OF_STEAM if service == "steam" else _OF_ENERGY):
            return name
    return ""


def unit_read(measured: Measured, service: str, column: str) -> str:
    """Return the unit in which the values of a column are read."""
    if service == "compressed_air":
        return AIR_UNIT
    return measured.unit or stated_unit(column, service) or "kW"


def is_mass(unit: str) -> bool:
    """Return whether a unit is one of steam by mass: kg, t, or these per hour."""
    known = parse_unit(unit)
    return known is not None and ("mass", 1) in known.dims


def names_another(column: str, unit: str) -> str:
    """Return the unit in the name of a column that is not the one it is read in; "" when they agree."""
    if is_mass(unit):
        return named_unit(column)
    words = _WORDS.findall(column.casefold())
    flows = [_AIR_FLOWS[w] for w in words if w in _AIR_FLOWS] if unit == AIR_UNIT else []
    tonnes = ["t/h"] if _TONNES_PER_HOUR.search(column.casefold()) else []
    masses = [*tonnes, *(w for w in words if w in STEAM_MASSES)]
    name = named_unit(column) or next(iter(masses), "") or next(iter(flows), "")
    known = _SAME.get(name.upper(), name).casefold()
    return "" if not name or known == unit.casefold() or unit == stated_unit(column) else name


def is_rate(unit: str) -> bool:
    """Return whether a unit is one of power, not of energy."""
    known = parse_unit(unit)
    return known is not None and _of_time(known)


def energy_column(headings: Mapping[str, str]) -> str:
    """Return the only column whose heading names kWh, "" when there is none or more than one."""
    found = [name for name, heading in headings.items() if named_unit(heading) == "kWh"]
    return found[0] if len(found) == 1 else ""


def kw_per_value(unit: str, steps_per_hour: int, kwh_per_kg: float = 0.0) -> float:
    """Return kW per value of a series; values in a unit of energy or mass are that of one step (compressed air: 1).

    `kwh_per_kg` is the heat of a kilogram of steam, for units of mass (:mod:`edsim.case.steam_mass`).
    """
    known = parse_unit(unit)
    if known is None:
        raise ValueError(f"{unit!r} is no unit of a series")
    if unit == AIR_UNIT:
        return 1.0
    return known.factor * (kwh_per_kg if is_mass(unit) else 1.0) * (1 if _of_time(known) else steps_per_hour)


def shown_unit(unit: str, count: int) -> str:
    """Return a unit for the eye: kW as it is, energy with the step of so many values a year as in kWh/15 min."""
    known = parse_unit(unit)
    if unit == AIR_UNIT and count in _PERIODS:
        return f"Nm3/{_PERIODS[count]}"
    if known is None or _of_time(known):
        return unit
    steps = steps_per_hour(count)
    return f"{unit}/{_PERIODS.get(count, 'h') if steps == 1 else f'{60 // steps} min'}"


def steps_per_hour(count: int) -> int:
    """Return the steps in an hour of a year of so many values."""
    return max(round(count / 8760), 1)


def _of_time(unit: Unit) -> bool:
    return ("time", -1) in unit.dims
