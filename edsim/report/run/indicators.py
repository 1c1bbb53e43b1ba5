"""Indicators as the page shows them: name in the reader's language, value beside BAU, better or worse."""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import cache
from typing import Literal

from edsim.report.view import Study

_NOTABLE_FRAC = 0.005


@dataclass(frozen=True, slots=True)
class Indicator:
    """One row of the indicator table of a variant.

    Attributes
    ----------
    label
        In the language of the report.
    unit, bau, value, difference, difference_frac
        As in the table; NaN where there is none.
    tone
        ``good`` or ``bad`` when the change against BAU is notable (0.5 %) and a direction is better, else ``plain``.
    """

    id: str
    label: str
    unit: str
    bau: float
    value: float
    difference: float
    difference_frac: float
    tone: Literal["good", "bad", "plain"]

    @property
    def largest(self) -> float:
        """Larger magnitude of the two values; sets a common scale."""
        return max((abs(x) for x in (self.bau, self.value) if math.isfinite(x)), default=0.0)


def indicators(study: Study, variant: str) -> dict[str, Indicator]:
    """Return the indicators of a variant by identifier, in the order of the table."""
    found = {}
    for row in study.of("kpis", variant).to_dict("records"):
        key, difference, bau = str(row["id"]), float(row["difference"]), float(row["bau"])
        found[key] = Indicator(
            key,
            label(study, key, str(row["label"])),
            str(row["unit"]),
            bau,
            float(row["value"]),
            difference,
            float(row["difference_frac"]),
            _tone(_registry().get(key, ("", "", "none"))[2], difference, bau),
        )
    return found


def label(study: Study, key: str, stored: str) -> str:
    """Return the name of an indicator in the language of the report."""
    names = _registry().get(key)
    if names is None:
        return stored
    return names[1] if study.lang.code == "es" else names[0]


def section_of(key: str) -> str:
    """Return the section of an indicator; empty for one that is not registered."""
    return _sections().get(key, "")


def _tone(better: str, difference: float, bau: float) -> Literal["good", "bad", "plain"]:
    if not math.isfinite(difference) or better == "none" or abs(difference) <= _NOTABLE_FRAC * abs(bau):
        return "plain"
    return "good" if (difference > 0.0) == (better == "lower") else "bad"


@cache
def _registry() -> dict[str, tuple[str, str, str]]:
    from edsim.appraisal.kpis import COMPANY_KPIS, KPIS, RETURN_KPIS

    found: dict[str, tuple[str, str, str]] = {k.id: (k.label_en, k.label_es, k.better) for k in KPIS}
    found |= {k.id: (k.label_en, k.label_es, k.better) for k in COMPANY_KPIS}
    return found | {k.id: (k.label_en, k.label_es, k.better) for k in RETURN_KPIS}


@cache
def _sections() -> dict[str, str]:
    from edsim.appraisal.kpis import COMPANY_KPIS, KPIS, RETURN_KPIS

    found = {k.id: k.section for k in KPIS} | {k.id: k.section for k in COMPANY_KPIS}
    return found | {k.id: k.section for k in RETURN_KPIS}
