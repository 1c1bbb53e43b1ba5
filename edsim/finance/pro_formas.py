"""The pro forma: from revenue to the owners' cash, with debt, tax and reserves solved together.

The loan depends on the cash after tax, the tax on the interest, the uses of funds on fees and reserves of the loan,
and (where rules say so) the depreciable basis on the uses. All are iterated to a fixed point.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from edsim.core.arguments import reject, yearly
from edsim.core.errors import Finding
from edsim.finance.cashflows import CashFlow, CashFlows
from edsim.finance.covenants import held_back, limit_year, locked_up
from edsim.finance.debt_sizing import reserve_balance, size_debt
from edsim.finance.loans import CoverRatios, LoanSchedule, combined, cover_ratios, loan_schedule, mean_rates
from edsim.finance.measures import Measure
from edsim.finance.operation import Operation, debt_cash, later_uses, operate
from edsim.finance.pro_forma_findings import growing_loans, money_warnings, uncovered_debt
from edsim.finance.project import ProjectInputs, Tranche
from edsim.finance.project_tax import Taxes, WriteOff, taxed_grants, taxes, write_off
from edsim.finance.returns import RateOfReturn, investment_return
from edsim.finance.time_value import npv

_TOLERANCE = 1e-11
_MAX_PASSES = 400

Vector = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProForma:
    """Result of a pro forma; arrays cover the years 0..N, money out negative.

    Attributes
    ----------
    lines
        Every line of the cash flow and of the tax computation, by name; see ``docs/how-to/finance-from-python.md``.
    uses, sources
        Uses and sources of funds at close, currency; both add up to the same.
    debt, schedules
        Amount and payments of each loan, those drawn later included.
    equity
        Owners' money at close, currency (negative when the sources exceed the uses).
    dscr
        Cover ratio of all debt per year 1..N.
    ratios
        Cover ratios of all debt.
    debt_limited_by
        What limited the sized loan, ``None`` without one.
    debt_limit_year
        Year whose cover ratio alone limited it (interest of a year of grace, weakest year of a fixed service);
        ``None`` where something else did, or the cover of all years of a sculpted loan.
    equity_npv
        Value to the owners, after tax and debt, currency.
    project_npv
        Same without any debt; grants count as received.
    depreciable_basis
        Sum of the bases of the initial investment, currency.
    findings
        Warnings: negative cash in a year, negative equity, a cover ratio missed.
    """

    lines: Mapping[str, Vector]
    uses: Mapping[str, float]
    sources: Mapping[str, float]
    debt: Mapping[str, float]
    equity: float
    dscr: tuple[float | None, ...]
    ratios: CoverRatios
    debt_limited_by: str | None
    debt_limit_year: int | None
    equity_npv: float
    project_npv: float
    depreciable_basis: float
    findings: tuple[Finding, ...]
    schedules: Mapping[str, LoanSchedule] = field(default_factory=dict)

    @property
    def equity_cash_flow(self) -> Vector:
        """Owners' cash per year 0..N."""
        return self.lines["equity_cash_flow"]

    @property
    def debt_at_close(self) -> float:
        """Sum of the loans drawn at close, currency."""
        return sum(float(loan.balance[0]) for loan in self.schedules.values())

    @property
    def all_uses(self) -> float:
        """Uses of funds at close and of later investments, currency."""
        return sum(self.uses.values()) + float(self.later_uses.sum())

    @property
    def later_uses(self) -> Vector:
        """Uses of funds of investments after close, with the reserves they need, years 0..N."""
        paid = [self.lines[x] for x in ("later_investment", "later_reserves") if x in self.lines]
        return -np.sum(paid, axis=0) if paid else np.zeros_like(self.equity_cash_flow)

    @property
    def later_connection(self) -> float:
        """Connection charges that pay for later investments, no more than their loans leave to be paid, currency."""
        open_uses = np.maximum(self.later_uses - self.lines["debt_drawn"], 0.0)
        return float(np.minimum(self.lines["connection_charges"], open_uses).sum())

    @property
    def equity_irr(self) -> RateOfReturn:
        """Return to the owners, after tax and debt; none where grants and loans pay more than all uses."""
        return investment_return(self.equity_cash_flow)

    @property
    def project_irr(self) -> RateOfReturn:
        """Return without any debt, after tax."""
        return investment_return(self.lines["project_cash_flow"])

    @property
    def project_irr_pre_tax(self) -> RateOfReturn:
        """Return without any debt, before tax."""
        return investment_return(self.lines["project_cash_flow_pre_tax"])

    @property
    def minimum_dscr(self) -> Measure:
        """Lowest cover ratio of all debt."""
        return self.ratios.minimum_dscr

    def cost_to_recover(self, *revenue: str, tax_rate: float = 0.0) -> Vector:
        """Return the yearly cost that the named revenues must cover: revenue less owners' cash, years 0..N.

        Its present value over that of the output is the levelized cost with financing and tax (SAM's LCOE). With
        `tax_rate` (``tax.effective_rate``) the revenue counts after tax, as SAM does for owners who use the output
        themselves (commercial cash loan).
        """
        earned = np.sum([self.lines[f"revenue_{name}"] for name in revenue], axis=0)
        return np.asarray(earned * (1.0 - tax_rate) - self.equity_cash_flow)

    def to_cash_flows(self, case: str, variant: str, currency: str, *, party: str = "company") -> CashFlows:
        """Return the company's cash lines as a cash-flow table in nominal money (perspective ``company``)."""
        rows = [
            CashFlow(case, variant, "company", party, name, int(t), float(values[t]), currency, "nominal")
            for name, values in self.lines.items()
            if is_cash(name)
            for t in np.flatnonzero(values)
        ]
        return CashFlows.of(rows)


@dataclass(frozen=True, slots=True)
class _Funding:
    """Loans and uses of one pass."""

    schedules: Mapping[str, LoanSchedule]
    uses: Mapping[str, float]
    reserve: Vector
    limited_by: str | None
    guarantee_fee: Vector
    later_uses: Vector
    fees_written: Vector


def pro_forma(project: ProjectInputs) -> ProForma:
    """Return the yearly accounts, the financing and the returns of a project.

    Raises
    ------
    DataError
        E702 for series of the wrong length, E709 when debt, tax and uses do not settle.
    """
    operation = operate(project)
    cash = float(np.abs(operation.ebitda).max())
    tax, uses_total = np.zeros(project.years + 1), project.investment
    fee = np.zeros(project.years + 1)
    for _ in range(_MAX_PASSES):
        funding = _fund(project, operation, (tax, fee), uses_total)
        new_uses = sum(funding.uses.values())
        written = write_off(project, operation, funding.uses)
        paid = _taxes(project, operation, funding, written)
        change = max(abs(new_uses - uses_total), float(np.abs(paid.of_operation - tax).max()))
        change = max(change, float(np.abs(funding.guarantee_fee - fee).max()))
        tax, uses_total, fee = paid.of_operation, new_uses, funding.guarantee_fee
        if change <= _TOLERANCE * max(new_uses, cash):
            return _assemble(project, operation, funding, (written, paid))
    raise reject("E709", "debt, tax and uses of funds do not settle", "pro_forma", f"change {change:g}")


def _fund(p: ProjectInputs, o: Operation, burden: tuple[Vector, Vector], uses_total: float) -> _Funding:
    """Return loans and uses of funds for the tax, the guarantee fees and the total uses of the last pass."""
    n, cash = p.years, (debt_cash(p, o, burden[0]) - burden[1])[1:]
    uses = {
        "investment": p.investment,
        "interest_during_construction": p.investment * p.construction.interest_frac if p.construction else 0.0,
        "other_financing": p.other_financing_cost,
        "operating_reserve": float(o.operating_reserve[0]),
        "receivables_reserve": float(o.receivables[0]),
    }
    later = later_uses(p, o)
    schedules: dict[str, LoanSchedule] = {}
    fees, written = 0.0, np.zeros(n + 1)
    for tranche in p.tranches:
        amount = _drawn(tranche, float(later[tranche.year]) if tranche.year else uses_total)
        then = loan_schedule(amount, tranche.loan, n - tranche.year, cash[tranche.year :])
        schedules[tranche.name] = then.later(tranche.year)
        fees += 0.0 if tranche.year else tranche.fee_frac * amount
        written += _over_tenor(p, tranche.fee_frac * amount, tranche.year, tranche.loan.tenor_a)
    if p.debt is None:
        service = combined(tuple(schedules.values()), n).service
        uses |= {"debt_fees": fees, "debt_service_reserve": 0.0}
        return _Funding(schedules, uses, np.zeros_like(service), None, _guarantee_fee(p, schedules), later, written)
    prior = combined(tuple(schedules.values()), n)
    left = cash - (p.debt.dscr or 1.0) * prior.service[1:]  # the cover ratio holds for all loans together
    others = float(prior.balance[0]) + p.granted
    sized = size_debt(left, p.debt, sum(uses.values()) + fees, other_sources=others)
    schedules[p.debt.name] = sized.schedule
    closing = p.debt.closing_cost if sized.amount > 0 else 0.0
    uses |= {"debt_fees": fees + sized.fee, "debt_closing": closing, "debt_service_reserve": sized.dsra}
    written += _over_tenor(p, sized.fee + closing, 0, p.debt.loan.tenor_a)
    reserve = reserve_balance(sized.schedule.service, p.debt.dsra_months)
    return _Funding(schedules, uses, reserve, sized.limited_by, _guarantee_fee(p, schedules), later, written)


def _over_tenor(p: ProjectInputs, fee: float, drawn: int, tenor_a: int) -> Vector:
    """Return what is deducted of a loan's fee in the years 0..N: equal parts over its tenor, or nothing."""
    out = np.zeros(p.years + 1)
    if p.fees_over_tenor:
        out[drawn + 1 : drawn + tenor_a + 1] = fee / tenor_a
    return out


def _drawn(tranche: Tranche, uses: float) -> float:
    return tranche.amount if tranche.amount is not None else (tranche.share_of_uses or 0.0) * uses


def _guarantee_fee(p: ProjectInputs, schedules: Mapping[str, LoanSchedule]) -> Vector:
    """Return the fees of guarantees in the years 0..N, on the balances at the start of each year."""
    fee = np.zeros(p.years + 1)
    for loan, rate in p.guarantee_fees.items():
        fee[1:] += rate * schedules[loan].balance[:-1]
    return fee


def _reserve_interest(p: ProjectInputs, o: Operation, funding: _Funding) -> Vector:
    """Return the interest on the accounts held at the start of each year."""
    held = o.operating_reserve + o.major_balance + funding.reserve
    held = held + (o.receivables if p.reserves.receivables_earn else 0.0)
    return np.concatenate(([0.0], held[:-1])) * p.reserves.interest_rate


def _taxes(p: ProjectInputs, o: Operation, funding: _Funding, written: WriteOff) -> Taxes:
    """Return the income tax with the interest and fees of the loans."""
    interest = combined(tuple(funding.schedules.values()), p.years).accrued
    owed = interest + funding.guarantee_fee + funding.fees_written
    return taxes(p, o, written, (_reserve_interest(p, o, funding), owed))


def _assemble(p: ProjectInputs, o: Operation, funding: _Funding, tax_side: tuple[WriteOff, Taxes]) -> ProForma:
    """Return the result from the settled pass."""
    n = p.years
    written, paid = tax_side
    debt = combined(tuple(funding.schedules.values()), n)
    credited = written.credit + np.concatenate(([0.0], yearly(p.credits.production, n, "credits.production")))
    grants = p.granted
    later = {t.name for t in p.tranches if t.year}
    amounts = {name: float(s.balance[0]) for name, s in funding.schedules.items() if name not in later}
    equity = sum(funding.uses.values()) - grants - sum(amounts.values())
    lines = _cash_lines(p, o, funding, (paid.due, credited))
    loans_cash = debt_cash(p, o, paid.of_operation) - funding.guarantee_fee
    rates = {t.name: t.loan.rate for t in p.tranches} | ({p.debt.name: p.debt.loan.rate} if p.debt else {})
    owed = [(s, rates[name]) for name, s in funding.schedules.items()]
    ratios = cover_ratios(loans_cash[1:], debt, mean_rates(owed, n))
    cash, owners = np.asarray(np.sum(list(lines.values()), axis=0)), _owners_part(p, funding, debt)
    if p.lockup_dscr is not None:
        lines["distributions_held"] = -np.diff(held_back(cash, owners, ratios.dscr, p.lockup_dscr), prepend=0.0)
        cash = cash + lines["distributions_held"]
    unlevered, pre_tax = _unlevered(p, o, written, credited)
    lines |= {
        "equity_cash_flow": cash,
        "ebitda": o.ebitda,
        "cash_for_debt_service": np.concatenate(([0.0], loans_cash[1:])),
        "depreciation": written.all,
        "accrued_interest": debt.accrued,
        "fees_written_off": funding.fees_written,
        "taxed_charges": taxed_grants(p),
        "taxable_income": np.concatenate(([0.0], paid.years.taxable)),
        "loss_carried": np.concatenate(([0.0], paid.years.loss_open)),
        "special_deduction": np.concatenate(([0.0], paid.years.special_used)),
        "taxable_sale": paid.taxable_sale,
        "debt_balance": debt.balance,
        "debt_reserve_balance": funding.reserve,
        "project_cash_flow": unlevered,
        "project_cash_flow_pre_tax": pre_tax,
    }
    return ProForma(
        lines=lines,
        uses=funding.uses,
        sources={"grants": grants, **amounts, "equity": equity},
        debt={name: float(s.drawn.sum()) for name, s in funding.schedules.items()},
        equity=equity,
        dscr=ratios.dscr,
        ratios=ratios,
        debt_limited_by=funding.limited_by,
        debt_limit_year=limit_year(p, funding.limited_by, ratios.dscr),
        equity_npv=npv(cash, p.discount_rate),
        project_npv=npv(unlevered, p.discount_rate),
        depreciable_basis=written.basis,
        findings=(
            *money_warnings(p, cash, owners, equity, ratios.minimum_dscr),
            *growing_loans(funding.schedules),
            *uncovered_debt(lines, ratios.dscr),
            *locked_up(ratios.dscr, p.lockup_dscr),
        ),
        schedules=funding.schedules,
    )


def _owners_part(p: ProjectInputs, funding: _Funding, debt: LoanSchedule) -> Vector:
    """Return what the owners pay of the investments after close, years 0..N."""
    others = debt.drawn + p.received(charges=True)
    others[0] = 0.0
    return np.maximum(funding.later_uses - others, 0.0)


def _cash_lines(
    p: ProjectInputs, o: Operation, funding: _Funding, tax_side: tuple[Vector, Vector]
) -> dict[str, Vector]:
    """Return every line of money that moves, years 0..N, from the tax and the credits."""
    n, (tax, credited) = p.years, tax_side
    debt = combined(tuple(funding.schedules.values()), n)
    reserve = o.later_reserves(p)
    lines = {f"revenue_{k}": np.concatenate(([0.0], yearly(v, n, k))) for k, v in p.revenue.items()}
    lines |= {f"cost_{k}": -np.concatenate(([0.0], yearly(v, n, k))) for k, v in p.all_operating_cost().items()}
    return lines | {
        "salvage": _at(n, n, p.salvage),
        "replacement": -o.replacement,
        "major_replacement": -o.major_spending,
        "major_reserve_change": -np.diff(o.major_balance, prepend=0.0),
        "operating_reserve_change": -o.paid_growth(o.operating_reserve, p),
        "receivables_change": -o.paid_growth(o.receivables, p),
        "debt_reserve_change": -_after_close(funding.reserve),
        "reserve_interest": _reserve_interest(p, o, funding),
        "tax": -tax,
        "tax_credits": credited,
        "interest": -debt.interest,
        "principal": -debt.principal,
        **({"guarantee_fees": -funding.guarantee_fee} if p.guarantee_fees else {}),
        "uses_of_funds": _at(n, 0, -sum(funding.uses.values())),
        "grants": p.received(charges=False),
        "connection_charges": p.received(charges=True),
        "debt_drawn": debt.drawn,
        **({"later_investment": reserve - funding.later_uses} if funding.later_uses.any() else {}),
        **({"later_reserves": -reserve} if reserve.any() else {}),
    }


def _unlevered(p: ProjectInputs, o: Operation, written: WriteOff, credited: Vector) -> tuple[Vector, Vector]:
    """Return the project's cash without debt, after and before tax, years 0..N."""
    nothing = np.zeros(p.years + 1)
    bare = _Funding({}, {}, nothing, None, nothing, nothing, nothing)
    tax = _taxes(p, o, bare, written).due
    flow = o.ebitda - o.replacement - o.major_spending - np.diff(o.major_balance, prepend=0.0)
    flow = flow - np.diff(o.operating_reserve + o.receivables, prepend=0.0) + _reserve_interest(p, o, bare)
    flow += p.received(charges=True) + p.received(charges=False)
    flow[0] -= p.investment + p.other_financing_cost
    flow[0] -= p.investment * p.construction.interest_frac if p.construction else 0.0
    flow += _at(p.years, p.years, p.salvage) - p.later_investment()
    return flow - tax + credited, flow


def _after_close(balance: Vector) -> Vector:
    """Return the yearly change of a reserve after year 0, in which it is among the uses of funds."""
    change = np.diff(balance, prepend=0.0)
    change[0] = 0.0
    return np.asarray(change)


def _at(n: int, year: int, value: float) -> Vector:
    out = np.zeros(n + 1)
    out[year] = value
    return out


_MEMO = frozenset(
    (
        *("equity_cash_flow", "ebitda", "cash_for_debt_service", "depreciation", "accrued_interest", "taxable_income"),
        *("fees_written_off", "taxed_charges", "loss_carried", "special_deduction", "taxable_sale", "debt_balance"),
        *("debt_reserve_balance", "project_cash_flow", "project_cash_flow_pre_tax"),
    )
)


def is_cash(name: str) -> bool:
    """Return whether a line is money that moves (the others are sub-totals and memo lines)."""
    return name not in _MEMO
