"""A source is there once: machines of several kinds and plants on it, on one typical day that stands for the year."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError
from edsim.core.technology import SourceConditions
from edsim.optimization.model.model import build
from edsim.optimization.system import System
from edsim.studies.diagnosis.reasons import explain_plant
from edsim.technologies.boiler import Boiler
from edsim.technologies.condenser_intake import CondenserIntake
from edsim.technologies.free_cooling import FreeCooling
from edsim.technologies.grid import Grid
from edsim.technologies.vapour_chiller import VapourChiller
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery

YEAR = np.ones(8760)
PLANTS = ("east", "west")


def system_of(parts, carrier, each_kw, state):
    """Return a system of two plants with the same constant demand."""
    state = replace(state, demand_kw={carrier: each_kw * YEAR})
    asked = {(node, carrier): each_kw * YEAR for node in PLANTS}
    return System(tuple(parts), asked, dict.fromkeys(PLANTS, state), 0.05, 1.0, 1000.0)


def test_intakes_and_free_cooling_give_a_bay_what_it_may_take_together(surroundings, day):
    """Proves: three intakes and a free cooling at two plants give a bay of 600 kW its 600 kW once, not more.

    If ignored: every further machine would pass the permit of the bay once more.
    """
    bay = SourceConditions(600.0 * YEAR, 7.0 * YEAR, is_cold=True)
    state = replace(surroundings(), sources={"bay": bay}, water_sources=(("bay", 1.5),))
    parts = [FreeCooling(id="bypass", node="east", source="bay", capex_per_kw=0.0)]
    parts += [CondenserIntake(id=f"intake_{k}", node=n, source="bay") for k, n in enumerate((*PLANTS, "west"))]
    for n in PLANTS:
        parts += [Grid(id=f"grid_{n}", node=n, tariff="grid"), VapourChiller(id=f"wet_{n}", node=n, capex_per_kw=1.0)]
        parts.append(VapourChiller(id=f"dry_{n}", node=n, condenser="air", compressor="screw", capex_per_kw=900.0))
    s = build(system_of(parts, "chilled_water", 1000.0, state), day).solve()
    to_the_bay = [f for f in s.flows if f.carrier == "condenser_water" and f.direction == "in"]
    to_the_bay += [f for f in s.flows if (f.technology, f.port) == ("bypass", "cooling")]
    assert len({f.technology for f in to_the_bay if f.values.max() > 1.0}) >= 2
    np.testing.assert_allclose(sum(f.values for f in to_the_bay), 600.0, rtol=1e-6)


def test_captures_at_two_plants_share_their_furnace(surroundings, day):
    """Proves: captures at two plants take the 500 kW of one furnace once: 250 kW each works, 300 kW each does not.

    If ignored: each plant would take all of it.
    """
    parts = [WasteHeatRecovery(id=f"capture_{n}", node=n, source="furnace") for n in PLANTS]
    parts += [Grid(id=f"grid_{n}", node=n, tariff="grid") for n in PLANTS]
    s = build(system_of(parts, "hot_water", 250.0, surroundings()), day).solve()
    assert s.capacities["capture_east", "capacity_kw"] == pytest.approx(250.0)
    with pytest.raises(InfeasibleError, match="E511"):
        build(system_of(parts, "hot_water", 300.0, surroundings()), day).solve()


def test_why_a_capture_is_no_larger_is_told(surroundings):
    """Proves: a capture beside a boiler takes the 500 kW of its furnace for 700 kW and 400 kW for 400, and says which.

    If ignored: `edsim explain` says that one kW more is not worth its price, where there is none.
    """
    parts = [
        WasteHeatRecovery(id="capture", node="east", source="furnace"),
        Grid(id="grid", node="east", tariff="grid"),
    ]
    parts.append(Boiler(id="boiler", node="east", fuel="electricity"))
    for asked_kw, source in ((700.0, "furnace"), (400.0, "")):
        state = replace(surroundings(), demand_kw={"hot_water": asked_kw * YEAR})
        system = System(tuple(parts), {("east", "hot_water"): asked_kw * YEAR}, {"east": state}, 0.05, 1.0, 1000.0)
        found = {(m.technology, m.size): m for m in explain_plant(system, 2).machines}
        capture = found["capture", "capacity_kw"]
        assert (capture.installed, capture.source) == (pytest.approx(min(asked_kw, 500.0)), source)
