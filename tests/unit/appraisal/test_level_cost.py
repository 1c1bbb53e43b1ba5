"""What a customer's own machines cost it a year: purchases as a payment that keeps its worth."""

from types import SimpleNamespace as Record
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.company.customers import level_cost
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
    assert level_cost(flows, CASE, start) == pytest.approx(expected)


def test_purchases_keep_their_worth_where_customers_connect_in_parts() -> None:
    """Proves: with half connected in year 1, 100 at the start are 78.064 a year of constant money, half at first.

    ``100 = x (0.5 / 1.1 + 1 / 1.21)``; energy of year 1 counts by half. If ignored: a customer seems to own machines
    worth less than it pays, by the share that connects late, and the table of perspectives says otherwise.
    """
    half: Any = Record(
        finance=Record(**(vars(FINANCE) | {"ramp_up_frac": (0.5,)})), milestones=(), variants={},
    )  # fmt: skip
    flows = _flows(("capex_machines", 0, -100.0), ("energy_purchase", 1, -10.0), ("energy_purchase", 2, -12.0))
    found = level_cost(flows, half, 1)
    level = 100.0 / (0.5 / 1.1 + 1.0 / 1.21)
    assert found == pytest.approx([5.0 + 0.5 * level * 1.5, 12.0 + level * 2.25])
    own = found - [5.0, 12.0]
    assert own @ (1.1 * 1.5) ** -np.array([1.0, 2.0]) == pytest.approx(100.0)
