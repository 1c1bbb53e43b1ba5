"""Properties of sums, choice and disclosure control on random portfolios."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edsim.portfolio.choose import abatement_curve, choose_within
from edsim.portfolio.release import Rules, exposed_cells, protect
from edsim.portfolio.tasks import slug

AMOUNT = st.floats(-1e6, 1e6, allow_nan=False)


@st.composite
def portfolios(draw: st.DrawFn) -> pd.DataFrame:
    n = draw(st.integers(1, 12))
    names = [f"p{k}" for k in range(n)]
    columns = ("npv", "ghg_avoided_t", "ghg_avoided_t_per_a", "refrigerant_avoided_t_per_a", "extra_investment")
    numbers = {c: draw(st.lists(AMOUNT, min_size=n, max_size=n)) for c in columns}
    texts = {"run": names, "case": names, "city": "c", "sector": "s", "variant": "v"}
    return pd.DataFrame({**texts, **numbers, "horizon_a": 25})


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
        tons = 25 * (frame["ghg_avoided_t_per_a"] + frame["refrigerant_avoided_t_per_a"])
        assert curve["cumulative_t"].iloc[-1] == pytest.approx(tons[tons > 0].sum())


@settings(max_examples=10, deadline=None)
@given(st.lists(st.integers(0, 9), min_size=6, max_size=6), st.integers(0, 1000))
def test_no_withheld_cell_can_be_computed(counts: list[int], seed: int) -> None:
    """Proves: what is published never pins a withheld cell, whatever the portfolio; or nothing is published."""
    from edsim.core.errors import DataError

    dice = np.random.default_rng(seed)
    axes = (["A", "B", "C"], ["s", "t"])
    cells = [(c, s) for c in axes[0] for s in axes[1]]
    rows = [
        {"run": f"{c}{s}{k}", "country": c, "sector": s, "x": float(dice.uniform(1, 10))}
        for (c, s), n in zip(cells, counts, strict=True)
        for k in range(n)
    ]
    if not rows:
        return
    rules = Rules()
    try:
        grid = protect(pd.DataFrame(rows), "x", axes, rules)
    except DataError as refused:
        code = refused.findings[0].code
        grid = None
    if grid is None:
        assert code in {"E586", "E587"}
        return
    few = (grid.counts > 0) & (grid.counts < rules.smallest)
    assert not (few & ~grid.withheld).any()
    assert exposed_cells(grid, rules) == []


@given(st.text(max_size=200))
def test_slugs_are_safe_names(text: str) -> None:
    """Proves: every text becomes a short name of letters, digits and hyphens, and naming it again changes nothing."""
    name = slug(text)
    assert name
    assert len(name) <= 60
    assert set(name) <= set("abcdefghijklmnopqrstuvwxyz0123456789-")
    assert slug(name) == name
