"""Examples J1 to J9 of ISO 52000-1 Annex J: on-site PV, export, heat pump, cogeneration, monthly balance.

Source: CteEPBD (repository energiacte/cteepbd, commit 317b27a), reference implementation of the Spanish code; triples
are renewable and non-renewable primary energy (kWh) and CO2 (kg).
"""

from dataclasses import dataclass

import pytest

from edsim.energy import EnergyUse, Generation, WeightingFactors, allocate_cogeneration, primary_energy

pytestmark = pytest.mark.reference

_GRID = WeightingFactors(0.5, 2.0, 0.42)
_PV = WeightingFactors(1.0, 0.0, 0.0)
_AMBIENT = WeightingFactors(1.0, 0.0, 0.0)
_GAS = WeightingFactors(0.0, 1.1, 0.22)
_BIO = WeightingFactors(1.0, 0.1, 0.07)
_FACTORS = {"grid_electricity": _GRID, "ambient_heat": _AMBIENT, "natural_gas": _GAS, "biofuel": _BIO}

_MONTHLY_USE = [200, 160, 100, 90, 50, 60, 80, 70, 50, 80, 120, 160]
_MONTHLY_PV = [44, 55, 77, 110, 187, 209, 220, 198, 176, 132, 88, 55]


@dataclass(frozen=True)
class Case:
    """One example with its answers."""

    name: str
    use: EnergyUse
    step_a: tuple[float, float, float]
    step_b: tuple[float, float, float]
    k_exp: float = 1.0


def _pv(kwh: float | list[float]) -> tuple[Generation, ...]:
    return (Generation("pv", kwh, _PV),)


def _chp(fuel_kwh: float, electricity_kwh: float, fuel: WeightingFactors) -> tuple[Generation, ...]:
    per_kwh = fuel_kwh / electricity_kwh
    own = WeightingFactors(fuel.ren * per_kwh, fuel.nren * per_kwh, fuel.co2_kg_per_kwh * per_kwh)
    return (Generation("chp", electricity_kwh, own, delivered=False),)


_J9 = EnergyUse({}, _MONTHLY_USE, _pv([float(x) for x in _MONTHLY_PV]), [30.0] * 12)

CASES = [
    Case("J1", EnergyUse({}, 100), (50, 200, 42), (50, 200, 42)),
    Case("J2", EnergyUse({}, 100, _pv(50)), (75, 100, 21), (75, 100, 21)),
    Case("J3", EnergyUse({}, 100, _pv(140)), (100, 0, 0), (120, -80, -16.8)),
    Case("J3b", EnergyUse({}, 100, _pv(140)), (100, 0, 0), (100, 0, 0), k_exp=0.0),
    Case("J5", EnergyUse({"natural_gas": 190}, 20, _pv(40)), (20, 209, 41.8), (30, 169, 33.4)),
    Case("J6", EnergyUse({"ambient_heat": 131}, 59, _pv(40)), (180.5, 38, 8), (180.5, 38, 8)),
    Case("J7", EnergyUse({"natural_gas": 100 + 158}, 20, _chp(108, 48, _GAS)), (0, 214.5, 42.9), (-14, 227.8, 45)),
    Case(
        "J8",
        EnergyUse({"natural_gas": 100, "biofuel": 158}, 20, _chp(108, 48, _BIO)),
        (95, 119.5, 28.65),
        (144, 69.8, 21.3),
    ),
    Case("J9", _J9, (1009.5, 842, 176.8), (1385.5, -662, -139)),
]


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_steps_a_and_b(case: Case) -> None:
    result = primary_energy(case.use, _FACTORS, k_exp=case.k_exp)
    a, b = result.step_a, result.step_b
    assert (a.ren_kwh, a.nren_kwh, a.co2_kg) == pytest.approx(case.step_a, abs=0.06)
    assert (b.ren_kwh, b.nren_kwh, b.co2_kg) == pytest.approx(case.step_b, abs=0.06)


def test_annual_netting_would_hide_the_grid() -> None:
    """Proves: the balance is per step. If ignored: J9 would show 0 instead of 842 kWh of non-renewable energy."""
    netted = EnergyUse({}, float(sum(_MONTHLY_USE)), _pv(float(sum(_MONTHLY_PV))), 360.0)
    assert primary_energy(netted, _FACTORS).step_a.nren_kwh == pytest.approx(0.0)
    assert primary_energy(_J9, _FACTORS).step_a.nren_kwh == pytest.approx(842.0)


def test_residual_allocation() -> None:
    shares = allocate_cogeneration(158, 0.3 * 158, 0.4444)
    assert shares.electricity_frac == pytest.approx(0.68, abs=0.006)
    assert shares.heat_frac == pytest.approx(0.32, abs=0.006)
