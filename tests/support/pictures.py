"""Screenshots held against pictures that were looked at.

A picture is compared as a grid of mean shades, so that other fonts and small shifts pass, and a part that is blank,
missing, covered or of another color does not. To accept a wanted change: run with ``EDSIM_NEW_BASELINES=1``, look at
the pictures, commit them.
"""

from __future__ import annotations

import io
import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

CELL = 12
MOST_HEIGHT, MOST_MEAN, MOST_WORST = 0.06, 5.0, 70.0
"""Allowed difference: of height, relative; of shades of 255 on average; and of the hundredth of cells most apart."""


@dataclass(frozen=True, slots=True)
class Difference:
    """How far two pictures are apart."""

    height_frac: float
    mean_shades: float
    worst_shades: float

    @property
    def seen(self) -> bool:
        """Whether a reader would see it."""
        return self.height_frac > MOST_HEIGHT or self.mean_shades > MOST_MEAN or self.worst_shades > MOST_WORST


def small(screenshot: bytes, scale: float) -> Image.Image:
    """Return a screenshot scaled down, small enough to keep."""
    full = Image.open(io.BytesIO(screenshot)).convert("RGB")
    return full.resize((round(full.width * scale), round(full.height * scale)), Image.Resampling.BOX)


def difference(one: Image.Image, other: Image.Image) -> Difference:
    """Return how far one picture is from another."""
    apart = np.abs(_cells(one, other.size) - _cells(other, other.size)).mean(axis=2)
    return Difference(abs(one.height / other.height - 1.0), float(apart.mean()), float(np.quantile(apart, 0.99)))


def held(shown: Image.Image, path: Path) -> Difference | None:
    """Return what a reader would see changed against the kept picture; keep the new one when that is asked for."""
    if os.environ.get("EDSIM_NEW_BASELINES") == "1":
        path.parent.mkdir(exist_ok=True)
        shown.quantize(48).save(path, optimize=True)
        return None
    found = difference(shown, Image.open(path))
    return found if found.seen else None


def _cells(picture: Image.Image, size: tuple[int, int]) -> np.ndarray:
    grid = picture.convert("RGB").resize((size[0] // CELL, size[1] // CELL), Image.Resampling.BOX)
    return np.asarray(grid, dtype=float)
