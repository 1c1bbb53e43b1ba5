"""Indicators of the result page."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.facts import heat_rejected_kwh, window_peak_kw
from edsim.appraisal.kpis import KPIS, LEVELIZED, ON_REQUEST, why_missing


@pytest.mark.parametrize("indicator", LEVELIZED)
def test_a_study_says_why_it_has_no_levelized_cost(indicator: str) -> None:
    """Proves: the method that forbids it is named with a way out. If ignored: "it finances no district company"."""
    said = why_missing(indicator, "shapley")
    assert "joint_cost_method: shapley" in said
    assert "write exergy, efficiency or energy" in said
    assert "does not compare this service" in why_missing(indicator, "exergy")
    assert "finances no district company" in why_missing("equity_irr", "shapley")
    assert "cooling is not the one service" in why_missing("heat_rejected", "shapley")
    assert "no tariff has demand_bands" in why_missing("window_peak", "shapley")
    assert "delivers no heat" in why_missing("heat_waste_share", "shapley")
    assert "delivers no cooling" in why_missing("cold_ghg", "shapley")


def test_the_peak_of_the_window_is_that_of_the_hours_of_all_bands() -> None:
    """Proves: the highest import where any band of any tariff counts, also one without a charge.

    If ignored: what a district leaves to the peak of the utility would be told by its own peak at noon.
    """
    bought = np.array([50.0, 30.0, 20.0, 40.0, 10.0])

    def run(*hours: tuple[int, ...]) -> Any:
        bands = [SimpleNamespace(counts=np.isin(np.arange(5), h).astype(float), per_kw_month=0.0) for h in hours]
        tariffs = {str(k): SimpleNamespace(demand_bands=(band,)) for k, band in enumerate(bands)}
        return SimpleNamespace(conditions=SimpleNamespace(tariffs=tariffs | {"flat": SimpleNamespace(demand_bands=())}))

    assert window_peak_kw(run((2, 3)), bought) == 40.0
    assert window_peak_kw(run((2,), (1, 4)), bought) == 30.0
    assert window_peak_kw(run(), bought) is None
    assert window_peak_kw(run(()), bought) is None
    assert "window_peak" in ON_REQUEST
    assert next(k for k in KPIS if k.id == "window_peak").better == "lower"


def test_heat_rejected_outdoors_is_what_stays_on_the_site() -> None:
    """Proves: 300 kWh of cold and 120 taken in, less 20 sold, are 400 of heat; with a demand of heat it is not told.

    If ignored: power that is sold would warm the street of the district.
    """

    def run(**demand: float) -> Any:
        flows = [SimpleNamespace(kind="demand", port=p, values=np.array([v, 0.0])) for p, v in demand.items()]
        return SimpleNamespace(flows=flows)

    assert heat_rejected_kwh(run(cooling=300.0, heating=0.0), 120.0, 20.0) == 400.0
    assert heat_rejected_kwh(run(cooling=300.0, heating=1.0), 120.0, 20.0) is None
    assert heat_rejected_kwh(run(cooling=0.0), 120.0, 20.0) is None
