"""Declaring a field with its unit, limits, default and the source of the default.

Every default of the product carries value, unit, source and year; a field declared with :func:`quantity` puts
them where schema, documentation, ``edsim explain`` and the contract tests find them.
"""

from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field

Quality = Literal["measured", "engineered", "estimate", "benchmark", "default"]
"""Tier of a value: A measured, B engineered (quote, design), estimate with reasoning, C benchmark, D default."""


@dataclass(frozen=True, slots=True)
class Source:
    """Where a number comes from.

    Attributes
    ----------
    text
        Standard clause, paper, database or page, short.
    year
        Year of publication or of the value.
    verified
        False when nobody has yet read the page: shown as "unverified" wherever the value is listed.
    """

    text: str
    year: int
    verified: bool = True


@dataclass(frozen=True, slots=True)
class Provenance:
    """Value of one field of a case with unit, origin and place.

    Attributes
    ----------
    value
        The value used, after unit conversion.
    unit
        Unit of `value`.
    source, year
        Origin of the value; for a value typed without a source, "case file".
    quality
        Tier, see :data:`Quality`.
    where
        ``file:line:column`` for values of the case, empty for defaults.
    """

    value: object
    unit: str
    source: str
    year: int | None
    quality: Quality
    where: str = ""


def quantity(
    default: Any,
    *,
    unit: str,
    doc: str,
    source: Source | None = None,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    price: str = "",
) -> Any:
    """Return a pydantic field for a physical quantity.

    Parameters
    ----------
    default
        Default value, or ``...`` when the user must give it. A number other than 0 needs a `source`.
    unit
        Unit in edsim's spelling (``kW``, ``currency/kW``, ``frac``).
    doc
        One sentence for schema and documentation.
    source
        Where the default comes from.
    ge, gt, le
        Limits of the value.
    price
        Currency and price year of a money default, such as ``"USD 2015"``; the loader converts an unset field to
        the currency and price year of the case.
    """
    if isinstance(default, int | float) and not isinstance(default, bool) and default != 0 and source is None:
        raise TypeError(f"default {default} {unit} needs a source: {doc}")
    extra: dict[str, Any] = {"unit": unit}
    if price:
        extra["price"] = price
    if source is not None:
        extra["source"] = {"text": source.text, "year": source.year, "verified": source.verified}
    return Field(default, description=doc, ge=ge, gt=gt, le=le, json_schema_extra=extra, validate_default=True)
