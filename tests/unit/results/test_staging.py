"""When whole units are worth a warning."""

from types import SimpleNamespace

import pytest

from edsim.results import staging
from edsim.results.staging import Staging, staging_findings


@pytest.mark.parametrize(
    ("kind", "staged", "warned"),
    [("chp", 90.0, False), ("chp", 110.0, True), ("vapour_chiller", 90.0, True), ("chp", 101.0, False)],
)
def test_engines_that_run_low_for_heat_are_not_accused(monkeypatch, kind, staged, warned):
    """Proves: less fuel staged for power says nothing of a bank that makes heat; more fuel does. Else W511 misleads."""
    run = SimpleNamespace(name="v", plant=[SimpleNamespace(id="m", kind=kind)])
    monkeypatch.setattr(staging, "stage_units", lambda _: (Staging("m", 100.0, staged),))
    assert bool(staging_findings(run)) is warned
