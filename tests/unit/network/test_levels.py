"""Temperature levels as a choice: enumerated, cheapest kept, consequences noted."""

from dataclasses import dataclass, replace
from types import SimpleNamespace

import numpy as np
import pytest

from edsim.case.schema import Variant
from edsim.core.errors import CaseError, DataError, Finding
from edsim.core.timegrid import full_year
from edsim.network import design_network
from edsim.network.district import District
from edsim.optimization.district import levels as module
from edsim.optimization.district.levels import at_levels, choose_levels


@dataclass(frozen=True)
class _Spec:
    """The part of a network specification the choice reads."""

    id: str
    carrier: str
    supply_temp_c: float
    return_temp_c: float

    def model_copy(self, update):
        return replace(self, **update)


@dataclass(frozen=True)
class _Case:
    networks: tuple
    currency: str = "USD"

    def model_copy(self, update):
        return replace(self, **update)


CASE = _Case((_Spec("cold", "chilled_water", 5.0, 13.0),))


@pytest.fixture
def plant_cost(monkeypatch):
    """Make the plant cost what the test says by supply temperature; networks cost what they do."""

    def by(costs):
        def size(district, _):
            supply = district.case.networks[0].supply_temp_c
            return SimpleNamespace(objective=costs[supply], grid=full_year(), flows=())

        monkeypatch.setattr(module, "size_plant", size)
        monkeypatch.setattr(module, "network_cost_per_a", lambda _, d: d.capex / 20.0)

    return by


def _designer(request_of):
    def design(case):
        n = case.networks[0]
        if n.return_temp_c - n.supply_temp_c < 1.0:
            raise DataError.of([Finding("E420", "beyond the catalogue")])
        base = request_of(3)
        temperatures = replace(base.temperatures, supply_c=n.supply_temp_c, return_c=n.return_temp_c)
        return District(case, None, (design_network(replace(base, temperatures=temperatures)),))

    return design


def test_the_cheapest_combination_is_kept(request_of, plant_cost):
    """Proves: plant and networks together decide; every trial is printed and noted with its consequences."""
    plant_cost({5.0: 1e6, 7.0: 9e5, 6.0: 1.0})
    lines = []
    levels = {"cold": [(5.0, 13.0), (7.0, 13.0), (6.0, 6.5)]}
    best = choose_levels(CASE, levels, _designer(request_of), {}, lines.append)
    assert best.case.networks[0].supply_temp_c == 7.0
    assert best.designs[0].supply_temp_c == 7.0
    first, second, third = best.levels
    assert [t.chosen for t in best.levels] == [False, True, False]
    assert "E420" in third.note
    assert second.networks[0].mean_diameter_mm > first.networks[0].mean_diameter_mm
    assert second.networks[0].pumping_kwh > first.networks[0].pumping_kwh
    assert len(lines) == 3
    assert "cannot be built" in lines[2]


def test_nothing_can_be_built(request_of, plant_cost):
    """Proves: when every level fails, the reason is raised, not swallowed."""
    plant_cost({})
    with pytest.raises(DataError, match="E420"):
        choose_levels(CASE, {"cold": [(6.0, 6.5)]}, _designer(request_of), {})


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ({"warm": [(5.0, 13.0)]}, "no such network"),
        ({"cold": []}, "no temperature level"),
        ({"cold": [(5.0, 13.0 + k) for k in range(13)]}, "too many"),
        ({"cold": [(13.0, 5.0)]}, "wrong order"),
    ],
)
def test_faults_are_named(levels, words):
    """Proves: unknown networks, empty lists, more than 12 combinations and swapped temperatures are refused."""
    with pytest.raises(CaseError, match="E522") as caught:
        choose_levels(CASE, levels, lambda _: None, {})
    assert words in str(caught.value)


def test_only_named_networks_change():
    """Proves: the others keep their temperatures."""
    case = _Case((*CASE.networks, _Spec("warm", "hot_water", 70.0, 40.0)))
    changed = at_levels(case, {"warm": (60.0, 35.0)})
    assert [n.supply_temp_c for n in changed.networks] == [5.0, 60.0]


def test_a_variant_states_levels():
    """Proves: levels are read as pairs of numbers."""
    variant = Variant.model_validate({"levels_c": {"cold": [[6, 14], [10, 18]]}})
    assert np.array(variant.levels_c["cold"]).shape == (2, 2)
