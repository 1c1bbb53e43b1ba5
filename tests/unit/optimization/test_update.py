"""Taking over other prices, limits and demands: the same optimum as a model built anew."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from edsim.core.timegrid import typical_days
from edsim.optimization.model.model import build, sizing_model
from tests.unit.optimization.conftest import YEAR, flat, tariff

GRID = typical_days(np.array([10, 200]), (np.arange(365) >= 180).astype(np.int64))
ONE_MODEL = [HealthCheck.function_scoped_fixture]
"""One live model goes through all examples on purpose."""
HOUR = np.arange(YEAR)
LOAD = 10 + 5 * np.sin(2 * np.pi * HOUR / 24) + 2 * np.sin(2 * np.pi * HOUR / YEAR)
PRICE = 0.1 + 0.05 * np.sin(2 * np.pi * (HOUR - 6) / 24)
SUN = np.clip(np.sin((HOUR % 24 - 6) / 12 * np.pi), 0.0, None)


def three(make, system, price=PRICE, load=LOAD, **fields):
    """Grid, PV and battery on two typical days."""
    grid = make("grid", id="grid", tariff="power", capex_per_kw=fields.get("grid", 30.0))
    pv = make("pv", id="pv", capex_per_kwp=fields.get("pv", 900.0), max_capacity_kwp=fields.get("room", 30.0))
    store = make("battery", id="battery", capex_per_kwh=fields.get("store", 60.0), capex_per_kw=10.0)
    s = system([grid, pv, store], {"electricity": load}, price, pv_kw_per_kwp={"pv": SUN})
    return replace(s, discount_rate_frac=fields.get("rate", 0.05))


@pytest.mark.medium
@settings(max_examples=15, deadline=None, suppress_health_check=ONE_MODEL)
@given(
    price=st.floats(0.3, 3.0),
    pv=st.floats(300.0, 2000.0),
    store=st.floats(5.0, 200.0),
    rate=st.floats(0.0, 0.12),
)
def test_repriced_model_has_the_optimum_of_a_new_one(warm, make, system, price, pv, store, rate):
    """Proves: price changes in a live session and models built anew agree to 1e-6; the matrix is never built again."""
    other = three(make, system, PRICE * price, pv=pv, store=store, rate=rate)
    lp = warm.lp
    assert warm.update(other)
    assert warm.lp is lp
    assert warm.solve().objective == pytest.approx(build(other, GRID).solve().objective, rel=1e-6)


@pytest.mark.medium
@settings(max_examples=10, deadline=None, suppress_health_check=ONE_MODEL)
@given(load=st.floats(0.4, 2.5), room=st.floats(0.0, 60.0), shift=st.integers(0, 23))
def test_other_demands_and_limits_keep_the_session(warm, make, system, load, room, shift):
    """Proves: other right-hand sides and bounds are handed over, and nothing else is lost."""
    other = three(make, system, load=np.roll(LOAD, shift) * load, room=room)
    assert warm.update(other)
    assert warm.solve().objective == pytest.approx(build(other, GRID).solve().objective, rel=1e-6)


@pytest.fixture(scope="module")
def warm_holder():
    return {}


@pytest.fixture
def warm(warm_holder, make, system):
    """Return one model that lives through all examples."""
    if "model" not in warm_holder:
        warm_holder["model"] = build(three(make, system), GRID)
        warm_holder["model"].solve()
    return warm_holder["model"]


def test_another_coefficient_starts_cold_and_is_right(make, system):
    """Proves: a better battery changes the matrix: the session is dropped and the optimum is that of the new system."""
    model = build(three(make, system), GRID)
    model.solve()
    base = three(make, system)
    better = replace(
        base,
        technologies=tuple(
            t.model_copy(update={"round_trip_frac": 0.99}) if t.kind == "battery" else t for t in base.technologies
        ),
    )
    assert not model.update(better)
    assert model.solve().objective == pytest.approx(build(better, GRID).solve().objective, rel=1e-9)


def test_another_machine_starts_cold(make, system):
    model = build(three(make, system), GRID)
    fewer = replace(three(make, system), technologies=three(make, system).technologies[:2])
    assert not model.update(fewer)
    assert set(model.solve().capacities) == {("grid", "connection_kw"), ("pv", "capacity_kwp")}


def test_demand_charge_and_export_price_are_taken_over(make, system):
    """Proves: prices that are not energy prices reach the new costs too."""
    base = three(make, system)
    model = build(base, GRID)
    model.solve()
    site = replace(base.conditions["energy_center"], tariffs={"power": tariff(PRICE, 7.0, 0.03)})
    other = replace(base, conditions={"energy_center": site})
    assert model.update(other)
    found = model.solve()
    assert found.objective == pytest.approx(build(other, GRID).solve().objective, rel=1e-6)
    assert found.accounts["demand_charge"] > 0


@pytest.mark.slow
def test_sizing_model_holds_peak_days_and_extra_days(make, system):
    """Proves: the typical-day model keeps the day of the peak and the days asked for as they are."""
    load = flat(10)
    load[24 * 77 + 5] = 40.0
    grid = sizing_model(three(make, system, load=load), 3, extra_days=[300]).grid
    assert {77, 300} <= set(grid.medoid_day.tolist())
