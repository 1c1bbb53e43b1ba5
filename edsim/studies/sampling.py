"""Samples of uncertain inputs: Latin hypercube with rank correlations."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from edsim.studies.uncertainty import Uncertainty
from edsim.studies.vary import Point

Array = NDArray[np.float64]


def latin_hypercube(count: int, dimensions: int, rng: np.random.Generator) -> Array:
    """Return `count` points in the unit cube, one in each of `count` equal slices of every axis (McKay et al. 1979)."""
    slices = np.array([rng.permutation(count) for _ in range(dimensions)]).T.reshape(count, dimensions)
    return np.asarray((slices + rng.random((count, dimensions))) / count)


def correlate(sample: Array, correlation: Array, rng: np.random.Generator) -> Array:
    """Return `sample` : (n, k) with its columns reordered to the rank correlations wanted; margins stay as they are.

    Method: Iman and Conover, Communications in Statistics B11 (1982), doi:10.1080/03610918208812265, with van der
    Waerden scores.
    """
    from scipy.stats import norm

    n, k = sample.shape
    if k < 2 or n < 3 or np.allclose(correlation, np.eye(k)):
        return sample
    scores = norm.ppf(np.arange(1, n + 1) / (n + 1))
    shuffled = np.array([rng.permutation(scores) for _ in range(k)]).T
    has = np.linalg.cholesky(np.corrcoef(shuffled, rowvar=False))
    wanted = np.linalg.cholesky(correlation)
    target = shuffled @ np.linalg.inv(has).T @ wanted.T
    ranks = target.argsort(axis=0).argsort(axis=0)
    return np.asarray(np.take_along_axis(np.sort(sample, axis=0), ranks, axis=0))


def sample_points(uncertainty: Uncertainty, count: int, seed: int) -> tuple[Point, ...]:
    """Return `count` alternatives drawn from the joint distribution; the same seed gives the same ones."""
    rng = np.random.default_rng(seed)
    unit = correlate(latin_hypercube(count, len(uncertainty.inputs), rng), uncertainty.correlation, rng)
    return points_at(uncertainty, unit)


def points_at(uncertainty: Uncertainty, unit: Array) -> tuple[Point, ...]:
    """Return the alternatives at cumulative probabilities `unit` : (n, inputs)."""
    safe = np.clip(unit, 1e-9, 1.0 - 1e-9)
    columns = [u.quantile(safe[:, i]) for i, u in enumerate(uncertainty.inputs)]
    width = len(str(max(len(unit) - 1, 0)))
    return tuple(
        Point(f"{n:0{width}d}", {u.path: float(c[n]) for u, c in zip(uncertainty.inputs, columns, strict=True)})
        for n in range(len(unit))
    )
