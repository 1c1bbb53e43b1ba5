"""Country data: figures with unit, source, year and validity, one file per country under ``data/countries``.

To add a country, write ``<ISO 3166 alpha-3>.csv`` with the columns of :data:`COLUMNS` and the properties of
:data:`NEEDED`, then call :func:`check_country`.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from edsim.core.errors import DataError, Finding
from edsim.core.resources import data_path

COLUMNS = (
    "property",
    "calendar_year",
    "value",
    "unit",
    "source",
    "year",
    "valid_from",
    "valid_to",
    "quality",
    "verified",
)
NEEDED = (
    "grid_inventory_kg_per_kwh",
    "income_tax_rate",
    "vat_rate",
    "social_discount_rate",
    "tax_loss_carry_forward_a",
)
"""Properties that every country file holds."""


@dataclass(frozen=True, slots=True)
class CountryFigure:
    """One figure of a country.

    Attributes
    ----------
    value, unit
        The number and its unit.
    calendar_year
        Year the figure is for; ``None`` for standing rules.
    source, year
        Origin and its year.
    valid_from, valid_to
        Validity of a rule or price; ``None`` is open.
    quality, verified
        Tier, and False when nobody has yet read the page of the source.
    """

    value: float
    unit: str
    calendar_year: int | None
    source: str
    year: int
    valid_from: date | None
    valid_to: date | None
    quality: str
    verified: bool


@cache
def country_figures(code: str) -> Mapping[str, tuple[CountryFigure, ...]]:
    """Return property → figures of a country, in order of calendar year.

    Raises
    ------
    DataError
        E780 for a country without file, E781 for faulty rows (all at once).
    """
    path = data_path("countries", f"{code}.csv")
    if len(code) != 3 or not path.is_file():
        known = sorted(p.stem for p in data_path("countries").glob("???.csv"))
        raise DataError.of(
            [Finding("E780", "no data for this country", field="country", got=code, allowed=", ".join(known))]
        )
    return read_country(path)


def read_country(path: Path) -> Mapping[str, tuple[CountryFigure, ...]]:
    """Return property → figures of a country file; see :func:`country_figures`."""
    held: dict[str, list[CountryFigure]] = {}
    findings: list[Finding] = []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or [])]
        if missing:
            raise DataError.of([Finding("E781", "columns are missing", file=str(path), got=", ".join(missing))])
        for row in reader:
            name, line = row["property"], reader.line_num
            if not (row["unit"] and row["source"]):
                findings.append(Finding("E781", "unit and source are needed", file=str(path), line=line, field=name))
            try:
                held.setdefault(name, []).append(_figure(row))
            except ValueError as error:
                findings.append(Finding("E781", str(error), file=str(path), line=line, field=name))
    if findings:
        raise DataError.of(findings)
    return {name: tuple(sorted(rows, key=lambda r: r.calendar_year or 0)) for name, rows in held.items()}


def country_figure(code: str, name: str, calendar_year: int | None = None) -> CountryFigure:
    """Return a figure of a country: that of `calendar_year`, or the latest when no year is asked for.

    Raises
    ------
    DataError
        E780 for an unknown country, E782 for an unknown property or year.
    """
    figures = country_figures(code)
    rows = figures.get(name, ())
    chosen = [r for r in rows if calendar_year is None or r.calendar_year == calendar_year]
    if chosen:
        return chosen[-1]
    allowed = ", ".join(str(r.calendar_year) for r in rows) if rows else ", ".join(figures)
    got = str(calendar_year) if rows else name
    raise DataError.of([Finding("E782", "no such figure", field=f"{code}.{name}", got=got, allowed=allowed)])


def check_country(path: Path) -> tuple[Finding, ...]:
    """Return what a country file still lacks: needed properties, and figures that nobody verified (warnings)."""
    figures = read_country(path)
    absent = [
        Finding("E783", "a needed property is missing", file=str(path), field=n) for n in NEEDED if n not in figures
    ]
    open_checks = [
        Finding("W783", "the source has not been read", file=str(path), field=name, severity="warning")
        for name, rows in figures.items()
        if not all(r.verified for r in rows)
    ]
    return (*absent, *open_checks)


def _figure(row: Mapping[str, str]) -> CountryFigure:
    return CountryFigure(
        value=float(row["value"]),
        unit=row["unit"],
        calendar_year=int(row["calendar_year"]) if row["calendar_year"] else None,
        source=row["source"],
        year=int(row["year"]),
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        quality=row["quality"],
        verified=row["verified"] == "yes",
    )
