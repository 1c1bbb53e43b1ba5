"""What the project earns against business-as-usual."""

from __future__ import annotations

from dataclasses import dataclass

from edsim.appraisal.costs import VariantCosts
from edsim.appraisal.facts import Facts, running_lines
from edsim.case.schema import Case
from edsim.finance import CashFlows, Measure, RateOfReturn, compare_life_cycle, lcc, mirr, npv, payback
from edsim.finance.measures import undefined
from edsim.finance.returns import NO_INVESTMENT, investment_return, invests_first


@dataclass(frozen=True, slots=True)
class Returns:
    """Indicators of variant minus BAU; None where undefined, with the reason in `reasons`.

    `extra_investment` and `first_saving` are what the payback of the first year's saving divides.
    """

    npv: float
    irr_frac: float | None
    simple_payback_a: float | None
    discounted_payback_a: float | None
    abatement_cost_per_t: float | None
    modified_irr_frac: float | None
    savings_to_investment: float | None
    adjusted_irr_frac: float | None
    reasons: dict[str, str]
    extra_investment: float = 0.0
    first_saving: float = 0.0

    @property
    def first_year_payback_a(self) -> float | None:
        """Extra investment at start over the saving of the first year; None where nothing more is invested or saved."""
        defined = self.extra_investment > 0.0 and self.first_saving > 0.0
        return self.extra_investment / self.first_saving if defined else None


def returns_of(variant: VariantCosts, bau: VariantCosts, facts: tuple[Facts, Facts], case: Case) -> Returns:
    """Return the indicators of the cash-flow difference; `facts` are those of the variant and of BAU.

    Abatement cost = -NPV without the carbon price / GHG avoided over the horizon, undiscounted: with the price in it a
    ton would seem the cheaper the more it is worth.
    """
    rate = case.finance.discount_rate_frac
    difference = variant.flows.minus(bau.flows)
    value = npv(difference, rate)
    rate_of_return, modified = _rates(difference, rate)
    back = payback(difference, rate)
    years = case.finance.horizon_a
    life = compare_life_cycle(lcc(bau.flows, rate, years), lcc(variant.flows, rate, years))
    avoided_t = (facts[1].tewi_kg - facts[0].tewi_kg) / 1000.0
    without_carbon = value - npv(difference.select(line="carbon"), rate)
    reasons = {
        name: reason
        for name, reason in (
            ("irr", rate_of_return.reason),
            ("modified_irr", modified.reason),
            ("sir", life.sir.reason),
            ("adjusted_irr", life.airr.reason),
            ("simple_payback", back.simple_lasting.reason),
            ("discounted_payback", back.discounted_lasting.reason),
            ("abatement_cost", None if avoided_t > 0 else "no GHG is avoided"),
        )
        if reason
    }
    return Returns(
        npv=value,
        irr_frac=rate_of_return.value,
        simple_payback_a=back.simple_lasting.value,
        discounted_payback_a=back.discounted_lasting.value,
        abatement_cost_per_t=-without_carbon / avoided_t if avoided_t > 0 else None,
        modified_irr_frac=modified.value,
        savings_to_investment=life.sir.value,
        adjusted_irr_frac=life.airr.value,
        reasons=reasons,
        extra_investment=-float(difference.select(year=0).total()),
        first_saving=float(difference.select(line=running_lines(difference), year=1).total()),
    )


def _rates(difference: CashFlows, rate: float) -> tuple[RateOfReturn, Measure]:
    """Return the internal and the modified rate, both undefined where the variant costs less at first, more later."""
    if invests_first(difference):
        return investment_return(difference), mirr(difference, rate, rate)
    return investment_return(difference), undefined(NO_INVESTMENT, "modified internal rate of return")
