"""For whom a district is worth building and how sure its figures are: two answers under the verdict."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from edsim.report import labels
from edsim.report.figures.company import party_values
from edsim.report.i18n import within
from edsim.report.run.indicators import Indicator
from edsim.report.view import UNSET, Study

_SOCIETY = frozenset(("avoided_carbon", "avoided_unserved", "avoided_damage", "all parties"))
"""Values that no party gets."""
_SMALL_FRAC = 1e-6
"""Share of the largest value of a party below which another neither gains nor loses."""


@dataclass(frozen=True, slots=True)
class Answer:
    """A question and the sentences that answer it; `tone` is ``good``, ``warn`` or ``plain``."""

    question: str
    sentences: tuple[str, ...]
    tone: str = "plain"


def answers(study: Study, found: Mapping[str, Indicator], proof: tuple[str, str]) -> tuple[Answer, ...]:
    """Return who gains and loses by the district, and how sure design and inputs are.

    Parameters
    ----------
    study, found
        The run, and the indicators of its main variant.
    proof
        Tone and sentence on how well the design is proved.
    """
    tone, proved = proof
    return (
        Answer(study.t("For whom"), _for_whom(study, found)),
        Answer(study.t("How sure"), tuple(s for s in (proved, _inputs(study)) if s), tone),
    )


def _for_whom(study: Study, found: Mapping[str, Indicator]) -> tuple[str, ...]:
    """Return the parties that gain and those that lose; without a company that nobody has been asked."""
    values = {party: v for party, v in party_values(study).items() if party not in _SOCIETY}
    if not values:
        return (
            study.t(
                "Open: the case has no district company, so who invests, what customers pay and who gains is not "
                "computed."
            ),
        )
    least = _SMALL_FRAC * max(map(abs, values.values()))
    sides = (("Gain: {names}.", [p for p, v in values.items() if v > least]),
             ("Lose: {names}.", [p for p, v in values.items() if v < -least]))  # fmt: skip
    said = [study.t(words, {"names": _named(study, parties)}) for words, parties in sides if parties]
    losing = found.get("losing_customers")
    bills = len(study.of("customer_bills", study.main))
    if losing is not None and math.isfinite(losing.value) and bills:
        count = {"count": study.lang.number(losing.value, 0), "all": study.lang.number(bills, 0)}
        said.append(study.t("{count} of {all} customers pay more than for machines of their own.", count))
    return tuple(said)


def _named(study: Study, parties: list[str]) -> str:
    return ", ".join(within(labels.label(study.lang, labels.PARTIES, party)) for party in parties)


def _inputs(study: Study) -> str:
    """Return how many inputs are measured, engineered, estimated or defaults, and where the weather is made."""
    frame = study.table("assumptions")
    stated = frame[~frame["value"].astype(str).isin(UNSET)]
    if stated.empty:
        return ""
    counts = stated["quality"].astype(str).value_counts()

    def count(*kinds: str) -> str:
        return study.lang.number(int(sum(counts.get(k, 0) for k in kinds)), 0)

    said = study.t(
        "The figures are as sure as their inputs: {measured} measured, {engineered} engineered, {estimates} estimates "
        "or benchmarks, {defaults} defaults.",
        {
            "measured": count("measured"),
            "engineered": count("engineered"),
            "estimates": count("estimate", "benchmark"),
            "defaults": count("default"),
        },
    )
    made = stated["path"].astype(str).isin(("weather.normals", "weather.normals_file")).any()
    return f"{said} {study.t('The weather is made from monthly normals.')}" if made else said
