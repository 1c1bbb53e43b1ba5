"""The first page: what to build, what it costs and saves, what gets worse, who gains."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from edsim.report import labels
from edsim.report.figures.money import project_flows
from edsim.report.view import BAU, Head, Study, Table

if TYPE_CHECKING:
    import pandas as pd

_TILES = 8
_NOTABLE_FRAC = 0.005


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
        Second line, such as the sources of the emissions.
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
    gains: Table | None
    proof: tuple[str, str]


def summary(study: Study) -> Summary:
    """Return the content of the first page of the main variant."""
    kpis = study.of("kpis", study.main)
    return Summary(
        headline=study.appraisal.headline,
        tiles=tuple(_tile(study, row) for row in _chosen(kpis)),
        build=_build(study),
        worse=_changes(study, kpis, sign=-1),
        better=_changes(study, kpis, sign=1),
        gains=_gains(study),
        proof=proof(study, study.main),
    )


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    return [dict(r) for r in frame.to_dict("records")]


def _chosen(kpis: pd.DataFrame) -> list[dict[str, Any]]:
    rows = _rows(kpis)
    return rows[:_TILES]


def _tile(study: Study, row: dict[str, Any]) -> Tile:
    bau, value, unit = float(row["bau"]), float(row["value"]), str(row["unit"])
    largest = max((abs(x) for x in (bau, value) if math.isfinite(x)), default=0.0)
    shown, shown_unit = study.lang.quantity(value, unit, largest)
    change, tone = _change(study, row)
    has_bau = math.isfinite(bau)
    return Tile(
        study.t(str(row["label"])),
        shown,
        shown_unit,
        study.lang.quantity(bau, unit, largest)[0] if has_bau else "",
        change,
        tone,
    )


def _change(study: Study, row: dict[str, Any]) -> tuple[str, str]:
    frac = float(row["difference_frac"])
    if not math.isfinite(frac):
        return "", "plain"
    tone = "good" if frac > _NOTABLE_FRAC else "bad" if frac < -_NOTABLE_FRAC else "plain"
    return study.lang.percent(-frac, sign=True), tone


def _changes(study: Study, kpis: pd.DataFrame, sign: int) -> tuple[tuple[str, str], ...]:
    found = []
    for row in _rows(kpis):
        bau, difference, unit = float(row["bau"]), float(row["difference"]), str(row["unit"])
        if not (math.isfinite(bau) and math.isfinite(difference)) or sign * difference <= _NOTABLE_FRAC * abs(bau):
            continue
        shown, shown_unit = study.lang.quantity(abs(difference), unit)
        word = study.t("less") if sign > 0 else study.t("more")
        frac = float(row["difference_frac"])
        share = f" ({study.lang.percent(-frac, sign=True)})" if math.isfinite(frac) else ""
        found.append((study.t(str(row["label"])), f"{shown} {shown_unit} {word}{share}"))
    return tuple(found)


def _build(study: Study) -> tuple[tuple[str, str], ...]:
    found = []
    equipment = study.of("equipment", study.main)
    for row in _rows(equipment[equipment["capacity"] > 0.0]):
        value, unit = study.lang.quantity(float(row["capacity"]), str(row["unit"]))
        found.append((str(row["label"]) or labels.spaced(str(row["technology"])), f"{value} {unit}"))
    for row in _rows(study.of("networks", study.main)):
        name = labels.label(study.lang, labels.CARRIERS, str(row["carrier"]))
        text = study.t(
            "{length} m of trench to {buildings} buildings",
            length=study.lang.number(row["trench_m"], 0),
            buildings=study.lang.number(row["connected_buildings"], 0),
        )
        found.append((study.t("Network") + f" · {name}", text))
    return tuple(found)


def _gains(study: Study) -> Table | None:
    flows = project_flows(study)
    sums = flows.pivot_table(index="party", columns="variant", values="value", aggfunc="sum", sort=False)
    if sums.empty or len(sums) < 2 or BAU not in sums or study.main not in sums:
        return None
    sums = sums.fillna(0.0)
    divisor, unit = study.lang.scale(float(sums.abs().max().max()), study.currency)
    heads = (
        Head(study.t("Party")),
        Head(study.variant(BAU), unit, numeric=True),
        Head(study.variant(study.main), unit, numeric=True),
        Head(study.t("Gain"), unit, numeric=True),
    )
    number = study.lang.number
    rows = tuple(
        (
            labels.label(study.lang, labels.PARTIES, str(party)),
            number(r[BAU] / divisor),
            number(r[study.main] / divisor),
            number((r[study.main] - r[BAU]) / divisor, sign=True),
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
    if found.gap_frac is None:
        return "warn", study.t("Screening run: dispatched over {hours} h, no lower bound computed.",
                               hours=study.lang.number(found.hours_checked, 0))  # fmt: skip
    values = {"gap": study.lang.percent(found.gap_frac, 2), "hours": study.lang.number(found.hours_checked, 0)}
    if found.status == "certified":
        return "good", study.t("Proved within {gap} of the cheapest possible design, over {hours} h.", **values)
    return "warn", study.t("Gap of {gap} to the proved bound is above the target, over {hours} h.", **values)
