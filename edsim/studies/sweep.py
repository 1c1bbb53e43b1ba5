"""Many sizings or price sets of one district, compared: points, ranking, and what each changed input explains."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from edsim.core.errors import EdsimError
from edsim.studies.bench import LAID_OUT_ANEW, Bench, Mode, Progress, outcome_of, silent
from edsim.studies.feeder import feeder_tables, feeder_year, with_relief
from edsim.studies.fields import value_at, with_values
from edsim.studies.kept import KeptPoints
from edsim.studies.pricing import PriceModel, price_model
from edsim.studies.results import (
    Outcome,
    StudyResult,
    better_is_higher,
    points_table,
    results_table,
    sizes_of,
    sizes_table,
    units,
)
from edsim.studies.vary import BASE, Point
from edsim.studies.waterfall import MOST_SHAPLEY, waterfall
from edsim.studies.workers import Job, sensible_workers, solved_by_workers

if TYPE_CHECKING:
    import pandas as pd

_SAME_FRAC = 1e-9
"""Relative difference of figures that is none."""
_FEWEST_FOR_PRICES = 4
_FEWEST_WORKERS = 2
"""Below so many processes alternatives are solved in this one."""
_MOST_FULL_WATERFALL = 2
"""Changed inputs up to which Shapley values are worth full solves."""


@dataclass(slots=True)
class Evaluator:
    """Evaluates points of one case, by the fastest path that gives the result of a run; solves none twice.

    Attributes
    ----------
    bench
        The prepared case.
    mode
        As in :meth:`edsim.studies.bench.Bench.solve`.
    progress
        Called with a line of text and the time left.
    prices
        The fast path, None where there is none.
    kept
        Outcomes that outlive the program, for a study that may be stopped; None keeps none.
    workers
        Processes that solve alternatives at once; None takes what suits machine and number of alternatives. Figures
        are the same with any number.
    laid_out
        Alternatives so far whose networks have to be laid out anew.
    """

    bench: Bench
    mode: Mode = "optimized"
    progress: Progress = silent
    kept: KeptPoints | None = None
    workers: int | None = 1
    prices: PriceModel | None = field(default=None, init=False)
    laid_out: int = field(default=0, init=False)
    _known: dict[frozenset[tuple[str, Any]], Outcome] = field(default_factory=dict, init=False, repr=False)

    def learn(self, points: Sequence[Point], needed: Sequence[str] = ("npv",)) -> None:
        """Prepare the fast path for `points`, where there is one: fixed sizes, only prices changed.

        Where an indicator of `needed` is none the fast path has, points are evaluated one by one.
        """
        if self.mode == "fixed" and len(points) >= _FEWEST_FOR_PRICES:
            self.progress("reading how cost and emissions depend on each price")
            self.prices = price_model(self.bench, points)
            if self.prices is not None and set(needed) & set(self.prices.left_out):
                self.prices = None
            if self.prices is None:
                self.progress("these inputs or figures are not linear in prices: points are evaluated one by one")

    def outcomes(self, points: Sequence[Point]) -> list[Outcome]:
        """Return the outcome of every point, in order; a point without a feasible design says so.

        Raises
        ------
        CaseError
            A value is outside its limits: refused for all points at once, before anything is solved.
        """
        if self.prices is not None:
            return self._priced(points, self.prices)
        keys = [self._key(p) for p in points]
        first = dict(zip(reversed(keys), reversed(range(len(points))), strict=True))
        if self.kept is not None:
            before = {key: found for key in first if (found := self.kept.outcome(key)) is not None}
            self._known.update(before)
        new = sorted(k for key, k in first.items() if key not in self._known)
        cases = {k: with_values(self.bench.case, points[k].values, variants=(self.bench.variant,)) for k in new}
        clock = Clock(len(new))
        anew = sum(self.bench.reach(case) in LAID_OUT_ANEW for case in cases.values())
        if self.laid_out == 0 < anew and len(new) > 1:
            said = f"warning: networks are laid out anew for {anew} of {len(new)} alternatives"
            self.progress(f"{said}; vary no field of networks or buildings to keep them as laid out")
        self.laid_out += anew
        for done, (k, outcome) in enumerate(self._solved([(k, points[k], cases[k]) for k in new]), 1):
            self._known[keys[k]] = outcome
            if self.kept is not None:
                self.kept.keep(keys[k], outcome)
            if len(new) > 1:
                self.progress(f"point {done} of {len(new)}, {clock.left(done)}")
        return [replace(self._known[key], point=p) for key, p in zip(keys, points, strict=True)]

    def _key(self, point: Point) -> frozenset[tuple[str, Any]]:
        """Return what tells one alternative from another: the values that are not those of the case."""
        return frozenset((k, v) for k, v in point.values.items() if v != value_at(self.bench.case, k))

    def _solved(self, jobs: Sequence[Job]) -> Iterator[tuple[int, Outcome]]:
        """Yield number and outcome of every alternative as soon as it is ready."""
        workers = min(sensible_workers(len(jobs)) if self.workers is None else self.workers, len(jobs))
        if jobs:
            at_once = f"evaluating one by one: {len(jobs)}" if workers < _FEWEST_WORKERS else (
                f"evaluating {len(jobs)} alternatives, {workers} at a time"
            )  # fmt: skip
            self.progress(at_once)
        if workers < _FEWEST_WORKERS:
            yield from ((k, outcome_of(self.bench, point, case, self.mode)) for k, point, case in jobs)
        else:
            yield from solved_by_workers(self.bench, self.mode, jobs, workers)

    def _priced(self, points: Sequence[Point], prices: PriceModel) -> list[Outcome]:
        check_ends(self.bench, points)
        values, flows = prices.evaluate(points)
        names = list(values)
        bau = np.array([values[k][0] for k in names]).T.tolist()
        mine = np.array([values[k][1] for k in names]).T.tolist()
        base = self.bench.base  # prices move no load and no size
        feeder, sizes = feeder_year(base.runs), sizes_of(base.runs[1])
        return [
            Outcome(
                p,
                "repriced",
                base.status,
                dict(zip(names, b, strict=True)),
                dict(zip(names, v, strict=True)),
                "",
                f,
                None,
                feeder,
                sizes,
            )
            for p, b, v, f in zip(points, bau, mine, map(tuple, flows.tolist()), strict=True)
        ]


@dataclass(frozen=True, slots=True)
class Clock:
    """How long the rest of a study of `count` steps takes, by the pace so far."""

    count: int
    start: float = field(default_factory=perf_counter)

    def left(self, done: int) -> str:
        """Return the time left after `done` steps, as text."""
        seconds = (perf_counter() - self.start) / max(done, 1) * (self.count - done)
        return f"about {seconds:,.0f} s left" if seconds < 100 else f"about {seconds / 60:,.0f} min left"


def check_ends(bench: Bench, points: Sequence[Point]) -> None:
    """Hold the lowest and the highest value of every field to the case's checks; the limits of prices are intervals.

    Raises
    ------
    CaseError
        A value is outside its limits.
    """
    given: dict[str, list[Any]] = {}
    for path, value in (item for p in points for item in p.values.items()):
        given.setdefault(path, []).append(value)
    for end in (min, max):
        ends = {path: end(values) for path, values in given.items()}
        with_values(bench.case, ends, variants=(bench.variant,))


def sweep(evaluator: Evaluator, points: Sequence[Point], rank_by: str = "npv") -> StudyResult:
    """Return the study of `points`: its tables `points`, `sizes`, `ranking`, `feeder` and others.

    Parameters
    ----------
    evaluator
        The prepared case and the mode.
    points
        Alternatives.
    rank_by
        Indicator that orders them.
    """
    import pandas as pd

    bench = evaluator.bench
    paths = list(dict.fromkeys(path for p in points for path in p.values))
    base = {p: value_at(bench.case, p) for p in paths}
    points = [p for p in points if p.name != BASE or any(v != base[k] for k, v in p.values.items())]
    evaluator.learn(points, (rank_by,))
    outcomes = [evaluator.outcomes([Point(BASE, {})])[0], *evaluator.outcomes(points)]
    table = points_table(outcomes, paths, base)
    rank_unit = units(bench.case.currency)[rank_by]
    ranking = rank(table, rank_by, rank_unit)
    tables = {
        "points": table,
        "results": results_table(outcomes, bench.case.currency),
        "inputs": inputs_table(points, base),
        "ranking": ranking,
        "sizes": sizes_table(outcomes),
        **with_relief(feeder_tables([(o.point.name, o.feeder) for o in outcomes]), table),
    }
    with_value = ranking.loc[ranking["value"].notna(), "point"].tolist()
    named = {p.name: p for p in points}
    chosen = next((named[name] for name in (with_value[:1] + with_value[::-1]) if name in named), None)
    rows = [] if chosen is None else _waterfall_rows(evaluator, chosen, rank_by)
    tables["waterfall"] = pd.DataFrame(rows, columns=["point", "indicator", "step", "value", "share"])
    about = about_study(bench, evaluator.mode) | {
        "rank_by": rank_by,
        "rank_unit": rank_unit,
        "fields": paths,
        "left_out": list(evaluator.prices.left_out) if evaluator.prices is not None else [],
        "without_effect": without_effect(outcomes, base),
        "points": len(points),
        "networks_laid_out": evaluator.laid_out,
        "statuses": {str(k): int(v) for k, v in table["status"].value_counts().items()},
        "paths_taken": {str(k): int(v) for k, v in table["how"].value_counts().items()},
    }
    return StudyResult("sweep", about, tables)


def without_effect(outcomes: Sequence[Outcome], base: Mapping[str, Any]) -> list[str]:
    """Return the fields whose values change no indicator between outcomes that differ in them alone.

    Parameters
    ----------
    outcomes
        Points, the case as it stands among them.
    base
        Varied field → value of the case.
    """
    idle = []
    for path in base:
        alike: dict[frozenset[tuple[str, Any]], list[Outcome]] = {}
        for o in outcomes:
            others = frozenset((k, v) for k, v in o.point.values.items() if k != path and v != base[k])
            alike.setdefault(others, []).append(o)
        pairs = [(o, q) for o, *rest in alike.values() for q in rest if _at(o, path, base) != _at(q, path, base)]
        if pairs and all(_same_figures(o.value, q.value) for o, q in pairs):
            idle.append(path)
    return idle


def _at(outcome: Outcome, path: str, base: Mapping[str, Any]) -> Any:
    return outcome.point.values.get(path, base[path])


def _same_figures(one: Mapping[str, float], other: Mapping[str, float]) -> bool:
    names = sorted(one)
    return names == sorted(other) and np.allclose(
        [one[k] for k in names], [other[k] for k in names], rtol=_SAME_FRAC, atol=0.0, equal_nan=True
    )


def about_study(bench: Bench, mode: str) -> dict[str, Any]:
    """Return what every study says about itself."""
    return {
        "case": bench.case.name,
        "variant": bench.variant,
        "currency": bench.case.currency,
        "price_year": bench.case.price_year,
        "machines": {t.id: t.label for t in bench.case.technologies},
        "mode": mode,
        "networks": "redesigned" if bench.redesign else "kept as laid out for the case as it stands",
    }


def rank(table: pd.DataFrame, indicator: str, unit: str) -> pd.DataFrame:
    """Return the points by an indicator, best first, with the distance to the best; points without it are last."""
    ordered = table.sort_values(indicator, ascending=not better_is_higher(indicator), kind="stable")
    shown = ["point", indicator, "status", *(["gap_frac"] if "gap_frac" in table else [])]
    held = ordered[shown].reset_index(drop=True)
    best = held[indicator].iloc[0] if len(held) else np.nan
    held = held.rename(columns={indicator: "value"}).assign(indicator=indicator, unit=unit)
    held["behind_best"] = (held["value"] - best).abs()
    held.insert(0, "rank", np.arange(1, len(held) + 1))
    return held


def inputs_table(points: Sequence[Point], base: dict[str, Any]) -> pd.DataFrame:
    """Return what each point changes: one row per point and input that differs from the case."""
    import pandas as pd

    rows = [
        (p.name, path, _as_text(base[path]), _as_text(v), _change(base[path], v))
        for p in points
        for path, v in p.values.items()
        if v != base[path]
    ]
    return pd.DataFrame(rows, columns=["point", "path", "base", "value", "change_frac"])


def _as_text(value: Any) -> str:
    """Return a value as text, a number without the digits it does not need."""
    return f"{value:.12g}" if isinstance(value, float) else str(value)


def _change(base: Any, value: Any) -> float:
    numbers = isinstance(base, int | float) and isinstance(value, int | float) and not isinstance(base, bool)
    return (value - base) / base if numbers and base else np.nan


def _waterfall_rows(evaluator: Evaluator, point: Point, indicator: str) -> list[dict[str, Any]]:
    base = {p: value_at(evaluator.bench.case, p) for p in point.values}
    changed = Point(point.name, {k: v for k, v in point.values.items() if v != base[k]})
    if not changed.values:
        return []

    def value(points: Sequence[Point]) -> list[float]:
        return [o.value.get(indicator, np.nan) for o in evaluator.outcomes(points)]

    most = MOST_SHAPLEY if evaluator.prices is not None or evaluator.mode == "fixed" else _MOST_FULL_WATERFALL
    try:
        parts = waterfall(changed, value, most=most)
    except EdsimError:
        return []
    start = value([Point("", {})])[0]
    end = start + sum(parts.values())
    if not np.isfinite(end):
        return []
    steps = [("base", start), *parts.items(), (point.name, end)]
    change = end - start
    return [
        {
            "point": point.name,
            "indicator": indicator,
            "step": name,
            "value": v,
            "share": v / change if name in parts and change else np.nan,
        }
        for name, v in steps
    ]
