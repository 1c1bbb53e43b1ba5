"""Re-solves start from the basis of the costs most alike, and from none of another program."""

import numpy as np
import pytest

from edsim.lp import HighsSession, SolverOptions, solve_arrays

SIMPLEX = SolverOptions(method="simplex")


def test_costs_met_before_need_no_iteration(district):
    """Proves: back at the first prices, all doubled, after others, the first basis is optimal at once.

    If ignored: price variants in the order drawn take as long as solves from nothing.
    """
    lp = district(0, 48)
    session = HighsSession(lp, SIMPLEX)
    first = session.solve()
    rng = np.random.default_rng(5)
    for _ in range(2):
        session.set_cost(lp.cost * rng.uniform(0.2, 5.0, lp.num_cols))
        session.solve()
    session.set_cost(2.0 * lp.cost)
    again = session.solve()
    assert again.iterations == 0
    assert again.objective == pytest.approx(2.0 * first.objective, rel=1e-9)


def test_bases_of_other_bounds_are_forgotten(district):
    """Proves: after a bound has changed the earlier bases are not used, and the optimum is that of a cold solve.

    If ignored: a re-solve starts from a point outside the bounds.
    """
    lp = district(0, 48)
    session = HighsSession(lp, SIMPLEX)
    session.solve()
    session.set_cost(lp.cost[::-1].copy())
    session.solve()
    session.set_col_bounds([0], [0.5], [0.5])
    session.set_cost(lp.cost)
    assert session._bases.nearest(lp.cost) is None
    assert session.solve().objective == pytest.approx(solve_arrays(session.lp, SIMPLEX).objective, rel=1e-9)
