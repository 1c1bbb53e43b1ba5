"""Entries of the tables edsim ships, read once: names a case may use, and the monthly normals of cities."""

from __future__ import annotations

import csv
import unicodedata
from collections.abc import Mapping
from functools import cache

from edsim.core.resources import data_path, share_path

Row = Mapping[str, str]


@cache
def shipped_rows(folder: str, file: str) -> tuple[Row, ...]:
    """Return the rows of a table of ``edsim/data``."""
    with data_path(folder, file).open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines)
        return tuple(dict(zip(header, line, strict=True)) for line in lines)


@cache
def shipped_names(folder: str, file: str, column: str) -> frozenset[str]:
    """Return the entries of a column of a table of ``edsim/data``."""
    return frozenset(row[column] for row in shipped_rows(folder, file))


@cache
def pipe_price_year() -> int:
    """Return the price year of the shipped costs of pipes, trenches and transfer stations, US dollars."""
    tables = (row for file in ("costs.csv", "ets_costs.csv") for row in shipped_rows("pipes", file))
    (year,) = {int(row["price_year"]) for row in tables}
    return year


@cache
def _normals() -> Mapping[str, tuple[Row, ...]]:
    """Return the twelve rows of every city with normals, by :func:`city_key`."""
    cities: dict[str, list[Row]] = {}
    with share_path("weather", "normals.csv").open(encoding="utf-8", newline="") as stream:
        lines = csv.reader(stream)
        header = next(lines)
        place = header.index("city")
        for line in lines:
            cities.setdefault(city_key(line[place]), []).append(dict(zip(header, line, strict=True)))
    return {key: tuple(rows) for key, rows in cities.items()}


def cities_with_normals() -> frozenset[str]:
    """Return the names of the cities monthly normals are shipped for."""
    return frozenset(rows[0]["city"] for rows in _normals().values())


def countries_with_normals() -> frozenset[str]:
    """Return the countries (ISO 3166, three letters) of the cities monthly normals are shipped for."""
    return frozenset(rows[0]["country"] for rows in _normals().values())


def normals_of(city: str) -> tuple[Row, ...]:
    """Return the monthly rows of a city, nothing when there are none; case, accents and signs do not matter."""
    return _normals().get(city_key(city), ())


def city_key(name: str) -> str:
    """Return a name without case, accents, blanks and signs: ``Bogotá`` and ``bogota`` are one city."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return "".join(c for c in plain.lower() if c.isalnum())


def archetype_number(use: str, own: Mapping[str, float | str], field: str) -> float:
    """Return a number of the archetype of `use`, or that a building states of its own; 0 where neither does.

    Raises
    ------
    ValueError
        What is stated is no number.
    """
    if field in own:
        return float(own[field])
    usual = _archetypes_by_use(field)
    return float(usual.get(use, usual.get("*", "0")))


@cache
def _archetypes_by_use(field: str) -> Mapping[str, str]:
    return {row["use"]: row["value"] for row in shipped_rows("archetypes", "archetypes.csv") if row["field"] == field}
