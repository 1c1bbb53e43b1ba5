"""The first page: what to build, what it costs and saves, what gets worse, who gains."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from edsim.core.units import KW_PER_TR
from edsim.report import labels
from edsim.report.figures.company import party_values
from edsim.report.figures.flows import BUILDINGS_NODE, capacity_text, technology_label
from edsim.report.figures.money import project_flows
from edsim.report.i18n import is_money
from edsim.report.run import sentences
from edsim.report.run.answers import Answer, answers
from edsim.report.run.indicators import Indicator, indicators
from edsim.report.view import BAU, Head, Study, Table

LEVELIZED = ("lcoc", "lcoh", "lcohw", "lcos", "lcoa", "lcoe")
"""Unit costs of the services; the first there is has a tile, the others stand in its small print."""

_TILES: Mapping[str, tuple[str, ...]] = {
    "investment": (),
    "life_cycle_cost": (),
    "npv": ("irr", "first_year_payback", "simple_payback", "discounted_payback"),
    "lcoc": LEVELIZED[1:],
    "final_energy": ("electricity", "fuel"),
    "ghg_total": ("ghg_grid", "ghg_fuel", "ghg_heat", "ghg_hfc", "ghg_montreal"),
    "grid_peak": (),
    "water": (),
}
"""Indicators with a tile, and those shown in its small print."""

_DEFINED = {
    "simple_payback": "Payback with replacements avoided: the time until the cash flows of the project less those of "
    "BAU, added up, stay above zero; machines that BAU would replace meanwhile count as avoided.",
    "final_energy": "Final energy purchased: grid electricity and fuel less electricity sold. Energy of own sun and "
    "waste heat is not purchased and counts as saved.",
    "ghg_total": "GHG here: a year of operation, with the losses of each machine's filling and end of life spread over "
    "its life. The emissions by source further on are the mean of the study and add what today's machines release when "
    "they are scrapped.",
}
"""Indicators that readers take for something else, defined below the tiles."""

_TINY_FRAC = 1e-4
"""A smaller part of a tile's figure is written as about nothing."""

_SMALLEST_GAP = 1e-4
"""A smaller gap is not claimed in words."""

_LETTERS_A_LINE, _LINES_A_SHEET = 110.0, 34.0
"""Letters of a line of print, and lines of text and rows that one sheet holds beside headings and tiles."""

_SHORT = {
    "ghg_grid": "Grid electricity",
    "ghg_fuel": "Fuel burnt",
    "ghg_heat": "Heat bought",
    "ghg_hfc": "HFC refrigerants",
    "ghg_montreal": "CFC, HCFC (memo)",
    "electricity": "Grid electricity",
    "irr": "Internal rate of return",
    "first_year_payback": "Payback, first year",
    "lcoh": "Heating", "lcohw": "Hot water", "lcos": "Steam", "lcoa": "Compressed air", "lcoe": "Electricity",
}  # fmt: skip
"""Names in the small print of a tile, where the tile says the rest."""

_LIST = (
    "life_cycle_cost", "investment", "yearly_cost", "lcoc", "lcoh", "lcohw", "lcos", "lcoa", "lcoe", "final_energy",
    "electricity", "fuel", "primary_energy", "ghg_total", "ghg_kyoto", "ghg_fuel", "grid_peak", "water", "odp",
)  # fmt: skip
"""Indicators named under what gets worse and what gets better."""

_NO_BREAK = "\u00a0"
_FIGURE = re.compile(r"[\d.,]+ \S+")

_WHOLE = {"electricity": "final_energy", "fuel": "final_energy", "ghg_kyoto": "ghg_total", "ghg_fuel": "ghg_total"}
"""Part → whole: a part that gets better beside its whole is not named again, one that gets worse is."""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure of the summary.

    Attributes
    ----------
    label, value, unit
        The project's figure.
    bau, change
        BAU's figure and the change against it, empty where there is none.
    tone
        ``good``, ``bad`` or ``plain``.
    parts
        Small print: name and value.
    """

    label: str
    value: str
    unit: str
    bau: str
    change: str
    tone: str
    parts: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Summary:
    """Content of the first page."""

    headline: tuple[str, ...]
    tiles: tuple[Tile, ...]
    build: tuple[tuple[str, str], ...]
    worse: tuple[tuple[str, str], ...]
    better: tuple[tuple[str, str], ...]
    company: tuple[tuple[str, str], ...]
    gains: Table | None
    answers: tuple[Answer, ...]
    notes: tuple[str, ...]
    caveats: tuple[str, ...] = ()

    @property
    def crowded(self) -> bool:
        """Whether the first page holds so much that paper needs it smaller to keep it on one sheet."""
        letters = sum(map(len, (*self.headline, *self.caveats, *self.notes)))
        letters += sum(len(s) for a in self.answers for s in a.sentences)
        rows = max(len(self.build) + len(self.company), len(self.worse) + len(self.better))
        parts = max((len(t.parts) for t in self.tiles), default=0)
        gains = 0 if self.gains is None else len(self.gains.rows) + 2
        return letters / _LETTERS_A_LINE + rows + parts + gains > _LINES_A_SHEET


def summary(study: Study) -> Summary:
    """Return the content of the first page of the main variant."""
    found = indicators(study, study.main)
    known = {k for k, i in found.items() if math.isfinite(i.value) and (i.value != 0.0 or i.bau != 0.0)}
    tiles = _chosen(known) or dict.fromkeys([k for k in found if k in known][:8], ())
    return Summary(
        headline=sentences.headline(study, found),
        tiles=tuple(_tile(study, found, key, parts) for key, parts in tiles.items()),
        build=_build(study),
        worse=_changes(study, found, worse=True),
        better=_changes(study, found, worse=False),
        company=_company(study, found),
        gains=_perspectives(study) or _gains(study),
        answers=answers(study, found, proof(study, study.main)),
        notes=tuple(study.t(text) for key, text in _DEFINED.items() if key in known),
        caveats=sentences.caveats(study),
    )


def _chosen(known: set[str]) -> dict[str, tuple[str, ...]]:
    """Return the tiles of the indicators there are; without cooling the unit cost of the next service has its place."""
    unit_costs = [k for k in LEVELIZED if k in known]
    tiles = dict(_TILES)
    if unit_costs and "lcoc" not in known:
        tiles = {unit_costs[0] if k == "lcoc" else k: v for k, v in tiles.items()}
        tiles[unit_costs[0]] = tuple(unit_costs[1:])
    return {k: v for k, v in tiles.items() if k in known}


def _tile(study: Study, found: Mapping[str, Indicator], key: str, parts: tuple[str, ...]) -> Tile:
    k = found[key]
    shown, unit = study.lang.quantity(k.value, k.unit, k.largest)
    small = []
    for name in parts:
        part = found.get(name)
        if part is not None and math.isfinite(part.value):
            value, part_unit = study.lang.quantity(part.value, part.unit, k.largest if _same(part, k) else None)
            words = study.t(_SHORT[name]) if name in _SHORT else part.label
            if 0.0 < abs(part.value) < _TINY_FRAC * k.largest and _same(part, k):
                value = "≈\u202f0"
            part_unit = study.t("a") if part_unit == "a" else part_unit
            alike = part_unit.replace(" LHV", "") == unit
            small.append((words, value if alike else f"{value} {part_unit}".strip()))
    return Tile(
        k.label,
        shown,
        unit,
        study.lang.quantity(k.bau, k.unit, k.largest)[0] if math.isfinite(k.bau) else "",
        study.lang.percent(-k.difference_frac, sign=True) if math.isfinite(k.difference_frac) else "",
        k.tone,
        tuple(small),
    )


def _same(part: Indicator, whole: Indicator) -> bool:
    """Return whether a part is counted in the unit of the whole; fuel by its lower heating value is."""
    return part.unit.replace(" LHV", "") == whole.unit


def _changes(study: Study, found: Mapping[str, Indicator], *, worse: bool) -> tuple[tuple[str, str], ...]:
    chosen = [found[k] for k in _LIST if k in found] or list(found.values())
    lines = []
    tone = "bad" if worse else "good"
    for k in chosen:
        whole = found.get(_WHOLE.get(k.id, ""))
        if k.tone != tone or (not worse and whole is not None and whole.tone == tone):
            continue
        shown, unit = study.lang.quantity(abs(k.difference), k.unit, None if is_money(k.unit) else k.largest)
        words = "{value} {unit} more" if k.difference < 0.0 else "{value} {unit} less"
        share = f" ({study.lang.percent(-k.difference_frac, sign=True)})" if math.isfinite(k.difference_frac) else ""
        lines.append((k.label, _unbroken(study.t(words, {"value": shown, "unit": unit})) + share))
    return tuple(lines)


def _build(study: Study) -> tuple[tuple[str, str], ...]:
    found = []
    equipment = study.of("equipment", study.main)
    bau = study.of("equipment", BAU)
    standing = bau[bau["node"] == BUILDINGS_NODE].set_index("technology")["capacity"]
    at_buildings = equipment["technology"].map(standing).fillna(0.0)
    there = at_buildings.where(equipment["node"] == BUILDINGS_NODE, equipment["existing"])
    equipment = equipment.assign(capacity=equipment["capacity"] - there)
    rows: list[dict[Any, Any]] = equipment[equipment["capacity"] > 1e-3].to_dict("records")
    for row in rows:
        if row["kind"] == "grid":
            continue
        text = capacity_text(study, study.main, row, scaled=True)
        if labels.is_chiller(str(row["kind"])) and row["unit"] == "kW":
            text += f" ({study.lang.number(float(row['capacity']) / KW_PER_TR, 0)} TR)"
        name = technology_label(study, study.main, str(row["technology"]), str(row["kind"]))
        supply = row["kind"] == "fuel_supply"
        said = f"{labels.kind(study.lang, 'fuel_supply')} · {name}" if supply else name
        found.append((said, text.replace(" ", _NO_BREAK).replace(f"{_NO_BREAK}(", " (")))
    for row in study.of("networks", study.main).to_dict("records"):
        name = labels.carrier(study.lang, str(row["carrier"]))
        text = study.t(
            "{length} m of trench to {buildings} buildings",
            {
                "length": study.lang.number(row["trench_m"], 0),
                "buildings": study.lang.number(row["connected_buildings"], 0),
            },
        )
        found.append((study.t("Network") + f" · {name}", _unbroken(text)))
    return tuple(found)


def _unbroken(text: str) -> str:
    """Return text whose figures stay on one line with the word after them."""
    return _FIGURE.sub(lambda m: m[0].replace(" ", _NO_BREAK), text)


_COMPANY = (
    "required_price", "ceiling_price", "losing_customers", "equity_irr", "minimum_dscr", "debt", "viability_grant",
)  # fmt: skip
"""Indicators of the district company that the first page names."""


def _company(study: Study, found: Mapping[str, Indicator]) -> tuple[tuple[str, str], ...]:
    lines = []
    for key in _COMPANY:
        k = found.get(key)
        if k is None or not math.isfinite(k.value):
            continue
        value, unit = study.lang.quantity(k.value, "" if k.unit == "-" else k.unit)
        if key == "losing_customers":
            value, unit = study.lang.number(k.value, 0), f"/ {len(study.of('customer_bills', study.main))}"
        lines.append((k.label, f"{value} {unit}".strip()))
    return tuple(lines)


def _perspectives(study: Study) -> Table | None:
    """Return what each party gains or loses as present value, where the run has perspectives."""
    values = party_values(study)
    if not values:
        return None
    highest = max(map(abs, values.values()))
    money = study.lang.money(highest, study.currency)
    heads = (
        Head(study.t("Party")),
        Head(study.t("Present value against BAU"), money.unit, numeric=True),
        Head(study.t("Result")),
    )
    small = 1e-6 * highest
    rows = tuple(
        (
            labels.label(study.lang, labels.PARTIES, party),
            money.shown(value, sign=True),
            study.t("gains") if value > small else study.t("loses") if value < -small else study.t("unchanged"),
        )
        for party, value in values.items()
    )
    note = study.t("All at one common rate; payments between parties cancel, what is left is the economy.")
    rate = common_rate_frac(study)
    if rate is not None:
        against = "The common rate is {rate} a year with inflation: a lender whose interest is below it loses by it."
        note = f"{note} {study.t(against, {'rate': study.lang.percent(rate)})}"
    return Table(study.t("Who gains and who loses"), heads, rows, note, summed="all parties" in values)


def common_rate_frac(study: Study) -> float | None:
    """Return the nominal rate at which the parties are compared, None where the run does not state it."""
    import pandas as pd

    rows = study.table("assumptions")
    stated = dict(zip(rows["path"].astype(str), pd.to_numeric(rows["value"], errors="coerce"), strict=True))
    rates = [stated.get(f"finance.{name}_frac", math.nan) for name in ("social_discount_rate", "discount_rate")]
    real = next((float(r) for r in rates if math.isfinite(r)), None)
    inflation = float(stated.get("finance.inflation_frac", math.nan))
    return None if real is None else (1.0 + real) * (1.0 + (inflation if math.isfinite(inflation) else 0.0)) - 1.0


def _gains(study: Study) -> Table | None:
    flows = project_flows(study)
    sums = flows.pivot_table(index="party", columns="variant", values="value", aggfunc="sum", sort=False)
    if sums.empty or len(sums) < 2 or BAU not in sums or study.main not in sums:
        return None
    sums = sums.fillna(0.0)
    money = study.lang.money(float(sums.abs().max().max()), study.currency)
    unit = money.unit
    heads = (
        Head(study.t("Party")),
        Head(study.variant(BAU), unit, numeric=True),
        Head(study.variant(study.main), unit, numeric=True),
        Head(study.t("Gain"), unit, numeric=True),
    )
    rows = tuple(
        (
            labels.label(study.lang, labels.PARTIES, str(party)),
            money.shown(r[BAU]),
            money.shown(r[study.main]),
            money.shown(r[study.main] - r[BAU], sign=True),
        )
        for party, r in sums.iterrows()
    )
    note = study.t("Cash over the whole study, not discounted; money out is negative.")
    return Table(study.t("Who pays and who gains"), heads, rows, note)


def proof(study: Study, variant: str) -> tuple[str, str]:
    """Return tone and sentence on how well the design is proved."""
    found = study.appraisal.certificates.get(variant)
    if found is None:
        return "warn", study.t("No certificate: the optimality of this design is not proved.")
    hours = study.lang.number(found.hours_checked, 0)
    if found.gap_frac is None:
        return "warn", study.t("Screening run: dispatched over {hours} h, no lower bound computed.", {"hours": hours})
    gap = study.lang.percent(max(found.gap_frac, _SMALLEST_GAP), 2)
    if found.minimized != "cost":
        goal = study.t(labels.CRITERIA.get(found.minimized, found.minimized))
        text = study.t(
            "Within {gap} of the least {goal} that the cost allowed can reach, over {hours} h.",
            {"gap": gap, "goal": goal, "hours": hours},
        )  # fmt: skip
        return ("good" if found.status == "certified" else "warn"), text
    if found.status == "certified":
        return "good", study.t(
            "Proved within {gap} of the cheapest possible design, over {hours} h.", {"gap": gap, "hours": hours}
        )
    return "warn", study.t(
        "Gap of {gap} to the proved bound is above the target, over {hours} h.", {"gap": gap, "hours": hours}
    )
