"""Say whether runs may be added up: equal conventions, nothing counted twice."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edsim.core.errors import Finding
from edsim.portfolio.facts import Collection, RunFacts

if TYPE_CHECKING:
    import pandas as pd

_NEAR_M = 25.0
"""Buildings of the same name so close to each other are one building."""
_NAMED = 4
"""Cases named per value in a finding."""


@dataclass(frozen=True, slots=True)
class Convention:
    """A convention that runs must share to be added up.

    Attributes
    ----------
    key
        Name for ``--allow``.
    what
        In words.
    of
        The value of a run.
    within
        Runs are compared among those with the same value of this (the grid factor is a matter of the country).
    """

    key: str
    what: str
    of: Callable[[RunFacts], str]
    within: Callable[[RunFacts], str] = lambda _: ""


CONVENTIONS: tuple[Convention, ...] = (
    Convention("gwp_set", "set of global warming potentials", lambda r: r.gwp_set),
    Convention("grid_basis", "basis of the grid factor", lambda r: r.grid_basis),
    Convention("grid_factor", "grid factor", lambda r: f"{r.grid_kg_per_kwh:g} kgCO2e/kWh", lambda r: r.country),
    Convention("currency", "currency of the figures", lambda r: r.currency),
    Convention("price_year", "price year", lambda r: str(r.price_year)),
    Convention("discount_rate", "discount rate", lambda r: f"{r.discount_rate_frac:.4g}"),
    Convention("boundary", "boundary of the study", lambda r: r.boundary or "not stated"),
    Convention("horizon", "horizon of the study", lambda r: f"{r.horizon_a} a"),
)
CONVENTION_KEYS = tuple(c.key for c in CONVENTIONS)
MONEY_KEYS = ("currency", "price_year")
"""Conventions that money is brought to: amounts that differ in them are never added up."""


def check_comparable(runs: Sequence[RunFacts], allow: Iterable[str] = ()) -> tuple[Finding, ...]:
    """Return one finding per convention the runs do not share, naming the cases of each value.

    Parameters
    ----------
    runs
        Runs to be added up.
    allow
        Keys of :data:`CONVENTIONS` that may differ: their findings are warnings.

    Returns
    -------
    tuple of Finding
        E580 (or W580): the convention, the values, the cases.
    """
    allowed = set(allow)
    found = []
    for convention in CONVENTIONS:
        groups: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
        for run in runs:
            groups[convention.within(run)][convention.of(run)].append(run.id)
        for place, values in sorted(groups.items()):
            if len(values) > 1:
                found.append(_differing(convention, place, values, warn=convention.key in allowed))
    return tuple(found)


def _differing(convention: Convention, place: str, values: Mapping[str, Sequence[str]], *, warn: bool) -> Finding:
    where = f" ({place})" if place else ""
    hint = f"make them equal in the cases, leave cases out with --exclude, or accept it with --allow {convention.key}"
    if convention.key in MONEY_KEYS:
        hint = "give --currency and --price-year to bring all money to one basis"
    got = "; ".join(f"{value}: {named(ids)}" for value, ids in sorted(values.items()))
    if warn:
        what = f"the cases{where} differ in the {convention.what} and are added up all the same, as asked with --allow"
        hint = "make them equal in the cases, or leave cases out with --exclude"
        return Finding("W580", what, field=convention.key, got=got, hint=hint, severity="warning")
    what = f"the cases{where} differ in the {convention.what} and cannot be added up"
    return Finding("E580", what, field=convention.key, got=got, hint=hint)


def named(ids: Sequence[str]) -> str:
    """Return the first of some runs, and how many more there are."""
    shown = sorted(ids)[:_NAMED]
    return ", ".join(shown) + (f", … (+{len(ids) - _NAMED})" if len(ids) > _NAMED else "")


def check_double_counting(collection: Collection) -> tuple[Finding, ...]:
    """Return one finding per asset, building or source that two cases claim.

    Cases claim what their `study.claims` list (compared without case and blanks) and every building of theirs;
    buildings of the same name within 25 m are the same. Scenarios of a case do not clash: only one of them is added.

    Returns
    -------
    tuple of Finding
        E581, naming what is claimed and the cases.
    """
    claimed: dict[str, list[str]] = defaultdict(list)
    for run in collection.runs:
        for claim in dict.fromkeys(_plain(c) for c in run.claims):
            claimed[claim].append(run.id)
    found = [
        _twice(f"two cases claim the same thing: {name}", ids) for name, ids in sorted(claimed.items()) if len(ids) > 1
    ]
    return (*found, *_same_buildings(collection.tables["buildings"]))


def _same_buildings(frame: pd.DataFrame) -> list[Finding]:
    known: dict[str, list[tuple[str, float, float]]] = defaultdict(list)
    pairs: dict[str, list[str]] = {}
    placed = frame.dropna(subset=["lat_deg", "lon_deg"])
    for run, name, lat, lon in placed[["run", "name", "lat_deg", "lon_deg"]].itertuples(index=False):
        for other, lat_0, lon_0 in known[_plain(name)]:
            if other != run and _distance_m(lat, lon, lat_0, lon_0) <= _NEAR_M:
                pairs.setdefault(str(name), [other]).append(run)
                break
        known[_plain(name)].append((run, lat, lon))
    return [_twice(f"two cases count the same building: {name}", ids) for name, ids in sorted(pairs.items())]


def _twice(what: str, ids: Sequence[str]) -> Finding:
    hint = "leave it out of one case, or leave a case out with --exclude"
    names = named(list(dict.fromkeys(ids)))
    return Finding("E581", what, got=names, hint=hint)


def _plain(text: str) -> str:
    return " ".join(str(text).casefold().split())


def _distance_m(lat: float, lon: float, lat_0: float, lon_0: float) -> float:
    """Return the distance of two near points, m (plate carrée, 111 320 m per degree)."""
    east = (lon - lon_0) * math.cos(math.radians(lat_0))
    return 111_320.0 * math.hypot(lat - lat_0, east)
