"""Which variant of each case is added up: its main one, one by name, or the best by an indicator; one per case."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from edsim.core.errors import DataError, Finding
from edsim.portfolio.facts import Collection, RunFacts
from edsim.portfolio.tasks import slug

if TYPE_CHECKING:
    import pandas as pd

MAIN = "main"
BEST: Mapping[str, tuple[str, float]] = {
    "best:npv": ("npv", 1.0),
    "best:cost": ("life_cycle_cost", -1.0),
    "best:ghg": ("ghg_kyoto", -1.0),
}
"""Rule → indicator, and 1 where more of it is better, -1 where less is."""
BAU = "bau"


@dataclass(frozen=True, slots=True)
class VariantChoice:
    """One project variant of every run.

    Attributes
    ----------
    by_run
        Run → variant.
    rule
        ``main``, a key of :data:`BEST` or the name of a variant; followed by the exceptions, ``CASE=NAME``.
    """

    by_run: Mapping[str, str]
    rule: tuple[str, ...]


def choose_variants(collection: Collection, asked: Sequence[str] = ()) -> VariantChoice:
    """Return the variant of every run that is added up.

    Parameters
    ----------
    collection
        Runs and tables.
    asked
        At most one rule (``main``, ``best:npv``, ``best:cost``, ``best:ghg`` or a name every case has), and any number
        of exceptions ``CASE=NAME``. Of equally good variants the main one is taken, then the first.

    Raises
    ------
    DataError
        E579 two rules, an unknown case, or a case without the variant.
    """
    rules = [a for a in asked if "=" not in a]
    if len(rules) > 1:
        what, allowed = "only one rule can choose the variants", f"one of {MAIN}, {', '.join(BEST)} or a name"
        raise DataError.of([Finding("E579", what, field="--variant", got=", ".join(rules), allowed=allowed)])
    rule = rules[0] if rules else MAIN
    exceptions = dict(_split(a) for a in asked if "=" in a)
    known = ", ".join(r.case for r in collection.runs)
    faults = [
        Finding("E579", "there is no such case", field="--variant", got=case, allowed=known)
        for case in exceptions
        if not any(is_called(r, case) for r in collection.runs)
    ]
    best = _best(collection, rule) if rule in BEST else {}
    by_run: dict[str, str] = {}
    for run in collection.runs:
        by_rule = best.get(run.id, run.main_variant) if rule in {MAIN, *BEST} else rule
        wanted = next((v for c, v in exceptions.items() if is_called(run, c)), by_rule)
        if wanted not in run.variants or wanted == BAU:
            faults.append(_missing(run, wanted))
        by_run[run.id] = wanted
    if faults:
        raise DataError.of(faults)
    return VariantChoice(by_run, (rule, *(a for a in asked if "=" in a)))


def is_called(run: RunFacts, name: str) -> bool:
    """Return whether a name is that of a run: as :func:`is_named` says, or the name its case gives itself."""
    return name == run.case or is_named(run.id, name)


def is_named(run_id: str, name: str) -> bool:
    """Return whether a name is that of a run folder: with or without the digits of its content, or of the case folder.

    The case folder may be written as it is, relative to the portfolio, as `edsim portfolio status` prints it.
    """
    stem = run_id.rpartition("-")[0].removesuffix("-unread")
    return name == run_id or (stem != "" and stem in {name, slug(name)})


def _missing(run: RunFacts, wanted: str) -> Finding:
    what, got = "this case has no such variant", f"{run.case}: {wanted}"
    allowed = ", ".join(v for v in run.variants if v != BAU)
    return Finding(
        "E579", what, field="--variant", got=got, allowed=allowed, hint=f'give --variant "{run.case}=NAME" too'
    )


def _split(text: str) -> tuple[str, str]:
    case, _, variant = text.rpartition("=")
    return case.strip(), variant.strip()


def _best(collection: Collection, rule: str) -> dict[str, str]:
    """Return run → variant with the best value of the rule's indicator; runs without the indicator are left out."""
    indicator, sign = BEST[rule]
    table: pd.DataFrame = collection.tables["kpis"]
    rows = table[(table["id"] == indicator) & table["value"].notna()]
    values = {
        (str(r), str(v)): sign * float(x) for r, v, x in rows[["run", "variant", "value"]].itertuples(index=False)
    }
    found = {}
    for run in collection.runs:
        ordered = [run.main_variant, *(v for v in run.variants if v not in {run.main_variant, BAU})]
        known = [(values[run.id, v], v) for v in ordered if (run.id, v) in values]
        if known:
            found[run.id] = max(known, key=lambda pair: pair[0])[1]
    return found
