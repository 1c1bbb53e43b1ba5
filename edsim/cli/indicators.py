"""Indicators as a table of 80 columns: few digits, large amounts in millions, change in percent."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from edsim.core.i18n import NOISE_FRAC, Lang, format_number, money_scale, money_unit, pick, screen_unit

DECISION_KPIS = (
    "investment",
    "life_cycle_cost",
    "npv",
    "irr",
    "first_year_payback",
    "simple_payback",
    "discounted_payback",
    "lcoc",
    "lcoc_tr_h",
    "lcoh",
    "lcohw",
    "lcos",
    "lcos_t",
    "lcoa",
    "lcoe",
    "cooling",
    "steam",
    "electricity",
    "fuel",
    "final_energy",
    "ghg_total",
    "ghg_grid",
    "ghg_fuel",
    "ghg_heat",
    "ghg_hfc",
    "ghg_montreal",
    "heat_primary_factor",
    "heat_ghg",
    "grid_peak",
    "chiller_capacity_tr",
    "water",
)
"""Indicators a decision rests on, in the order shown; the table ``kpis`` of a run holds all."""
_OF_COOLING = frozenset({"cooling", "ghg_hfc", "ghg_montreal", "chiller_capacity_tr", "water"})
"""Indicators that say nothing where nothing is cooled."""
NONE = "-"
_YEARS: Mapping[Lang, str] = {"en": "a", "es": "años"}


def is_beside_the_case(row: Mapping[str, Any]) -> bool:
    """Return whether a row of indicators tells of cooling in a case without any: zero in BAU and project."""
    return row["id"] in _OF_COOLING and not any(_number(row[side]) for side in ("bau", "value"))


def indicator_cells(
    rows: Iterable[Mapping[str, Any]], columns: tuple[str, str], currency: str, lang: Lang
) -> list[tuple[str, str, str, str, str]]:
    """Return label, unit, first value, second value and change from first to second, %, as texts.

    Parameters
    ----------
    rows
        Rows with ``label``, ``unit`` and two values; a value that is None or not finite is shown as a dash.
    columns
        Names of the two values.
    currency
        Unit of money: amounts of a row are written as :func:`edsim.core.i18n.money_scale` has it.
    lang
        Language of the decimal and thousands signs.
    """
    found = []
    for row in rows:
        values, unit = (_number(row[columns[0]]), _number(row[columns[1]])), str(row["unit"])
        shown, (first, second) = figures(values, unit, frozenset({currency}), lang)
        found.append((str(row["label"]), shown, first, second, change_text(*values, unit, lang)))
    return found


def figures(
    values: Sequence[float | None], unit: str, currencies: Collection[str], lang: Lang
) -> tuple[str, tuple[str, ...]]:
    """Return the unit shown of values beside each other, and their texts; a dash for one that is missing."""
    if unit.removesuffix("/a") in currencies:
        divisor, digits = money_scale(max((abs(v) for v in values if v is not None), default=0.0))
        shown = money_unit(unit, divisor, lang)
        return shown, tuple(NONE if v is None else format_number(v / divisor, lang, digits) for v in values)
    shown, factor = ("%", 100.0) if unit == "frac" else (pick(_YEARS, lang) if unit == "a" else screen_unit(unit), 1.0)
    largest = max((abs(v) for v in values if v is not None), default=0.0)
    held = (v if v is None or abs(v) > NOISE_FRAC * largest else 0.0 for v in values)
    return shown, tuple(NONE if v is None else few_digits(v * factor, lang) for v in held)


def change_text(first: float | None, second: float | None, unit: str, lang: Lang) -> str:
    """Return the change from `first` to `second` in percent of the first, of fractions in percentage points (pp).

    A dash stands where there is none: a value is missing, the first is zero or one is below zero, of which a share
    cannot say whether it is more or less.
    """
    if first is None or second is None:
        return NONE
    if unit == "frac":
        return f"{_signed(100 * (second - first), lang)} pp"
    if min(first, second) < 0 or (first == 0 and second != 0):
        return NONE
    return _signed(100 * (second - first) / first if first else 0.0, lang)


def _signed(change: float, lang: Lang) -> str:
    """Return a change with its sign and one decimal, none from a thousand; what rounds to zero has no sign."""
    digits = 0 if abs(change) >= 1000 else 1
    rounded = round(change, digits) or 0.0
    text = format_number(rounded, lang, digits)
    return f"+{text}" if rounded > 0 else text


def few_digits(value: float, lang: Lang) -> str:
    """Return a number with three significant digits, whole from 100 on, with thousands signs."""
    if value == 0:
        return "0"
    exponent = math.floor(math.log10(abs(value)))
    if exponent < -4:
        return f"{value:.2e}".replace(".", "," if lang == "es" else ".")
    return format_number(value, lang, max(0, 2 - exponent))


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and math.isfinite(value) else None
