"""Steam in tonnes: the units in which factories meter it and are billed for it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.steam import steam_mass

KW = np.tile([1000.0, 3000.0], 4380)


def _run(ports: tuple[str, ...]) -> Any:
    flows = [SimpleNamespace(kind="demand", port=port, values=KW) for port in ports]
    levels = {"supply_temp_c": {"steam": 184.1}, "return_temp_c": {"steam": 85.0}}
    return SimpleNamespace(flows=flows, conditions=SimpleNamespace(**levels))


def test_steam_is_told_in_tonnes() -> None:
    """Proves: a tonne at 10 bar gauge less water of 85 °C is 2 781.5 - 355.9 kJ/kg, 673.8 kWh; peaks of two add up.

    If ignored: a user who thinks in t/h and per tonne would divide by a figure of his own.
    """
    steam = steam_mass(_run(("steam", "steam")))
    assert steam is not None
    assert steam.kwh_per_t == pytest.approx(673.8, abs=0.5)
    assert steam.t_per_a == pytest.approx(2 * 8760 * 2000.0 / 673.8, rel=1e-3)
    assert steam.peak_t_per_h == pytest.approx(6000.0 / 673.8, rel=1e-3)


def test_without_steam_there_is_no_tonne() -> None:
    """Proves: a district of cooling has no row of steam. If ignored: a cost per tonne of nothing would be shown."""
    assert steam_mass(_run(("cooling",))) is None
