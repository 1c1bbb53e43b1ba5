"""Languages of the texts a user reads, and making foreign text safe to print."""

from collections.abc import Mapping
from math import floor, isnan, log10
from typing import Literal, TypeVar, get_args

Lang = Literal["en", "es"]
LANGUAGES: tuple[Lang, ...] = get_args(Lang)

_T = TypeVar("_T")
_READABLE = 1e15
"""From here on a number reads better with an exponent."""
MILLION = 1e6
_MILLIONS: Mapping[Lang, str] = {"en": "million {}", "es": "millones de {}"}
_DECIMAL = {"en": (".", ","), "es": (",", ".")}


def pick(texts: Mapping[Lang, _T], lang: Lang) -> _T:
    """Return the entry of `texts` in `lang`.

    Raises
    ------
    ValueError
        When the language is not one of :data:`LANGUAGES`.
    """
    if lang not in LANGUAGES:
        raise ValueError(f"language {lang!r} is not one of {LANGUAGES}")
    return texts[lang]


def format_number(value: float, lang: Lang, digits: int = 0) -> str:
    """Return `value` with thousands and decimal signs of `lang` (es as in Colombia: 18.500,5); nothing is 0, not -0."""
    decimal, thousands = _DECIMAL[lang]
    text = f"{value:z,.{digits}f}"
    return text.translate(str.maketrans(",.", thousands + decimal))


NOISE_FRAC = 1e-8
"""A figure below this share of the one beside it is what a solver leaves of nothing: it is printed as 0."""
_FEWEST_SHOWN = 5e-9
"""Smallest figure that eight decimals show."""


def digits_of(size: float) -> int:
    """Return the decimals of a figure of a size below 1: about three significant digits, none where eight show none."""
    return 0 if size < _FEWEST_SHOWN else min(8, 2 - floor(log10(size)))


def figure(value: float, digits: int = 4) -> str:
    """Return `value` with thousands and that many figures; a large one whole, never with an exponent."""
    is_whole = 10.0**digits - 0.5 <= abs(value) < _READABLE
    return f"{value:,.0f}" if is_whole else f"{value:,.{digits}g}"


def money_scale(largest: float) -> tuple[float, int]:
    """Return divisor and decimals of amounts beside each other, by the largest: the one rule of every page and screen.

    From a million on they are in millions, with two decimals below 100 millions, one below 1,000 and none above;
    smaller ones are whole from 100 on and have three figures below.
    """
    size = 0.0 if isnan(largest) else abs(largest)
    if size >= MILLION:
        return MILLION, 2 if size < 100.0 * MILLION else 1 if size < 1000.0 * MILLION else 0
    return 1.0, 0 if size >= 100.0 else digits_of(size)


def money_unit(unit: str, divisor: float, lang: Lang) -> str:
    """Return a unit of money, ``COP`` or ``COP/a``, of amounts over a divisor: ``millones de COP``."""
    return pick(_MILLIONS, lang).format(unit) if divisor == MILLION else unit


def money_text(amount: float, currency: str, lang: Lang = "en") -> str:
    """Return an amount of money with its unit, ``22.064 millones de COP``."""
    divisor, digits = money_scale(amount)
    return f"{format_number(amount / divisor, lang, digits)} {money_unit(currency, divisor, lang)}"


def screen_unit(unit: str) -> str:
    """Return a unit with the signs that every screen has: ``m²``, ``m³``, ``°C``."""
    return unit.replace("m2", "m²").replace("m3", "m³").replace("degC", "°C")


def is_missing(value: object) -> bool:
    """Return whether a value of a table is nothing: None or NaN."""
    return value is None or (isinstance(value, float) and isnan(value))


def printable(text: str, limit: int = 0) -> str:
    r"""Return `text` with control, bidirectional and other invisible characters written as escapes.

    Parameters
    ----------
    text
        Text from a file; ``"a\x1b[2J"`` would clear the terminal if printed as it is.
    limit
        Longest result; the middle of a longer text is replaced by an ellipsis. 0 means no limit.
    """
    safe = "".join(c if c.isprintable() else c.encode("unicode_escape").decode("ascii") for c in text)
    if limit and len(safe) > limit:
        keep = (limit - 1) // 2
        safe = f"{safe[: limit - 1 - keep]}…{safe[-keep:]}"
    return safe
