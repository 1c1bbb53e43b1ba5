"""Monte Carlo: distribution of the indicators, probability of a loss, cover of the debt, what drives it, break-even."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.finance.loans import LoanTerms, cover_ratios, loan_schedule
from edsim.studies.admissible import sift
from edsim.studies.results import Outcome, StudyResult, points_table, results_table
from edsim.studies.sampling import sample_points
from edsim.studies.sweep import Evaluator, about_study
from edsim.studies.uncertainty import Debt, Uncertainty
from edsim.studies.vary import Point

if TYPE_CHECKING:
    import pandas as pd

    from edsim.case.schema import Case

Array = NDArray[np.float64]
QUANTILES = (0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95)
SHOWN = ("npv", "life_cycle_cost", "lcoc", "irr", "discounted_payback", "ghg_total", "abatement_cost", "energy_cost")
COVERS = (1.0, 1.2)
"""Covers of the debt whose probability of being missed is told: the debt itself, and what lenders ask for at least."""
_STEPS = 20
"""Parts of the sample whose figures show whether it is large enough."""
_REASONS = 5
"""Most reasons kept why draws were refused."""
_FACTORS = ((0.75, 1.0, 1.25), (1.0, 1.25, 1.5))
"""Factors on energy prices at which the net present value is worked out: two give the line, the third proves it.

The second take the place of the first where the case admits no lower price, below what it earns by exports.
"""
_AFFINE_FRAC = 1e-6
"""Distance from that line, as a share of its slope, up to which it is one: rounding."""


def monte_carlo(evaluator: Evaluator, uncertainty: Uncertainty, count: int, seed: int) -> StudyResult:
    """Return tables ``points``, ``results``, ``distribution``, ``probabilities``, ``drivers`` and ``convergence``.

    A draw outside the limits of its field is left out with status ``refused`` and its reason; figures are those of the
    other draws.

    Parameters
    ----------
    evaluator
        The prepared case and the mode.
    uncertainty
        Inputs, correlations, debt.
    count
        Sample size.
    seed
        Seed of the sample.
    """
    from edsim.studies.fields import value_at

    case, drawn = evaluator.bench.case, sample_points(uncertainty, count, seed)
    sifted = sift(case, evaluator.bench.variant, drawn, each=evaluator.mode != "fixed")
    evaluator.learn(sifted.kept)
    outcomes = sifted.joined(drawn, evaluator.outcomes(sifted.kept))
    base = {p: value_at(case, p) for p in uncertainty.paths}
    table = points_table(outcomes, uncertainty.paths, base)
    dscr = None
    if uncertainty.debt is not None:
        dscr = minimum_dscr(outcomes, uncertainty.debt)
        table["dscr_min"] = dscr
    tables = {
        "points": table,
        "results": results_table(outcomes, case.currency),
        "distribution": distribution(table),
        "probabilities": probabilities(table, dscr, break_even_row(evaluator), case.currency),
        "drivers": drivers(table, uncertainty.paths),
        "convergence": convergence(table["npv"].to_numpy(dtype=float)),
    }
    about = about_study(evaluator.bench, evaluator.mode) | {
        "seed": seed,
        "count": count,
        "networks_laid_out": evaluator.laid_out,
        "refused": len(sifted.refused),
        "refused_reasons": list(sifted.refused.values())[:_REASONS],
        "inputs": [u.model_dump() for u in uncertainty.inputs],
        "correlation_wanted": uncertainty.correlation.tolist(),
        "debt": None if uncertainty.debt is None else uncertainty.debt.model_dump(),
        "statuses": {str(k): int(v) for k, v in table["status"].value_counts().items()},
    }
    return StudyResult("monte_carlo", about, tables)


def distribution(table: pd.DataFrame) -> pd.DataFrame:
    """Return mean, spread and quantiles of the main indicators; `defined` is the share of points that have a value.

    A draw that is not paid back within the horizon counts in the quantiles of the payback as longer than any, one
    without extra investment as 0; `never` is the share of the first. Quantiles among them are NaN, and so are mean and
    spread where there are any: those of the rest would tell of the good draws alone.
    """
    import pandas as pd

    rows = []
    npv = table["npv"].to_numpy(dtype=float)
    for name in (*SHOWN, *(["dscr_min"] if "dscr_min" in table else [])):
        values = table[name].to_numpy(dtype=float)
        held, never = values[np.isfinite(values)], np.nan
        defined = len(held) / len(values)
        if name == "discounted_payback":
            held = _paybacks(values, npv)
            never = float(np.isinf(held).mean()) if len(held) else np.nan
        if not len(held):
            continue
        quantiles = {f"p{round(100 * q):02d}": _quantile(held, q) for q in QUANTILES}
        mean = sd = np.nan
        if np.isfinite(held).all():
            mean, sd = float(held.mean()), float(held.std(ddof=1)) if len(held) > 1 else 0.0
        rows.append({"id": name, "defined": defined, "never": never, "mean": mean, "sd": sd, **quantiles})
    return pd.DataFrame(rows)


def _paybacks(values: Array, npv: Array) -> Array:
    """Return discounted paybacks of all draws that were evaluated: never is infinite, nothing to pay back 0.

    The cumulative discounted flow ends at the net present value: it stays below zero where that is negative.
    """
    evaluated = np.isfinite(npv)
    without = np.where(npv < 0.0, np.inf, 0.0)
    return np.asarray(np.where(np.isfinite(values), values, without)[evaluated])


def _quantile(held: Array, share: float) -> float:
    """Return a quantile, linear between ranks; NaN where it lies beyond the last finite value."""
    finite = np.isfinite(held)
    if finite.all():
        return float(np.quantile(held, share))
    last, place = int(finite.sum()) - 1, share * (len(held) - 1)
    return float(np.interp(place, np.arange(last + 1), np.sort(held[finite]))) if place <= last else np.nan


def probabilities(
    table: pd.DataFrame, dscr: Array | None, break_even: dict[str, float] | None, currency: str
) -> pd.DataFrame:
    """Return the probabilities a lender asks for, with their sampling error, and the break-even power price."""
    import pandas as pd

    values = table["npv"].to_numpy(dtype=float)
    events = [("npv_below_0", values[np.isfinite(values)] < 0.0)]
    if dscr is not None:
        held = dscr[np.isfinite(dscr)]
        events += [(f"dscr_below_{c:.1f}", held < c) for c in COVERS]
    rows: list[dict[str, Any]] = [
        {
            "id": name,
            "unit": "frac",
            "value": float(hit.mean()),
            "error": float(np.sqrt(hit.mean() * (1 - hit.mean()) / len(hit))),
        }
        for name, hit in events
        if len(hit)
    ]
    units = {"break_even_power_price": f"{currency}/kWh"}
    rows += [{"id": k, "unit": units.get(k, ""), "value": v, "error": np.nan} for k, v in (break_even or {}).items()]
    return pd.DataFrame(rows, columns=["id", "unit", "value", "error"])


def drivers(table: pd.DataFrame, paths: Sequence[str], indicator: str = "npv") -> pd.DataFrame:
    """Return the rank correlation of every input with the indicator, the strongest first."""
    import pandas as pd

    held = table[np.isfinite(table[indicator])]
    ranked = held[[*paths, indicator]].astype(float).rank()
    rows = [{"path": p, "rank_correlation": _correlation(ranked[p], ranked[indicator])} for p in paths]
    found = pd.DataFrame(rows, columns=["path", "rank_correlation"])
    return found.sort_values("rank_correlation", key=lambda c: -c.abs(), kind="stable").reset_index(drop=True)


def _correlation(x: Any, y: Any) -> float:
    a, b = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    if len(a) < 2 or a.std() == 0.0 or b.std() == 0.0:
        return 0.0
    return float(np.corrcoef(a, b)[0, 1])


def convergence(values: Array) -> pd.DataFrame:
    """Return mean and quantiles of growing parts of the sample: flat lines mean the sample is large enough."""
    import pandas as pd

    held = values[np.isfinite(values)]
    sizes: Any = np.unique(np.linspace(min(10, len(held)), len(held), _STEPS).astype(int)) if len(held) else ()
    rows = []
    for n in sizes:
        part = held[:n]
        low, middle, high = np.quantile(part, (0.1, 0.5, 0.9))
        below = float((part < 0).mean())
        rows.append({"n": int(n), "mean": part.mean(), "p10": low, "p50": middle, "p90": high, "npv_below_0": below})
    return pd.DataFrame(rows, columns=["n", "mean", "p10", "p50", "p90", "npv_below_0"])


def minimum_dscr(outcomes: Sequence[Outcome], debt: Debt) -> Array:
    """Return the lowest debt service cover of every point.

    The cash available is what the project saves against BAU each year, before tax and in constant money; the loan is a
    share of the investment, so its rate is to be given in real terms.
    """
    out = np.full(len(outcomes), np.nan)
    for i, o in enumerate(outcomes):
        if not o.flows:
            continue
        horizon = len(o.flows) - 1
        terms = LoanTerms(debt.rate_frac, min(debt.tenor_a, horizon))
        schedule = loan_schedule(debt.share_frac * o.value["investment"], terms, horizon)
        found = cover_ratios(np.array(o.flows[1:]), schedule, debt.rate_frac).minimum_dscr.value
        out[i] = np.nan if found is None else found
    return out


def break_even_row(evaluator: Evaluator) -> dict[str, float] | None:
    """Return the electricity price at which the NPV is zero and its factor on today's, None where there is none."""
    factor = break_even_factor(evaluator)
    if factor is None:
        return None
    tariff = evaluator.bench.case.tariffs[0]
    return {"break_even_power_price": factor * tariff.energy_per_kwh, "break_even_power_price_factor": factor}


def break_even_factor(evaluator: Evaluator, highest: float = 10.0) -> float | None:
    """Return the factor on all energy prices of the first tariff at which the NPV is zero, None above `highest`.

    The design and its operation stay fixed, so that the NPV is affine in the factor: two evaluations give it, a third
    is the proof; None too where it fails, where the case admits no such prices, and for one that buys no electricity.
    """
    case = evaluator.bench.case
    if not case.tariffs:
        return None
    tariff = case.tariffs[0]
    prices = {f"tariffs.{tariff.id}.energy_per_kwh": tariff.energy_per_kwh}
    prices |= {f"tariffs.{tariff.id}.time_of_use.{i}.per_kwh": b.per_kwh for i, b in enumerate(tariff.time_of_use)}
    prices |= {f"tariffs.{tariff.id}.spot_factor": tariff.spot_factor} if tariff.spot_file else {}
    tried = ((factors, admitted(case, evaluator.bench.variant, prices, factors)) for factors in _FACTORS)
    factors, points = next(((f, p) for f, p in tried if p), (_FACTORS[0], ()))
    if not points:
        return None
    low, middle, high = (o.value["npv"] for o in Evaluator(evaluator.bench, "fixed").outcomes(points))
    slope = (high - low) / (factors[2] - factors[0])
    if slope == 0.0 or abs((low + high) / 2 - middle) > _AFFINE_FRAC * abs(slope):
        return None
    factor = factors[1] - middle / slope
    return factor if 0.0 < factor <= highest else None


def admitted(case: Case, variant: str, prices: Mapping[str, float], factors: Sequence[float]) -> tuple[Point, ...]:
    """Return the points at which all prices are multiplied by each factor, none where the case refuses one of them."""
    points = tuple(Point(f"{f:g}", {p: v * f for p, v in prices.items()}) for f in factors)
    return () if sift(case, variant, points, each=True).refused else points
