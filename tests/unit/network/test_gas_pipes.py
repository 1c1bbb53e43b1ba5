"""Steam and compressed air in one pipe."""

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.network.friction import pressure_gradient
from edsim.network.gas_pipes import air_pipe, steam_pipe

PIPE = (np.array([200.0]), np.array([0.1071]), np.array([1e-4]))


def test_small_drops_equal_the_incompressible_formula():
    """Proves: for a drop far below the pressure the compressible form tends to f·L/d·ρ·v²/2."""
    state = air_pipe(np.array([8e5]), np.array([300.0]), PIPE, np.array([20.0]), 0.0)
    density, flow = 8e5 / (287.05 * 293.15), np.array([300.0 * 1.2929 / 3600.0])
    expected = 200.0 * pressure_gradient(flow, PIPE[1], PIPE[2], np.array([density]), np.array([1.813e-5]))
    np.testing.assert_allclose(state.pressure_drop_pa, expected, rtol=5e-3)


def test_leakage_raises_the_drop():
    """Proves: 20 % leakage of what enters means 25 % more flow and about 1.5 times the drop."""
    tight, leaky = (air_pipe(np.array([8e5]), np.array([900.0]), PIPE, np.array([20.0]), x) for x in (0.0, 0.2))
    assert leaky.pressure_drop_pa[0] / tight.pressure_drop_pa[0] == pytest.approx(1.25**1.9, rel=0.03)


def test_steam_condenses_by_its_heat_loss():
    """Proves: condensate is loss over latent heat: 200 m · 0.5 W/mK · (179.9 - 20) K / 2015 kJ/kg at 10 bar."""
    state = steam_pipe(np.array([1e6]), np.array([0.5]), PIPE, np.array([0.5]), np.array([20.0]))
    assert state.heat_loss_w[0] == pytest.approx(0.5 * 200.0 * 159.9, rel=1e-3)
    assert state.condensate_kg_per_s[0] == pytest.approx(0.5 * 200.0 * 159.9 / 2.0149e6, rel=2e-3)
    assert 0.0 < state.pressure_drop_pa[0] < 1e5


def test_too_much_flow_is_refused():
    """Proves: a pipe that cannot pass the flow is named, no NaN comes back."""
    with pytest.raises(DataError, match="E450"):
        steam_pipe(np.array([2e5]), np.array([20.0]), PIPE, np.array([0.5]), np.array([20.0]))
    with pytest.raises(DataError, match="E440"):
        air_pipe(np.array([8e5]), np.array([900.0]), PIPE, np.array([20.0]), 1.0)
