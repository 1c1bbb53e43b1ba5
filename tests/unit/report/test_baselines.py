"""The look of the page, held against pictures that were looked at.

A picture is compared as a grid of mean shades, so that other fonts and small shifts pass, and a part that is blank,
missing, covered or of another color does not. To accept a wanted change: run with ``EDSIM_NEW_BASELINES=1``, look at
the pictures, commit them.
"""

import io
import os
from pathlib import Path

import numpy as np
import pytest

from edsim.appraisal.types import Appraisal
from edsim.report import write_report
from tests.support import chromium

PLACE = Path(__file__).with_name("baselines")
SECTIONS = ("summary", "site", "plant", "operation", "money", "company", "ghg", "grid", "buildings")
CELL = 12
MEAN_SHADES, WORST_SHADES = 5.0, 70.0
"""Allowed difference of 255: on average, and of the one hundredth of cells that differ most."""


pytest.importorskip("playwright.sync_api")
image = pytest.importorskip("PIL.Image")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(chromium.CHROMIUM is None, reason="no Chromium on this machine")]


def _small(data: bytes, scale: float) -> "image.Image":
    full = image.open(io.BytesIO(data)).convert("RGB")
    return full.resize((round(full.width * scale), round(full.height * scale)), image.Resampling.BOX)


def _cells(picture: "image.Image", size: tuple[int, int]) -> np.ndarray:
    grid = picture.convert("RGB").resize((size[0] // CELL, size[1] // CELL), image.Resampling.BOX)
    return np.asarray(grid, dtype=float)


def differences(one: "image.Image", other: "image.Image") -> tuple[float, float, float]:
    """Return relative difference of height, mean shade difference, and that exceeded by one hundredth of cells."""
    size = (other.width, other.height)
    apart = np.abs(_cells(one, size) - _cells(other, size)).mean(axis=2)
    return abs(one.height / other.height - 1.0), float(apart.mean()), float(np.quantile(apart, 0.99))


@pytest.mark.parametrize(("width", "scale"), [(1280, 0.3), (390, 0.5)])
def test_sections_look_as_they_did(appraisal: Appraisal, tmp_path: Path, width: int, scale: float) -> None:
    """Proves: no section lost a chart, covers another or changed its colors. If ignored: a client sees it first."""
    renew = os.environ.get("EDSIM_NEW_BASELINES") == "1"
    PLACE.mkdir(exist_ok=True)
    faults = []
    with chromium.opened(write_report(appraisal, tmp_path / "report.html"), width) as seen:
        for box in seen.page.query_selector_all(".plotbox"):
            box.scroll_into_view_if_needed() if box.is_visible() else None
        seen.page.wait_for_timeout(1500)
        for section in SECTIONS:
            shown = _small(seen.page.locator(f"#{section}").screenshot(), scale)
            path = PLACE / f"{section}-{width}.png"
            if renew:
                shown.quantize(48).save(path, optimize=True)
                continue
            height, mean, worst = differences(shown, image.open(path))
            if height > 0.06 or mean > MEAN_SHADES or worst > WORST_SHADES:
                faults.append((section, round(height, 3), round(mean, 1), round(worst, 1)))
    assert faults == []


def test_a_blank_chart_is_seen() -> None:
    """Proves: the comparison finds a chart that is not drawn. If ignored: a tolerance that passes everything."""
    kept = image.open(PLACE / "money-1280.png").convert("RGB")
    blank = kept.copy()
    blank.paste((255, 255, 255), (0, blank.height // 10, blank.width, blank.height // 3))
    _, mean, worst = differences(blank, kept)
    assert mean > MEAN_SHADES or worst > WORST_SHADES
