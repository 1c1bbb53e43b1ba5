"""Ends of a front by hand: the least peak of a plant with a battery, however high the price of its cap is."""

from collections.abc import Mapping
from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.optimization.growth.joint_model import ObjectiveAt
from edsim.optimization.system import System
from edsim.studies import tradeoffs
from edsim.studies.plans import Plan, Size, YearDesk, YearModel
from edsim.studies.plant import LivePlant
from tests.unit.optimization.conftest import KINDS, conditions, flat, ideal_battery

pytestmark = pytest.mark.medium


def test_the_end_of_least_peak_is_there_at_any_price_of_its_cap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: 100 kW for half of each day come down to 100 / (1 + 0.64) = 60.98 kW with a battery that gives back 64 %.

    It is charged with that for 12 h and gives the rest of 100 kW for 12 h: 12 P * 0.64 = 12 (100 - P). If ignored: at
    the end a cap may have any price; beside those of energy solvers refuse it (E507), and the end is left out.
    """
    battery = ideal_battery(capex_per_kwh=10.0, round_trip_frac=0.64, cycle_life=1e6)
    grid = KINDS["grid"](id="grid", tariff="power", capex_per_kw=0.0)
    demand = np.tile(np.repeat([100.0, 0.0], 12), 365)
    system = System(
        technologies=(grid, battery),
        demand={("energy_center", "electricity"): demand},
        conditions={"energy_center": conditions(flat(0.1))},
        discount_rate_frac=0.0,
        investment_factor=1.0,
        unserved_cost_per_kwh=100.0,
    )
    case = SimpleNamespace(emissions=SimpleNamespace(carbon_price_per_t=0.0))
    bench: Any = SimpleNamespace(plant=LivePlant(system, 1, 60.0), system=system, case=case)
    monkeypatch.setattr(tradeoffs, "desk_of", lambda *_: YearDesk(bench))
    solve = YearModel.solve

    def steep(model: YearModel, objective: ObjectiveAt, size_weights: Mapping[Size, float] | None = None) -> Plan:
        found = solve(model, objective, size_weights)
        return replace(found, cap_prices=dict.fromkeys(found.cap_prices, 1e12))

    monkeypatch.setattr(YearModel, "solve", steep)
    found = tradeoffs.front(bench, ("cost", "grid_peak_kw"), 2)
    assert found.lost == ()
    cheapest, flattest = found.points[0], found.points[-1]
    assert flattest.second == pytest.approx(100.0 / 1.64, rel=1e-5)
    assert flattest.first > cheapest.first
