"""Retrofit measures: changes of a building's properties, with their cost per area.

A measure changes archetype fields and nothing of what the building is for: people, hours and comfort stay. A higher set
point is offered only with ceiling fans, whose moving air keeps the comfort (ASHRAE 55).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from edsim.core.errors import DataError, Finding
from edsim.core.resources import data_path
from edsim.profiles.buildings.stock.archetype_names import TEXT_FIELDS, archetype_fields, nearest_field
from edsim.profiles.buildings.stock.archetypes import Archetype, unclassed
from edsim.profiles.buildings.stock.geometry import Shape

_HOW: Mapping[str, Callable[[float, float], float]] = {
    "set": lambda _old, new: new,
    "plus": lambda old, new: old + new,
    "times": lambda old, new: old * new,
    "at_most": min,
    "at_least": max,
    "add_resistance": lambda u, resistance: 1.0 / (1.0 / u + resistance),
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """Change of one archetype field: set, plus, times, at_most, at_least, add_resistance (to a U-value)."""

    field: str
    how: str
    value: float | str


@dataclass(frozen=True, slots=True)
class Retrofit:
    """A measure: id and what it changes."""

    id: str
    changes: tuple[FieldChange, ...]


@dataclass(frozen=True, slots=True)
class MeasureCost:
    """What a measure costs.

    Attributes
    ----------
    per
        Area basis: floor, conditioned, roof, wall or window.
    capex_per_m2, currency, price_year
        Investment per area and its money.
    lifetime_a
        Life.
    om_frac
        Maintenance per year, share of investment.
    name
        Language → name.
    """

    per: str
    capex_per_m2: float
    currency: str
    price_year: int
    lifetime_a: float
    om_frac: float
    name: Mapping[str, str]


@cache
def shipped_retrofits() -> Mapping[str, Retrofit]:
    """Return id → measure of edsim/data/measures."""
    changes: dict[str, list[FieldChange]] = {}
    with data_path("measures", "changes.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            value = row["value"] if row["field"] == "glazing" else float(row["value"])
            changes.setdefault(row["measure"], []).append(FieldChange(row["field"], row["how"], value))
    return {name: Retrofit(name, tuple(made)) for name, made in changes.items()}


@cache
def shipped_costs() -> Mapping[str, MeasureCost]:
    """Return id → cost of the measures of edsim/data/measures."""
    with data_path("measures", "costs.csv").open(encoding="utf-8", newline="") as stream:
        return {
            row["measure"]: MeasureCost(
                per=row["per"],
                capex_per_m2=float(row["capex_per_m2"]),
                currency=row["currency"],
                price_year=int(row["price_year"]),
                lifetime_a=float(row["lifetime_a"]),
                om_frac=float(row["om_frac"]),
                name={"en": row["name_en"], "es": row["name_es"]},
            )
            for row in csv.DictReader(stream)
        }


def retrofitted(archetype: Archetype, retrofits: Sequence[Retrofit]) -> Archetype:
    """Return the properties of a building after its measures, applied in order.

    Measures that change U or g of the glass and name no class leave glass known by U and g alone.

    Raises
    ------
    DataError
        E334 a change names no archetype field, or mixes words and numbers.
    """
    values: dict[str, Any] = {}
    findings = []
    for retrofit in retrofits:
        for change in retrofit.changes:
            old = values.get(change.field, getattr(archetype, change.field, None))
            text = change.field in TEXT_FIELDS
            if change.field not in archetype_fields() or text != isinstance(change.value, str):
                findings.append(_misfit(retrofit, change))
            elif isinstance(change.value, str):
                values[change.field] = change.value
            else:
                values[change.field] = _HOW[change.how](float(old or 0.0), change.value)
    if findings:
        raise DataError.of(findings)
    changed = {field for field, value in values.items() if value != getattr(archetype, field) or field == "glazing"}
    return replace(archetype, **(values | dict.fromkeys(unclassed(changed))))


def measure_area_m2(per: str, floor_area_m2: float, shape: Shape, archetype: Archetype) -> float:
    """Return the area a measure is paid for.

    Parameters
    ----------
    per
        floor, conditioned, roof, wall or window.
    floor_area_m2
        Gross floor area of the building.
    shape, archetype
        Plate and properties (window share, cooled share).
    """
    facade = 2.0 * (shape.length_m + shape.width_m) * shape.floor_height_m * shape.storeys
    areas = {
        "floor": floor_area_m2,
        "conditioned": floor_area_m2 * archetype.conditioned_frac,
        "roof": shape.plate_m2,
        "wall": facade * (1.0 - archetype.wwr_frac),
        "window": facade * archetype.wwr_frac,
    }
    return areas[per]


def _misfit(retrofit: Retrofit, change: FieldChange) -> Finding:
    near = nearest_field(change.field)
    return Finding(
        "E334",
        "a measure changes no archetype field, or gives it the wrong kind of value",
        field=f"measures.{retrofit.id}.changes.{change.field}",
        got=str(change.value),
        hint=f"did you mean {near}?" if near else "",
    )
