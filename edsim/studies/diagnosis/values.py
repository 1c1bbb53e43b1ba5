"""Where a value of a case comes from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from edsim.case.parts.exchange_rate import RATE
from edsim.case.schema import Case
from edsim.case.wording.messages import listing, nearest
from edsim.core.errors import DataError, Finding
from edsim.core.i18n import Lang, pick
from edsim.core.money import convert_money, exchange_rate
from edsim.core.quantity import Provenance

_UNKNOWN: dict[Lang, tuple[str, str, str]] = {
    "en": ("the case has no value of this name", "did you mean {close}?", "edsim explain CASE GROUP lists a group"),
    "es": (
        "el caso no tiene un valor con ese nombre",
        "¿quiso decir {close}?",
        "edsim explain CASO GRUPO lista un grupo",
    ),
}


@dataclass(frozen=True, slots=True)
class Value:
    """One value of a case and its origin.

    Attributes
    ----------
    path
        As the user writes it.
    origin
        Value, unit, source, year, quality and place.
    doc
        What the field means, empty where the schema says nothing.
    """

    path: str
    origin: Provenance
    doc: str = ""

    def as_dict(self) -> dict[str, Any]:
        """Return the value as plain data."""
        o = self.origin
        plain = {"path": self.path, "value": o.value, "unit": o.unit, "source": o.source, "year": o.year}
        return plain | {"quality": o.quality, "where": o.where, "meaning": self.doc}


def values_at(case: Case, path: str, lang: Lang = "en") -> tuple[Value, ...]:
    """Return the value at a dotted path, or all values below it.

    ``chillers.max_capacity_kw`` stands for ``technologies.chillers.max_capacity_kw`` where no other part has the id.

    Raises
    ------
    DataError
        E563: there is no such value; with the nearest names.
    """
    known = case.provenance
    for candidate in _candidates(case, path):
        if candidate in known:
            origin = _shipped_rate(case) if candidate == RATE else None
            return (Value(candidate, origin or known[candidate], _meaning(case, candidate)),)
        inside = [p for p in known if p.startswith(f"{candidate}.")]
        if inside:
            return tuple(Value(p, known[p], _meaning(case, p)) for p in inside)
    what, close_hint, list_hint = pick(_UNKNOWN, lang)
    names = {p for full in known for p in _prefixes(full)}
    close = nearest(path, names) or _same_end(path, known)
    hint = close_hint.format(close=close) if close else list_hint
    groups = listing(list(dict.fromkeys(p.split(".", 1)[0] for p in known)))
    raise DataError.of([Finding("E563", what, field=path, got=path, allowed=groups, hint=hint)])


def _shipped_rate(case: Case) -> Provenance | None:
    """Return the rate of the table where the case states none: that by which default prices are converted."""
    if case.exchange_rate_per_usd is not None or case.currency == "USD":
        return None
    rate = exchange_rate("USD", case.currency, case.price_year)
    value = convert_money(1.0, "USD", case.price_year, case.currency, case.price_year)
    return Provenance(value, f"{case.currency}/USD", rate.source, case.price_year, "benchmark")


def _candidates(case: Case, path: str) -> list[str]:
    """Return the path and the paths it may be short for."""
    first = path.split(".", 1)[0]
    groups = ("technologies", "buildings", "networks", "tariffs", "fuels", "sources")
    owners = [g for g in groups if first in {str(getattr(part, "id", "")) for part in getattr(case, g)}]
    return [path, *(f"{group}.{path}" for group in owners)]


def _prefixes(path: str) -> list[str]:
    parts = path.split(".")
    return [".".join(parts[: n + 1]) for n in range(len(parts))]


def _same_end(path: str, known: Any) -> str:
    """Return a known path that ends like `path`, "" when there is none."""
    end = path.rsplit(".", 1)[-1]
    return next((p for p in known if p.rsplit(".", 1)[-1] == end), "")


def _meaning(case: Case, path: str) -> str:
    """Return the description of the field at `path`."""
    held: Any = case
    doc = ""
    for step in path.split("."):
        fields = getattr(type(held), "model_fields", None)
        if fields is not None and step in fields:
            doc = fields[step].description or ""
            held = getattr(held, step)
        elif isinstance(held, tuple):
            named = [p for i, p in enumerate(held) if step in {str(getattr(p, "id", "")), str(i)}]
            if not named:
                return doc
            held = named[0]
        elif isinstance(held, dict):
            held = held.get(step)
    return doc
