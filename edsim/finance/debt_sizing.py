"""How much debt a project carries: cover ratio, gearing, and the fees and reserves that depend on it."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, reject
from edsim.finance.loans import CoverRatios, LoanSchedule, LoanTerms, cover_ratios, loan_schedule

_NOTHING = 1e-12  # a loan below this share of the uses or of the cash is none

Limit = Literal["dscr", "gearing", "uses", "no_cash", "given"]


@dataclass(frozen=True, slots=True)
class DebtTerms:
    """Terms on which a loan is sized.

    Attributes
    ----------
    loan
        Repayment terms.
    dscr
        Cover ratio that every year's cash must reach; ``None`` sizes by gearing alone.
    gearing_max
        Largest share of debt in the total uses; ``None`` for no limit.
    upfront_fee_frac
        Fee on the amount, paid at close.
    dsra_months
        Months of the next service held in a reserve account, funded at close.
    closing_cost
        Fixed cost of closing the loan, currency.
    name
        Name of the loan in a pro forma.
    amount
        Fixed amount, currency: the loan is not sized (stress after close).
    """

    loan: LoanTerms
    dscr: float | None = 1.3
    gearing_max: float | None = None
    upfront_fee_frac: float = 0.0
    dsra_months: float = 0.0
    closing_cost: float = 0.0
    name: str = "debt"
    amount: float | None = None

    def __post_init__(self) -> None:
        if self.dscr is None and self.gearing_max is None and self.amount is None:
            raise reject("E713", "a loan is sized by cover ratio, gearing or both", "debt.dscr", "none")
        if self.dscr is not None and not 0.5 <= self.dscr <= 20:
            raise reject("E713", "implausible cover ratio", "debt.dscr", self.dscr, allowed="0.5..20")
        if self.gearing_max is not None and not 0 <= self.gearing_max <= 1:
            raise reject("E713", "gearing is a share", "debt.gearing_max", self.gearing_max, allowed="0..1")
        if not 0 <= self.upfront_fee_frac < 1 or not 0 <= self.dsra_months <= 24:
            raise reject("E713", "implausible fee or reserve", "debt", (self.upfront_fee_frac, self.dsra_months))


@dataclass(frozen=True, slots=True)
class DebtSizing:
    """The sized loan.

    Attributes
    ----------
    amount
        Debt at close, currency.
    limited_by
        ``dscr``, ``gearing``, ``uses`` (no more is needed: grants may cover all), ``no_cash`` or ``given``.
    fee, dsra, uses
        Upfront fee, initial debt service reserve, and total uses with both, currency.
    schedule, ratios
        Payments, and cover ratios on the cash given.
    """

    amount: float
    limited_by: Limit
    fee: float
    dsra: float
    uses: float
    schedule: LoanSchedule
    ratios: CoverRatios


def size_debt(
    cash_available: ArrayLike, terms: DebtTerms, base_uses: float = 0.0, *, other_sources: float = 0.0
) -> DebtSizing:
    """Return the largest debt that the cash carries within the gearing limit.

    Sculpted: ``D = sum(CFADS_t / (DSCR (1 + i)^t))`` over the tenor; other shapes: the amount whose service
    reaches the cover ratio in its weakest year. When the gearing limit binds, ``D = g (base uses + closing cost +
    fee D + months/12 service_1(D))``, which is linear in D, and a sculpted service keeps a constant, higher
    cover ratio.

    Parameters
    ----------
    cash_available : (horizon_a,)
        Cash available for debt service in the years 1..H, currency.
    terms
        Terms of the loan.
    base_uses
        Uses of funds other than fee, closing cost and debt service reserve, currency; needed for the gearing limit.
    other_sources
        Grants and other loans, currency: the debt pays no more than the uses they leave.
    """
    cash = as_vector(cash_available, "cash_available")
    horizon = len(cash)
    repaying = cash[terms.loan.grace_a : terms.loan.tenor_a]
    amount: float = 0.0
    reason: Limit = "no_cash"
    if terms.loan.shape != "sculpted" or repaying.max(initial=0.0) > 0:
        unit = loan_schedule(1.0, terms.loan, horizon, cash)
        amount, reason = _amount(cash, unit, terms, (base_uses, other_sources))
    if amount <= _NOTHING * max(base_uses, float(np.abs(cash).max())):
        amount, reason, schedule = 0.0, "no_cash" if reason == "dscr" else reason, _empty(horizon)
    else:
        schedule = loan_schedule(amount, terms.loan, horizon, cash)
    fee, dsra = terms.upfront_fee_frac * amount, terms.dsra_months / 12.0 * float(schedule.service[1])
    uses = base_uses + fee + dsra + (terms.closing_cost if amount > 0 else 0.0)
    return DebtSizing(
        amount=amount,
        limited_by=reason,
        fee=fee,
        dsra=dsra,
        uses=uses,
        schedule=schedule,
        ratios=cover_ratios(cash, schedule, terms.loan.rate),
    )


def reserve_balance(service: NDArray[np.float64], months: float) -> NDArray[np.float64]:
    """Return the reserve held at the end of each year 0..H: `months` of the service of the next year."""
    return np.concatenate((service[1:], [0.0])) * months / 12.0


def _amount(
    cash: NDArray[np.float64], unit: LoanSchedule, terms: DebtTerms, funds: tuple[float, float]
) -> tuple[float, Limit]:
    """Return the amount and what limits it; `funds` are base uses and other sources."""
    if terms.amount is not None:
        return terms.amount, "given"
    service, (base_uses, other_sources) = unit.service[1:], funds
    limits: list[tuple[float, Limit]] = []
    if terms.dscr is not None:
        due = service > 1e-15
        limits.append((float((cash[due] / service[due]).min()) / terms.dscr, "dscr"))
    depends = terms.upfront_fee_frac + terms.dsra_months / 12.0 * float(service[0])
    if terms.gearing_max is not None:
        share = terms.gearing_max
        limits.append((share * (base_uses + terms.closing_cost) / (1.0 - share * depends), "gearing"))
    if base_uses > 0:
        limits.append(((base_uses + terms.closing_cost - other_sources) / (1.0 - depends), "uses"))
    return min(limits)


def _empty(horizon: int) -> LoanSchedule:
    zero = np.zeros(horizon + 1)
    return LoanSchedule(zero, zero, zero, zero)
