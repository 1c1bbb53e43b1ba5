"""Calendar years of the HFC table, which the limits of the Kigali Amendment go by."""

from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from edsim.appraisal.company.finance_tables import hfc_table

LEDGER = SimpleNamespace(hfc_service_kgco2e=lambda: np.zeros(4), hfc_installed_kgco2e=lambda: 0.0)


@pytest.mark.parametrize(("opens", "years"), [((), [2025, 2026, 2027]), ((2027,), [2027, 2028, 2029])])
def test_the_first_year_is_that_of_the_first_milestone(opens: tuple[int, ...], years: list[int]) -> None:
    """Proves: with prices of 2024 year 1 is 2025, in a district that opens in 2027 it is 2027, with the limit of then.

    In 2029 Colombia's limit falls to 90 %. If ignored: a phased district is held against limits of other years.
    """
    case = SimpleNamespace(
        city=SimpleNamespace(country="COL"),
        price_year=2024,
        milestones=tuple(SimpleNamespace(year=y) for y in opens),
        finance=SimpleNamespace(horizon_a=3),
    )
    rows = hfc_table(cast("Any", case), {"district": cast("Any", SimpleNamespace(refrigerants=LEDGER))})
    assert rows["calendar_year"].to_list() == years
    assert rows["limit_frac"].to_list() == [0.9 if year >= 2029 else 1.0 for year in years]
