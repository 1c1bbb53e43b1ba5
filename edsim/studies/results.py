"""What a study returns: named tables with the facts of how they were made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from edsim.appraisal.kpis import COMPANY_KPIS, KPIS, RETURN_KPIS, Kpi
from edsim.studies.feeder import FeederYear
from edsim.studies.vary import Point

if TYPE_CHECKING:
    import pandas as pd

    from edsim.results.variant import VariantRun

_FEEDER = "feeder"
FEEDER_KPIS: tuple[Kpi[FeederYear], ...] = (
    Kpi("feeder_peak", _FEEDER, "Peak at the feeder, other electricity of the buildings included",
        "Pico en el alimentador, con la demás electricidad de los edificios", "kW", "lower",
        "highest hourly net load of the compared services and of what the buildings draw besides", lambda y: y.peak_kw),
)  # fmt: skip
"""Indicators that studies add to those of a run."""
EVERY_KPI: tuple[Kpi[Any], ...] = (*KPIS, *RETURN_KPIS, *FEEDER_KPIS, *COMPANY_KPIS)
_WHERE_THERE = {"company", _FEEDER}
"""Sections of indicators that a case may be without."""
StudyKind = Literal["sweep", "pareto", "near_optimal", "tornado", "monte_carlo", "sensitivity", "utility"]


Size = tuple[str, str, float, str]
"""Machine, what is sized (``capacity_kwh``), size and its unit."""


@dataclass(frozen=True, slots=True)
class StudyResult:
    """A finished study.

    Attributes
    ----------
    kind
        What was done.
    about
        Case, variant, mode, seed, indicator and the like; plain data for the manifest and the page.
    tables
        Name → data frame.
    headline
        Sentences that say first what was found.
    """

    kind: StudyKind
    about: Mapping[str, Any]
    tables: Mapping[str, pd.DataFrame]
    headline: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Outcome:
    """One evaluated point.

    Attributes
    ----------
    point
        Name and values.
    how, status
        As in :class:`edsim.studies.workbench.Solved`; status ``infeasible`` for a point without a design,
        ``unresolved`` where the solver ended without a
        result, or with one that does not pass the audit.
    bau, value
        Indicator → value of BAU and of the project.
    note
        Why there is no result, empty when there is one.
    flows : (horizon + 1,)
        Yearly cash flow of the project less that of BAU.
    gap_frac
        Proven gap of the plant, None without a proof.
    feeder
        Its feeder, None without a public grid or a result.
    sizes
        Machine, what is sized, size and unit; of a district that grows those of the last milestone, none without a
        result.
    """

    point: Point
    how: str
    status: str
    bau: Mapping[str, float]
    value: Mapping[str, float]
    note: str = ""
    flows: tuple[float, ...] = ()
    gap_frac: float | None = None
    feeder: FeederYear | None = None
    sizes: tuple[Size, ...] = ()


def better_is_higher(indicator: str) -> bool:
    """Return whether a higher value of an indicator is better.

    Raises
    ------
    KeyError
        There is no such indicator.
    """
    return {k.id: k.better for k in EVERY_KPI}[indicator] == "higher"


def indicator_ids() -> tuple[str, ...]:
    """Return the identifiers of all indicators, in order; those of the district company stand last."""
    return tuple(k.id for k in EVERY_KPI)


def indicators_in(values: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    """Return the indicators a table of a study shows: all, those of company and feeder only where there is one."""
    found = {name for value in values for name in value}
    return tuple(k.id for k in EVERY_KPI if k.section not in _WHERE_THERE or k.id in found)


def label(indicator: str, lang: str = "en") -> str:
    """Return the name of an indicator in a language."""
    kpi = next(k for k in EVERY_KPI if k.id == indicator)
    return kpi.label_es if lang == "es" else kpi.label_en


def units(currency: str) -> dict[str, str]:
    """Return indicator → unit."""
    return {k.id: k.unit.replace("currency", currency) for k in EVERY_KPI}


def points_table(outcomes: Sequence[Outcome], paths: Sequence[str], base: Mapping[str, Any]) -> pd.DataFrame:
    """Return one row per point: how it was found, its proven gap if any is, inputs, every indicator of the project."""
    import pandas as pd

    proven = any(o.gap_frac is not None for o in outcomes)
    shown = indicators_in(o.value for o in outcomes)
    rows = [
        {
            "point": o.point.name,
            "how": o.how,
            "status": o.status,
            **({"gap_frac": np.nan if o.gap_frac is None else o.gap_frac} if proven else {}),
            "note": o.note,
            **{p: o.point.values.get(p, base[p]) for p in paths},
            **{k: o.value.get(k, np.nan) for k in shown},
        }
        for o in outcomes
    ]
    return pd.DataFrame(rows)


def sizes_of(run: VariantRun) -> tuple[Size, ...]:
    """Return the sizes of the plant of a run, those that are 0 among them."""
    return tuple((t.id, s.name, run.capacity(t.id, s.name), s.unit) for t in run.plant for s in t.sizes)


def sizes_table(outcomes: Sequence[Outcome]) -> pd.DataFrame:
    """Return the sizes of every point with a result, a row each: what tells one alternative from another."""
    import pandas as pd

    rows = [(o.point.name, *size) for o in outcomes for size in o.sizes]
    return pd.DataFrame(rows, columns=["point", "technology", "quantity", "value", "unit"])


def results_table(outcomes: Iterable[Outcome], currency: str) -> pd.DataFrame:
    """Return one row per point and indicator, beside BAU."""
    import pandas as pd

    unit = units(currency)
    rows = [
        {"point": o.point.name, "id": k, "unit": unit[k], "bau": o.bau.get(k, np.nan), "value": v}
        for o in outcomes
        for k, v in o.value.items()
    ]
    return pd.DataFrame(rows, columns=["point", "id", "unit", "bau", "value"])
