"""Sides of a capped demand charge: sought from both ends, the cheaper plant kept; by hand and in a run."""

from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.core.tariff import DemandBand
from edsim.optimization.district import billing
from edsim.optimization.sizing.design import DesignOptions
from edsim.technologies.grid import Grid

_HOUR = np.tile(np.arange(24), 365)
_FLAT, _PEAKY = np.full(8760, 50.0), np.where(_HOUR == 19, 240.0, 10.0)
_PRICE = 10.0


@dataclass(frozen=True)
class _District:
    """As much of a district as the search asks for."""

    case: Any
    billed_by_energy: Any


def _district(monkeypatch: pytest.MonkeyPatch, factor: float | None) -> Any:
    grid = Grid(id="grid", tariff="power")
    evening = DemandBand(((_HOUR >= 18) & (_HOUR < 22)).astype(float), 1.0)
    spec = SimpleNamespace(id="power", demand_load_factor_frac=factor, demand_per_kw_month=_PRICE)
    monkeypatch.setattr(billing, "plant_technologies", lambda _: (grid,))
    monkeypatch.setattr(billing, "tariff_series", lambda *_: SimpleNamespace(demand_bands=(evening,)))
    emissions = SimpleNamespace(carbon_price_per_t=0.0)
    return _District(SimpleNamespace(tariffs=(spec,), emissions=emissions), {})


def _plant(load: np.ndarray, cost: float) -> Any:
    flow = SimpleNamespace(technology="grid", direction="out", values=load)
    return SimpleNamespace(solution=SimpleNamespace(flows=(flow,), accounts={"capex_annuity": cost}))


@pytest.mark.parametrize("store_cost", [1.0, 1e6])
def test_the_cheaper_of_both_ends_is_kept(store_cost: float, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: told peaks the plant buys a store and has flat 50 kW, told energy it has 240 kW for an hour a day.

    Flat, energy over 0.5 is 100 kW: peaks are billed. Peaky, the mean of 19.6 kW over 0.5 is 39 kW: energy is billed.
    Each end is what it was told, so that neither leads to the other; the store's cost decides. If ignored: the end the
    search starts from, whatever it costs.
    """
    district, told = _district(monkeypatch, 0.5), []

    def find(now: Any, how: DesignOptions) -> Any:
        told.append((now[0].billed_by_energy["grid"], how.mode))
        shaved = not now[0].billed_by_energy["grid"][0][0]
        return [_plant(_FLAT, store_cost) if shaved else _plant(_PEAKY, 100.0)]

    (now,), (plant,) = billing.settle_billing((district,), find, DesignOptions(), np.ones(1))
    kept_store = store_cost < 100.0
    assert (plant.solution.flows[0].values is _FLAT) is kept_store
    assert now.billed_by_energy == {"grid": ((not kept_store,) * 12,) * 2}
    assert [mode for _, mode in told] == ["screening", "screening", "certified"]


def test_without_a_cap_one_plant_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: tariffs without the rule cost no second solve and change nothing of the district."""
    district, calls = _district(monkeypatch, None), []

    def find(_: Any, how: DesignOptions) -> Any:
        calls.append(how.mode)
        return [_plant(_FLAT, 1.0)]

    (now,), _ = billing.settle_billing((district,), find, DesignOptions(), np.ones(1))
    assert (now, calls) == (district, ["certified"])


def test_sides_that_swing_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a plant that always pays the other side ends the search, at the cheaper. If ignored: an endless run."""
    district, calls = _district(monkeypatch, 0.5), []

    def find(now: Any, how: DesignOptions) -> Any:
        by_energy = now[0].billed_by_energy["grid"][0][0]
        calls.append(how.mode)
        return [_plant(_FLAT, 5.0) if by_energy else _plant(_PEAKY, 9.0)]

    (now,), _ = billing.settle_billing((district,), find, DesignOptions(), np.ones(1))
    assert len(calls) <= 9
    assert now.billed_by_energy == {"grid": ((False,) * 12,) * 2}


def _told_first(monkeypatch: pytest.MonkeyPatch, plant_of: Any, mode: Any) -> list[tuple[bool, str]]:
    """Return what each plant was told of its first month, by energy or not, and how it was sought."""
    district = _district(monkeypatch, 0.5)
    calls: list[tuple[bool, str]] = []

    def find(now: Any, how: DesignOptions) -> Any:
        calls.append((now[0].billed_by_energy["grid"][0][0], how.mode))
        return [plant_of(len(calls))]

    billing.settle_billing((district,), find, DesignOptions(mode=mode), np.ones(1))
    return calls


def test_sides_that_were_tried_are_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: a plant that always pays energy is found for peaks and for energy, then proven; a screening stands.

    If ignored: the other end starts with the sides the first one ended at, and a screening is found a third time.
    """
    both = [(False, "screening"), (True, "screening")]
    assert _told_first(monkeypatch, lambda _: _plant(_PEAKY, 9.0), "screening") == both
    assert _told_first(monkeypatch, lambda _: _plant(_PEAKY, 9.0), "certified") == [*both, (True, "certified")]


@pytest.mark.parametrize(("fall", "plants"), [(1e-2, 4), (1e-5, 2)])
def test_an_end_is_left_where_the_cost_stands(fall: float, plants: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: with another side every time, plants are sought on while each costs 1 % less, and no longer for 0.001 %.

    If ignored: eight plants of a year each for months in which both sides cost the same.
    """

    def next_plant(number: int) -> Any:
        """Give flat months whose number grows from plant to plant, so that no two pay the same sides."""
        return _plant(np.where(np.arange(8760) < 744 * number, _FLAT, _PEAKY), 100.0 * (1.0 - fall) ** number)

    assert len(_told_first(monkeypatch, next_plant, "certified")) == 2 * plants + 1
