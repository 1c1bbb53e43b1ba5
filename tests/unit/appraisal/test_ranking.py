"""What alternatives cannot be ranked by."""

import pytest

from edsim.appraisal.company.financing import why_alike
from edsim.case.parts.finance_terms import ServiceTariff


@pytest.mark.parametrize(
    ("terms", "alike", "apart"),
    [
        ({"target_irr_frac": 0.12}, "equity_irr", "minimum_dscr"),
        ({"target_irr_frac": 0.12}, "equity_npv", "required_price"),
        ({"target_dscr": 1.3}, "minimum_dscr", "equity_irr"),
    ],
)
def test_what_the_tariff_is_found_for_ranks_nothing(terms: dict[str, float], alike: str, apart: str) -> None:
    """Proves: a return that every alternative reaches is refused as a rank, with what to rank by instead.

    If ignored: the rounding of equal figures picks the best alternative.
    """
    tariffs = ServiceTariff(**terms)
    assert "required_price" in why_alike(alike, tariffs)
    assert why_alike(apart, tariffs) == ""
    assert why_alike(alike, ServiceTariff(capacity_per_kw_a=60.0, consumption_per_kwh=0.05)) == ""
    assert why_alike(alike, None) == ""
