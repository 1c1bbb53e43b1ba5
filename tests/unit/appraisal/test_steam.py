"""Steam in tonnes: the units in which factories meter it and are billed for it."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.steam import steam_mass
from edsim.results.variant import BUILDINGS_NODE

KW = np.tile([1000.0, 3000.0], 4380)


def _run(ports: tuple[str, ...], carriers: tuple[str, ...] = ("steam", "steam")) -> Any:
    flows = [
        SimpleNamespace(kind="demand", port=port, values=KW, node="pipes", carrier=carrier)
        for port, carrier in zip(ports, carriers, strict=False)
    ]
    levels = {
        "supply_temp_c": {"steam": 184.1, "steam_low": 151.8},
        "return_temp_c": {"steam": 85.0, "steam_low": 85.0},
    }
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


def test_tonnes_of_two_pressures_add_up() -> None:
    """Proves: at 4 bar gauge a tonne gives 2 748.0 - 355.9 kJ/kg, 664.5 kWh; of both pressures tonnes are added.

    If ignored: steam of a second network would be counted in tonnes of the first.
    """
    steam = steam_mass(_run(("steam", "steam"), ("steam", "steam_low")))
    assert steam is not None
    assert steam.t_per_a == pytest.approx(8760 * 2000.0 * (1 / 673.8 + 1 / 664.5), rel=1e-3)
    assert steam.kwh_per_t == pytest.approx(2 / (1 / 673.8 + 1 / 664.5), rel=1e-3)


def test_boilers_of_buildings_count_the_steam_they_make() -> None:
    """Proves: a boiler at 10 bar gauge gives 673.8 kWh a tonne, and one nobody states the 664.5 of the case's steam.

    If ignored: business-as-usual and project count tonnes of different steam, and a change of it looks like a saving.
    """
    run = _run(("steam",))
    run.flows[0].node = BUILDINGS_NODE
    run.flows[0].values = 2.0 * KW
    run.conditions.supply_temp_c["steam"] = 151.8
    buildings = [SimpleNamespace(id=name) for name in ("mill", "dairy")]
    case = SimpleNamespace(buildings=buildings, networks=(), bau_steam_c={"mill": (184.1, 85.0)})
    run.district = SimpleNamespace(case=case)
    run.individual = [SimpleNamespace(service="steam", building=b.id, demand_kw=KW) for b in buildings]
    steam = steam_mass(run)
    assert steam is not None
    assert steam.t_per_a == pytest.approx(8760 * 2000.0 * (1 / 673.8 + 1 / 664.5), rel=1e-3)


def test_without_steam_there_is_no_tonne() -> None:
    """Proves: a district of cooling has no row of steam. If ignored: a cost per tonne of nothing would be shown."""
    assert steam_mass(_run(("cooling",))) is None
