"""Answers of NREL SAM (ssc in PySAM 7.1.1, BSD-3) for further single owners with sculpted debt.

Defaults of WindPowerSingleOwner, GeothermalPowerSingleOwner (without recapitalization), BiopowerSingleOwner and
PhysicalTroughSingleOwner at a flat generation of 38, 90, 80 and 40 % of the capacity. The answers were computed once
with that software and are restated here.
"""

from dataclasses import dataclass

import numpy as np
import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_INFLATION = 0.025
_NOMINAL = fin.to_nominal(0.064, _INFLATION)
# SAM takes the rounded tables of IRS Publication 946 for straight line with the half-year convention.
_STRAIGHT_15 = (0.0333, *(0.0667,) * 6, *(0.0666, 0.0667) * 4, 0.0333)
_STRAIGHT_20 = (0.025, *(0.05,) * 19, 0.025)
# ... and rounds its production credit, growing 2.5 %/a from 3 cents, to 0.1 cent per kWh.
_CREDIT_PER_KWH = (0.030, 0.031, 0.032, 0.032, 0.033, 0.034, 0.035, 0.036, 0.037, 0.037)


@dataclass(frozen=True)
class Case:
    """One configuration: inputs, then answers.

    `upkeep` are costs of year 1 that grow with inflation; `answers` are debt, equity, owners' net present value,
    currency, rate of return, nominal and real levelized cost, cents/kWh, and the owners' cash of the years 1 to 3.
    """

    name: str
    cost: float
    energy_kwh: float
    price: float
    upkeep: tuple[float, ...]
    other_financing: float
    answers: tuple[float, ...]
    years: int = 25
    dscr: float = 1.45
    loan_rate: float = 0.07
    gearing_max: float | None = None
    property_tax: float = 0.0
    credit_frac: float = 0.3


CASES = (
    Case(
        name="wind",
        cost=317_480_000.0, energy_kwh=665_760_000.0, price=0.03, upkeep=(40.0 * 200_000,),
        other_financing=8_333_850.0, dscr=1.4, credit_frac=0.0,
        answers=(
            85_237_146.62265326, 251_196_724.90946972, -22_975_354.51286173, 0.07131843597656179,
            3.6022395388341377, 2.860073243309599, 37_567_191.148286104, 47_715_488.58540074, 38_359_638.3690364,
        ),
    ),
    Case(
        name="geothermal",
        cost=216_833_000.0, energy_kwh=32_813.6 * 0.9 * 8760, price=0.08, upkeep=(8_117_300.0, 0.005 * 216_833_000.0),
        other_financing=26_670_500.0, years=30, property_tax=0.01 * 216_833_000.0,
        answers=(
            62_711_320.847151436, 191_417_637.55959433, -69_172_682.11478266, 0.013304982527412355,
            11.358551108477124, 8.796817792761761, 77_372_751.66708073, 17_664_026.994889397, 11_287_315.863332398,
        ),
    ),
    Case(
        name="biopower",
        cost=200_181_000.0, energy_kwh=48_535.6 * 0.8 * 8760, price=0.12,
        upkeep=(
            110.0 * 48_535.6, 48_535.6 * 0.8 * 8760 / 1000 * 4.0, 54.028214 * 320_113.0, 0.005 * 200_181_000.0,
        ),
        other_financing=5_254_750.0, loan_rate=0.08, property_tax=0.01 * 200_181_000.0,
        answers=(
            77_728_979.04865173, 148_108_210.89219388, -39_727_949.41548683, 0.02731011632703982,
            14.19166771345542, 11.267770693098116, 66_202_914.809382915, 15_780_895.607624598, 10_352_451.533549614,
        ),
    ),
    Case(
        name="trough",
        cost=566_890_000.0, energy_kwh=99_900.0 * 0.4 * 8760, price=0.134,
        upkeep=(66.0 * 99_900.0, 99_900.0 * 0.4 * 8760 / 1000 * 4.0, 0.005 * 566_890_000.0),
        other_financing=42_516_800.0, gearing_max=0.6,
        answers=(
            258_979_574.7691787, 375_404_083.5990427, -40_329_725.7460807, 0.06575572432289512,
            15.69171195055102, 12.45876211386477, 196_113_791.53493768, 46_664_638.07569943, 30_682_374.289354254,
        ),
    ),
)  # fmt: skip


def _project(c: Case) -> fin.ProjectInputs:
    energy = np.full(c.years, c.energy_kwh)
    credit = np.zeros(c.years)
    if not c.credit_frac:
        credit[:10] = energy[:10] * np.array(_CREDIT_PER_KWH)
    upkeep = {
        f"om_{k}": fin.operating_series(amount, c.years, escalation=_INFLATION) for k, amount in enumerate(c.upkeep)
    }
    return fin.ProjectInputs(
        years=c.years,
        revenue={"ppa": energy * c.price * 1.01 ** np.arange(c.years)},
        operating_cost=upkeep | {"property_tax": c.property_tax},
        investments=(
            fin.Investment("five-year property", 0.9 * c.cost, tuple(fin.macrs(5)), credit_eligible=True),
            fin.Investment("fifteen-year property", 0.015 * c.cost, tuple(fin.macrs(15))),
            fin.Investment("straight line 15", 0.025 * c.cost, _STRAIGHT_15),
            fin.Investment("straight line 20", 0.03 * c.cost, _STRAIGHT_20),
            fin.Investment("not depreciated", 0.03 * c.cost),
        ),
        discount_rate=_NOMINAL,
        other_financing_cost=c.other_financing,
        debt=fin.DebtTerms(
            fin.LoanTerms(c.loan_rate, 18, "sculpted"),
            dscr=c.dscr, gearing_max=c.gearing_max, upfront_fee_frac=0.0275, dsra_months=6,
        ),
        reserves=fin.Reserves(operating_months=6, interest_rate=0.0175),
        tax=fin.TaxTerms(rate=0.21, local_rate=0.07, losses="as_generated"),
        credits=fin.TaxCredits(investment_frac=c.credit_frac, production=credit),
        depreciable=("investment", "other_financing"),
        debt_cash="before_tax",
    )  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_single_owner(case: Case) -> None:
    """Proves: investment or production credit, property tax, insurance, fuel and a cap on the debt, to the cent."""
    result = fin.pro_forma(_project(case))
    debt, equity, value, rate, nominal, real, *cash = case.answers
    assert result.debt["debt"] == pytest.approx(debt, abs=0.01)
    assert result.equity == pytest.approx(equity, abs=0.01)
    assert result.equity_npv == pytest.approx(value, abs=0.1)
    assert result.equity_irr.value == pytest.approx(rate, abs=1e-6)  # SAM's own root is that precise
    assert result.equity_cash_flow[1:4] == pytest.approx(cash, abs=0.1)
    cost, output = result.cost_to_recover("ppa"), np.concatenate(([0.0], np.full(case.years, case.energy_kwh)))
    assert 100 * fin.levelized_cost(cost, output, _NOMINAL).required() == pytest.approx(nominal, abs=1e-7)
    found = fin.levelized_cost(cost, output, _NOMINAL, output_discount_rate=0.064)
    assert 100 * found.required() == pytest.approx(real, abs=1e-7)


def test_the_cap_of_the_trough_does_not_bind_but_a_lower_one_does() -> None:
    """Proves: `gearing_max` limits sculpted debt and lifts its cover. If ignored: 41 % would pass a cap of 30 %."""
    base = next(c for c in CASES if c.name == "trough")
    assert fin.pro_forma(_project(base)).debt_limited_by == "dscr"
    capped = Case(**{f: getattr(base, f) for f in base.__dataclass_fields__} | {"gearing_max": 0.3})
    result = fin.pro_forma(_project(capped))
    assert result.debt_limited_by == "gearing"
    assert result.debt["debt"] / sum(result.uses.values()) == pytest.approx(0.3)
    assert result.minimum_dscr.required() > 1.45


@pytest.mark.parametrize(
    ("capital", "rate", "fixed", "variable", "energy", "printed"),
    [
        (111_800_000.0, 0.0926804, 1_900_000.0, 0.0, 2.1e8, 0.05838889866666666),
        (193_851_000.0, 0.10092, 5_193_310.0, 0.05, 3.4e8, 0.12281397917647059),
    ],
)
def test_fixed_charge_rate(
    capital: float, rate: float, fixed: float, variable: float, energy: float, printed: float
) -> None:
    found = fin.levelized_cost_fixed_charge(rate, capital, fixed, energy, variable)
    assert found.value == pytest.approx(printed, abs=1e-9)
