"""The main job on the shipped case, run once for all golden tests."""

import pytest

from edsim.app import RunOptions, RunOutcome, run
from edsim.core.resources import share_path


@pytest.fixture(scope="session")
def alpujarra(tmp_path_factory) -> RunOutcome:
    """Return the finished run of La Alpujarra."""
    out = tmp_path_factory.mktemp("runs") / "alpujarra"
    return run(share_path("cases", "medellin-alpujarra"), out, RunOptions())
