"""Defaults of machine fields, read from the catalogue table so that code and table cannot disagree.

The table ``edsim/data/technologies/catalogue.csv`` has one row per technology and parameter with value, range, unit,
currency and price year, region, source, year and quality. Every source named has been read; a figure without one is an
engineering estimate with its range and its reason. A technology outside the product declares its fields with
:func:`edsim.core.quantity.quantity` instead and needs no table.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from pydantic import Field

from edsim.core.quantity import Source, quantity
from edsim.core.resources import data_path


@dataclass(frozen=True, slots=True)
class CatalogueRow:
    """One figure of the catalogue.

    Attributes
    ----------
    value, low, high
        Default and the range seen in the sources (None where no range is known).
    unit
        Unit of the three.
    price
        Currency and price year such as ``"USD 2015"``; empty when the figure is not money.
    source
        Where it comes from, read there; starts with :data:`ESTIMATE` where it rests on judgment.
    """

    value: float
    low: float | None
    high: float | None
    unit: str
    price: str
    source: Source


ESTIMATE = "engineering estimate"
"""First words of the source of a figure that rests on judgment; its range follows, then the reason."""


_ROOM_UNITS = ("fixed_speed", "inverter")
"""Compressors of the table of curves that no chiller has."""


def _optional(text: str) -> float | None:
    return float(text) if text else None


def _row(r: dict[str, str]) -> CatalogueRow:
    """Return a figure of the table; the source of an estimate tells its range."""
    text = r["source"]
    if r.get("verified") == "no":
        text = text.replace(ESTIMATE, f"{ESTIMATE}, {r['low']} to {r['high']}", 1)
    return CatalogueRow(
        value=float(r["value"]),
        low=_optional(r["low"]),
        high=_optional(r["high"]),
        unit=r["unit"],
        price=f"{r['currency']} {r['price_year']}" if r.get("currency") else "",
        source=Source(text, int(r["year"])),
    )


def _table(name: str) -> list[dict[str, str]]:
    with data_path("technologies", name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@cache
def catalogue() -> dict[tuple[str, str], CatalogueRow]:
    """Return (technology, parameter) → figure: the catalogue and the COP at rating of every type of chiller."""
    rows = {(r["technology"], r["parameter"]): _row(r) for r in _table("catalogue.csv")}
    cops = [
        r for r in _table("chiller_curves.csv") if r["quantity"] == "rated_cop" and r["compressor"] not in _ROOM_UNITS
    ]
    for kind in ("vapour_chiller", "individual_chiller"):
        rows |= {(kind, f"cop_{r['compressor']}_{r['condenser']}"): _row(r) for r in cops}
    return rows


def standing_in(machine: Any, field: str) -> CatalogueRow | None:
    """Return the figure that stands for a field left open whose default goes by other fields of the machine.

    None for any other field.
    """
    choice = _choice(machine.__class__, field)
    if choice is None:
        return None
    technology, rows, fields = choice
    return catalogue()[technology, "_".join((rows, *(str(getattr(machine, name)) for name in fields)))]


def value_of(machine: Any, field: str) -> float:
    """Return the value of a field, the figure that stands for it where it was left open."""
    row = standing_in(machine, field) if getattr(machine, field) is None else None
    return float(getattr(machine, field)) if row is None else row.value


@cache
def _choice(cls: Any, field: str) -> tuple[str, str, tuple[str, ...]] | None:
    extra = cls.model_fields[field].json_schema_extra
    by = extra.get("by") if isinstance(extra, dict) else None
    return None if by is None else (by["technology"], by["rows"], tuple(by["fields"]))


def varies(extra: Any) -> bool:
    """Return whether the default of a field that says `extra` of itself goes by another field."""
    return isinstance(extra, dict) and "varies" in extra


def varied(extra: Any, choices: Mapping[str, Any]) -> CatalogueRow | None:
    """Return the figure of a field whose default varies with another one, at its value; None for the usual default.

    Parameters
    ----------
    extra
        What the field says of itself (``json_schema_extra``).
    choices
        Field → value of the machine.
    """
    if not varies(extra):
        return None
    by = extra["varies"]
    return catalogue().get((by["technology"], f"{by['rows']}_{choices.get(by['with'])}"))


def figures_by(by: Mapping[str, Any]) -> dict[str, CatalogueRow]:
    """Return choice → figure of a field declared with :meth:`Defaults.by`, from what it says of itself."""
    head, technology = f"{by['rows']}_", by["technology"]
    return {p.removeprefix(head): r for (t, p), r in catalogue().items() if t == technology and p.startswith(head)}


@dataclass(frozen=True, slots=True)
class Defaults:
    """Declares the fields of one technology with the figures of the catalogue.

    Attributes
    ----------
    technology
        Kind, first column of the table.
    """

    technology: str

    def __call__(
        self,
        parameter: str,
        *,
        doc: str,
        ge: float | None = None,
        gt: float | None = None,
        le: float | None = None,
        varies_with: str = "",
    ) -> Any:
        """Return the field of `parameter`; `doc` and the limits are as in :func:`quantity`.

        `varies_with` names another field with rows ``<parameter>_<its value>`` of their own, see :func:`varied`.

        Raises
        ------
        KeyError
            When the table has no such row.
        """
        row = catalogue()[self.technology, parameter]
        info = quantity(row.value, unit=row.unit, doc=doc, source=row.source, ge=ge, gt=gt, le=le, price=row.price)
        if varies_with:
            rows = {"technology": self.technology, "rows": parameter, "with": varies_with}
            info.json_schema_extra["varies"] = rows
        return info

    def by(
        self,
        rows: str,
        *fields: str,
        unit: str,
        doc: str,
        ge: float | None = None,
        gt: float | None = None,
        le: float | None = None,
    ) -> Any:
        """Return an open field whose default is the row ``<rows>_<value of each of fields>``, see :func:`standing_in`.

        `doc` and the limits are as in :func:`quantity`.
        """
        info = quantity(None, unit=unit, doc=f"{doc}; default by {' and '.join(fields)}.", ge=ge, gt=gt, le=le)
        info.json_schema_extra["by"] = {"technology": self.technology, "rows": rows, "fields": list(fields)}
        return info

    def capex(self, parameter: str = "capex_per_kw", varies_with: str = "") -> Any:
        """Return the field of a specific investment."""
        doc = "Investment per unit of size, installed, before contingency."
        return self(parameter, doc=doc, ge=0, varies_with=varies_with)

    def lifetime(self) -> Any:
        """Return the field of the technical life."""
        return self("lifetime_a", doc="Technical life, after which it is replaced.", gt=0, le=100)

    def fixed_om(self, varies_with: str = "") -> Any:
        """Return the field of fixed operation and maintenance."""
        doc = "Fixed operation and maintenance per year, share of investment."
        return self("fixed_om_frac", doc=doc, ge=0, le=1, varies_with=varies_with)

    def variable_om(self, varies_with: str = "") -> Any:
        """Return the field of variable operation and maintenance."""
        doc = "Variable operation and maintenance per kWh of output."
        return self("om_variable_per_kwh", doc=doc, ge=0, varies_with=varies_with)

    def charge(self, of: str = "capacity", varies_with: str = "") -> Any:
        """Return the field of the refrigerant a machine holds; `of` says which capacity it is counted on."""
        return self("charge_kg_per_kw", doc=f"Refrigerant per {of}.", ge=0, le=2, varies_with=varies_with)

    def leak(self) -> Any:
        """Return the field of the yearly leak of refrigerant."""
        return self("leak_frac_per_a", doc="Yearly leak, share of the charge.", ge=0, le=1)

    def filling_loss(self) -> Any:
        """Return the field of the refrigerant lost at first filling."""
        return self("filling_loss_frac", doc="Loss at first filling.", ge=0, le=1)

    def end_of_life_loss(self) -> Any:
        """Return the field of the refrigerant lost at scrapping."""
        return self("end_of_life_loss_frac", doc="Not recovered at scrapping.", ge=0, le=1)

    def lorenz_share(self, of: str = "") -> Any:
        """Return the field of the share of the ideal a heat pump reaches."""
        return self("lorenz_share", doc=f"Share of the ideal (Lorenz) COP{of}.", gt=0.1, le=0.8)


def age_of_today() -> Any:
    """Return the field of a machine's age ahead of one bought new; a case states `bau_age_a` of the building."""
    text = "Age ahead of one bought new, from bau_age_a."
    return Field(0.0, ge=0, le=60, exclude=True, description=text, json_schema_extra={"unit": "a"})


def existing(unit: str) -> Any:
    """Return the field of a size that is there already and costs no investment."""
    return quantity(0.0, unit=unit, doc="Already installed; costs no investment.", ge=0)


def minimum(unit: str) -> Any:
    """Return the field of the smallest size."""
    return quantity(0.0, unit=unit, doc="Smallest size the optimizer may choose.", ge=0)


def maximum(unit: str) -> Any:
    """Return the field of the largest size; None lets the optimizer derive a finite limit from the demands."""
    return quantity(None, unit=unit, doc="Largest size the optimizer may choose; default follows the demand.", ge=0)
