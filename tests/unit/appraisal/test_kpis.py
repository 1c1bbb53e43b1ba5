"""Indicators of the result page."""

import pytest

from edsim.appraisal.kpis import LEVELIZED, why_missing


@pytest.mark.parametrize("indicator", LEVELIZED)
def test_a_study_says_why_it_has_no_levelized_cost(indicator: str) -> None:
    """Proves: the method that forbids it is named with a way out. If ignored: "it finances no district company"."""
    said = why_missing(indicator, "shapley")
    assert "joint_cost_method: shapley" in said
    assert "write exergy, efficiency or energy" in said
    assert "does not compare this service" in why_missing(indicator, "exergy")
    assert "finances no district company" in why_missing("equity_irr", "shapley")
    assert "cooling is not the one service" in why_missing("heat_rejected", "shapley")
