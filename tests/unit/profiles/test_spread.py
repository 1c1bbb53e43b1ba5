"""The spread of schedules that a case sets."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from edsim import workflow
from edsim.case.schema import Case
from edsim.profiles.buildings.building import resolve
from edsim.profiles.described import needs_of, specs_of


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
