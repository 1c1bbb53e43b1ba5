"""Every indicator of every variant beside BAU, in the order a reader asks: cost, return, company, energy, peak, GHG."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

from edsim.report.i18n import NONE
from edsim.report.run.indicators import Indicator, indicators, section_of
from edsim.report.view import BAU, Block, Head, Note, Study, Table

_SECTIONS: Mapping[str, str] = {
    "cost": "Cost",
    "return": "Return against BAU",
    "company": "District company",
    "energy": "Energy",
    "size": "Installed capacity",
    "peak": "Electricity peak",
    "ghg": "Greenhouse gases and refrigerants",
    "heat": "Heat and cold per kWh delivered",
    "water": "Water and air",
    "": "Further indicators",
}
"""Section of an indicator → heading of its table."""


def indicators_blocks(study: Study) -> tuple[Block, ...]:
    """Return every indicator of every variant beside BAU, a table for each section."""
    projects = [v for v in study.order if v != BAU]
    found = {v: indicators(study, v) for v in projects}
    keys = list(dict.fromkeys(k for v in projects for k in found[v]))
    if not keys:
        return (Note(study.t("No indicators are stored for this run.")),)
    sections = {k: s if (s := section_of(k)) in _SECTIONS else "" for k in keys}
    heads = (
        Head(study.t("Indicator")), Head(study.t("Unit")), Head(study.variant(BAU), numeric=True),
        *(h for v in projects for h in (Head(study.variant(v), numeric=True), Head(study.t("Change"), numeric=True))),
    )  # fmt: skip
    tables = [
        Table(study.t(title), heads, tuple(_row(study, [found[v].get(k) for v in projects]) for k in within))
        for section, title in _SECTIONS.items()
        if (within := [k for k in keys if sections[k] == section])
    ]
    said = " · ".join(f"{study.variant(v)}: {d}" for v, d in study.appraisal.descriptions.items() if d)
    note = " ".join((*_why_none(study, found), said)).strip()
    return (*tables, Note(note)) if note else tuple(tables)


def _row(study: Study, of: Sequence[Indicator | None]) -> tuple[str, ...]:
    """Return the row of an indicator: name, unit, BAU, and each variant with its change, all on one scale."""
    first = next(k for k in of if k is not None)
    largest = max(k.largest for k in of if k is not None)
    unit = "%" if first.unit == "frac" else study.lang.scale(largest, first.unit)[1]
    unit = study.t("a") if unit == "a" else unit.removeprefix("-")
    cells = [first.label, unit, study.lang.quantity(first.bau, first.unit, largest)[0]]
    for k in of:
        cells.append(study.lang.quantity(k.value, k.unit, largest)[0] if k else NONE)
        cells.append(study.lang.percent(-k.difference_frac, sign=True) if k else NONE)
    return tuple(cells)


def _why_none(study: Study, found: Mapping[str, Mapping[str, Indicator]]) -> tuple[str, ...]:
    """Return why an indicator that other studies have is a dash here."""
    said = []
    if any(
        "cop" in of and math.isfinite(of["cop"].bau) and not math.isfinite(of["cop"].value) for of in found.values()
    ):
        said.append(
            study.t("Seasonal COP of cooling: a dash where heat drives chillers; each machine has its own under Plant.")
        )
    if any(_never_paid(of) for of in found.values()):
        said.append(study.t("Payback: a dash where the years studied do not pay it back."))
    return tuple(said)


def _never_paid(of: Mapping[str, Indicator]) -> bool:
    """Return whether a variant costs more at the start and is not paid back within the years studied."""
    dear = "investment" in of and of["investment"].value > of["investment"].bau
    keys = ("simple_payback", "discounted_payback")
    return dear and any(k in of and not math.isfinite(of[k].value) for k in keys)
