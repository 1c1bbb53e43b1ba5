"""Uses, vintages and fields that archetypes know, for those who check names without any of their values."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Literal

from edsim.core.errors import Finding
from edsim.core.resources import data_path

Vintage = Literal["pre2000", "2000_2015", "post2015"]
VINTAGES: tuple[Vintage, ...] = ("pre2000", "2000_2015", "post2015")
ARCHETYPE_TABLE = data_path("archetypes", "archetypes.csv")
TEXT_FIELDS = frozenset({"system", "schedule", "dhw_schedule", "glazing"})


def uses() -> tuple[str, ...]:
    """Return the uses that have an archetype."""
    return _names()[0]


def archetype_fields() -> tuple[str, ...]:
    """Return the properties every archetype has."""
    return _names()[1]


@lru_cache(maxsize=1)
def _names() -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the uses and fields in the first and fourth column of the table, neither of which is quoted."""
    rows = [line.split(",", 4) for line in ARCHETYPE_TABLE.read_text(encoding="utf-8").splitlines()[1:]]
    return tuple(sorted({row[0] for row in rows} - {"*"})), tuple(dict.fromkeys(row[3] for row in rows))


def nearest_field(name: str) -> str:
    """Return the archetype field of about this name, "" when there is none or it is that."""
    from difflib import get_close_matches

    known = archetype_fields()
    near = get_close_matches(name, known, 1) or [f for f in known if f.startswith(f"{name}_")]
    return near[0] if near and near[0] != name else ""


def override_findings(overrides: Mapping[str, float | str], where: str) -> Iterable[Finding]:
    """Return the findings on overrides of archetype fields."""
    for name, value in overrides.items():
        if name not in archetype_fields():
            near = nearest_field(name)
            hint = f"did you mean {near}?" if near else ""
            yield Finding("E302", "not a field of an archetype", field=f"{where}.{name}", got=name, hint=hint)
        elif (name in TEXT_FIELDS) != isinstance(value, str):
            kind = "a word" if name in TEXT_FIELDS else "a number"
            yield Finding("E302", "wrong kind of value", field=f"{where}.{name}", got=repr(value), allowed=kind)
