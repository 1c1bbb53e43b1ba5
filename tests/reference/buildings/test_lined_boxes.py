"""Moisture of furnishings after a night without cooling, against EnergyPlus."""

import os
from pathlib import Path

import pytest

from tests.reference.bestest.table import VARIABLE, read_reference_weather
from tests.reference.buildings.lined_boxes import SITES, Comparison, compare

pytestmark = pytest.mark.reference


@pytest.fixture(scope="module")
def rows() -> list[Comparison]:
    folder = os.environ.get(VARIABLE)
    if not folder:
        pytest.skip(f"{VARIABLE} is not set: lined boxes not run")
    return [r for site, file in SITES.items() for r in compare(site, read_reference_weather(Path(folder), file))]


def test_lined_boxes_hold_their_bars(rows: list[Comparison]) -> None:
    """Proves: year within 5 %, latent within 10 %, hours within 20 % of a model of penetration depth."""
    assert len(rows) == 4
    assert all(r.held for r in rows), rows


def test_the_first_hour_does_not_take_the_moisture_of_the_furnishings(rows: list[Comparison]) -> None:
    """Proves: the peak, which is that of the start, is not overstated. If ignored: one store is 15 to 25 % too high."""
    assert all(-0.12 < r.peak_frac < 0.05 for r in rows)
