"""Calibration of buildings whose bills lie at the edge of what a description allows."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.timegrid import MONTH_OF_HOUR
from edsim.profiles.buildings import BillContext, BuildingSpec, building_loads, calibrate
from edsim.profiles.weather import Weather

pytestmark = pytest.mark.medium


def bills_of(spec: BuildingSpec, weather: Weather) -> np.ndarray:
    loads = building_loads([spec], weather, country="COL", year=2025, seed=0)
    return np.bincount(MONTH_OF_HOUR, loads.electricity_kw[0] + loads.cooling_kw[0] / 2.8)


def test_racks_of_a_supermarket_follow_its_bills(medellin: Weather) -> None:
    """Proves: a store with half as much refrigeration again is met. If ignored: most of its bill cannot be moved."""
    store = BuildingSpec("store", "supermarket", 3000.0, storeys=1)
    fit = calibrate(
        store, bills_of(replace(store, overrides={"refrigeration_w_per_m2": 52.0}), medellin), medellin, BillContext()
    )
    assert abs(fit.nmbe_frac) < 0.01
    assert not fit.findings


def test_no_more_than_the_whole_floor_is_conditioned(medellin: Weather) -> None:
    """Proves: the multiplier ends at the whole floor and other knobs take what is left, the same in every iteration.

    If ignored: a step beyond the floor has no effect, the fit swings between two answers and reports one of them.
    """
    mall = BuildingSpec("mall", "mall", 20000.0, storeys=2, conditioned_frac=0.9)
    truth = replace(mall, conditioned_frac=1.0, overrides={"plug_w_per_m2": 12.0, "outdoor_air_l_per_s_m2": 0.8})
    fit = calibrate(mall, bills_of(truth, medellin), medellin, BillContext())
    assert fit.multipliers[fit.names.index("conditioned_frac")] <= 1.0 / 0.9 + 1e-9
    assert float(fit.spec.overrides["conditioned_frac"]) <= 1.0
    assert fit.multipliers[fit.names.index("gains")] > 1.1
    assert abs(fit.nmbe_frac) < 0.02
    assert not fit.findings


@pytest.mark.parametrize(("factor", "told"), [(1000.0, "1e+03 times"), (0.001, "0.001 times")])
def test_bills_in_another_unit_are_told(factor: float, told: str, medellin: Weather) -> None:
    """Proves: bills in Wh or MWh are told with their size. If ignored: an odd building is fitted to a slip of unit."""
    office = BuildingSpec("office", "office", 5000.0, storeys=5)
    fit = calibrate(office, factor * bills_of(office, medellin), medellin, BillContext())
    (finding,) = (f for f in fit.findings if f.code == "W305")
    assert told in finding.hint
