"""Properties of sums, choice and disclosure control on random portfolios."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edsim.portfolio.choose import abatement_curve, choose_within
from edsim.portfolio.tasks import slug

AMOUNT = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def portfolios(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(1, 12))
    names = [f"p{k}" for k in range(n)]
    columns = ("npv", "ghg_avoided_t", "ghg_avoided_t_per_a", "all_gases_avoided_t", "extra_investment")
    numbers = {c: draw(st.lists(AMOUNT, min_size=n, max_size=n)) for c in columns}
    texts = {"run": names, "case": names, "city": "c", "sector": "s", "variant": "v"}
    return pd.DataFrame({**texts, **numbers, "horizon_a": 25, "carbon_saved": 0.0})


@settings(max_examples=25, deadline=None)
@given(portfolios(), st.floats(0.0, 1e6), st.floats(0.0, 1e6))
def test_more_money_never_gains_less(frame: pd.DataFrame, budget: float, more: float) -> None:
    """Proves: the choice fits its budget, and a larger budget never gains less (to the solver's tolerance)."""
    small, large = choose_within(frame, budget), choose_within(frame, budget + more)
    assert small.spent <= budget * (1 + 1e-6) + 1e-6
    assert large.gain >= small.gain - 1e-6 * max(1.0, abs(small.gain))
    assert small.gain <= small.bound + 1e-6 * max(1.0, abs(small.bound))


@settings(max_examples=25, deadline=None)
@given(portfolios())
def test_the_curve_rises_and_ends_at_the_sum(frame: pd.DataFrame) -> None:
    """Proves: costs never fall along the curve and its end is the sum of what is avoided."""
    curve = abatement_curve(frame)
    assert (np.diff(curve["cost_per_t"]) >= 0).all()
    if len(curve):
        tons = frame["all_gases_avoided_t"]
        assert curve["cumulative_t"].iloc[-1] == pytest.approx(tons[tons > 0].sum())


@given(st.text(max_size=200))
def test_slugs_are_safe_names(text: str) -> None:
    """Proves: every text becomes a short name of letters, digits and hyphens, and naming it again changes nothing."""
    name = slug(text)
    assert name
    assert len(name) <= 60
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(name) == name
