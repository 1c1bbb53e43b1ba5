"""The sentences of the first page: the run's own headline and what moves its figures, as a page prints them."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping

from edsim.appraisal.types import AT_SIZE, OWN_POWER
from edsim.case.checks.needs import COILS
from edsim.core.errors import Finding
from edsim.report.figures.flows import technology_label
from edsim.report.i18n import printed
from edsim.report.run.indicators import Indicator
from edsim.report.said import said as in_language
from edsim.report.view import Study

_CAVEATS = (OWN_POWER, AT_SIZE, COILS)
"""Codes of remarks on what is on one side only or in no cost, or moves the investment as a whole."""


def headline(study: Study, found: Mapping[str, Indicator]) -> tuple[str, ...]:
    """Return the verdict and the sentences after it, as a page prints them."""
    return _told(study, _first(study, found))


def _first(study: Study, found: Mapping[str, Indicator]) -> tuple[str, ...]:
    """Return what is said first: the run's own sentences, or the same said from the indicators in another language."""
    written_in = study.appraisal.manifest.get("options", {}).get("lang", "en")
    if written_in == study.lang.code:
        return study.appraisal.headline
    stored = study.appraisal.manifest.get("headlines", {}).get(study.lang.code)
    if stored:
        return tuple(map(str, stored))
    said = []
    for key in ("life_cycle_cost", "ghg_total", "ghg_kyoto", "final_energy", "grid_peak", "water"):
        k = found.get(key)
        if k is not None and k.tone == "bad":
            bau, unit = study.lang.quantity(k.bau, k.unit, k.largest)
            value = study.lang.quantity(k.value, k.unit, k.largest)[0]
            said.append(
                study.t(
                    "{label} rises from {bau} to {value} {unit}.",
                    {"label": k.label, "bau": bau, "value": value, "unit": unit},
                )
            )
    for key in ("npv", "final_energy", "ghg_total"):
        k = found.get(key)
        if k is None or not math.isfinite(k.value):
            continue
        if key == "npv":
            value, unit = study.lang.quantity(k.value, k.unit)
            said.append(study.t("Against BAU the net present value is {value} {unit}.", {"value": value, "unit": unit}))
        elif k.tone == "good":
            said.append(
                study.t("{label} falls by {share}.", {"label": k.label, "share": study.lang.percent(k.difference_frac)})
            )
    return tuple(said)


def _told(study: Study, sentences: tuple[str, ...]) -> tuple[str, ...]:
    """Return sentences as a page prints them; of a run without a verdict what is built leads, wherever it stands."""
    shown = study.variant(study.main)
    built = [s.startswith(f"{study.main}: ") for s in sentences]
    ordered = sentences if True in built[:2] else sorted(sentences, key=lambda s: not s.startswith(f"{study.main}: "))
    named = (re.sub(rf"(?<!\w){re.escape(study.main)}(?!\w)", lambda _: shown, s) for s in ordered)
    return tuple(printed(s[:1].upper() + s[1:]) for s in named)


def caveats(study: Study) -> tuple[str, ...]:
    """Return the remarks that split or move the figures of the main variant, with their amounts."""
    mine = (f for f in study.appraisal.findings if f.code in _CAVEATS and _of_main(study, f.field))
    found = [in_language(f, study.lang.code) for f in mine]
    named = study.buildings() | _unnamed(study, found) | study.labels(study.main)
    ids = re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, sorted(named, key=len, reverse=True))) + r")(?!\w)")
    said = (f"{f.what} ({f.got}) [{f.code}]" for f in found)
    return _told(study, tuple(ids.sub(lambda m: named[m[0]], s) if named else s for s in said))


def _unnamed(study: Study, found: list[Finding]) -> dict[str, str]:
    """Return the names of the machines that remarks are about and the case gives none: "Photovoltaics", not "Pv"."""
    rows = study.of("equipment", study.main)
    kinds = dict(zip(rows["technology"].astype(str), rows["kind"].astype(str), strict=True))
    about = {f.field.rpartition("technologies.")[2] for f in found if "technologies." in f.field}
    return {t: technology_label(study, study.main, t, kinds[t]) for t in sorted(about & set(kinds))}


def _of_main(study: Study, field: str) -> bool:
    """Return whether a place is one of the main variant, or of the case and so of all variants."""
    first = field.split(".", 1)[0]
    return first == study.main or first not in study.appraisal.variants
