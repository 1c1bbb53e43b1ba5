"""Use, floor area and storeys alone against the DOE commercial reference buildings."""

from statistics import median

import pytest

from tests.reference.buildings.reference_buildings import LARGEST_BAR_FRAC, MEDIAN_BAR_FRAC, compare

pytestmark = pytest.mark.reference

_OTHER = frozenset({"outpatient"})  # operating rooms with much reheated air; "clinic" stands for consulting rooms


def test_archetypes_alone_come_near_the_reference_buildings_in_miami() -> None:
    """Proves: from use, area and storeys the median error of annual cooling is at most 25 %, the largest 60 %.

    Only the outpatient building is not met. If ignored: a first estimate from a building list misleads whoever decides
    on a study.
    """
    rows = compare()
    assert median(abs(r.error_frac) for r in rows) <= MEDIAN_BAR_FRAC
    for r in rows:
        assert abs(r.error_frac) <= LARGEST_BAR_FRAC or r.building in _OTHER, r
