"""Bills of heat shared between base load and weather, solved by hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edsim.core.errors import CaseError, DataError
from edsim.core.timegrid import DAYS_PER_MONTH, HOURS_PER_YEAR, MONTH_OF_HOUR
from edsim.profiles.heat_bills import shared_heat
from edsim.profiles.metered import put_meters
from tests.support.small_district import office

MONTH_C = np.array([2.0, 4.0, 8.0, 11.0, 16.0, 20.0, 22.0, 22.0, 18.0, 12.0, 7.0, 3.0])
OUTDOOR_C = MONTH_C[MONTH_OF_HOUR]
HOURS = 24.0 * DAYS_PER_MONTH
DEGREE_HOURS = np.maximum(15.0 - MONTH_C, 0.0) * HOURS
BILLS = 10.0 * HOURS + 4.0 * DEGREE_HOURS
"""10 kW all year and 4 kW for each kelvin below 15 °C."""
COLD_HOUR = np.where(np.arange(HOURS_PER_YEAR) % 2000 == 0, 50.0, 0.0)
"""A simulation that heats in five hours of the year."""


def _months(series: np.ndarray) -> np.ndarray:
    return np.bincount(MONTH_OF_HOUR, series)


def test_base_load_and_slope_of_a_building_are_found() -> None:
    """Proves: 10 kW and 4 kW/K below 15 °C come back from their twelve sums, within the blend of day and hour.

    If ignored: hot water of summer is heated rooms, and the peak is that of no winter.
    """
    heat = shared_heat(BILLS, MONTH_OF_HOUR, np.zeros(HOURS_PER_YEAR), OUTDOOR_C)
    assert heat.balance_c == 15.0
    assert (heat.slope, heat.base_kw.mean()) == pytest.approx((4.0, 10.0), rel=0.02)
    assert heat.cv_frac < 0.01
    assert _months(heat.base_kw + heat.weather_kw) == pytest.approx(BILLS)
    assert heat.weather_kw.max() == pytest.approx(4.0 * 13.0, rel=0.03)


def test_bills_never_stand_on_a_few_hours_of_the_simulation() -> None:
    """Proves: with a simulation of five hours the peak is the 62 kW of the signature, not a month's bill in an hour."""
    heat = shared_heat(BILLS, MONTH_OF_HOUR, COLD_HOUR, OUTDOOR_C)
    assert heat.balance_c is not None
    assert (heat.base_kw + heat.weather_kw).max() == pytest.approx(10.0 + 4.0 * 13.0, rel=0.03)


def test_hours_of_an_agreeing_simulation_are_taken() -> None:
    """Proves: bills of 1.2 times the simulation and 5 kW give that factor, that base and its hours."""
    day = 4.0 * np.maximum(15.0 - OUTDOOR_C, 0.0) * np.where(np.arange(HOURS_PER_YEAR) % 24 < 12, 2.0, 0.0)
    heat = shared_heat(1.2 * _months(day) + 5.0 * HOURS, MONTH_OF_HOUR, day, OUTDOOR_C)
    assert heat.balance_c is None
    assert heat.weather_kw == pytest.approx(1.2 * day)
    assert heat.base_kw == pytest.approx(np.full(HOURS_PER_YEAR, 5.0))


def test_a_month_out_of_line_is_kept_without_a_peak() -> None:
    """Proves: a bill three times the others of its kind is kept, its hours rise by a quarter, the rest is even."""
    odd = BILLS.copy()
    odd[4] *= 3.0
    heat = shared_heat(odd, MONTH_OF_HOUR, np.zeros(HOURS_PER_YEAR), OUTDOOR_C)
    made = heat.base_kw + heat.weather_kw
    assert _months(made) == pytest.approx(odd)
    assert made[MONTH_OF_HOUR == 4].max() < 1.3 * odd[4] / HOURS[4]


def test_bills_of_the_other_hemisphere_are_refused() -> None:
    """Proves: sums shifted by six months run against the weather and are refused; even ones pass."""
    with pytest.raises(DataError, match="E325"):
        shared_heat(np.roll(BILLS, 6), MONTH_OF_HOUR, COLD_HOUR, OUTDOOR_C)
    assert shared_heat(HOURS, MONTH_OF_HOUR, COLD_HOUR, OUTDOOR_C).weather_kw.sum() == pytest.approx(0.0, abs=1.0)


Write = Callable[..., Path]


def _heat(write_case: Write, **measured: Any) -> tuple[dict[str, np.ndarray], list[Any]]:
    """Return heat and hot water of a building with a meter, and the remarks."""
    from edsim.workflow import load_case

    folder = write_case(buildings=[office("tower") | {"measured": {"heating": measured}}])
    demand = {"heating": COLD_HOUR[None].copy(), "hot_water": np.full((1, HOURS_PER_YEAR), 3.0)}
    found = put_meters(load_case(folder), demand, np.zeros((1, HOURS_PER_YEAR)), OUTDOOR_C)
    return {name: series[0] for name, series in demand.items()}, found


def test_gas_is_made_heat_and_its_summer_hot_water(write_case: Write) -> None:
    """Proves: gas in HHV becomes heat by LHV/HHV and 0.9, and the load of all months becomes hot water.

    If ignored: fuel passes as heat, a fifth too much, and boilers are sized for showers in rooms.
    """
    from edsim.core.heating_value import hhv_per_lhv

    gas = BILLS / 0.9 * hhv_per_lhv("natural_gas")
    given = {"fuel": "natural_gas", "efficiency_frac": 0.9, "hot_water_base": True, "monthly_kwh": gas.tolist()}
    made, found = _heat(write_case, **given)
    assert made["hot_water"].sum() == pytest.approx(10.0 * HOURS_PER_YEAR, rel=0.02)
    assert _months(made["heating"] + made["hot_water"]) == pytest.approx(BILLS)
    assert [f.code for f in found if f.code in {"W312", "W313"}] == ["W313", "W312"]


def test_a_stated_share_is_hot_water(write_case: Write) -> None:
    """Proves: a third of the year stays hot water in sums and in a total; in LHV the fuel keeps its energy."""
    for given in ({"monthly_kwh": BILLS.tolist()}, {"annual_kwh": float(BILLS.sum())}):
        made, _ = _heat(
            write_case, hot_water_frac=1 / 3, fuel="diesel", heating_value="LHV", efficiency_frac=1, **given
        )
        assert made["hot_water"].sum() == pytest.approx(BILLS.sum() / 3, rel=1e-3)
        assert (made["heating"] + made["hot_water"]).sum() == pytest.approx(BILLS.sum())


@pytest.mark.parametrize(
    ("measured", "says"),
    [
        ({"fuel": "natural_gas"}, "needs the efficiency.*E326"),
        ({"fuel": "peat", "efficiency_frac": 0.8}, "peat.*E182"),
        ({"hot_water_base": True, "hot_water_frac": 0.2}, "or twice.*E1837"),
        ({"hot_water_base": True, "monthly_peak_kw": [900.0] * 12}, "without peaks.*E326"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(write_case: Write, measured: dict[str, Any], says: str) -> None:
    """Proves: fuel without an efficiency, of no known kind, and hot water stated twice or untold are named."""
    with pytest.raises((CaseError, DataError), match=says):
        _heat(write_case, monthly_kwh=BILLS.tolist(), **measured)
