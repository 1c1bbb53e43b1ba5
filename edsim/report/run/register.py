"""What stands behind the results: published figures, proof, assumptions, warnings, manifest."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from edsim.core.i18n import MILLION, money_unit
from edsim.core.language.sentences import phrase_in_language
from edsim.report import labels
from edsim.report.i18n import NONE, is_money, nice_unit
from edsim.report.run.summary import proof
from edsim.report.said import labeled, said
from edsim.report.uses import USES
from edsim.report.view import BAU, UNSET, Block, Head, Note, Study, Table


def published_blocks(study: Study) -> tuple[Block, ...]:
    """Return the published figures beside ours; nothing where the case has none."""
    frame = study.table("published")
    if frame.empty:
        return ()
    heads = (
        Head(study.t("Figure")), Head(study.t("Unit")), Head(study.t("Published"), numeric=True),
        Head(study.t("Ours"), numeric=True), Head(study.t("Source")), Head(study.t("Why they differ")),
    )  # fmt: skip
    rows = tuple(
        (
            str(r["label"]), "" if r["unit"] == "frac" else _unit_of_theirs(study, str(r["unit"])),
            study.lang.percent(r["published"]) if r["unit"] == "frac" else study.lang.number(r["published"]),
            study.lang.percent(r["ours"]) if r["unit"] == "frac" else study.lang.number(r["ours"]),
            str(r["source"]), str(r["comment"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    return (Table(study.t("Published results of the real district beside ours"), heads, rows),)


def _unit_of_theirs(study: Study, unit: str) -> str:
    """Return the unit of a published figure as the page writes units, millions of money in its language."""
    count, _, money = unit.partition(" ")
    return money_unit(money, MILLION, study.lang.code) if count == "million" and is_money(money) else nice_unit(unit)


def proof_blocks(study: Study) -> tuple[Block, ...]:
    """Return the certificates and what they mean."""
    lang = study.lang
    notes = tuple(
        Note(f"{study.variant(v)}: {proof(study, v)[1]}", proof(study, v)[0]) for v in study.order if v != BAU
    )
    if not study.appraisal.certificates:
        return notes
    of_cost = all(c.minimized == "cost" for c in study.appraisal.certificates.values())
    unit = f"{study.currency}/a" if of_cost else ""
    heads = (
        Head(study.t("Variant")), Head(study.t("Status")),
        Head(study.t("Upper bound"), unit, numeric=True),
        Head(study.t("Lower bound"), unit, numeric=True), Head(study.t("Gap"), numeric=True),
        Head(study.t("Hours checked"), "h", numeric=True), Head(study.t("Unserved"), "kWh/a", numeric=True),
        Head(study.t("Largest balance residual"), numeric=True), Head(study.t("Money residual"), numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            study.variant(v), study.t(labels.STATUSES[c.status]), lang.number(c.upper_bound, 0),
            lang.number(c.lower_bound, 0), lang.percent(c.gap_frac, 2), lang.number(c.hours_checked, 0),
            _left(study, c.unserved_kwh),
            *(_tiny(study, residual) for residual in (c.max_balance_residual_frac, c.money_residual_frac)),
        )
        for v, c in study.appraisal.certificates.items()
    )  # fmt: skip
    note = study.t(
        "Upper bound: this design dispatched over all hours. Lower bound: no design with these networks and "
        "temperatures costs less. Residuals are found by adding up the stored tables again, apart from the optimizer."
    )
    return (*notes, Table(study.t("Certificate"), heads, rows, note))


def _left(study: Study, kwh: float) -> str:
    """Return unserved energy of a year: what is left of rounding, less than 10 Wh, is about nothing."""
    return "≈\u202f0" if 0.0 < kwh < 1e-2 else study.lang.number(kwh)


def _tiny(study: Study, value: float) -> str:
    """Return a residual as a power of ten, with the decimal sign of the language."""
    return f"{value:.1e}".replace(".", study.lang.separators[0])


def assumptions_blocks(study: Study) -> tuple[Block, ...]:
    """Return the register of inputs and defaults."""
    frame = study.table("assumptions")
    columns = ("path", "value", "unit", "source", "year", "quality", "where")
    if frame.empty:
        return (Note(study.t("No assumptions are stored for this run.")),)
    told = told_once(frame.to_dict("records"))
    rows = tuple(tuple(cells[c] for c in columns) for cells in (assumption(study, r) for r in told))
    said = frame["source"].astype(str).str.casefold()
    unverified, estimates = (int(said.str.contains(word).sum()) for word in ("unverified", "^engineering estimate"))
    heads = tuple(Head(study.t(h)) for h in ("Input", "Value", "Unit", "Source", "Year", "Data", "Place in the case"))
    note = Note(
        study.t(
            "{count} values, {estimates} of them engineering estimates and {unverified} from sources marked "
            "unverified. Equal values of several buildings or machines share a row, inputs left open have none; "
            "assumptions.csv and the workbook hold every one.",
            {
                "count": study.lang.number(len(frame), 0),
                "estimates": study.lang.number(estimates, 0),
                "unverified": study.lang.number(unverified, 0),
            },
        )
    )
    quoted = Note(study.t("Titles and remarks of sources are quoted in the language they are written in."))
    return (note, quoted, Table(study.t("Register of inputs and defaults"), heads, rows, filtered=True))


_LISTS = ("buildings", "technologies", "networks", "sources", "tariffs", "fuels", "refrigerants", "variants")
"""Parts of a case that hold many of a kind, each under its own name."""

_BESIDE = ("id", "source", "quality")
"""Fields that the path and the columns of the other rows say already."""


def told_once(rows: list[dict[Any, Any]]) -> list[dict[Any, Any]]:
    """Return the given values of the register, those several members of a list share in one row (``buildings.*.x``)."""
    groups: dict[tuple[str, ...], list[dict[Any, Any]]] = {}
    owners: dict[tuple[str, str], int] = {}
    for row in rows:
        part, member, field = _placed(str(row["path"]))
        if member:
            owners[part, field] = owners.get((part, field), 0) + 1
        if str(row["value"]) in UNSET | {""} or (member and field in _BESIDE):
            continue
        key = (part, field, *(str(row[c]) for c in ("value", "unit", "source", "year", "quality")))
        groups.setdefault(key, []).append(row)
    found = []
    for (part, field, *_), same in groups.items():
        if len(same) == 1:
            found.append(same[0])
            continue
        names = [_placed(str(row["path"]))[1] for row in same]
        whole = len(same) == owners[part, field]
        which = "*" if whole else f"({', '.join(names[:3])}{' …' if len(names) > 3 else ''})"
        found.append(same[0] | {"path": f"{part}.{which}.{field} [{len(same)}]"})
    return found


def _placed(path: str) -> tuple[str, str, str]:
    """Return part, member and field of a path; a value outside the lists is a part of its own."""
    part, _, rest = path.partition(".")
    member, _, field = rest.partition(".")
    return (part, member, field) if part in _LISTS and field else (path, "", "")


def assumption(study: Study, row: Mapping[Any, Any]) -> dict[str, str]:
    """Return the cells of a row of the register in the language: values, units, sources and quality by name."""
    return {
        "path": str(row["path"]),
        "value": _kind_or_value(study, str(row["path"]), str(row["value"])),
        "unit": _unit(study, str(row["unit"])),
        "source": source(study, str(row["source"])),
        "year": str(row["year"]),
        "quality": labels.label(study.lang, labels.QUALITIES, str(row["quality"])),
        "where": str(row["where"]),
    }


_SOURCES = ("case file", "edsim default", "engineering estimate", "Finance method notes", "edsim network method notes")
"""Sources edsim names itself; documents keep their own titles."""


def source(study: Study, text: str) -> str:
    """Return the source of a value: what edsim says of it in the language, titles of documents as they are."""
    found = study.t(text) if text in _SOURCES else text
    for words in _SOURCES:
        if found.startswith((f"{words}:", f"{words} (", f"{words},")):
            found = study.t(words) + found.removeprefix(words)
    return found.replace("(unverified)", f"({study.t('unverified')})")


def _unit(study: Study, unit: str) -> str:
    """Return a unit of the register, the currency by name; words in it are translated."""
    parts = [study.lang.usual(p) for p in unit.replace("currency", study.currency).split("/")]
    return nice_unit("/".join(parts))


_LONGEST = 9
"""Letters of a number of the register; a longer one, such as a price carried to another year, is written shorter."""


def _kind_or_value(study: Study, path: str, text: str) -> str:
    if path.startswith("technologies.") and path.endswith(".kind"):
        return labels.kind(study.lang, text)
    return study.lang.usual(text) if path.endswith(".label") else _value(study, text)


def _value(study: Study, text: str) -> str:
    """Return a value of the register: codes by name; numbers have the language's sign, conversions seven digits."""
    if text in UNSET:
        return NONE
    if text in {"True", "False"}:
        return study.t("yes") if text == "True" else study.t("no")
    for names in (USES, labels.CARRIERS, labels.QUALITIES):
        if text in names:
            return study.t(names[text])
    if not re.fullmatch(r"-?\d+\.\d+(e[+-]?\d+)?", text):
        return text
    digits = (text if len(text) <= _LONGEST else f"{float(text):.7g}").removesuffix(".0")
    return re.sub("^-", "\u2212", digits).replace(".", study.lang.separators[0])


def warnings_blocks(study: Study) -> tuple[Block, ...]:
    """Return the warnings collected on the way."""
    if not study.appraisal.findings:
        return (Note(study.t("No warnings."), "good"),)
    heads = (Head(study.t("Code")), Head(study.t("Place")), Head(study.t("Message")))
    rows = tuple(
        (
            f.code, " ".join(p for p in (f.where, f.field) if p),
            "; ".join(p for p in (f.what, f.got, f.allowed, f.hint) if p),
        )
        for f in (labeled(said(f, study.lang.code), study.lang.code) for f in study.appraisal.findings)
    )  # fmt: skip
    return (Table(study.t("Warnings"), heads, rows, coded=True),)


MANIFEST = {
    "case": "Case",
    "created": "Made",
    "edsim": "Version of edsim",
    "input_files": "Input files and their SHA-256",
    "input_sha256": "SHA-256 of all inputs",
    "options": "Options of the run",
    "packages": "Versions of packages",
    "python": "Version of Python",
    "seconds": "Seconds of each step",
    "seed": "Seed",
    "settings": "Settings",
    "solver": "Solver",
    "study": "Facts of the study",
    "threads": "Threads",
    "typical_days": "Typical days",
    "weather": "Weather",
}
"""Entries of the manifest."""
_NAMED = frozenset({"options", "seconds", "settings", "solver", "study"})
"""Those whose keys and words are of edsim."""
_ENTRY_WORDS = frozenset(
    (
        "boundary",
        "calendar year",
        "carrier temps c",
        "claims",
        "cost by size",
        "cost cap frac",
        "cost",
        "evaluate",
        "full year",
        "gap frac",
        "grid peak",
        "interior point",
        "lang",
        "load",
        "method",
        "mode",
        "networks",
        "objective",
        "optimal",
        "optimize",
        "population",
        "profiles",
        "program",
        "schedule spread h",
        "scenario",
        "seed",
        "simplex",
        "steps",
        "solver",
        "stage",
        "status",
        "study year",
        "target gap frac",
        "time limit s",
        "typical days",
        "typical",
        "unserved cost per kwh",
        "variants",
        *("commercial", "public administration", "health", "industry", "residential", "education", "mixed"),
        *("concept", "prefeasibility", "feasibility"),
    )
)
"""What stands in them beside names the case gives."""


def manifest_rows(study: Study) -> list[tuple[str, str]]:
    """Return how the run was made, by key, as a stored manifest has it, without the first page and what is empty."""
    rows = [
        (labels.label(study.lang, MANIFEST, str(key)), _entry(study, str(key), value))
        for key, value in sorted(study.appraisal.manifest.items())
        if key != "headlines"
    ]
    return [(name, text) for name, text in rows if text not in {"", NONE}]


def _entry(study: Study, key: str, value: object) -> str:
    """Return the value of an entry as text; the origin of a made weather year is a phrase."""
    if key == "weather":
        return phrase_in_language(_written(study, value), study.lang.code).replace("unverified", study.t("unverified"))
    if key == "created":
        return _moment(study, value)
    return _written(study, value, named=key in _NAMED)


def _moment(study: Study, value: object) -> str:
    """Return a moment to the minute, as it is where it is none."""
    try:
        moment = datetime.fromisoformat(str(value)).astimezone(UTC)
    except ValueError:
        return _written(study, value)
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _entry_word(study: Study, text: str) -> str:
    said = text.replace("_", " ")
    return study.t(said) if said in _ENTRY_WORDS else text


def _written(study: Study, value: object, *, named: bool = False) -> str:
    """Return an entry as text: pairs one after the other, their keys and words in the language where they are ours."""
    if isinstance(value, str):
        return _entry_word(study, value) if named else value
    if isinstance(value, bool):
        return study.t("yes") if value else study.t("no")
    if isinstance(value, float):
        return f"{value:.7g}".replace(".", study.lang.separators[0])
    if isinstance(value, dict) and value:
        pairs = ((_entry_word(study, str(key)) if named else key, item) for key, item in sorted(value.items()))
        said = ((key, _written(study, item, named=named)) for key, item in pairs)
        return " · ".join(f"{key}: {text}" for key, text in said if text not in {"", NONE}) or NONE
    if value is None or value in ({}, [], ()):
        return NONE
    return json.dumps(value, ensure_ascii=False, default=str, sort_keys=True)


def manifest_blocks(study: Study) -> tuple[Block, ...]:
    """Return how the run was made."""
    rows = tuple(manifest_rows(study))
    return (Table(study.t("Manifest"), (Head(study.t("Entry")), Head(study.t("Value"))), rows),) if rows else ()
