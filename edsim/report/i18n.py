"""Words and numbers of a report in the reader's language.

English is the message id; other languages come from gettext catalogues (``locale/<code>.po``) that are read as they
are, so that a plain installation needs no compiler.
"""

import ast
import math
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from functools import cache
from numbers import Real
from pathlib import Path
from typing import Literal

from edsim.core.errors import DataError, Finding
from edsim.core.i18n import NOISE_FRAC, digits_of, money_scale, money_unit

LANGUAGES = ("en", "es")

NONE = "–"
"""Shown where there is no value."""

_NARROW_SPACE = "\u202f"
_MINUS = "\u2212"
_SEPARATORS: Mapping[str, tuple[str, str]] = {"en": (".", ","), "es": (",", ".")}
"""Decimal and thousands signs; Spanish as written in Colombia (es-CO)."""

_SCALES: dict[str, tuple[tuple[float, float, str], ...]] = {
    "kWh": ((1e9, 1e6, "GWh"), (1e4, 1e3, "MWh")),
    "MWh": ((1e6, 1e3, "GWh"),),
    "MWh LHV": ((1e6, 1e3, "GWh LHV"),),
    "kgCO2e": ((1e4, 1e3, "tCO2e"),),
    "kW": ((1e5, 1e3, "MW"),),
    "Nm3": ((1e6, 1e6, "million Nm3"),),
}
"""Unit → (from this size, divide by, shown unit); all energy of one district is in MWh."""

_OF_SUMS: dict[str, tuple[tuple[float, float, str], ...]] = {
    "kWh": ((1e7, 1e6, "GWh"), (1e4, 1e3, "MWh")),
    "MWh": ((1e4, 1e3, "GWh"),),
    "MWh LHV": ((1e4, 1e3, "GWh LHV"),),
}
"""The same for sums over many districts."""


@dataclass(frozen=True, slots=True)
class Language:
    """A language: translated words and the way numbers are written.

    Attributes
    ----------
    code
        ``en`` or ``es``.
    words
        English → translation; a word that is not in it stays English.
    names
        What cases usually call machines, funds and meters → translation.
    sums
        Whether energy is summed over many districts, and so in GWh.
    """

    code: Literal["en", "es"]
    words: Mapping[str, str]
    names: Mapping[str, str] = field(default_factory=dict)
    sums: bool = False

    def of_sums(self) -> "Language":
        """Return the language as pages about many districts write it."""
        return replace(self, sums=True)

    def text(self, message: str, values: Mapping[str, object] | None = None) -> str:
        """Return `message` translated, with ``{name}`` places filled from `values`."""
        found = self.words.get(message) or message
        return found.format(**values) if values else found

    def usual(self, name: str) -> str:
        """Return a name the case gives; one of the usual ones is translated, any other stays as it is written."""
        return self.names.get(name, name)

    @property
    def separators(self) -> str:
        """Decimal and thousands sign, as the plotting library wants them."""
        return "".join(_SEPARATORS[self.code])

    def number(self, value: object, decimals: int | None = None, *, sign: bool = False) -> str:
        """Return `value` with separators of the language; without `decimals`, about three significant digits.

        Parameters
        ----------
        value
            A number; NaN, infinity and None give a dash.
        decimals
            Digits after the decimal sign.
        sign
            Whether to write a plus sign.
        """
        if not isinstance(value, Real) or not math.isfinite(value):
            return NONE
        digits = _decimals(abs(float(value))) if decimals is None else decimals
        rounded = round(float(value), digits)
        text = f"{abs(rounded):,.{digits}f}"
        point, comma = _SEPARATORS[self.code]
        text = text.replace(",", "\0").replace(".", point).replace("\0", comma)
        prefix = _MINUS if rounded < 0 else "+" if sign and rounded > 0 else ""
        return prefix + text

    def money(self, largest: float, unit: str) -> "Scale":
        """Return how amounts of money beside each other are written: one scale and one number of decimals.

        Parameters
        ----------
        largest
            The largest amount, currency.
        unit
            Currency, or currency a year: ``COP``, ``COP/a``.
        """
        divisor, decimals = money_scale(largest)
        return Scale(self, divisor, nice_unit(money_unit(unit, divisor, self.code)), decimals)

    def percent(self, value: object, decimals: int | None = None, *, sign: bool = False) -> str:
        """Return a fraction as a percentage."""
        if not isinstance(value, Real) or not math.isfinite(value):
            return NONE
        digits = _percent_decimals(abs(float(value))) if decimals is None else decimals
        return f"{self.number(100.0 * float(value), digits, sign=sign)}{_NARROW_SPACE}%"

    def quantity(self, value: object, unit: str, scale_of: object = None) -> tuple[str, str]:
        """Return number and unit of a quantity, scaled for reading (kWh to MWh, money to millions).

        Parameters
        ----------
        value
            The number in `unit`.
        unit
            Unit in edsim's spelling; ``frac`` becomes a percentage.
        scale_of
            Number that decides the scale, so that two values beside each other share it; default is `value`.
        """
        if unit == "frac":
            return self.percent(value), ""
        if unit == "-" and isinstance(value, Real) and float(value).is_integer():
            return self.number(value, 0), unit
        factor, shown = self.scale(value if scale_of is None else scale_of, unit)
        scaled = float(value) / factor if isinstance(value, Real) else value
        money = is_money(unit)
        largest = value if scale_of is None and money else scale_of
        decimals = None
        if isinstance(largest, Real) and isinstance(scaled, float) and math.isfinite(float(largest)):
            common = money_scale(float(largest))[1] if money else _decimals(abs(float(largest)) / factor)
            is_nothing = abs(scaled) <= NOISE_FRAC * abs(float(largest)) / factor
            decimals = common if is_nothing or round(scaled, common) else None
        return self.number(scaled, decimals), shown

    def scale(self, value: object, unit: str) -> tuple[float, str]:
        """Return divisor and unit under which `value` reads well."""
        base, _, per = unit.partition("/")
        tail = f"/{per}" if per else ""
        size = abs(float(value)) if isinstance(value, Real) and math.isfinite(value) else 0.0
        scales = _SCALES | _OF_SUMS if self.sums else _SCALES
        for limit, divisor, shown in scales.get(base, ()):
            if size >= limit:
                return divisor, nice_unit(self._scaled(shown) + tail)
        divisor = money_scale(size)[0] if is_money(unit) else 1.0  # a price per kW or ton is written out
        return divisor, nice_unit(money_unit(unit, divisor, self.code))

    def _scaled(self, unit: str) -> str:
        """Return a scaled unit; a word in it is translated."""
        count, _, rest = unit.partition(" ")
        return self.text("million {unit}", {"unit": rest}) if count == "million" else unit


@dataclass(frozen=True, slots=True)
class Scale:
    """How amounts beside each other are written.

    Attributes
    ----------
    lang
        Language of the signs.
    divisor, unit
        Divisor of all of them and unit of what is shown, such as ``million COP/a``.
    decimals
        Digits after the sign; without it, about three significant digits each.
    """

    lang: Language
    divisor: float
    unit: str
    decimals: int | None = None

    def shown(self, value: float, *, sign: bool = False) -> str:
        """Return an amount over the divisor."""
        return self.lang.number(value / self.divisor, self.decimals, sign=sign)


def is_money(unit: str) -> bool:
    """Return whether a unit is a currency, or one a year."""
    base = unit.removesuffix("/a")
    return len(base) == 3 and base.isupper() and base.isalpha()


def _decimals(size: float) -> int:
    if size >= 100.0:
        return 0
    if size >= 10.0:
        return 1
    return 2 if size >= 1.0 else digits_of(size)


def _percent_decimals(size: float) -> int:
    if size == 0.0 or size >= 0.1:
        return 0
    return 1 if size >= 0.001 else 2


_UNIT_SIGNS = (("CO2", "CO₂"), ("m2", "m²"), ("m3", "m³"), ("degC", "°C"), ("deg", "°"))


_WITH_UNIT = re.compile(r"(\d) (%|[A-Za-z][A-Za-z0-9/]*)")
"""A figure and the word after it."""
_NEGATIVE = re.compile(r"(?<![\w)])-(?=\d)")
"""The hyphen before a negative figure, none inside a name or a range."""


def printed(sentence: str) -> str:
    """Return a sentence as a page prints it: a figure and its unit on one line, a minus sign before a negative one."""
    signed = _NEGATIVE.sub("\u2212", sentence)
    return _WITH_UNIT.sub(lambda m: f"{m[1]}\u00a0{nice_unit(m[2])}", signed)


def within(name: str) -> str:
    """Return a name as it stands within a sentence: "net present value", but "GHG" and "PV generation"."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name


def nice_unit(unit: str) -> str:
    """Return a unit with raised and lowered digits (``m2`` becomes m², ``kgCO2e`` kgCO₂e)."""
    for plain, nice in _UNIT_SIGNS:
        unit = unit.replace(plain, nice)
    return unit


@cache
def language(code: str) -> Language:
    """Return the language of a code.

    Raises
    ------
    DataError
        E820 for a language without a catalogue.
    """
    if code == "en":
        return Language("en", {})
    if code != "es":
        raise DataError.of(
            [
                Finding(
                    "E820",
                    "the report has no such language",
                    field="lang",
                    got=repr(code),
                    allowed=", ".join(LANGUAGES),
                )
            ]
        )
    folder = Path(__file__).with_name("locale")
    words, names = (parse_catalogue((folder / name).read_text("utf-8")) for name in ("es.po", "names_es.po"))
    return Language("es", words, names)


def parse_catalogue(text: str) -> dict[str, str]:
    """Return message → translation of a gettext catalogue (``msgid``/``msgstr`` pairs and comments).

    Raises
    ------
    ValueError
        A line that is none of these, or a message that occurs twice: a fault of the catalogue.
    """
    entries: list[dict[str, str]] = []
    key = ""
    for number, raw in enumerate(text.splitlines(), start=1):
        line = raw.strip()
        if not line or line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word in {"msgid", "msgstr"}:
            if word == "msgid":
                entries.append({})
            key, line = word, rest
        if not (key and line.startswith('"') and line.endswith('"')):
            raise ValueError(f"catalogue line {number} is not understood: {raw!r}")
        entries[-1][key] = entries[-1].get(key, "") + ast.literal_eval(line)
    found: dict[str, str] = {}
    for entry in entries:
        if entry["msgid"] in found:
            raise ValueError(f"catalogue has the message twice: {entry['msgid']!r}")
        found[entry["msgid"]] = entry["msgstr"]
    found.pop("", None)
    return found
