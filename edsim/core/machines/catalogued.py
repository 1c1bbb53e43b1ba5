"""Bases whose kinds share their fields: each kind takes the defaults from its own rows of the catalogue.

A base declares ``cop: float = catalogued("kW/kW", doc=..., gt=0.5, le=8)``. A kind below it (a class with a default
for ``kind``) then has value, unit, source and price year of the row (kind, ``cop``), as if it had declared the field
with :class:`edsim.core.machines.catalogue.Defaults`; a kind without the row leaves the field for the user to give.
"""

from __future__ import annotations

from copy import copy
from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo

from edsim.core.machines.catalogue import CatalogueRow, catalogue
from edsim.core.quantity import quantity
from edsim.core.technology import Technology

_MARK = "catalogued"


def catalogued(
    unit: str, *, doc: str, ge: float | None = None, gt: float | None = None, le: float | None = None
) -> Any:
    """Return a field that every kind below takes from the catalogue; `doc` and the limits are as in `quantity`."""
    return Field(..., description=doc, ge=ge, gt=gt, le=le, json_schema_extra={"unit": unit, _MARK: True})


class Catalogued(Technology):
    """Base of kinds with catalogued fields; stands last among the bases."""

    @classmethod
    def __pydantic_init_subclass__(cls, **kwargs: Any) -> None:
        """Fill the catalogued fields once the ``kind`` is known, then register the class."""
        kind = cls.model_fields["kind"].default
        for name, field in cls.model_fields.items():
            extra = field.json_schema_extra
            if isinstance(extra, dict) and _MARK in extra and (kind, name) in catalogue():
                cls.model_fields[name] = _filled(field, catalogue()[kind, name])
        super().__pydantic_init_subclass__(**kwargs)


def _filled(field: FieldInfo, row: CatalogueRow) -> FieldInfo:
    """Return a field with value, unit, source and price of a row, its limits and text as they are."""
    made = quantity(row.value, unit=row.unit, doc=field.description or "", source=row.source, price=row.price)
    filled = copy(field)
    filled.default, filled.validate_default, filled.json_schema_extra = made.default, True, made.json_schema_extra
    return filled
