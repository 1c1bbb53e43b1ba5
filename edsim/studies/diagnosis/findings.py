"""A diagnosis in the user's words: sentences, ranked repairs with their place, and the findings a run ends with."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Literal

from edsim.case.checks.heat import NOTHING_GIVEN
from edsim.case.checks.ids import place_of
from edsim.core.errors import Finding
from edsim.core.i18n import Lang
from edsim.network.district import District
from edsim.studies.diagnosis.infeasible import Diagnosis, Repair, Shortage
from edsim.studies.diagnosis.situation import clock, moment
from edsim.studies.diagnosis.words import carrier_name, downward, plain, say, unit_name, units_of, upward

Connected = Literal["chosen", "none", "all"]
"""Which of the buildings that may connect a diagnosis takes as connected."""
_SHOWN = 3


@dataclass(frozen=True, slots=True)
class RepairText:
    """One repair as the user reads it: sentence, place of the limit as ``file:line:column``."""

    repair: Repair
    text: str
    where: str

    def as_dict(self) -> dict[str, Any]:
        """Return the repair as plain data."""
        r = self.repair
        return {
            "path": r.limit.path,
            "kind": r.limit.kind,
            "owner": r.limit.owner,
            "unit": r.limit.unit,
            "value": r.limit.value,
            "at_least": r.value if r.is_raised else None,
            "at_most": None if r.is_raised else r.value,
            "change": r.amount,
            "cost_per_a": r.cost_a,
            "plant_cost_per_a": r.plant_cost_a or None,
            "on_all_hours": r.on_all_hours,
            "dropped_hours": r.dropped.hours if r.dropped else None,
            "dropped_kwh": r.dropped.short_kwh if r.dropped else None,
            "where": self.where,
            "text": self.text,
        }


def shortage_text(shortage: Shortage, lang: Lang) -> str:
    """Return what is missing where, when and how much."""
    unit, sum_unit = units_of(shortage.carrier)
    words = {
        "unit": unit,
        "sum_unit": sum_unit,
        "kw": plain(shortage.short_kw, lang),
        "carrier": carrier_name(shortage.carrier, lang),
        "node": shortage.node,
        "when": clock(shortage.hour, lang),
        "load": plain(shortage.demand_kw, lang),
        "hours": plain(shortage.hours, lang),
        "kwh": plain(shortage.short_kwh, lang),
    }
    return say("short", lang, words)


def shortfall_texts(diagnosis: Diagnosis, lang: Lang) -> list[str]:
    """Return what is missing, or the cap that is to blame and the least that can be reached."""
    cap = diagnosis.broken_cap
    if cap is None:
        drawn = dict.fromkeys(r.limit.owner for r in diagnosis.repairs if r.limit.kind == "draw")
        if drawn and not diagnosis.shortages:
            return [say("short_draw", lang, {"names": ", ".join(drawn)})]
        return [shortage_text(s, lang) for s in diagnosis.shortages]
    words = {"owner": cap.limit.owner, "old": plain(cap.limit.value, lang), "unit": cap.limit.unit}
    return [say("cap_broken", lang, {**words, "new": upward(cap.value, lang)})]


def departed_text(district: District, lang: Lang) -> str:
    """Return which sources have left by the year of a district that grows; empty where none has."""
    gone = [s for s in district.case.sources if s.exit_year and not district.profiles.sources[s.id].available_kw.any()]
    names = ", ".join(f"sources.{s.id}.exit_year: {s.exit_year}" for s in gone)
    return say("departed", lang, {"names": names}) if gone else ""


def repair_texts(diagnosis: Diagnosis, district: District, lang: Lang, *, together: bool = False) -> list[RepairText]:
    """Return the repairs (or those that only work together) as sentences with the place of each limit."""
    repairs = diagnosis.together if together else diagnosis.repairs
    return [RepairText(r, repair_text(r, district, lang), _where(district, r.limit.path)) for r in repairs]


def _where(district: District, path: str) -> str:
    if not path:
        return ""
    place = place_of(district.case, path)
    return f"{place.file}:{place.line}:{place.column}" if place.line else ""


def repair_text(repair: Repair, district: District, lang: Lang) -> str:
    """Return one repair as a sentence."""
    limit = repair.limit
    if limit.kind == "demand":
        return _drop(repair, district, lang)
    words = {"path": limit.path, "owner": limit.owner, "old": plain(limit.value, lang)}
    words["unit"] = unit_name(limit.unit, lang)
    words["new"] = upward(repair.value, lang)
    if limit.kind == "store":
        kind, _, node = limit.owner.partition("@")
        return say("store", lang, {**words, "kind": kind, "node": node}) + _price(repair, district, lang)
    if not repair.is_raised:
        return say("lower", lang, {**words, "new": downward(repair.value, lang)}).replace("  ", " ")
    text = say(limit.kind if limit.kind in {"source", "outage", "cap"} else "raise", lang, words)
    return text + (_price(repair, district, lang) if limit.kind == "size" else "")


def _price(repair: Repair, district: District, lang: Lang) -> str:
    """Return what more of a machine costs, or that nobody said what it costs, as a connection to the grid often."""
    if repair.cost_a <= 0.0:
        return say("unpriced", lang)
    return say("costs", lang, {"cost": plain(repair.cost_a, lang), "currency": district.case.currency})


def _drop(repair: Repair, district: District, lang: Lang) -> str:
    """Return how much of whose load would have to go in the worst hour, in how many hours and how much in all."""
    node, _, carrier = repair.limit.owner.partition(":")
    unit, sum_unit = units_of(carrier)
    words = {"carrier": carrier_name(carrier, lang), "node": node, "new": upward(repair.amount, lang), "unit": unit}
    out = repair.dropped
    if out is None:
        return say("drop_kw", lang, words)
    words |= {"hours": plain(out.hours, lang), "kwh": upward(out.short_kwh, lang), "sum_unit": sum_unit}
    words["when"] = clock(out.hour, lang)
    loads = moment(district, node, carrier, out.hour).loads
    if loads and loads[0].kw >= repair.amount:
        words |= {"percent": upward(100.0 * repair.amount / loads[0].kw, lang), "building": loads[0].name}
        text = say("drop", lang, words)
    else:
        words["percent"] = upward(100.0 * repair.amount / max(out.demand_kw, repair.amount), lang)
        text = say("drop_all", lang, words)
    return text + say("dropped_once" if out.hours <= 1.0 else "dropped", lang, words)


def cause_findings(diagnosis: Diagnosis, district: District, lang: Lang) -> list[Finding]:
    """Return the findings of a plant that cannot be built; the first names the cause.

    Empty when the model without whole units has a solution.
    """
    if diagnosis.feasible:
        return []
    short = " · ".join(shortfall_texts(diagnosis, lang)[:_SHOWN]) or say("short_none", lang)
    departed = departed_text(district, lang)
    short = f"{short} · {departed}" if departed else short
    alone = repair_texts(diagnosis, district, lang)
    joint = repair_texts(diagnosis, district, lang, together=True)
    named = [r for r in alone if r.repair.limit.path]
    if named and not joint:
        return [_finding("E560", say("alone_what", lang), short, (named[0], alone), district, lang)]
    if joint:
        hint = say("and", lang).join(r.text for r in joint)
        others = [r.text for r in alone[:_SHOWN]]
        hint = say("or", lang).join([hint, *others])
        place = place_of(district.case, joint[0].repair.limit.path)
        what = f"{say('together_what', lang)}: {short}"
        return [Finding("E561", what, place.file, place.line, place.column, joint[0].repair.limit.path, hint=hint)]
    hint = say("or", lang).join([say("add_supplier", lang), *(r.text for r in alone[:_SHOWN])])
    place = place_of(district.case, f"technologies.{district.case.technologies[0].id}")
    what = f"{say('no_limit', lang)}: {short}"
    return [Finding("E562", what, place.file, place.line, place.column, "technologies", hint=hint)]


def assuming(findings: Iterable[Finding], connected: Connected, lang: Lang) -> list[Finding]:
    """Return the findings with what they assume of the buildings that may connect, where nobody could choose."""
    if connected == "chosen":
        return list(findings)
    return [replace(f, what=f"{f.what} · {assumed_text(connected, lang)}") for f in findings]


def assumed_text(connected: Connected, lang: Lang) -> str:
    """Return what a diagnosis assumes of the buildings that may connect; empty where they are those chosen."""
    return "" if connected == "chosen" else say(f"with_{connected}", lang)


def misfits(diagnosis: Diagnosis, district: District) -> list[Finding]:
    """Return the remarks of the case on machines and sources too cold or warm to give anything, where no limit repairs.

    Empty where a limit of the case repairs it, alone or with others.
    """
    if diagnosis.feasible or any(r.limit.path for r in (*diagnosis.repairs, *diagnosis.together)):
        return []
    return [f for f in district.case.warnings if f.code in NOTHING_GIVEN]


def _finding(
    code: str, what: str, short: str, repairs: tuple[RepairText, list[RepairText]], district: District, lang: Lang
) -> Finding:
    first, alone = repairs
    limit = first.repair.limit
    place = place_of(district.case, limit.path)
    hint = say("or", lang).join(r.text for r in _chosen(alone))
    unit = unit_name(limit.unit, lang)
    got = f"{plain(limit.value, lang)} {unit}"
    near, rounded = ("at_least", upward) if first.repair.is_raised else ("at_most", downward)
    allowed = say(near, lang, {"new": rounded(first.repair.value, lang), "unit": unit})
    return Finding(code, f"{what}: {short}", place.file, place.line, place.column, limit.path, got, allowed, hint)


def _chosen(alone: list[RepairText]) -> list[RepairText]:
    """Return the first repairs and, whatever their rank, a store and a cut of the demand."""
    first = alone[:_SHOWN]
    extra = [next((r for r in alone if r.repair.limit.kind == k and r not in first), None) for k in ("store", "demand")]
    return [*first, *(r for r in extra if r is not None)]
