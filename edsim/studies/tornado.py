"""Tornado: each input alone at its low and high end, the design fixed and the design found anew."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from edsim.studies.admissible import clipped
from edsim.studies.bench import Bench, Mode
from edsim.studies.fields import value_at
from edsim.studies.results import StudyResult, units
from edsim.studies.sweep import Evaluator, about_study
from edsim.studies.uncertainty import Uncertainty
from edsim.studies.vary import Point

ENDS = (0.1, 0.9)
"""Cumulative probabilities of the ends of the bars."""


def tornado(
    bench: Bench,
    uncertainty: Uncertainty,
    indicator: str = "npv",
    modes: tuple[Mode, ...] = ("fixed", "optimized"),
    workers: int | None = 1,
) -> StudyResult:
    """Return table ``tornado``: per input and mode, the indicator at the P10 and P90 of the input, widest bar first.

    Parameters
    ----------
    bench
        The prepared case.
    uncertainty
        Inputs; correlations are left out, one input moves at a time.
    indicator
        What the bars show.
    modes
        ``fixed`` and ``optimized``, or one of them.
    workers
        As in :class:`edsim.studies.sweep.Evaluator`.
    """
    import pandas as pd

    share = np.array(ENDS)
    ends = {u.path: [float(v) for v in u.quantile(share)] for u in uncertainty.inputs}
    drawn = [
        Point(f"{p} {name}", {p: v}) for p, pair in ends.items() for name, v in zip(("P10", "P90"), pair, strict=True)
    ]
    points, moved = clipped(bench.case, drawn)
    ends = {path: [points[2 * k + i].number(path) for i in (0, 1)] for k, path in enumerate(ends)}
    evaluators = [(m, Evaluator(bench, m, bench.progress, workers=workers)) for m in modes]
    rows = [row for m, evaluator in evaluators for row in _bars(evaluator, points, ends, (m, indicator))]
    table = pd.DataFrame(rows)
    widest = table.groupby("path")["width"].transform("max")
    table = table.assign(_w=widest).sort_values(["_w", "path", "mode"], ascending=[False, True, True], kind="stable")
    about = about_study(bench, " and ".join(modes)) | {
        "indicator": indicator,
        "unit": units(bench.case.currency)[indicator],
        "clipped": sorted(moved),
    }
    return StudyResult("tornado", about, {"tornado": table.drop(columns="_w").reset_index(drop=True)})


def _bars(
    evaluator: Evaluator,
    points: Sequence[Point],
    ends: Mapping[str, Sequence[float]],
    what: tuple[Mode, str],
) -> Iterator[dict[str, Any]]:
    """Yield one row per input of one mode; `points` holds the low and the high end of every input in turn."""
    mode, indicator = what
    evaluator.learn(points, (indicator,))
    base = evaluator.outcomes([Point("base", {})])[0].value.get(indicator, np.nan)
    found = evaluator.outcomes(points)
    for k, (path, pair) in enumerate(ends.items()):
        low, high = found[2 * k], found[2 * k + 1]
        values = [o.value.get(indicator, np.nan) for o in (low, high)]
        yield {
            "path": path,
            "mode": mode,
            "input_base": float(value_at(evaluator.bench.case, path)),
            "input_low": pair[0],
            "input_high": pair[1],
            "base": base,
            "at_low": values[0],
            "at_high": values[1],
            "width": abs(values[1] - values[0]),
            "status": low.status if low.status == high.status else f"{low.status}, {high.status}",
        }
