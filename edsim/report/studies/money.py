"""The money of a study as its page shows it: by the rule of every page, a million and more in millions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from math import isfinite
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.core.i18n import MILLION, money_scale, money_unit
from edsim.report.i18n import is_money

if TYPE_CHECKING:
    import pandas as pd

    from edsim.report.figures.studies import StudyView

_RANKED: Mapping[str, tuple[str, ...]] = {
    "ranking": ("value", "behind_best"),
    "waterfall": ("value",),
    "tornado": ("base", "at_low", "at_high", "width"),
    "morris": ("mu", "mu_star", "sigma"),
}
"""Table → its columns in the unit of the indicator that the study is about."""
_SPREAD = ("mean", "sd", "p10", "p50", "p90")


def in_readable_money(view: StudyView) -> StudyView:
    """Return the view with amounts of money on the scale they are read in, and their units; other figures stay."""
    tables, units, decimals = dict(view.tables), dict(view.units), dict[str, int]()

    def scaled(columns: Mapping[str, tuple[str, ...]], unit: str, key: str) -> str:
        """Divide columns of tables by one divisor; return their unit."""
        held = {n: [c for c in cs if c in tables[n]] for n, cs in columns.items() if n in tables}
        divisor, digits = money_scale(_largest(tables[n][c] for n, cs in held.items() for c in cs))
        for name, cs in held.items():
            tables[name] = tables[name].assign(**{c: tables[name][c] / divisor for c in cs})
            decimals.update(dict.fromkeys(cs, digits) if name in _RANKED else {})
        decimals[key] = digits
        return money_unit(unit, divisor, view.lang.code)

    about = dict(view.about)
    for key in ("rank_unit", "unit"):
        if is_money(str(about.get(key, ""))):
            about[key] = scaled(_RANKED, str(about[key]), key)
    if "front" in tables and "units" in about:
        pairs = zip(("first", "second"), about["units"], strict=True)
        about["units"] = [scaled({"front": (c,)}, str(u), "") if is_money(str(u)) else u for c, u in pairs]
    for indicator, unit in view.units.items():
        if is_money(unit):
            holding: dict[str, tuple[str, ...]] = {
                n: (indicator,) for n, t in tables.items() if indicator in t and _is_number(t[indicator])
            }
            spread: dict[str, tuple[str, ...]] = {"convergence": _SPREAD} if indicator == "npv" else {}
            units[indicator] = scaled(holding | spread, unit, indicator)
            if units[indicator] != unit and "distribution" in tables:
                tables["distribution"] = _divided(tables["distribution"], indicator)
    return replace(view, about=about, tables=tables, units=units, decimals=decimals)


def readable_rows(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return a table of figures of many units with each row on the scale it is read in: GWh, millions of money.

    When the peak is stands in the sentences as day and hour; the hours of a year are no figures to subtract.
    """
    table = table[table["id"] != "peak_hour"]
    columns = ["before", "after", "difference"]
    scales = [
        view.lang.scale(max(map(abs, row)), str(unit))
        for row, unit in zip(table[columns].to_numpy(float).tolist(), table["unit"], strict=True)
    ]
    divisors = np.array([divisor for divisor, _ in scales])
    units = [_per_million(view, unit) for _, unit in scales]
    return table.assign(unit=units, **{c: table[c].to_numpy(float) / divisors for c in columns})


def _per_million(view: StudyView, unit: str) -> str:
    """Return a unit with the millions of money in it as the other units say them."""
    base, slash, per = unit.partition("/M")
    return f"{base}/{money_unit(per, MILLION, view.lang.code)}" if slash and is_money(per) else unit


def readable_bill(view: StudyView, table: pd.DataFrame) -> pd.DataFrame:
    """Return a bill on the scale it is read in, with the unit of its money beside each line."""
    columns = ["bau", "project", "difference"]
    money = view.lang.money(_largest(table[c] for c in columns), f"{view.about['currency']}/a")
    table = table.assign(**{c: table[c] / money.divisor for c in columns})
    table.insert(list(table.columns).index("bau"), "unit", money.unit)
    return table


def _divided(table: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return the table of distributions with the row of an indicator in millions."""
    rows = table["id"] == indicator
    return table.assign(**{c: table[c].where(~rows, table[c] / MILLION) for c in _SPREAD})


def _is_number(column: pd.Series[Any]) -> bool:
    return column.dtype.kind in "fi"


def _largest(columns: Iterable[pd.Series[Any]]) -> float:
    found = [float(c.abs().max()) for c in columns if len(c)]
    return max((x for x in found if isfinite(x)), default=0.0)
