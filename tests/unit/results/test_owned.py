"""Machines of buildings in a district whose demand falls."""

from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

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
