"""Machines of buildings in a district whose demand falls."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest

from edsim.results.tables import new_frac
from edsim.results.variant import PhaseRun, VariantRun, grown, owned_kw


@dataclass(frozen=True)
class _Own:
    building: str
    service: str
    operation: Any


def test_a_machine_stays_when_demand_falls() -> None:
    """Proves: 100 kW bought first are owned after demand fell to 60 kW. If ignored: BAU would show 60 kW installed."""
    bare: Any = VariantRun("bau", None, None, None, ())
    at = [replace(bare, individual=(_Own("b", "cooling", SimpleNamespace(capacity_kw=kw)),)) for kw in (100.0, 60.0)]
    run = grown([PhaseRun(2027, 1, 5, at[0]), PhaseRun(2032, 6, 20, at[1])])
    assert owned_kw(run) == {("b", "cooling"): 100.0}


def test_what_a_building_adds_later_is_bought_not_standing() -> None:
    """Proves: of 120 kW at a building of age 9 with 100 kW at the start, 20 are new; all of a building of age 0.

    If ignored: the table of equipment says that 120 kW stand already, and the 20 cost nothing beside the ledger.
    """
    machine = SimpleNamespace(id="chiller")

    def own(building: str, kw: float) -> Any:
        return SimpleNamespace(
            building=building, service="cooling", machine=machine, operation=SimpleNamespace(capacity_kw=kw)
        )

    ages = {"old": 9.0, "later": 0.0}
    buildings = [SimpleNamespace(id=k, machine_age_a=lambda _service, a=a: a) for k, a in ages.items()]
    district: Any = SimpleNamespace(case=SimpleNamespace(buildings=buildings, finance=SimpleNamespace(horizon_a=20)))
    bare: Any = VariantRun("bau", district, None, None, ())
    first = replace(bare, individual=(own("old", 100.0),))
    last = replace(bare, individual=(own("old", 120.0), own("later", 30.0)))
    run = grown([PhaseRun(2027, 1, 5, first), PhaseRun(2032, 6, 20, last)])
    assert new_frac(run, "chiller") == pytest.approx(50.0 / 150.0)
    assert new_frac(last, "chiller") == pytest.approx(30.0 / 150.0)
