"""What customers who pay more than in BAU do to a company when they leave."""

from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import pytest

import edsim.finance as fin
from edsim.appraisal.company.stress import LEAVING, WORTHLESS, stress_of

_CASE: Any = Record(finance=Record(tax=None))


def _stress(costs_in_bau: tuple[float, float], salvage: float = 0.0) -> dict[str, Any]:
    contract = fin.Contract(10, 0.1, np.ones(10))
    customers = tuple(
        fin.Customer(name, 1000.0, 2e6, cost) for name, cost in zip(("hall", "court"), costs_in_bau, strict=True)
    )
    project = fin.ProjectInputs(
        years=10, revenue={}, operating_cost={"electricity": 1e5}, investments=(fin.Investment("plant", 8e5),),
        discount_rate=0.1, salvage=salvage,
    )  # fmt: skip
    return stress_of(project, _CASE, (customers, contract, fin.Tariff(consumption_per_kwh=0.07)))


def test_those_who_pay_more_leave_together() -> None:
    """Proves: at 140 000 a year, court pays more than its 100 000 and leaves; what it paid is lost.

    If ignored: a tariff with losers is stressed as if they stayed.
    """
    found = _stress((2e5, 1e5))
    assert found[LEAVING] == found["loss of court"]
    assert found[LEAVING].equity_npv < found["as planned"].equity_npv


@pytest.mark.parametrize("costs", [(2e5, 2e5), (1e5, 1e5)])
def test_nothing_is_said_where_all_stay_or_all_leave(costs: tuple[float, float]) -> None:
    assert LEAVING not in _stress(costs)


def test_what_rests_on_the_end_value_is_shown() -> None:
    """Proves: pipes worth 400 000 after 10 years carry 400 000 / 1.1^10 = 154 217 of the owners' present value.

    If ignored: a return that rests on selling old pipes looks like one that customers pay for.
    """
    found = _stress((2e5, 2e5), salvage=4e5)
    assert found["as planned"].equity_npv - found[WORTHLESS].equity_npv == pytest.approx(4e5 / 1.1**10)
    assert WORTHLESS not in _stress((2e5, 2e5))
