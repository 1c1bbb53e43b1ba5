"""A building has one meter: what a machine adds to its demand charge, by hand."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from edsim.appraisal.meters import demand_charge
from edsim.core.tariff import DemandBand


def _run(
    plugs: dict[int, float], machines: dict[str, dict[int, float]], price: float, cap_frac: float = 0.0
) -> tuple[Any, list[Any]]:
    """Return a variant of one building, with loads by hour of January, and its machines."""

    def series(values: dict[int, float]) -> np.ndarray:
        out = np.zeros(8760)
        out[list(values)] = list(values.values())
        return out

    runs = [
        SimpleNamespace(
            building="hall",
            service=name,
            tariff="power",
            bought_kw={"electricity": series(values)},
        )
        for name, values in machines.items()
    ]
    noon = DemandBand((np.arange(8760) % 24 == 12).astype(float), price)
    tariffs = {
        "power": SimpleNamespace(
            demand_per_kw_month=np.array([price, *[0.0] * 11]), demand_bands=(), demand_load_factor_frac=cap_frac
        ),
        "noon": SimpleNamespace(demand_per_kw_month=np.zeros(12), demand_bands=(noon,), demand_load_factor_frac=0.0),
    }
    profiles = SimpleNamespace(demand={"electricity": [series(plugs)]}, building_ids=("hall",))
    district = SimpleNamespace(profiles=profiles, case=SimpleNamespace(buildings=(), technologies=()), designs=())
    district.served = dict
    return SimpleNamespace(individual=runs, conditions=SimpleNamespace(tariffs=tariffs), district=district), runs


@pytest.fixture(autouse=True)
def _no_model(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("edsim.appraisal.meters.building_demand_in_model", lambda _: {})


def test_a_machine_that_runs_beside_the_peak_adds_nothing() -> None:
    """Proves: plugs peak at 10 kW at noon, the machine draws 8 kW at night: the bill stays. If ignored: 8 kW billed."""
    run, (night,) = _run({12: 10.0}, {"cooling": {2: 8.0}}, 5.0)
    assert demand_charge(night, run) == 0.0


def test_only_the_rise_of_the_peak_is_charged() -> None:
    """Proves: 10 kW at 12 h and 6 kW at 15 h with a machine of 7 kW at 15 h peak at 13 kW: 3 kW more, not 7."""
    run, (machine,) = _run({12: 10.0, 15: 6.0}, {"cooling": {15: 7.0}}, 5.0)
    assert demand_charge(machine, run) == pytest.approx(15.0)


def test_a_band_charges_the_rise_within_its_hours() -> None:
    """Proves: 7 kW at 12 h and 9 kW at 15 h under a charge on noon alone: 7 kW more. If ignored: 9 kW, or nothing."""
    run, (machine,) = _run({12: 10.0, 15: 10.0}, {"cooling": {12: 7.0, 15: 9.0}}, 5.0)
    machine.tariff = "noon"
    assert demand_charge(machine, run) == pytest.approx(35.0)


def test_machines_share_the_rise_by_what_they_draw_at_the_peak() -> None:
    """Proves: shares of two machines add up to the rise. If ignored: each is billed as if alone."""
    run, (one, two) = _run({15: 10.0}, {"cooling": {15: 6.0}, "hot_water": {15: 2.0}}, 5.0)
    assert demand_charge(one, run) == pytest.approx(30.0)
    assert demand_charge(two, run) == pytest.approx(10.0)


def test_no_demand_price_no_charge() -> None:
    run, (machine,) = _run({15: 10.0}, {"cooling": {15: 6.0}}, 0.0)
    assert demand_charge(machine, run) == 0.0


def test_a_capped_charge_is_shared_by_energy() -> None:
    """Proves: a peak of 12 kW above a cap on energy: machines pay what their kWh add to the cap, each by its kWh.

    January by hand: plugs draw 1 kW in all 744 h and 2 kW more at 15 h of day one; two machines draw 6 and 3 kW in one
    hour. At a load factor of 0.5 the bill is (746 + 9)/372 kW against min(3, 746/372) before: 9/372 kW at 5, shared
    2 to 1. If ignored: 9 kW billed, or all of it to the machine that runs at the peak.
    """
    plugs = dict.fromkeys(range(744), 1.0) | {15: 3.0}
    run, (one, two) = _run(plugs, {"cooling": {15: 6.0}, "hot_water": {20: 3.0}}, 5.0, 0.5)
    assert demand_charge(one, run) == pytest.approx(5.0 * 6.0 / 372.0)
    assert demand_charge(two, run) == pytest.approx(5.0 * 3.0 / 372.0)
