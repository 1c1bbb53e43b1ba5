"""Answers of NREL SAM (ssc in PySAM 7.1.1, BSD-3) for cash loans of firms and of households.

Defaults of PVWattsCommercial (540 kW) and PVWattsResidential (8 kW) with 1500 kWh/kW of output and a bill saving of
11 cents/kWh growing 2.5 %/a, and the changes each case names. Computed once with that software and restated here.
"""

from dataclasses import dataclass, replace

import numpy as np
import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_YEARS, _INFLATION = 25, 0.025
_NOMINAL = fin.to_nominal(0.064, _INFLATION)


@dataclass(frozen=True)
class Case:
    """Changes against the defaults, then answers.

    `answers`: net present value, currency; simple and discounted payback, a (None: beyond the horizon); nominal and
    real levelized cost, cents/kWh.
    """

    name: str
    answers: tuple[float | None, ...]
    household: bool = False
    debt_frac: float = 1.0
    term_a: int = 25
    insurance_frac: float = 0.0
    property_tax_frac: float = 0.0
    salvage_frac: float = 0.0
    credit_frac: float = 0.3
    rebate_frac: float = 0.0
    straight_line_a: int | None = None
    mortgage: bool = False


CASES = (
    Case("firm", (419944.1052632172, 7.45266879559006, 15.630162005565989, 4.364464297689646, 3.4840064411800262)),
    Case(
        "firm with insurance, property tax and salvage",
        (141774.0546786168, 8.925872117115459, 22.859313563855093, 8.016043210820737, 6.398940230548038),
        debt_frac=0.5, term_a=15, insurance_frac=0.005, property_tax_frac=0.01, salvage_frac=0.2,
    ),
    Case(
        "firm without debt or credit, straight line over 7 years",
        (-120109.91412503319, 11.136335874184116, None, 11.453832347935814, 9.143212764400106),
        debt_frac=0.0, credit_frac=0.0, straight_line_a=7,
    ),
    Case(
        "firm with a rebate that lowers the basis",
        (442708.0044704953, 6.753263048504133, 13.077637209279464, 4.065639265479146, 3.2454643737014752),
        rebate_frac=0.1,
    ),
    Case(
        "household with a mortgage",
        (938.8150105892453, 14.424280356930494, None, 12.611894584563679, 10.067655265587394),
        household=True, mortgage=True,
    ),
    Case(
        "household with a mortgage, property tax, insurance and salvage",
        (-2243.900004641751, 19.136262708556288, None, 15.432042236295894, 12.31888517916806),
        household=True, mortgage=True, insurance_frac=0.005, property_tax_frac=0.01, salvage_frac=0.1,
    ),
    Case(
        "household with a standard loan",
        (-1962.463885925688, 14.424280356930494, None, 15.182666654281325, 12.119816960309748),
        household=True,
    ),
)  # fmt: skip


def _project(c: Case) -> tuple[fin.ProjectInputs, np.ndarray]:
    size, cost, upkeep, federal = (8.0, 25_281.8, 30.0, 0.15) if c.household else (540.0, 948_197.0, 22.0, 0.21)
    energy = fin.operating_series(1500.0 * size, _YEARS, degradation=0.005)
    schedule = fin.macrs(5) if c.straight_line_a is None else fin.straight_line(c.straight_line_a)
    tax = fin.TaxTerms(rate=federal, local_rate=0.07, losses="as_generated")
    if c.household:  # pays no tax on what it saves, deducts the property tax and the interest of a mortgage
        deducted = ("property_tax",)
        tax = replace(tax, revenue_taxable=False, operating_cost_deductible=deducted, interest_deductible=c.mortgage)
    project = fin.ProjectInputs(
        years=_YEARS,
        revenue={"bill saving": energy * 0.11 * (1 + _INFLATION) ** np.arange(_YEARS)},
        operating_cost={
            "upkeep": fin.operating_series(upkeep * size, _YEARS, escalation=_INFLATION),
            "insurance": fin.operating_series(c.insurance_frac * cost, _YEARS, escalation=_INFLATION),
            "property_tax": c.property_tax_frac * cost,
        },
        investments=(
            fin.Investment("pv", cost, () if c.household else tuple(schedule), credit_eligible=True),
        ),
        discount_rate=_NOMINAL,
        salvage=c.salvage_frac * cost,
        grants=(fin.Grant("rebate", c.rebate_frac * cost),) if c.rebate_frac else (),
        debt=fin.DebtTerms(fin.LoanTerms(0.07, c.term_a), dscr=None, gearing_max=c.debt_frac) if c.debt_frac else None,
        tax=tax,
        credits=fin.TaxCredits(c.credit_frac, 0.0 if c.household else 0.5),
    )  # fmt: skip
    return project, np.concatenate(([0.0], energy))


@pytest.mark.parametrize("case", CASES, ids=lambda c: c.name)
def test_cash_loan(case: Case) -> None:
    project, output = _project(case)
    result = fin.pro_forma(project)
    value, simple, discounted, nominal, real = case.answers
    assert result.equity_npv == pytest.approx(value, abs=0.01)
    times = fin.payback(fin.pro_forma(replace(project, debt=None)).equity_cash_flow, _NOMINAL)
    assert times.simple.value == pytest.approx(simple, abs=1e-6)
    assert times.discounted.value == (None if discounted is None else pytest.approx(discounted, abs=1e-6))
    # A firm's saving is taxed like a revenue, so that SAM sets its cost against the saving after tax.
    cost = result.cost_to_recover("bill saving", tax_rate=0.0 if case.household else project.tax.effective_rate)
    assert 100 * fin.levelized_cost(cost, output, _NOMINAL).required() == pytest.approx(nominal, abs=1e-7)
    found = fin.levelized_cost(cost, output, _NOMINAL, output_discount_rate=0.064)
    assert 100 * found.required() == pytest.approx(real, abs=1e-7)
