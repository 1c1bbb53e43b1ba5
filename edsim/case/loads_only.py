"""A case read for its loads alone: place, weather and buildings, before anybody knows prices, networks or machines.

The rest of :class:`Case` gets stand-ins that no load depends on; nothing is made of such a case but profiles.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from edsim.case.assemble import Kinds, Raw, build_case, read_raw
from edsim.case.checks.check import check_faults
from edsim.case.joining import SUPPLY_FIELDS
from edsim.case.loading import load, placed_and_named
from edsim.case.nodes import Node, from_plain
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import CaseError, Finding
from edsim.core.i18n import Lang

LOAD_KEYS: Final = ("schema_version", "name", "city", "weather", "buildings", "sources", "measures", "settings")
"""Keys of a case that loads are made from."""
_OF_MONEY: Final = ("currency", "price_year", "exchange_rate_per_usd")
_STAND_INS: Final[dict[str, Any]] = {
    "currency": "USD",
    "price_year": 2025,
    "emissions": {"grid_kg_per_kwh": 0.0, "grid_basis": "inventory"},
    "finance": {"discount_rate_frac": 0.0},
}
"""Required parts of a case on which no load depends."""
_OF_A_STUDY: Final = frozenset({"W1880"})
"""Codes of what a study lacks, which nobody asked for."""


def load_for_loads(path: str | Path, kinds: Kinds, *, lang: Lang = "en") -> tuple[Case, Sequence[Finding]]:
    """Return the case in a folder for its profiles, and what there is to say of one that is read for loads alone.

    A whole case is read as ever. One that lacks the emissions, finance, currency or price year every study needs is
    read without these, and without its networks, machines, tariffs, milestones and variants.

    Parameters
    ----------
    path
        The case folder or its ``case.yaml``.
    kinds
        Technology kind → class.
    lang
        Language of the findings.

    Raises
    ------
    CaseError
        With every fault of the case, or of the parts that loads are made from.
    """
    faults: list[Fault] = []
    raw = read_raw(Path(path), kinds, faults)
    missing = [] if raw is None else [key for key in _STAND_INS if key not in raw.root.members]
    if raw is None or not missing:
        return load(path, kinds, lang=lang), ()
    of_loads = _of_loads(raw)
    case = build_case(of_loads, faults)
    if case is not None:
        faults += [f for f in check_faults(case) if f.code not in _OF_A_STUDY]
    faults.append(Fault("W1978", raw.root.place, params={"missing": ", ".join(missing)}, hint="loads_alone"))
    findings = render_all(placed_and_named(faults, raw.root), lang)
    errors = [f for f in findings if f.severity == "error"]
    if case is None or errors:
        raise CaseError.of(errors)
    return case, findings


def _of_loads(raw: Raw) -> Raw:
    """Return what is read of the loads, names nobody knows too, with stand-ins for what every case must have."""
    members = raw.root.members
    others = set(Case.model_fields) - {*LOAD_KEYS, *_OF_MONEY}
    kept = {key: node for key, node in members.items() if key not in others}
    if "buildings" in kept:
        listed = kept["buildings"]
        kept["buildings"] = (
            listed.with_value(tuple(_what_it_needs(b) for b in listed.items)) if listed.items else listed
        )
    stand_ins = {key: from_plain(value) for key, value in _STAND_INS.items() if key not in kept}
    return Raw(raw.root.with_value(kept | stand_ins), raw.folder, raw.kinds)


def _what_it_needs(building: Node) -> Node:
    members = {key: node for key, node in building.members.items() if key not in SUPPLY_FIELDS}
    return building.with_value(members) if building.members else building
