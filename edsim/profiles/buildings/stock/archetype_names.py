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
GLAZINGS = (
    "single_clear", "double_clear", "triple_clear", "single_tinted", "double_tinted", "double_low_e",
    "single_reflective",
)  # fmt: skip
SYSTEMS = ("ideal", "split", "fan_coil_doas", "vav", "cav", "natural_ventilation", "fan_only")
"""The choices of :mod:`edsim.profiles.buildings.spec`, for those who do not load numpy."""
_OF_TAPS, _OF_ACTIVITY = "dhw_", "act_"
"""Beginnings of the ids of schedules that are not those of a whole building."""


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
        elif isinstance(value, str) and value not in words_of(name):
            allowed = ", ".join(sorted(words_of(name)))
            yield Finding("E302", "not one of the choices", field=f"{where}.{name}", got=value, allowed=allowed)


@lru_cache(maxsize=8)
def words_of(name: str) -> tuple[str, ...]:
    """Return the words a field of :data:`TEXT_FIELDS` may have."""
    if name in {"glazing", "system"}:
        return GLAZINGS if name == "glazing" else SYSTEMS
    lines = data_path("archetypes", "schedules.csv").read_text(encoding="utf-8").splitlines()[1:]
    ids = dict.fromkeys(line.split(",", 1)[0] for line in lines)
    if name == "dhw_schedule":
        return tuple(i.removeprefix(_OF_TAPS) for i in ids if i.startswith(_OF_TAPS))
    return tuple(i for i in ids if not i.startswith((_OF_TAPS, _OF_ACTIVITY)))
