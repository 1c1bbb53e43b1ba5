"""Ice that is made over a week ahead of a peak is told."""

from types import SimpleNamespace
from typing import cast

import pytest

from edsim.results.slow_stores import slow_store_findings
from edsim.results.variant import VariantRun
from edsim.technologies.ice_store import IceStore


@pytest.mark.parametrize(
    ("kwh", "ice_maker_kw", "got"),
    [
        (20_000.0, 71.4, ["431 h at 71 kW of ice makers"]),
        (20_000.0, 3_000.0, []),
        (20_000.0, 430.0, []),
        (20_000.0, 420.0, ["73 h at 420 kW of ice makers"]),
        (0.0, 0.0, []),
    ],
)
def test_a_tank_that_freezes_for_more_than_three_days_is_told(kwh: float, ice_maker_kw: float, got: list[str]) -> None:
    """Proves: capacity over ice makers at brine temperature (0.65 of rated) above 72 h is remarked, no other.

    If ignored: a study relieves the feeder by ice that was begun eighteen days before a peak nobody knew of.
    """
    sizes = {"capacity_kwh": kwh, "ice_maker_kw": ice_maker_kw}
    run = SimpleNamespace(name="park", plant=(IceStore(id="ice"),), capacity=lambda _, size: sizes[size])
    run.stages = (SimpleNamespace(run=run),)
    found = slow_store_findings(cast("VariantRun", run))
    assert [f.got for f in found] == got
    assert all((f.code, f.field) == ("W519", "park.technologies.ice") for f in found)
