"""Accounting frames of a study side by side, by hand."""

from types import SimpleNamespace as Record
from typing import Any

import pytest

from edsim.appraisal.frames import frames_table
from edsim.ghg import Activity, FuelUse, GridFactor, inventory

_GRID = (GridFactor("inventory", 0.2), GridFactor("combined_margin", 0.4))
_CASE: Any = Record(emissions=Record(replication_factor=0.5))


def _emissions(variant: str, grid_kwh: float, biogenic: float) -> Any:
    wood = FuelUse("biomass", 1000.0, 0.01, biogenic_kgco2_per_kwh=biogenic)
    activity = Activity(variant, 10, grid_kwh, grid=_GRID, fuels=(wood,))
    return Record(activity=activity, inventory=inventory(activity))


def test_what_a_frame_says_of_bau_and_project_adds_up() -> None:
    """Proves: 10 years of 50 and 30 MWh at 0.2 kg/kWh and of 10 kg of wood are 100.1 and 60.1 t, 40 t less, 4 a year.

    With the combined margin all is twice as much, and the GEF counts half of it again by replication; biogenic CO2
    stands apart. If ignored: the table could tell of another project than the reduction it is summed up by.
    """
    emissions = {"bau": _emissions("bau", 50e3, 0.3), "park": _emissions("park", 30e3, 0.1)}
    table = frames_table(_CASE, emissions, ["park"]).set_index("frame")
    names = ["grid_kg_per_kwh", "bau_t", "value_t", "reduction_t", "reduction_t_per_a", "memo_t", "indirect_t"]
    assert table.loc["ghg_protocol", names].tolist() == pytest.approx([0.2, 100.1, 60.1, 40.0, 4.0, 2.0, 0.0])
    assert table.loc["gef", names].tolist() == pytest.approx([0.4, 200.1, 120.1, 80.0, 8.0, 2.0, 40.0])
    assert table.loc["life_cycle", names].isna().all()
    assert table.loc["life_cycle", "reason"] == "no life_cycle factor in the case"
