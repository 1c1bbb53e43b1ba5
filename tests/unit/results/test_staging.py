"""When whole units are worth a warning."""

from types import SimpleNamespace

import numpy as np
import pytest

from edsim.core.hours import HOURS_PER_YEAR
from edsim.results import staging
from edsim.results.staging import Staging, stage_units, staging_findings


@pytest.mark.parametrize(("staged", "warned"), [(90.0, True), (110.0, True), (101.0, False)])
def test_a_difference_above_two_percent_is_said(monkeypatch, staged, warned):
    """Proves: whole units that need 10 % more or less than the model are named, 1 % is not. Else W511 misleads."""
    run = SimpleNamespace(name="v", plant=[SimpleNamespace(id="m", kind="chp")])
    monkeypatch.setattr(staging, "stage_units", lambda _: (Staging("m", 100.0, staged),))
    assert bool(staging_findings(run)) is warned


class _Units:
    """A bank of which every kW out takes 2 kW in; one with heat beside takes half a kW more for each kW of heat."""

    sizes = (SimpleNamespace(name="capacity_kw"),)

    def __init__(self, name: str, outputs: tuple[str, ...], *, staged: bool = True) -> None:
        self.id, self.staged, self.for_heat = name, staged, len(outputs) > 1
        self.ports = [SimpleNamespace(name=p, direction="out") for p in outputs]
        self.ports.append(SimpleNamespace(name="fuel", direction="in"))

    def staged_input_kw(self, output_kw, _capacity_kw, _conditions):
        return 2.0 * output_kw if self.staged else None

    def staged_for_heat_kw(self, output_kw, heat_kw, _capacity_kw, _conditions):
        return 2.0 * output_kw + 0.5 * heat_kw if self.for_heat else None


def test_units_are_staged_for_what_they_give_and_for_the_heat_beside_it():
    """Proves: 10 kWh of power with 8 of heat take 24 of whole units against 25 of the model; a boiler's 10 take 20.

    What is not built and what has no units is left out. If ignored: the heat counts the power again, or not at all.
    """
    plant = [_Units("chp", ("power", "heat")), _Units("boiler", ("heat",)), _Units("pipe", ("heat",), staged=False)]
    plant.append(_Units("unbuilt", ("heat",)))
    carried = {("chp", "power"): 10.0, ("chp", "heat"): 8.0, ("chp", "fuel"): 25.0, ("boiler", "heat"): 10.0}
    carried |= {("boiler", "fuel"): 21.0}
    hour = np.arange(HOURS_PER_YEAR) == 7
    flows = [SimpleNamespace(technology=t, port=p, values=kwh * hour) for (t, p), kwh in carried.items()]
    run = SimpleNamespace(
        plant=plant, flows=flows, conditions=None, capacity=lambda name, _: 0.0 if name == "unbuilt" else 50.0
    )
    assert stage_units(run) == (Staging("chp", 25.0, 24.0), Staging("boiler", 21.0, 20.0))
