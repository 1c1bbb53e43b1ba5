"""When whole units are worth a warning."""

from types import SimpleNamespace

import pytest

from edsim.results import staging
from edsim.results.staging import Staging, staging_findings


@pytest.mark.parametrize(("staged", "warned"), [(90.0, True), (110.0, True), (101.0, False)])
def test_a_difference_above_two_percent_is_said(monkeypatch, staged, warned):
    """Proves: whole units that need 10 % more or less than the model are named, 1 % is not. Else W511 misleads."""
    run = SimpleNamespace(name="v", plant=[SimpleNamespace(id="m", kind="chp")])
    monkeypatch.setattr(staging, "stage_units", lambda _: (Staging("m", 100.0, staged),))
    assert bool(staging_findings(run)) is warned
