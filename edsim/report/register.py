"""What stands behind the results: all indicators, published figures, proof, assumptions, warnings, manifest."""

from __future__ import annotations

import json
import re

from edsim.core.sentences import finding_in_language
from edsim.report import labels
from edsim.report.i18n import NONE, nice_unit
from edsim.report.indicators import indicators
from edsim.report.summary import proof
from edsim.report.view import BAU, Block, Head, Note, Study, Table


def indicators_blocks(study: Study) -> tuple[Block, ...]:
    """Return every indicator of every variant beside BAU."""
    projects = [v for v in study.order if v != BAU]
    found = {v: indicators(study, v) for v in projects}
    keys = list(dict.fromkeys(k for v in projects for k in found[v]))
    if not keys:
        return (Note(study.t("No indicators are stored for this run.")),)
    heads = (
        Head(study.t("Indicator")), Head(study.t("Unit")), Head(study.variant(BAU), numeric=True),
        *(h for v in projects for h in (Head(study.variant(v), numeric=True), Head(study.t("Change"), numeric=True))),
    )  # fmt: skip
    rows = []
    for key in keys:
        of = [found[v].get(key) for v in projects]
        first = next(k for k in of if k is not None)
        largest = max(k.largest for k in of if k is not None)
        unit = "%" if first.unit == "frac" else study.lang.scale(largest, first.unit)[1]
        cells = [first.label, unit, study.lang.quantity(first.bau, first.unit, largest)[0]]
        for k in of:
            cells.append(study.lang.quantity(k.value, k.unit, largest)[0] if k else NONE)
            cells.append(study.lang.percent(-k.difference_frac, sign=True) if k else NONE)
        rows.append(tuple(cells))
    note = " · ".join(f"{study.variant(v)}: {d}" for v, d in study.appraisal.descriptions.items() if d)
    return (Table(study.t("Indicators of every variant beside BAU"), heads, tuple(rows), note),)


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
            str(r["label"]), "" if r["unit"] == "frac" else nice_unit(str(r["unit"])),
            study.lang.percent(r["published"]) if r["unit"] == "frac" else study.lang.number(r["published"]),
            study.lang.percent(r["ours"]) if r["unit"] == "frac" else study.lang.number(r["ours"]),
            str(r["source"]), str(r["comment"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    return (Table(study.t("Published results of the real district beside ours"), heads, rows),)


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
            lang.number(c.unserved_kwh), f"{c.max_balance_residual_frac:.1e}", f"{c.money_residual_frac:.1e}",
        )
        for v, c in study.appraisal.certificates.items()
    )  # fmt: skip
    note = study.t(
        "Upper bound: this design dispatched over all hours. Lower bound: no design with these networks and "
        "temperatures costs less. Residuals are found by adding up the stored tables again, apart from the optimizer."
    )
    return (*notes, Table(study.t("Certificate"), heads, rows, note))


def assumptions_blocks(study: Study) -> tuple[Block, ...]:
    """Return the register of inputs and defaults."""
    rows = tuple(
        (
            str(r["path"]), _value(study, str(r["value"])), nice_unit(str(r["unit"])), str(r["source"]), str(r["year"]),
            labels.label(study.lang, labels.QUALITIES, str(r["quality"])), str(r["where"]),
        )
        for r in study.table("assumptions").to_dict("records")
    )  # fmt: skip
    if not rows:
        return (Note(study.t("No assumptions are stored for this run.")),)
    unverified = sum("unverified" in r[3].casefold() for r in rows)
    heads = tuple(Head(study.t(h)) for h in ("Input", "Value", "Unit", "Source", "Year", "Data", "Place in the case"))
    note = Note(
        study.t(
            "{count} values, {unverified} of them from sources marked unverified.",
            count=study.lang.number(len(rows), 0), unverified=study.lang.number(unverified, 0),
        )
    )  # fmt: skip
    return (note, Table(study.t("Register of inputs and defaults"), heads, rows, filtered=True))


def _value(study: Study, text: str) -> str:
    """Return a value of the register; a number, with all its digits, has the decimal sign of the language."""
    if study.lang.code == "en" or not re.fullmatch(r"-?\d+\.\d+(e[+-]?\d+)?", text):
        return text
    return text.replace(".", study.lang.separators[0])


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
        for f in (finding_in_language(f, study.lang.code) for f in study.appraisal.findings)
    )  # fmt: skip
    return (Table(study.t("Warnings"), heads, rows),)


def manifest_blocks(study: Study) -> tuple[Block, ...]:
    """Return how the run was made."""
    rows = tuple(
        (str(k), v if isinstance(v, str) else json.dumps(v, ensure_ascii=False, default=str, sort_keys=True))
        for k, v in study.appraisal.manifest.items()
    )
    return (Table(study.t("Manifest"), (Head(study.t("Entry")), Head(study.t("Value"))), rows),) if rows else ()
