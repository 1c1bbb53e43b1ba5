"""From a store to everything that is said about a portfolio: one function, one frozen result."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from edsim.core.errors import DataError, Finding
from edsim.portfolio.choose import Goal, Selection, abatement_curve, choose_within
from edsim.portfolio.cities import city_profiles, similar_cases
from edsim.portfolio.facts import (
    Collection,
    RunFacts,
    collect,
    planned_ids,
    run_folders,
    run_names,
    unfinished,
)
from edsim.portfolio.freshness import changed_since
from edsim.portfolio.harmonize import CONVENTION_KEYS, MONEY_KEYS, check_comparable, check_double_counting
from edsim.portfolio.indicators import framework_table, read_targets, target_shares
from edsim.portfolio.money import Basis, convert, read_prices
from edsim.portfolio.risk import RiskResult, monte_carlo
from edsim.portfolio.totals import chosen_variants, crossed, measures, ratios, totals, yearly, yearly_by_run
from edsim.portfolio.variants import VariantChoice, choose_variants, is_called, is_named

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class AnalysisOptions:
    """How a portfolio is added up.

    Attributes
    ----------
    currency, price_year
        Basis of all money; "" and 0 take that of the cases, which must then share it.
    prices, targets
        CSV files with more price indices and rates, and with more targets.
    allow
        Conventions that may differ (:data:`edsim.portfolio.harmonize.CONVENTION_KEYS`).
    exclude
        Runs or cases left out: the name or folder of a case, the name of a run folder with or without its digits.
    scenario
        Scenario whose runs are added up, "" for the cases themselves.
    variants
        Which project variant of each case is added up (:func:`edsim.portfolio.variants.choose_variants`); empty for
        the main one.
    budget, goal, grant_share_frac
        Of the choice within a budget; None for no budget.
    draws, seed
        Of the Monte Carlo.
    """

    currency: str = ""
    price_year: int = 0
    prices: Path | None = None
    targets: Path | None = None
    allow: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    scenario: str = ""
    variants: tuple[str, ...] = ()
    budget: float | None = None
    goal: Goal = "ghg"
    grant_share_frac: float | None = None
    draws: int = 1000
    seed: int = 1

    def leaves_out(self, run_id: str) -> bool:
        """Return whether a run is left out by the name of its folder."""
        return any(is_named(run_id, e) for e in self.exclude)


@dataclass(frozen=True, slots=True)
class Analysis:
    """Everything that is said about a portfolio.

    Attributes
    ----------
    basis
        Currency and price year of all money.
    collection
        The runs added up.
    variants
        The one variant of each run in every sum.
    measures, totals, ratios, yearly, crossed, curve, frameworks, targets, cities, similar, prices
        Tables, described in ``datapackage.json``.
    selection
        Choice within the budget, None without one.
    risk
        Monte Carlo of NPV and GHG.
    findings
        What was left out and why, and what was accepted.
    """

    basis: Basis
    collection: Collection
    variants: VariantChoice
    measures: pd.DataFrame
    totals: pd.DataFrame
    ratios: pd.DataFrame
    yearly: pd.DataFrame
    crossed: pd.DataFrame
    curve: pd.DataFrame
    frameworks: pd.DataFrame
    targets: pd.DataFrame
    cities: pd.DataFrame
    similar: pd.DataFrame
    prices: pd.DataFrame
    selection: Selection | None
    risk: RiskResult
    findings: tuple[Finding, ...]

    @property
    def left_out(self) -> bool:
        """Whether a run was left out."""
        return any(f.severity == "error" for f in self.findings)


def analyze(
    folder: str | Path, options: AnalysisOptions | None = None, folders: Sequence[Path] | None = None
) -> Analysis:
    """Add up the finished runs of a store, or of any folder with run folders.

    Runs that cannot be read or converted, and studies not finished, are left out and named in the findings. `folders`
    names the run folders to add up instead of all that are in `folder`.

    Raises
    ------
    DataError
        E576, E577 no usable run; E579 an unknown convention, variant or name; E580 the cases may not be
        added up; E581 something is counted twice; E582–E585 tables or budget not usable.
    """
    options = options or AnalysisOptions()
    _check_options(options)
    left_out = unfinished(folder, options.scenario, options.leaves_out) if folders is None else ()
    collection = _collected(folder, options, run_folders(folder) if folders is None else folders)
    basis = _basis(collection.runs, options)
    prices = read_prices(options.prices) if options.prices is not None else None
    targets = read_targets(options.targets)
    collection, conversion = convert(collection, basis, prices)
    factors = conversion.factors
    money = MONEY_KEYS if options.currency else ()
    changed = changed_since(folder, frozenset(r.id for r in collection.runs)) if folders is None else ()
    remarks = [f for f in check_comparable(collection.runs, (*options.allow, *money)) if f.field not in money]
    faults = [f for f in remarks if f.severity == "error"]
    faults += check_double_counting(collection)
    if faults:
        raise DataError.of([*collection.findings, *faults])
    variants = choose_variants(collection, options.variants)
    frame = measures(collection, factors, variants.by_run)
    by_run = yearly_by_run(collection, chosen_variants(frame))
    selection = None
    if options.budget is not None:
        selection = choose_within(frame, options.budget, options.goal, options.grant_share_frac)
    return Analysis(
        basis=basis,
        collection=collection,
        variants=variants,
        measures=frame,
        totals=totals(frame, basis.currency),
        ratios=ratios(frame, basis.currency),
        yearly=yearly(by_run),
        crossed=crossed(by_run, frame),
        curve=abatement_curve(frame),
        frameworks=framework_table(frame, basis.currency),
        targets=target_shares(frame, by_run, targets),
        cities=city_profiles(frame),
        similar=similar_cases(collection, frame, factors),
        prices=conversion.used,
        selection=selection,
        risk=monte_carlo(collection, frame, factors, draws=options.draws, seed=options.seed),
        findings=(*left_out, *changed, *collection.findings, *remarks),
    )


def _check_options(options: AnalysisOptions) -> None:
    unknown = [a for a in options.allow if a not in CONVENTION_KEYS]
    if unknown:
        allowed = ", ".join(CONVENTION_KEYS)
        what = "there is no such convention"
        raise DataError.of([Finding("E579", what, field="--allow", got=u, allowed=allowed) for u in unknown])


def _collected(folder: str | Path, options: AnalysisOptions, folders: Sequence[Path]) -> Collection:
    """Return the runs of the scenario that are not excluded; of those excluded by their folder no file is read."""
    names = run_names(folders)
    kept = [f for f in folders if not options.leaves_out(names[str(f)])]
    read = collect(kept or folders, names)
    planned = [*names.values(), *planned_ids(folder)]
    unused = [
        e
        for e in options.exclude
        if not (any(is_named(i, e) for i in planned) or any(is_called(r, e) for r in read.runs))
    ]
    if unused:
        known = ", ".join(names.values())
        what = "this excludes no run"
        raise DataError.of([Finding("E579", what, field="--exclude", got=u, allowed=known) for u in unused])
    keep = [r for r in read.runs if r.scenario == options.scenario]
    keep = [r for r in keep if not any(is_called(r, e) for e in options.exclude)]
    if not keep:
        what, hint = "no run is left to add up", "check --scenario and --exclude"
        raise DataError.of([*read.findings, Finding("E577", what, got=options.scenario, hint=hint)])
    return read.only(keep)


def _basis(runs: Sequence[RunFacts], options: AnalysisOptions) -> Basis:
    """Return the basis of all money.

    Raises
    ------
    DataError
        E580 the cases do not share it and none is given.
    """
    if options.currency:
        return Basis(options.currency, options.price_year or max(r.price_year for r in runs))
    faults = [f for f in check_comparable(runs) if f.field in {"currency", "price_year"}]
    if faults:
        raise DataError.of([replace(f, severity="error") for f in faults])
    return Basis(runs[0].currency, options.price_year or runs[0].price_year)
