"""Loan schedules and the cover ratios lenders look at.

Source
------
Yescombe, Principles of Project Finance (2014), ch. 12 (cover ratios, repayment profiles).
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import as_vector, check_choice, check_length, reject, yearly
from edsim.finance.measures import Measure, check_rate, undefined
from edsim.finance.time_value import crf

Shape = Literal["annuity", "equal_principal", "sculpted", "bullet", "step_up", "custom"]
Grace = Literal["interest_only", "capitalized"]


@dataclass(frozen=True, slots=True)
class LoanTerms:
    """How a loan is paid back.

    Attributes
    ----------
    rate
        Interest, fraction per year (nominal in nominal cash flows).
    tenor_a
        Years from drawdown (year 0) to the last payment, grace included.
    shape
        ``annuity`` (level service), ``equal_principal``, ``sculpted`` (service in proportion to the cash flow
        available), ``bullet`` (principal at the end), ``step_up`` (service grows by `step_growth` per year),
        ``custom`` (`principal_shares`).
    grace_a, grace
        Years without principal; interest is paid or added to the balance.
    payments_per_year
        1 or 2; each period bears rate / payments.
    amortization_a
        Longer schedule on which annuity or equal principal is computed, the rest falling due at the tenor
        (mini-perm, to be refinanced); ``None`` is the tenor.
    step_growth
        Growth of the service, fraction per year.
    principal_shares : (tenor_a - grace_a,)
        Shares of the principal in each year after grace, for ``custom``.
    """

    rate: float
    tenor_a: int
    shape: Shape = "annuity"
    grace_a: int = 0
    grace: Grace = "interest_only"
    payments_per_year: int = 1
    amortization_a: int | None = None
    step_growth: float = 0.0
    principal_shares: tuple[float, ...] = ()

    def __post_init__(self) -> None:
        check_rate(self.rate, "loan.rate")
        check_rate(self.step_growth, "loan.step_growth")
        check_choice(self.shape, get_args(Shape), "loan.shape")
        check_choice(self.grace, get_args(Grace), "loan.grace")
        per, shape = self.payments_per_year, self.shape
        if not 0 <= self.grace_a < self.tenor_a:
            raise reject("E712", "the grace period ends before the tenor", "loan.grace_a", self.grace_a)
        if per not in {1, 2, 4, 12} or (per > 1 and shape in {"sculpted", "custom"}):
            allowed = "1, 2, 4, 12; 1 for sculpted and custom"
            raise reject("E712", "unusual payment frequency", "loan.payments_per_year", per, allowed=allowed)
        longer = self.amortization_a
        if longer is not None and (longer < self.tenor_a or shape not in {"annuity", "equal_principal"}):
            allowed = f"{self.tenor_a} or more, with annuity or equal_principal"
            raise reject("E712", "no such amortization", "loan.amortization_a", longer, allowed=allowed)
        if shape == "custom" and not np.isclose(sum(self.principal_shares), 1.0, atol=1e-9):
            raise reject("E712", "shares add up to 1", "loan.principal_shares", sum(self.principal_shares))


@dataclass(frozen=True, slots=True)
class LoanSchedule:
    """A loan over the years 0..H; all amounts positive, currency.

    Attributes
    ----------
    interest, principal : (horizon_a + 1,)
        Paid in each year.
    capitalized : (horizon_a + 1,)
        Interest added to the balance.
    balance : (horizon_a + 1,)
        Owed at the end of each year; the first is the amount drawn at close.
    installments : (tenor_a × payments per year,)
        Interest and principal of each payment; empty where only the years are known (a sum of loans).
    payments_per_year
        Payments in a year.
    later_draws : (horizon_a + 1,)
        Drawn after close, at the end of each year; empty where all is drawn at close.
    """

    interest: NDArray[np.float64]
    principal: NDArray[np.float64]
    capitalized: NDArray[np.float64]
    balance: NDArray[np.float64]
    installments: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))
    payments_per_year: int = 1
    later_draws: NDArray[np.float64] = field(default_factory=lambda: np.zeros(0))

    @property
    def service(self) -> NDArray[np.float64]:
        """Interest and principal paid per year 0..H."""
        return np.asarray(self.interest + self.principal)

    @property
    def drawn(self) -> NDArray[np.float64]:
        """Amounts drawn per year 0..H."""
        at_close = np.concatenate((self.balance[:1], np.zeros(len(self.balance) - 1)))
        return at_close + self.later_draws if self.later_draws.size else at_close

    def later(self, year: int) -> "LoanSchedule":
        """Return the same loan drawn `year` years later."""
        if year == 0:
            return self

        def after(values: NDArray[np.float64]) -> NDArray[np.float64]:
            return np.concatenate((np.zeros(year), values))

        return LoanSchedule(
            interest=after(self.interest),
            principal=after(self.principal),
            capitalized=after(self.capitalized),
            balance=after(self.balance),
            installments=self.installments,
            payments_per_year=self.payments_per_year,
            later_draws=after(self.drawn),
        )

    @property
    def accrued(self) -> NDArray[np.float64]:
        """Interest of each year, paid or capitalized (what is deductible)."""
        return np.asarray(self.interest + self.capitalized)

    def converted(self, units_per_foreign: ArrayLike) -> "LoanSchedule":
        """Return a loan in foreign currency at the exchange rates of the years 0..H, local units per foreign unit.

        Cover ratios under a shock follow from the rates times 1.2 or 0.8.
        """
        rates = as_vector(units_per_foreign, "units_per_foreign")
        check_length(rates, len(self.balance), "units_per_foreign")
        return LoanSchedule(
            self.interest * rates,
            self.principal * rates,
            self.capitalized * rates,
            self.balance * rates,
            later_draws=self.later_draws * rates if self.later_draws.size else self.later_draws,
        )


def loan_schedule(
    amount: float, terms: LoanTerms, horizon_a: int, cash_available: ArrayLike | None = None
) -> LoanSchedule:
    """Return interest, principal and balance of a loan drawn at year 0.

    Parameters
    ----------
    amount
        Drawn, currency.
    terms
        Terms of the loan.
    horizon_a
        Years covered by the arrays; not below the tenor.
    cash_available : (horizon_a,)
        Cash available for debt service in the years 1..H, needed by ``sculpted``.

    Raises
    ------
    DataError
        E712 when the tenor is longer than the horizon or a sculpted loan has no cash to follow.
    """
    if terms.tenor_a > horizon_a:
        raise reject(
            "E712", "the tenor is longer than the project", "loan.tenor_a", terms.tenor_a, allowed=f"..{horizon_a}"
        )
    per = terms.payments_per_year
    n, grace, rate = terms.tenor_a * per, terms.grace_a * per, terms.rate / per
    owed = amount * (1.0 + rate) ** grace if terms.grace == "capitalized" else amount
    repaid = _principal(owed, terms, cash_available)
    interest, capitalized, balance = np.zeros(n), np.zeros(n), np.zeros(n + 1)
    balance[0] = amount
    for k in range(n):
        due = balance[k] * rate
        if k < grace and terms.grace == "capitalized":
            capitalized[k] = due
        else:
            interest[k] = due
        paid = repaid[k - grace] if k >= grace else 0.0
        balance[k + 1] = balance[k] + capitalized[k] - paid
    principal = np.concatenate((np.zeros(grace), repaid))
    ends = np.zeros(horizon_a + 1)
    ends[: terms.tenor_a + 1] = balance[::per]
    paid, repaid, added = (_by_year(x, per, horizon_a) for x in (interest, principal, capitalized))
    return LoanSchedule(
        interest=paid,
        principal=repaid,
        capitalized=added,
        balance=ends,
        installments=interest + principal,
        payments_per_year=per,
    )


def grant_element(amount: float, schedule: LoanSchedule, reference_rate: float) -> Measure:
    """Return the grant element, ``1 - PV(debt service at the reference rate) / face value``.

    Each payment is discounted at its own time, ``(1 + r)^(-k / payments per year)``. The reference rate is that of the
    donor's rule (OECD-DAC: 6 % for upper-middle-income countries, unverified).

    Parameters
    ----------
    amount
        Face value, currency; undefined (``no_loan``) at zero.
    schedule
        Payments of the loan.
    reference_rate
        Fraction per year.
    """
    if amount <= 0:
        return undefined("no_loan", "grant element")
    rate = check_rate(reference_rate, "reference_rate")
    paid, per = schedule.installments, schedule.payments_per_year
    if not paid.size:
        paid, per = schedule.service[1:], 1
    times = np.arange(1, len(paid) + 1) / per
    return Measure(1.0 - float(paid @ (1.0 + rate) ** -times) / amount, None, "grant element")


@dataclass(frozen=True, slots=True)
class CoverRatios:
    """Cover ratios of a loan (or of all debt).

    Attributes
    ----------
    dscr
        Debt service cover per year 1..H; ``None`` in years without service.
    minimum_dscr, average_dscr
        Over the years with service.
    llcr
        Loan life cover at the start of each year 1..H: PV of the cash available until the last payment over the
        balance and the PV of what is drawn from then on; ``None`` once the loan is repaid.
    plcr
        Project life cover at year 0.
    icr
        Interest cover per year 1..H; ``None`` in years without interest.
    average_life_a
        Mean time of the principal, a.
    """

    dscr: tuple[float | None, ...]
    minimum_dscr: Measure
    average_dscr: Measure
    llcr: tuple[float | None, ...]
    plcr: Measure
    icr: tuple[float | None, ...]
    average_life_a: Measure


def cover_ratios(cash_available: ArrayLike, schedule: LoanSchedule, rate: float | ArrayLike) -> CoverRatios:
    """Return the cover ratios of a schedule.

    Parameters
    ----------
    cash_available : (horizon_a,)
        Cash available for debt service in the years 1..H, currency.
    schedule
        Loan, or sum of loans.
    rate : float or (horizon_a,)
        Rate at which the cash is discounted for LLCR and PLCR: that of the loan; of several loans their mean of each
        year, weighed by what is owed (:func:`mean_rates`).
    """
    cash = as_vector(cash_available, "cash_available")
    check_length(cash, len(schedule.balance) - 1, "cash_available")
    service, interest, balance = schedule.service[1:], schedule.interest[1:], schedule.balance[:-1]
    dscr = _ratios(cash, service)
    held = [x for x in dscr if x is not None]
    none = undefined("no_debt_service", "DSCR")
    h = len(cash)
    rates = yearly(rate, h, "rate")
    for r in np.unique(rates):
        check_rate(float(r), "rate")
    factor = 1.0 / np.cumprod(1.0 + rates)
    last = int(np.flatnonzero(service > 0)[-1]) + 1 if held else 0
    worth = np.concatenate(([1.0], factor[:-1]))
    ahead = np.cumsum((cash * factor * (np.arange(h) < last))[::-1])[::-1] / worth
    to_draw = np.cumsum((schedule.drawn[1:] * factor)[::-1])[::-1] / worth
    principal = schedule.principal[1:]
    life = float(principal @ np.arange(1, h + 1)) / float(principal.sum()) if principal.sum() > 0 else None
    life = None if life is None else life - float(schedule.drawn @ np.arange(h + 1)) / float(schedule.drawn.sum())
    drawn, least = float(schedule.drawn @ np.append(1.0, factor)), 1e-12 * float(np.abs(cash).max())
    return CoverRatios(
        dscr=dscr,
        minimum_dscr=Measure(min(held), None, "minimum DSCR") if held else none,
        average_dscr=Measure(float(np.mean(held)), None, "average DSCR") if held else none,
        llcr=_ratios(ahead, np.where(balance + to_draw > 1e-9 * max(drawn, 1.0), balance + to_draw, 0.0)),
        plcr=Measure(float(cash @ factor) / drawn, None, "PLCR") if drawn > least else undefined("no_loan", "PLCR"),
        icr=_ratios(cash, interest),
        average_life_a=Measure(life, None, "average life")
        if life is not None
        else undefined("no_loan", "average life"),
    )


def mean_rates(loans: Sequence[tuple[LoanSchedule, float]], horizon_a: int) -> NDArray[np.float64]:
    """Return the mean rate of loans in the years 1..H, weighed by what is owed at the start; after the last as then.

    At it the service of all loans is worth what is owed in every year, so that cash of k times the service has an LLCR
    of k. Before anything is owed it is the rate of the first year in which something is.
    """
    owed = np.array([schedule.balance[:-1] for schedule, _ in loans]).reshape(len(loans), horizon_a)
    rates = np.array([rate for _, rate in loans])
    whole = owed.sum(axis=0)
    there = whole > 1e-9 * max(float(whole.max(initial=0.0)), 1.0)
    if not there.any():
        return np.full(horizon_a, rates[0] if len(rates) else 0.0)
    mean = (rates @ owed)[there] / whole[there]
    return np.asarray(mean[np.clip(np.cumsum(there) - 1, 0, None)])


def combined(schedules: tuple[LoanSchedule, ...], horizon_a: int) -> LoanSchedule:
    """Return the sum of several loans (zeros when there is none)."""
    zero = np.zeros(horizon_a + 1)

    def total(parts: list[NDArray[np.float64]]) -> NDArray[np.float64]:
        return np.asarray(np.sum([zero, *parts], axis=0))

    return LoanSchedule(
        total([s.interest for s in schedules]),
        total([s.principal for s in schedules]),
        total([s.capitalized for s in schedules]),
        total([s.balance for s in schedules]),
        later_draws=total([s.later_draws for s in schedules if s.later_draws.size]),
    )


def _principal(owed: float, terms: LoanTerms, cash_available: ArrayLike | None) -> NDArray[np.float64]:
    """Return the principal paid in each period after grace."""
    per = terms.payments_per_year
    m, rate = (terms.tenor_a - terms.grace_a) * per, terms.rate / per
    if terms.shape == "custom":
        shares = np.asarray(terms.principal_shares, dtype=float)
        check_length(shares, m, "loan.principal_shares")
        return owed * shares
    if terms.shape == "bullet":
        return np.concatenate((np.zeros(m - 1), [owed]))
    full = m if terms.amortization_a is None else (terms.amortization_a - terms.grace_a) * per
    if terms.shape == "equal_principal":
        repaid = np.full(m, owed / full)
        repaid[-1] += owed - repaid.sum()
        return repaid
    if terms.shape == "annuity":
        service = np.full(m, owed * (crf(rate, full) if rate else 1.0 / full))
    else:
        weight = _weights(terms, m, cash_available)
        service = owed * weight / float(weight @ (1.0 + rate) ** -np.arange(1, m + 1, dtype=float))
    return _principal_of(service, owed, rate)


def _weights(terms: LoanTerms, m: int, cash_available: ArrayLike | None) -> NDArray[np.float64]:
    """Return what the debt service is in proportion to."""
    if terms.shape == "step_up":
        return np.asarray((1.0 + terms.step_growth) ** (np.arange(m) // terms.payments_per_year).astype(float))
    if cash_available is None:
        raise reject("E712", "a sculpted loan follows the cash available", "cash_available", "none")
    cash = np.maximum(as_vector(cash_available, "cash_available")[terms.grace_a : terms.tenor_a], 0.0)
    if cash.sum() <= 0:
        raise reject("E712", "no cash is available for debt service", "cash_available", "zero or less in every year")
    return cash


def _principal_of(service: NDArray[np.float64], owed: float, rate: float) -> NDArray[np.float64]:
    """Return the principal part of a service vector; the last payment settles the balance."""
    repaid, balance = np.zeros(len(service)), owed
    for k, paid in enumerate(service):
        repaid[k] = paid - balance * rate
        balance -= repaid[k]
    repaid[-1] += balance
    return repaid


def _by_year(periods: NDArray[np.float64], per: int, horizon_a: int) -> NDArray[np.float64]:
    out = np.zeros(horizon_a + 1)
    yearly = periods.reshape(-1, per).sum(axis=1)
    out[1 : 1 + len(yearly)] = yearly
    return out


def _ratios(top: NDArray[np.float64], bottom: NDArray[np.float64]) -> tuple[float | None, ...]:
    least = 1e-12 * float(np.abs(top).max(initial=0.0))  # below this there is nothing to cover
    return tuple(float(a / b) if b > least else None for a, b in zip(top, bottom, strict=True))
