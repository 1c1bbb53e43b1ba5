"""Monte Carlo over a portfolio: shared risks hit all projects at once, own risks each for itself.

Every risk multiplies some cost lines or GHG sources of BAU and project alike by a lognormal factor of mean 1,
``ln f = -s²/2 + s·(sqrt(r)·z_shared + sqrt(1 - r)·z_own)``, where r is its shared part. The spread of a sum of n equal
projects therefore falls with 1/sqrt(n) only for the own part: diversification does not help against shared risks.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from edsim.core.resources import data_path
from edsim.portfolio.facts import Collection

if TYPE_CHECKING:
    import pandas as pd

FloatArray = npt.NDArray[np.float64]
_GHG = "ghg:"


@dataclass(frozen=True, slots=True)
class Risk:
    """One uncertain factor.

    Attributes
    ----------
    id
        Risks of one name share their draws.
    lines
        Prefixes of cost lines, or ``ghg:source``.
    standard_deviation
        Of the logarithm, fraction.
    shared_frac
        Share of the variance common to all projects.
    """

    id: str
    lines: tuple[str, ...]
    standard_deviation: float
    shared_frac: float


@dataclass(frozen=True, slots=True)
class Spread:
    """Distribution of a sum over the portfolio.

    Attributes
    ----------
    p10, p50, p90, mean
        Percentiles and mean of the sum.
    independent_p10, independent_p90
        The same if no risk were shared: what ignoring common causes would promise.
    below_zero_frac
        Probability that the sum is below zero.
    """

    p10: float
    p50: float
    p90: float
    mean: float
    independent_p10: float
    independent_p90: float
    below_zero_frac: float


@dataclass(frozen=True, slots=True)
class RiskResult:
    """Spread of NPV and of tCO2e avoided over the horizon, and per run the probability that its NPV is below zero."""

    npv: Spread
    ghg_t: Spread
    below_zero_frac: Mapping[str, float]
    draws: int
    seed: int


def shipped_risks() -> tuple[Risk, ...]:
    """Return the risks of ``edsim/data/indicators/risks.csv`` (sources and quality there)."""
    with data_path("indicators", "risks.csv").open(encoding="utf-8", newline="") as handle:
        return tuple(
            Risk(r["risk"], tuple(r["lines"].split()), float(r["standard_deviation"]), float(r["shared"]))
            for r in csv.DictReader(handle)
        )


def monte_carlo(
    collection: Collection,
    frame: pd.DataFrame,
    factors: Mapping[str, float],
    *,
    risks: Sequence[Risk] | None = None,
    draws: int = 1000,
    seed: int = 1,
) -> RiskResult:
    """Return the spread of the portfolio's NPV and avoided GHG.

    Parameters
    ----------
    collection
        Runs and their tables.
    frame
        Measures table: run, variant, horizon.
    factors
        Run → factor that brings its money to the common basis.
    risks
        Default the shipped ones.
    draws
        Number of draws, at least 100.
    seed
        Of the random numbers.

    Raises
    ------
    ValueError
        Fewer than 100 draws.
    """
    if draws < 100:
        raise ValueError(f"draws must be at least 100, got {draws}")
    known = tuple(risks) if risks is not None else shipped_risks()
    runs = frame["run"].tolist()
    money = _money(collection, frame, factors, known)
    ghg = _ghg(collection, frame, known)
    shared, own = _draws(known, len(runs), draws, seed)
    factor = _factors(known, shared, own, common=True)
    alone = _factors(known, shared, own, common=False)
    shape = (draws, len(runs))
    npv, npv_alone = _apply(money, factor, shape), _apply(money, alone, shape)
    tons, tons_alone = _apply(ghg, factor, shape), _apply(ghg, alone, shape)
    below = dict(zip(runs, (npv < 0.0).mean(axis=0).tolist(), strict=True))
    return RiskResult(_spread(npv, npv_alone), _spread(tons, tons_alone), below, draws, seed)


Terms = list[tuple[FloatArray, tuple[int, ...]]]
"""Amount per run, and the risks (positions) that multiply it."""


def _hits(known: Sequence[Risk], line: str) -> tuple[int, ...]:
    return tuple(i for i, r in enumerate(known) if any(line.startswith(p) for p in r.lines))


def _money(collection: Collection, frame: pd.DataFrame, factors: Mapping[str, float], known: Sequence[Risk]) -> Terms:
    """Return present value of BAU less project by set of risks, NPV being their sum."""
    costs = collection.tables["costs"]
    place = {run: k for k, run in enumerate(frame["run"])}
    chosen = dict(zip(frame["run"], frame["variant"], strict=True))
    found: dict[tuple[int, ...], FloatArray] = {}
    for run, variant, line, value in costs[["run", "variant", "line", "present_value"]].itertuples(index=False):
        if run in place and variant in {"bau", chosen[run]}:
            sums = found.setdefault(_hits(known, line), np.zeros(len(place)))
            sums[place[run]] += (value if variant == "bau" else -value) * factors[run]
    return [(amount, hits) for hits, amount in found.items()]


def _ghg(collection: Collection, frame: pd.DataFrame, known: Sequence[Risk]) -> Terms:
    """Return tCO2e of BAU less project over the horizon by set of risks."""
    table = collection.tables["inventory"]
    place = {run: k for k, run in enumerate(frame["run"])}
    chosen = dict(zip(frame["run"], frame["variant"], strict=True))
    horizon = dict(zip(frame["run"], frame["horizon_a"], strict=True))
    rows = table[table["run"].isin(place) & (table["year"] >= 0)]
    rows = rows[rows["year"] <= rows["run"].map(horizon)]
    sums = rows.groupby(["run", "variant", "source"], sort=True)["kgco2e"].sum() / 1000.0
    found: dict[tuple[int, ...], FloatArray] = {}
    for run, variant, source, value in sums.reset_index().itertuples(index=False):
        if variant in {"bau", chosen[run]}:
            amounts = found.setdefault(_hits(known, _GHG + source), np.zeros(len(place)))
            amounts[place[run]] += value if variant == "bau" else -value
    return [(amount, hits) for hits, amount in found.items()]


def _draws(known: Sequence[Risk], runs: int, draws: int, seed: int) -> tuple[FloatArray, FloatArray]:
    """Return normal numbers [risk, draw] and [risk, draw, run]; risks of one name share theirs."""
    names = list(dict.fromkeys(r.id for r in known))
    generator = np.random.default_rng(seed)
    shared = generator.standard_normal((len(names), draws))
    own = generator.standard_normal((len(names), draws, runs))
    places = [names.index(r.id) for r in known]
    return shared[places], own[places]


def _factors(known: Sequence[Risk], shared: FloatArray, own: FloatArray, *, common: bool) -> list[FloatArray]:
    """Return per risk the factors [draw, run]; without common causes when `common` is False."""
    out = []
    for risk, z, e in zip(known, shared, own, strict=True):
        part = risk.shared_frac if common else 0.0
        s = risk.standard_deviation
        mixed = np.sqrt(part) * z[:, None] + np.sqrt(1.0 - part) * e
        out.append(np.exp(s * mixed - 0.5 * s * s))
    return out


def _apply(terms: Terms, factors: Sequence[FloatArray], shape: tuple[int, int]) -> FloatArray:
    """Return the sums [draw, run] of all terms times their factors."""
    total = np.zeros(shape)
    for amount, hits in terms:
        product = np.broadcast_to(amount, shape).copy()
        for i in hits:
            product *= factors[i]
        total += product
    return total


def _spread(values: FloatArray, alone: FloatArray) -> Spread:
    sums, apart = values.sum(axis=1), alone.sum(axis=1)
    low, middle, high = np.percentile(sums, (10.0, 50.0, 90.0)).tolist()
    low_alone, high_alone = np.percentile(apart, (10.0, 90.0)).tolist()
    return Spread(
        p10=low,
        p50=middle,
        p90=high,
        mean=float(sums.mean()),
        independent_p10=low_alone,
        independent_p90=high_alone,
        below_zero_frac=float((sums < 0.0).mean()),
    )
