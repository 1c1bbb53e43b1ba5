"""Global sensitivity with many inputs: Morris screens, Sobol apportions the variance among what is left.

Methods as in SALib: Morris, Technometrics 33 (1991), with the mean absolute effect of Campolongo et al. (2007);
Saltelli et al., Computer Physics Communications 181 (2010), doi:10.1016/j.cpc.2009.09.018. Inputs are taken as
independent.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.studies.admissible import clipped
from edsim.studies.results import StudyResult, units
from edsim.studies.sampling import points_at
from edsim.studies.sweep import Evaluator, about_study
from edsim.studies.tornado import ENDS
from edsim.studies.uncertainty import Uncertainty

if TYPE_CHECKING:
    import pandas as pd

Array = NDArray[np.float64]
_KEPT = 8
_LEAST_EFFECT = 0.02
"""Inputs whose mean effect is below this share of the largest are left out of Sobol."""
_TRAJECTORIES = 10


def sensitivity(
    evaluator: Evaluator, uncertainty: Uncertainty, count: int, seed: int, indicator: str = "npv"
) -> StudyResult:
    """Return tables ``morris`` and ``sobol``.

    Parameters
    ----------
    evaluator
        The prepared case and the mode.
    uncertainty
        Inputs; correlations are left out.
    count
        Base sample of Sobol, a power of two; the case is evaluated ``count x (2 + inputs kept)`` times.
    seed
        Seed of both samples.
    indicator
        What is explained.
    """
    case, spread = evaluator.bench.case, np.array([[0.0], [0.5], [1.0], [0.25]]) + np.zeros(len(uncertainty.inputs))
    evaluator.learn(clipped(case, points_at(uncertainty, spread))[0], (indicator,))
    screened, moved = morris_table(evaluator, uncertainty, seed, indicator)
    largest = float(screened["mu_star"].max())
    kept = screened[screened["mu_star"] >= _LEAST_EFFECT * largest].head(_KEPT)["path"].tolist()
    left = tuple(u for u in uncertainty.inputs if u.path in kept)
    chosen = Uncertainty(left, np.eye(len(left)), uncertainty.debt)
    shares, moved_too = sobol_table(evaluator, chosen, (count, seed), indicator)
    tables = {"morris": screened, "sobol": shares}
    about = about_study(evaluator.bench, evaluator.mode) | {
        "indicator": indicator,
        "unit": units(evaluator.bench.case.currency)[indicator],
        "seed": seed,
        "count": count,
        "kept": kept,
        "clipped": sorted(moved | moved_too),
        "correlated": not np.allclose(uncertainty.correlation, np.eye(len(uncertainty.inputs))),
    }
    return StudyResult("sensitivity", about, tables)


def _problem(uncertainty: Uncertainty) -> dict[str, Any]:
    k = len(uncertainty.inputs)
    return {"num_vars": k, "names": list(uncertainty.paths), "bounds": [[0.0, 1.0]] * k}


def _values(evaluator: Evaluator, uncertainty: Uncertainty, unit: Array, indicator: str) -> tuple[Array, set[str]]:
    """Return the indicator at cumulative probabilities `unit` : (n, inputs), and fields with values beyond a limit."""
    points, moved = clipped(evaluator.bench.case, points_at(uncertainty, unit))
    values = [o.value.get(indicator, np.nan) for o in evaluator.outcomes(points)]
    return np.array(values, dtype=float), set(moved)


def between_ends(unit: Array) -> Array:
    """Return levels from 0 to 1 as cumulative probabilities from P10 to P90.

    The ends of a distribution are no levels to move an input between: those of a normal one are infinitely far.
    """
    low, high = ENDS
    return low + (high - low) * unit


def morris_table(
    evaluator: Evaluator, uncertainty: Uncertainty, seed: int, indicator: str
) -> tuple[pd.DataFrame, set[str]]:
    """Return the elementary effects of every input between its P10 and its P90, the strongest first.

    And the fields with values beyond a limit.
    """
    import pandas as pd
    from SALib.analyze import morris as analysis
    from SALib.sample import morris as sampling

    problem = _problem(uncertainty)
    unit = sampling.sample(problem, _TRAJECTORIES, num_levels=4, seed=seed)
    values, moved = _values(evaluator, uncertainty, between_ends(unit), indicator)
    found = analysis.analyze(problem, unit, values, num_levels=4, seed=seed)
    columns = {"path": list(uncertainty.paths), "mu": found["mu"], "mu_star": found["mu_star"], "sigma": found["sigma"]}
    table = pd.DataFrame({k: np.asarray(v) for k, v in columns.items()})
    return table.sort_values("mu_star", ascending=False, kind="stable").reset_index(drop=True), moved


def sobol_table(
    evaluator: Evaluator, uncertainty: Uncertainty, size: tuple[int, int], indicator: str
) -> tuple[pd.DataFrame, set[str]]:
    """Return first-order and total shares of the variance with their 95 % intervals, the largest first.

    And the fields with values beyond a limit.
    """
    import pandas as pd
    from SALib.analyze import sobol as analysis
    from SALib.sample import sobol as sampling

    count, seed = size
    problem = _problem(uncertainty)
    unit = sampling.sample(problem, count, calc_second_order=False, seed=seed)
    values, moved = _values(evaluator, uncertainty, unit, indicator)
    found = analysis.analyze(problem, values, calc_second_order=False, seed=seed)
    columns = {
        "path": np.asarray(uncertainty.paths, dtype=object),
        "first_order": found["S1"],
        "first_order_error": found["S1_conf"],
        "total": found["ST"],
        "total_error": found["ST_conf"],
    }
    table = pd.DataFrame({k: np.asarray(v) for k, v in columns.items()})
    return table.sort_values("total", ascending=False, kind="stable").reset_index(drop=True), moved
