"""What a customer's own machines cost it a year: purchases as a payment that keeps its worth."""

from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.company.customers import _level_cost
from edsim.finance import CashFlow, CashFlows

FINANCE = Record(
    discount_rate_frac=0.10, inflation_frac=0.5, horizon_a=2, tariffs=None, ramp_up_frac=(),
)  # fmt: skip
CASE: Any = Record(finance=FINANCE, milestones=(), variants={})


def _flows(*rows: tuple[str, int, float]) -> CashFlows:
    return CashFlows.of([CashFlow("c", "bau", "customer", "hall", *row, "USD", "nominal") for row in rows])


@pytest.mark.parametrize(("start", "levels"), [(1, (100.0 / (1 / 1.1 + 1 / 1.21),) * 2), (2, (0.0, 121.0))])
def test_purchases_are_paid_evenly_in_constant_money(start: int, levels: tuple[float, float]) -> None:
    """Proves: 100 at the start are 57.62 a year at 10 % real over two years, or 121 in the second alone.

    Energy stays in its year. If ignored: who joins late would be charged for years before, or inflation counted twice.
    """
    flows = _flows(("capex_machines", 0, -100.0), ("energy_purchase", 1, -10.0), ("energy_purchase", 2, -12.0))
    expected = np.array([10.0, 12.0]) + np.array(levels) * [1.5, 2.25]
    assert _level_cost(flows, CASE, start) == pytest.approx(expected)
