"""Units people write a number in by mistake, told by what the number would then be in the unit of its field."""

from __future__ import annotations

from collections.abc import Mapping
from math import inf
from typing import NamedTuple

from pydantic.fields import FieldInfo

from edsim.case.reflect import within_limits
from edsim.core.units import KW_PER_TR

_BTU_PER_WH = 3.412142


class Reading(NamedTuple):
    """A unit with its least value, and how it is brought to that of the field: times `factor`, plus `offset`."""

    unit: str
    factor: float
    offset: float = 0.0
    least: float = -inf


_GRAMS = Reading("g/kWh", 0.001, least=20.0)
_READINGS: Mapping[str, tuple[Reading, ...]] = {
    "degC": (Reading("K", 1.0, -273.15), Reading("°F", 1.0 / 1.8, -32.0 / 1.8)),
    "bar": (Reading("kPa", 0.01), Reading("psi", 0.0689476), Reading("MPa", 10.0)),
    "m/s": (Reading("km/h", 1.0 / 3.6), Reading("kn", 0.514444)),
    "kgCO2e/kWh": (_GRAMS,),
    "kgCO2e/kWh LHV": (_GRAMS, Reading("kg/GJ", 0.0036, least=20.0)),
    "kWh/Nm3": (Reading("kW/(m3/min)", 1.0 / 60.0), Reading("kJ/Nm3", 1.0 / 3600.0)),
    "kW/kW": (Reading("Btu/Wh", 1.0 / _BTU_PER_WH),),
    "m": (Reading("ft", 0.3048), Reading("cm", 0.01), Reading("km", 1000.0)),
}
"""Unit of a field → units its numbers are met in; only those that bring a refused number within limits are told."""
_LEAST_PERCENT_COP = 30.0
"""A COP from here on is a percentage: no machine has an energy efficiency ratio so high."""


def other_readings(value: float, unit: str, info: FieldInfo) -> str:
    """Return the units in which a refused number would be right, ``kPa (4 bar) / psi (27.6 bar)``, "" for none.

    Parameters
    ----------
    value
        Number outside the limits of its field, in `unit`.
    unit
        Unit of the field.
    info
        The field.
    """
    if unit == "kW/kW" and not KW_PER_TR < value < _LEAST_PERCENT_COP:
        return ""
    shown = "°C" if unit == "degC" else unit
    fitting = [(r.unit, value * r.factor + r.offset) for r in _READINGS.get(unit, ()) if value >= r.least]
    return " / ".join(f"{name} ({_short(read)} {shown})" for name, read in fitting if within_limits(info, read))


def _short(value: float) -> str:
    """Return a figure of three digits, never as a power of ten."""
    return f"{float(f'{value:.3g}'):.10g}"
