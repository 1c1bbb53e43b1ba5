"""Fixtures shared by the tests of everything that shows or stores a run."""

import pytest

from edsim.appraisal.types import Appraisal


@pytest.fixture(scope="session")
def appraisal() -> Appraisal:
    """Return an appraisal with every table filled by hand."""
    from tests.support import make_appraisal

    return make_appraisal.make()
