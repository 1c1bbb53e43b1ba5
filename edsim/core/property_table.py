"""Long catalogue tables: one row per item and property, each figure with unit, source, year and quality."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from edsim.core.errors import DataError, Finding

_NEEDED = ("property", "value", "unit", "source", "year", "quality", "verified")


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of a catalogue.

    Attributes
    ----------
    value
        The number.
    unit, source, year, quality
        Its unit, origin, year of the origin, tier.
    verified
        False when nobody has yet read the page of the source.
    """

    value: float
    unit: str
    source: str
    year: int
    quality: str
    verified: bool


@cache
def read_property_table(path: Path) -> Mapping[str, Mapping[str, Figure]]:
    """Return ``item → property → figure`` of a CSV whose first column names the item.

    Raises
    ------
    DataError
        E760 when a column is missing, a row repeats a property, or a value is not a number (all rows at once).
    """
    table: dict[str, dict[str, Figure]] = {}
    findings: list[Finding] = []
    with path.open(encoding="utf-8", newline="") as handle:
        reader = csv.DictReader(handle)
        columns = reader.fieldnames or []
        missing = [c for c in _NEEDED if c not in columns]
        if missing:
            raise DataError.of([Finding("E760", "columns are missing", file=str(path), got=", ".join(missing))])
        for row in reader:
            item, name = table.setdefault(row[columns[0]], {}), row["property"]
            place: dict[str, Any] = {"file": str(path), "line": reader.line_num, "field": name}
            if name in item:
                findings.append(Finding("E760", "the property is given twice", **place))
            try:
                value, year = float(row["value"]), int(row["year"])
            except ValueError:
                findings.append(Finding("E760", "not a number", **place, got=row["value"]))
                continue
            item[name] = Figure(value, row["unit"], row["source"], year, row["quality"], row["verified"] == "yes")
    if findings:
        raise DataError.of(findings)
    return table
