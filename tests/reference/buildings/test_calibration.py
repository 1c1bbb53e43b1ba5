"""Twelve bills bring an archetype to the building they are from."""

import numpy as np
import pytest

from tests.reference.buildings.calibrate_cases import CV_BAR_FRAC, KNOWN, NMBE_BAR_FRAC, Known, calibrated

pytestmark = [pytest.mark.reference, pytest.mark.slow]


@pytest.mark.parametrize("known", KNOWN, ids=[k.spec.id for k in KNOWN])
def test_twelve_bills_calibrate_a_building(known: Known) -> None:
    """Proves: after calibration monthly NMBE is within 5 % and CV within 15 %, better than before.

    If ignored: a metered building is no better known than an archetype.
    """
    fit = calibrated(known)
    assert abs(fit.nmbe_frac) <= NMBE_BAR_FRAC
    assert fit.cv_rmse_frac <= CV_BAR_FRAC
    assert np.abs(fit.modelled_kwh - fit.bills_kwh).sum() < np.abs(fit.prior_kwh - fit.bills_kwh).sum()
