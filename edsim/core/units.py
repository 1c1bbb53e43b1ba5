"""Units of the district-energy field: reading "2.5 MW", "450 TR" or "8 %" into the unit a field wants.

A unit is a product of powers of independent dimensions and a factor. A year is kept apart from the hour on purpose, so
that kWh/a never turns into kW by itself; kgCO2e is kept apart from kg and normal cubic meters from cubic meters for
the same reason. Energy is on a lower-heating-value basis; a value marked HHV is refused.

Sources of the factors: BIPM SI brochure (2019) for SI and accepted units; NIST SP 811 (2008) appendix B for Btu(IT)
(1055.05585262 J), foot, pound, gallon, therm, horsepower and psi; 1 TR = 12 000 Btu/h = 3.5168528 kW.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from edsim.core.errors import DataError, Finding
from edsim.core.i18n import printable

if TYPE_CHECKING:
    from collections.abc import Callable

    MoneyConverter = Callable[[float, str, int | None], float]

KW_PER_TR = 3.5168528
"""One ton of refrigeration, kW."""
KELVIN = 273.15
"""The temperature of 0 °C, K."""
_BTU_KWH = 1055.05585262 / 3.6e6

Dimensions = tuple[tuple[str, int], ...]
Reason = Literal["number", "ambiguous", "unknown_unit", "wrong_unit", "currency", "heating_value", "range"]


class UnitError(DataError):
    """A text is not a number with a unit that fits.

    Attributes
    ----------
    reason
        What is wrong: the number, its habit of writing, an unknown unit, a unit of another dimension, a currency that
        cannot be converted, a higher-heating-value basis, or a number beyond what a computer holds.
    part
        The part of the text that is wrong.
    allowed
        Examples of units that fit.
    readings
        For an ambiguous number, what it may mean.
    """

    def __init__(
        self, reason: Reason, part: str, *, allowed: tuple[str, ...] = (), readings: tuple[str, ...] = ()
    ) -> None:
        self.reason: Reason = reason
        self.part = part
        self.allowed = allowed
        self.readings = readings
        what = {
            "number": "is not a number",
            "ambiguous": f"may mean {' or '.join(readings)}",
            "unknown_unit": "is not a known unit",
            "wrong_unit": "is a unit of another kind",
            "currency": "cannot be converted to the currency wanted",
            "heating_value": "is on a higher-heating-value basis; edsim uses the lower heating value",
            "range": "is not a finite number",
        }[reason]
        finding = Finding(
            code="E127", what=what, got=printable(part, 60), allowed=", ".join(allowed), field="", severity="error"
        )
        super().__init__(finding.text(), [finding])


@dataclass(frozen=True, slots=True)
class Unit:
    """A parsed unit: factor to the base units, dimensions, and the offset of temperature scales.

    Attributes
    ----------
    factor
        Base units (kWh, h, m, kg, K, a ...) per unit.
    dims
        Sorted (dimension, exponent) pairs.
    offset
        Kelvin added after scaling; non-zero only for degC and degF.
    currency, price_year
        ISO 4217 code and price level of a money unit; empty and None when it holds none or names the case currency.
    """

    factor: float
    dims: Dimensions
    offset: float = 0.0
    currency: str = ""
    price_year: int | None = None


def _dims(**exponents: int) -> Dimensions:
    return tuple(sorted((k, v) for k, v in exponents.items() if v))


_ENERGY, _POWER, _TIME, _YEAR = _dims(energy=1), _dims(energy=1, time=-1), _dims(time=1), _dims(year=1)
_LENGTH, _AREA, _VOLUME, _MASS = _dims(length=1), _dims(length=2), _dims(length=3), _dims(mass=1)
_TEMPERATURE, _PRESSURE, _NORMAL = _dims(temperature=1), _dims(pressure=1), _dims(normal_volume=1)
_FLOW = _dims(length=3, time=-1)

_TABLE: dict[str, tuple[float, Dimensions]] = {
    "frac": (1.0, ()), "%": (0.01, ()), "pct": (0.01, ()), "percent": (0.01, ()), "‰": (0.001, ()), "-": (1.0, ()),
    "W": (1e-3, _POWER), "kW": (1.0, _POWER), "MW": (1e3, _POWER), "GW": (1e6, _POWER),
    "kWp": (1.0, _POWER), "MWp": (1e3, _POWER), "kVA": (1.0, _dims(apparent_power=1)),
    "TR": (KW_PER_TR, _POWER), "RT": (KW_PER_TR, _POWER), "ton_refrigeration": (KW_PER_TR, _POWER),
    "BTU/h": (_BTU_KWH, _POWER), "MBH": (1e3 * _BTU_KWH, _POWER), "hp": (0.74569987158, _POWER),
    "Wh": (1e-3, _ENERGY), "kWh": (1.0, _ENERGY), "MWh": (1e3, _ENERGY), "GWh": (1e6, _ENERGY), "TWh": (1e9, _ENERGY),
    "J": (1 / 3.6e6, _ENERGY), "kJ": (1 / 3600, _ENERGY), "MJ": (1 / 3.6, _ENERGY), "GJ": (1e3 / 3.6, _ENERGY),
    "TJ": (1e6 / 3.6, _ENERGY), "TR-h": (KW_PER_TR, _ENERGY), "TRh": (KW_PER_TR, _ENERGY), "RTh": (KW_PER_TR, _ENERGY),
    "BTU": (_BTU_KWH, _ENERGY), "kBTU": (1e3 * _BTU_KWH, _ENERGY), "MMBtu": (1e6 * _BTU_KWH, _ENERGY),
    "therm": (1e5 * _BTU_KWH, _ENERGY), "kcal": (4186.8 / 3.6e6, _ENERGY), "Gcal": (4186.8 / 3.6, _ENERGY),
    "h": (1.0, _TIME), "s": (1 / 3600, _TIME), "min": (1 / 60, _TIME), "d": (24.0, _TIME), "day": (24.0, _TIME),
    "days": (24.0, _TIME), "hours": (1.0, _TIME),
    "a": (1.0, _YEAR), "yr": (1.0, _YEAR), "year": (1.0, _YEAR), "years": (1.0, _YEAR), "month": (1 / 12, _YEAR),
    "months": (1 / 12, _YEAR), "mo": (1 / 12, _YEAR),
    "mm": (1e-3, _LENGTH), "cm": (1e-2, _LENGTH), "m": (1.0, _LENGTH), "km": (1e3, _LENGTH), "in": (0.0254, _LENGTH),
    "ft": (0.3048, _LENGTH),
    "m2": (1.0, _AREA), "cm2": (1e-4, _AREA), "km2": (1e6, _AREA), "ha": (1e4, _AREA), "ft2": (0.09290304, _AREA),
    "m3": (1.0, _VOLUME), "L": (1e-3, _VOLUME), "l": (1e-3, _VOLUME), "gal": (3.785411784e-3, _VOLUME),
    "kgal": (3.785411784, _VOLUME), "ft3": (0.028316846592, _VOLUME),
    "gpm": (60 * 3.785411784e-3, _FLOW), "cfm": (60 * 0.028316846592, _FLOW),
    "Nm3": (1.0, _NORMAL),
    "kg": (1.0, _MASS), "g": (1e-3, _MASS), "t": (1e3, _MASS), "lb": (0.45359237, _MASS),
    "Pa": (1e-5, _PRESSURE), "kPa": (1e-2, _PRESSURE), "MPa": (10.0, _PRESSURE), "mbar": (1e-3, _PRESSURE),
    "bar": (1.0, _PRESSURE), "psi": (0.06894757293168, _PRESSURE), "mH2O": (0.0980665, _PRESSURE),
    "kgCO2e": (1.0, _dims(ghg=1)), "gCO2e": (1e-3, _dims(ghg=1)), "tCO2e": (1e3, _dims(ghg=1)),
    "lbCO2e": (0.45359237, _dims(ghg=1)),
    "deg": (1.0, _dims(angle=1)), "°": (1.0, _dims(angle=1)), "rad": (180 / math.pi, _dims(angle=1)),
    "persons": (1.0, _dims(person=1)), "person": (1.0, _dims(person=1)), "beds": (1.0, _dims(bed=1)),
    "K": (1.0, _TEMPERATURE), "Hz": (3600.0, _dims(time=-1)),
}  # fmt: skip
_SCALES = {"degC": (1.0, 273.15), "degF": (5 / 9, 459.67 * 5 / 9)}
_ALIASES = {
    "°C": "degC", "ºC": "degC", "C": "degC", "°F": "degF", "ºF": "degF", "F": "degF", "Btu/h": "BTU/h", "Btu": "BTU",
    "kBtu": "kBTU", "MMBTU": "MMBtu", "mmBtu": "MMBtu", "m²": "m2", "m³": "m3", "Nm³": "Nm3", "km²": "km2",
    "ft²": "ft2", "ft³": "ft3", "TR·h": "TR-h", "TR.h": "TR-h", "ton-h": "TR-h", "kgCO2": "kgCO2e", "tCO2": "tCO2e",
    "gCO2": "gCO2e", "lbCO2": "lbCO2e", "ton": "TR", "tons": "TR",
    "kgCO2eq": "kgCO2e", "tCO2eq": "tCO2e", "kg CFC-11 eq.": "kg", "Kwh": "kWh", "KWh": "kWh",
    "kwh": "kWh", "KWH": "kWh", "kw": "kW", "KW": "kW", "Kw": "kW", "Mwh": "MWh", "mes": "month", "personas": "persons",
    "camas": "beds", "años": "a", "año": "a", "hr": "h", "hours": "h",
}  # fmt: skip
_MONEY = re.compile(r"^([kM]?)([A-Z]{3})[ ]?((?:19|20)\d\d)?$")
_NUMBER = re.compile(r"^\s*([+-]?(?:\d[\d.,' \u00a0\u202f]*|[.,]\d+)(?:[eE][+-]?\d{1,3})?)\s*(.*?)\s*$", re.DOTALL)
_PLAIN = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,15})?")
"""Numbers that can be read in one way only, as nearly all of a table are."""
_GROUPS = {",": re.compile(r"^\d{1,3}(,\d{3})+$"), ".": re.compile(r"^\d{1,3}(\.\d{3})+$")}
_BARE_MASS = re.compile(r"^(k?g|t|lb)(?=/)")
_LONGEST = 100
_FAMILIES: tuple[tuple[str, ...], ...] = (
    ("kW", "MW", "TR", "BTU/h"), ("kWh", "MWh", "GWh", "GJ", "MMBtu", "TR-h"), ("frac", "%"), ("m", "km", "mm", "ft"),
    ("m2", "ha", "ft2"), ("m3", "L", "gal"), ("bar", "kPa", "Pa", "psi"), ("kg", "t", "lb"), ("a", "month"),
    ("h", "min", "s"), ("kgCO2e", "gCO2e", "tCO2e", "lbCO2e"), ("m3/h", "L/s", "gpm"), ("Nm3/h",),
)  # fmt: skip


def parse_quantity(text: str, unit: str, *, money: MoneyConverter | None = None, decimal: str = "") -> float:
    """Return the number in `text`, converted to `unit`.

    Parameters
    ----------
    text
        A number with or without a unit: ``"2.5 MW"``, ``"450 TR"``, ``"8 %"``, ``"450 COP/kWh"``,
        ``"0.12 USD2016/kWh"``.
    unit
        Unit wanted, in edsim's spelling; ``""`` for a plain number. A number without a unit is taken to be in it.
    money
        ``money(amount, currency, price_year) -> amount`` in the currency and price year of the case; without it every
        currency is refused.
    decimal
        Decimal sign of the file ("." or ","), when it is known.

    Raises
    ------
    UnitError
        When number or unit cannot be read, or the unit is of another dimension.
    """
    match = _NUMBER.match(text) if len(text) <= _LONGEST else None
    if match is None and re.search(r"[$€£¥]", text[:_LONGEST]):
        raise UnitError("currency", text[:_LONGEST].strip(), allowed=allowed_units(unit))
    if match is None:
        raise UnitError("number", text.strip() or text, allowed=allowed_units(unit))
    value = parse_number(match[1], decimal=decimal)
    return convert(value, match[2], unit, money=money) if match[2] else value


def parse_number(text: str, *, decimal: str = "") -> float:
    """Return the number in `text`, written with a decimal point or comma and perhaps with thousands groups.

    Parameters
    ----------
    text
        ``18500``, ``18,5``, ``1.234,5``, ``1,234.5`` and ``18 500`` are unambiguous. ``18,500`` is refused unless
        `decimal` is given; ``18.500`` is read as 18.5 unless `decimal` is a comma.
    decimal
        "." or ",", or "?" when the file gives no evidence and a lone group of three must be refused.

    Raises
    ------
    UnitError
        When it is not a number or may be two numbers.
    """
    point = text.replace(",", ".") if decimal == "," else text
    if _PLAIN.fullmatch(point) and ("." not in text or decimal in {"", "."}):
        return float(point)
    digits = text.strip().replace("\u00a0", " ").replace("\u202f", " ")
    power = re.search(r"[eE][+-]?\d{1,3}$", digits)
    body, exponent = (digits[: power.start()], power[0]) if power else (digits, "")
    sign = body[:1] if body[:1] in "+-" else ""
    body = body[len(sign) :]
    for gap in (" ", "'"):
        if gap in body:
            head = re.split(r"[.,]", body)[0]
            if not re.match(rf"^\d{{1,3}}({gap}\d{{3}})+$", head):
                raise UnitError("number", text)
            body = body.replace(gap, "")
    plain = _decimal_point(body, text, decimal)
    try:
        value = float(f"{sign}{plain}{exponent}")
    except ValueError:
        raise UnitError("number", text) from None
    if not math.isfinite(value):
        raise UnitError("range", text)
    return value


def _decimal_point(body: str, text: str, decimal: str) -> str:
    """Return `body` with thousands signs removed and a decimal point."""
    if "." in body and "," in body:
        last = max(body.rfind("."), body.rfind(","))
        sign, group = body[last], "," if body[last] == "." else "."
        if body.count(sign) > 1 or not _GROUPS[group].match(body[:last]) or decimal not in {"", "?", sign}:
            raise UnitError("number", text)
        return body.replace(group, "").replace(sign, ".")
    sign = "," if "," in body else "."
    as_point, without = body.replace(sign, "."), body.replace(sign, "")
    if as_point == without:
        return body
    may_group = bool(_GROUPS[sign].match(body)) and not body.startswith("0")
    must_group = body.count(sign) > 1 or (decimal in {".", ","} and decimal != sign)
    if must_group and (not may_group or decimal == sign):
        raise UnitError("number", text)
    if may_group and not must_group and decimal != sign and (decimal == "?" or sign == ","):
        raise UnitError("ambiguous", text, readings=(without, f"{float(as_point):g}"))
    return without if must_group else as_point


def convert(value: float, unit: str, to: str, *, money: MoneyConverter | None = None) -> float:
    """Return `value` in `unit` converted to `to`; see :func:`parse_quantity` for the parameters and errors."""
    if re.search(r"\bHHV\b", unit):
        raise UnitError("heating_value", unit, allowed=allowed_units(to))
    source, target = parse_unit(_of_co2(unit, to)), parse_unit(to)
    if not to:
        raise UnitError("wrong_unit", unit)
    if source is None:
        raise UnitError("unknown_unit", unit, allowed=allowed_units(to))
    if target is None:
        raise ValueError(f"field unit {to!r} is not in the unit table")
    if source.dims != target.dims:
        is_currency = bool(source.currency) and not any(name == "money" for name, _ in target.dims)
        raise UnitError("unknown_unit" if is_currency else "wrong_unit", unit, allowed=allowed_units(to))
    if source.currency:
        if money is None:
            raise UnitError("currency", source.currency, allowed=allowed_units(to))
        value = money(value, source.currency, source.price_year)
    shift = to in _SCALES
    result = (value * source.factor + (source.offset - target.offset if shift else 0.0)) / target.factor
    if source.factor == target.factor and not (shift and source.offset != target.offset):
        result = value
    if not math.isfinite(result):
        raise UnitError("range", f"{value:g} {unit}")
    return result


def _of_co2(unit: str, to: str) -> str:
    """Return a unit with its mass as that of CO2 equivalent where the target counts such: registers write t/MWh."""
    return _BARE_MASS.sub(r"\1CO2e", unit.strip()) if to.startswith("kgCO2e") else unit


@lru_cache(maxsize=512)
def parse_unit(text: str) -> Unit | None:
    """Return the unit written in `text`, or None when it is not known."""
    text = re.sub(r"\s+LHV\b", "", text.strip())
    text = _ALIASES.get(text, text).replace("/(", "/").replace(")", "")
    if text in _SCALES:
        factor, offset = _SCALES[text]
        return Unit(factor, _TEMPERATURE, offset)
    if text in _TABLE:
        return Unit(*_TABLE[text])
    factor, totals, currency, year = 1.0, dict[str, int](), "", None
    for position, part in enumerate(text.split("/")):
        for name in re.split(r"[·*]|(?<=m2) ?(?=K$)", part.strip()):
            atom = _atom(name.strip())
            if atom is None or (atom.currency and currency):
                return None
            sign = -1 if position else 1
            factor *= atom.factor**sign
            currency, year = atom.currency or currency, atom.price_year or year
            for dim, power in atom.dims:
                totals[dim] = totals.get(dim, 0) + sign * power
    return Unit(factor, _dims(**totals), 0.0, currency, year)


def _atom(name: str) -> Unit | None:
    name = _ALIASES.get(name, name)
    if name in _TABLE:
        return Unit(*_TABLE[name])
    if name in _SCALES:  # in a quotient a degree is a difference: W/m2/°C
        return Unit(_SCALES[name][0], _TEMPERATURE)
    if name == "currency":
        return Unit(1.0, _dims(money=1))
    money = _MONEY.match(name)
    if money is not None:
        year = int(money[3]) if money[3] else None
        return Unit({"": 1.0, "k": 1e3, "M": 1e6}[money[1]], _dims(money=1), 0.0, money[2], year)
    return None


def allowed_units(unit: str) -> tuple[str, ...]:
    """Return `unit` and others that convert to it, for messages."""
    if not unit:
        return ()
    if unit == "degC":
        return ("degC", "degF", "K")
    head, slash, tail = unit.partition("/")
    for family in _FAMILIES:
        if unit in family:
            return (unit, *(u for u in family if u != unit))
        if slash and head in family:
            return (unit, *(f"{u}/{tail}" for u in family if u != head))
    if head == "currency":
        return (f"COP{slash}{tail}", f"USD{slash}{tail}", f"USD2016{slash}{tail}")
    return (unit,)
