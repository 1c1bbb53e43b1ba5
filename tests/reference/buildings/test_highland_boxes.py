"""Rooms in thin, cool air and strong sun, against EnergyPlus."""

import os
from pathlib import Path

import pytest

from tests.reference.bestest.table import VARIABLE, read_reference_weather
from tests.reference.buildings.highland_boxes import SITES, Comparison, compare

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def rows() -> list[Comparison]:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set: highland boxes not run")
    return [r for site, file in SITES.items() for r in compare(site, read_reference_weather(Path(folder), file))]


def test_highland_boxes_hold_their_bars(rows: list[Comparison]) -> None:
    """Proves: year within 5 %, latent within 10 %, hours within 20 %, but for one box in Bogotá.

    If ignored: films of glass at sea level, or pane heat given to the air, lose three of the eight, one by 19 %.
    """
    assert len(rows) == 8
    assert [(r.site, r.box) for r in rows if not r.held] == [("Bogota", "heavy, single glass on four sides")]


def test_a_small_load_behind_much_single_glass_is_no_more_than_a_tenth_off(rows: list[Comparison]) -> None:
    """Proves: the box that misses is 8 % low, 5 points of it by the sky of high places in EnergyPlus."""
    (missed,) = [r for r in rows if not r.held]
    assert abs(missed.total_frac) < 0.10
    assert missed.hourly_cv_frac < 0.25
