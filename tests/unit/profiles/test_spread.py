"""What a case sets for all its profiles: the spread of schedules and the change of its climate."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edsim import workflow
from edsim.case.schema import Case
from edsim.core.errors import CaseError
from edsim.profiles.buildings.stock.building import resolve
from edsim.profiles.described import needs_of, specs_of
from edsim.profiles.district import make_weather


def _shifts(case: Case) -> list[float]:
    return [resolve(s, "temperate", "COL", 2025, 1).diversity.shift_h for s in specs_of(case, case.buildings)]


def test_the_case_sets_the_spread_of_schedules(write_case: Callable[..., Path]) -> None:
    """Proves: shifts follow the spread in proportion, a building's own stands before it, its hours in use stay.

    If ignored: a spread in the case does nothing, or a study reuses the demand of another spread.
    """
    buildings: list[dict[str, Any]] = [
        {"id": f"t{i}", "use": "office", "floor_area_m2": 8000, "storeys": 5, "bau": {"cooling": "old"}}
        | {"lat_deg": 6.245 + 0.001 * i, "lon_deg": -75.574}
        for i in range(3)
    ]
    buildings[2]["archetype"] = {"schedule_sigma_h": 0.0}
    usual = workflow.load_case(write_case(buildings=buildings))
    wide = workflow.load_case(write_case(buildings=buildings, settings={"schedule_spread_h": 1.5}))
    assert np.allclose(np.array(_shifts(wide)[:2]), 2.0 * np.array(_shifts(usual)[:2]))  # 0.75 h by default
    assert _shifts(wide)[2] == 0.0
    assert needs_of(wide) != needs_of(usual)
    early, late = (resolve(specs_of(c, c.buildings)[0], "temperate", "COL", 2025, 1) for c in (usual, wide))
    assert np.isclose(early.occupancy.sum(), late.occupancy.sum())
    assert not np.allclose(early.occupancy, late.occupancy)


def test_the_case_sets_the_spread_of_days(write_case: Callable[..., Path]) -> None:
    """Proves: days of use differ as the case says, a building's own value stands before it, none are all alike.

    If ignored: a spread of days in the case does nothing, or a study reuses the demand of another one.
    """
    buildings: list[dict[str, Any]] = [
        {"id": f"t{i}", "use": "office", "floor_area_m2": 8000, "storeys": 5, "bau": {"cooling": "old"}}
        | {"lat_deg": 6.245 + 0.001 * i, "lon_deg": -75.574}
        for i in range(3)
    ]
    buildings[2]["archetype"] = {"day_sigma_frac": 0.2}
    usual = workflow.load_case(write_case(buildings=buildings))
    alike = workflow.load_case(write_case(buildings=buildings, settings={"day_spread_frac": 0.0}))
    days = [
        [resolve(s, "temperate", "COL", 2025, 1).days for s in specs_of(case, case.buildings)]
        for case in (usual, alike)
    ]
    assert [round(float(d.std()), 2) for d in days[0]] == pytest.approx([0.09, 0.09, 0.18], abs=0.015)  # cut at 2 sigma
    assert np.all(days[1][0] == 1.0)
    assert np.array_equal(days[1][2], days[0][2])
    assert needs_of(alike) != needs_of(usual)


@pytest.mark.slow
def test_the_case_changes_its_climate(write_case: Callable[..., Path]) -> None:
    """Proves: monthly changes of a case reach its weather, with its source. If ignored: a future climate is today's."""
    change = {"label": "SSP2-4.5 2050, by hand", "mean_temp_change_k": [1.6], "ghi_factor": [1.0] * 11 + [1.1]}
    present = make_weather(workflow.load_case(write_case()))
    future = make_weather(workflow.load_case(write_case(weather={"change": change})))
    assert np.allclose(future.dry_bulb_temp_c - present.dry_bulb_temp_c, 1.6)
    assert np.isclose(future.ghi_w_per_m2[-744:].sum() / present.ghi_w_per_m2[-744:].sum(), 1.1)
    assert np.isclose(future.ghi_w_per_m2[:-744].sum(), present.ghi_w_per_m2[:-744].sum())
    assert any("SSP2-4.5 2050" in note for note in future.notes)
    with pytest.raises(CaseError, match=r"weather\.change\.mean_temp_change_k"):
        workflow.load_case(write_case(weather={"change": change | {"mean_temp_change_k": [160.0]}}))
