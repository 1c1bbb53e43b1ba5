"""Known optima of the D1 district, on which four independent formulations agree."""

import pytest

from edsim.lp import HighsSession, SolverOptions


@pytest.mark.medium
@pytest.mark.reference
@pytest.mark.parametrize(("nodes", "optimum"), [(0, 328.4441131724), (3, 339.6017860985)])
def test_optimum_of_d1_at_336_hours(district, nodes, optimum):
    """Proves: the compiled model is D1, to the last digit. If ignored: any wrong coefficient shifts the optimum."""
    result = HighsSession(district(nodes, 336)).solve()
    assert result.status == "optimal"
    assert result.objective == pytest.approx(optimum, rel=1e-9)
    assert result.primal_residual < 1e-9


@pytest.mark.parametrize("method", ["ipx", "hipo"])
def test_interior_point_agrees_with_simplex(district, method):
    """Proves: two unrelated algorithms find one optimum (a single solver can be wrong and say optimal)."""
    result = HighsSession(district(0, 72), SolverOptions(method=method, crossover=True)).solve()
    simplex = HighsSession(district(0, 72), SolverOptions(method="simplex")).solve()
    assert result.status == simplex.status == "optimal"
    assert result.objective == pytest.approx(simplex.objective, rel=1e-9)
