"""The pro forma of the company as a sheet that computes: change a price, a cost, a rate or a loan and follow it.

Revenue, cost, depreciation, reserves and repayments are numbers; sums, EBITDA, interest, taxable income, tax, cover
ratios, cash of the owners, their value and return are formulas over them. Amounts are nominal, money out negative.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.report import codes, labels
from edsim.report.sheets.cells import cell_name, number_width, set_widths
from edsim.report.theme import clean
from edsim.report.view import Study

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

Array = NDArray[np.float64]
_FIRST = 2
"""Column of year 0."""
_FLOWS = (
    *("replacement", "major_replacement", "major_reserve_change", "operating_reserve_change", "receivables_change"),
    *("debt_reserve_change", "reserve_interest", "tax_credits", "guarantee_fees", "later_investment"),
    *("later_reserves", "distributions_held"),
)
"""Lines of cash beside operation, loans and tax."""
_SERVING = ("replacement", "major_replacement", "major_reserve_change", "receivables_change", "guarantee_fees")
"""Those that lower the cash available for debt service."""


@dataclass(frozen=True, slots=True)
class Accounts:
    """The accounts of one variant as stored: line → years 0..N, and loans."""

    lines: Mapping[str, Array]
    loans: Mapping[str, Mapping[str, Array]]
    years: int

    def line(self, name: str) -> Array:
        """Return a line, zeros where it is not stored."""
        return self.lines.get(name, np.zeros(self.years + 1))

    def tax_rate(self) -> float:
        """Return the tax on taxable income, from the year with the largest tax."""
        base, paid = self.line("taxable_income"), self.line("tax")
        k = int(np.abs(paid).argmax())
        return float(-paid[k] / base[k]) if base[k] else 0.0

    def untaxed(self, k: int) -> bool:
        """Return whether a year has income and no tax: a tax holiday."""
        return bool(self.line("taxable_income")[k] and not self.line("tax")[k])

    def taxed_before_losses(self) -> Array:
        """Return the income before losses of other years."""
        known = self.line("ebitda") + self.line("salvage") + self.line("reserve_interest") - self.line("depreciation")
        known = known - self.line("accrued_interest") + self.line("guarantee_fees") - self.line("special_deduction")
        known = known + self.line("taxed_charges") - self.line("fees_written_off")
        known[0] = 0.0
        return np.asarray(known)

    def loss_used(self) -> Array:
        """Return the losses of earlier years set off against the income of each year, those that lapse left out."""
        used = np.maximum(self.taxed_before_losses(), 0.0) - self.line("taxable_income")
        return np.where(used > 1e-6, used, 0.0)


@dataclass(slots=True)
class _Writer:
    """Where the next row of a sheet goes, and which row holds what."""

    study: Study
    sheet: Worksheet
    formats: Mapping[str, Format]
    years: int
    row: int = 0
    rows: dict[str, int] = field(default_factory=dict)

    def title(self, text: str) -> None:
        self.sheet.write_string(self.row, 0, text, self.formats["head"])
        self.row += 1

    def values(self, key: str, text: str, values: Array) -> None:
        """Write a line of numbers."""
        self._begin(key, text, "text")
        for k, value in enumerate(values):
            self.sheet.write_number(self.row, _FIRST + k, float(value), self.formats["large"])
        self.row += 1

    def formulas(self, key: str, text: str, make: Callable[[int], str], values: Sequence[Any] | Array) -> None:
        """Write a line of formulas with the values they give; an empty value is an empty text."""
        self._begin(key, text, "total")
        style = self.formats["number" if key.startswith("dscr") else "total"]
        for k, value in enumerate(values):
            if value is not None:
                self.sheet.write_formula(self.row, _FIRST + k, "=" + make(k), style, value)
        self.row += 1

    def cell(self, key: str, k: int) -> str:
        """Return the cell of a line in year k."""
        return cell_name(self.rows[key], _FIRST + k)

    def total(self, keys: Sequence[str], k: int) -> str:
        """Return the sum of lines in year k."""
        return "+".join(self.cell(key, k) for key in keys) or "0"

    def rate(self, key: str, text: str, value: float) -> None:
        """Write a rate that the reader may change."""
        self._begin(key, text, "text")
        self.sheet.write_number(self.row, 1, value, self.formats["input"])
        self.row += 1

    def figure(self, key: str, text: str, formula: str, style: str, value: float) -> None:
        """Write one result as a formula."""
        self.rows[key] = self.row
        self.sheet.write_string(self.row, 0, text, self.formats["total"])
        shown = float(value) if math.isfinite(value) else ""
        self.sheet.write_formula(self.row, 1, "=" + formula, self.formats[style], shown)
        self.row += 1

    def _begin(self, key: str, text: str, style: str) -> None:
        self.rows[key] = self.row
        self.sheet.write_string(self.row, 0, clean(text), self.formats[style])


def stored_accounts(study: Study, variant: str) -> Accounts:
    """Return the accounts of a variant from its tables."""
    frame, debt = study.of("pro_forma", variant), study.of("debt_service", variant)
    years = int(frame["year"].max())

    def by_year(rows: Any, column: str) -> Array:
        return np.bincount(rows["year"], weights=rows[column], minlength=years + 1).astype(float)

    lines = {str(name): by_year(rows, "value") for name, rows in frame.groupby("line", sort=False)}
    loans = {
        str(name): {c: by_year(rows, c) for c in ("interest", "principal", "balance")}
        for name, rows in debt[debt["loan"] != "all"].groupby("loan", sort=False)
    }
    return Accounts(lines, loans, years)


def accounts_sheet(study: Study, sheet: Worksheet, formats: Mapping[str, Format]) -> dict[tuple[str, str], str]:
    """Write the pro forma of every company, one below the other; return the cells of its return and lowest cover."""
    frame = study.table("pro_forma")
    places: dict[tuple[str, str], str] = {}
    row = 0
    for variant in [v for v in study.order if v in set(frame["variant"])]:
        accounts = stored_accounts(study, variant)
        writer = _Writer(study, sheet, formats, accounts.years, row)
        _variant(writer, accounts, variant)
        row = writer.row + 2
        places |= {(variant, key): cell_name(writer.rows[key], 1, fixed=True) for key in ("equity_irr", "minimum_dscr")}
        widths = [40.0, *[number_width(2.0 * frame["value"])] * (accounts.years + 2)]
        set_widths(sheet, widths)
    sheet.freeze_panes(1, _FIRST)
    return places


def _variant(w: _Writer, a: Accounts, variant: str) -> None:
    study = w.study

    def name(line: str) -> str:
        return labels.account(study.lang, line)

    w.sheet.write_string(w.row, 0, f"{clean(study.variant(variant))}, {study.currency}", w.formats["title"])
    for k in range(a.years + 1):
        w.sheet.write_number(w.row, _FIRST + k, k, w.formats["head_number"])
    w.row += 1
    w.rate("tax_rate", study.t("Tax on income"), a.tax_rate())
    w.rate("owners_rate", study.t("Return the owners ask for"), _owners_rate(study))
    _operation(w, a, name)
    _loans(w, a, name)
    _tax(w, a, name)
    _cash(w, a, name)
    _worth(w, a, variant)


def _operation(w: _Writer, a: Accounts, name: Callable[[str], str]) -> None:
    """Write revenue, cost and EBITDA, and the value at the end, which is no part of it."""
    w.title(w.study.t("Operation"))
    keys = [x for x in a.lines if x.startswith(("revenue_", "cost_"))]
    for key in keys:
        w.values(key, name(key), a.line(key))
    w.formulas("ebitda", name("ebitda"), lambda k: w.total(keys, k), a.line("ebitda"))
    w.values("salvage", name("salvage"), a.line("salvage"))


def _loans(w: _Writer, a: Accounts, name: Callable[[str], str]) -> None:
    """Write every loan: repayment as a number, interest and balance as formulas, at a rate that may be changed."""
    for loan, rows in a.loans.items():
        w.title(f"{w.study.t('Loan')}: {clean(codes.item(w.study, codes.ITEMS, loan))}")
        opening = np.concatenate(([0.0], rows["balance"][:-1]))
        added = np.diff(rows["balance"], prepend=rows["balance"][0]) + rows["principal"]
        start = drawn_in(rows["balance"])
        added[start] = 0.0
        added = np.where(np.abs(added) > 1e-6 * max(rows["balance"][start], 1.0), added, 0.0)
        due = rows["interest"] + added
        k = int(due.argmax())
        w.rate(f"{loan} rate", w.study.t("Interest rate"), float(due[k] / opening[k]) if opening[k] else 0.0)
        w.values(f"{loan} principal", name("principal"), -rows["principal"])
        w.values(f"{loan} added", w.study.t("Interest added to the balance"), added)
        rate, balance = f"{loan} rate", f"{loan} balance"
        w.rows[balance] = w.row + 1  # interest follows the balance of the year before, in the row below
        w.formulas(f"{loan} interest", name("interest"), _interest(w, loan, rate, balance), -rows["interest"])
        grown = _balance(w, loan, balance, (start, float(rows["balance"][start])))
        w.formulas(balance, name("debt_balance"), grown, rows["balance"])


def _interest(w: _Writer, loan: str, rate: str, balance: str) -> Callable[[int], str]:
    at = cell_name(w.rows[rate], 1, fixed=True)
    return lambda k: f"{w.cell(f'{loan} added', k)}-{w.cell(balance, k - 1)}*{at}" if k else "0"


def drawn_in(balance: Array) -> int:
    """Return the year at whose end a loan is drawn: at close, or with a later milestone."""
    return int((balance > 0.0).argmax())


def _balance(w: _Writer, loan: str, balance: str, drawn: tuple[int, float]) -> Callable[[int], str]:
    start, amount = drawn

    def make(k: int) -> str:
        if k <= start:
            return repr(amount) if k == start else "0"
        return f"{w.cell(balance, k - 1)}+{w.cell(f'{loan} added', k)}+{w.cell(f'{loan} principal', k)}"

    return make


def _tax(w: _Writer, a: Accounts, name: Callable[[str], str]) -> None:
    """Write the tax: income, special deduction, losses, rate."""
    w.title(w.study.t("Tax"))
    flows = [x for x in _FLOWS if a.line(x).any()]
    w.values("depreciation", name("depreciation"), -a.line("depreciation"))
    w.values("special", name("special_deduction"), -a.line("special_deduction"))
    w.values("other_income", name("taxed_charges"), a.line("taxed_charges"))
    w.values("fees", name("fees_written_off"), -a.line("fees_written_off"))
    w.values("loss_used", w.study.t("Losses of earlier years set off"), a.loss_used())
    for key in flows:
        w.values(key, name(key), a.line(key))
    interest = [f"{loan} interest" for loan in a.loans]
    added = [f"{loan} added" for loan in a.loans]
    plus = ["ebitda", "salvage", "depreciation", "special", "other_income", "fees", *interest]
    plus += [x for x in ("reserve_interest", "guarantee_fees") if x in flows]

    def base(k: int) -> str:
        return w.total(plus, k) + "".join(f"-{w.cell(x, k)}" for x in added)

    w.formulas("income", w.study.t("Income before losses"), base, a.taxed_before_losses())
    refunded = bool((a.line("taxable_income") < 0.0).any())

    def taxable(k: int) -> str:
        income = w.cell("income", k)
        return income if refunded else f"MAX({income}-{w.cell('loss_used', k)},0)"

    w.formulas("taxable", name("taxable_income"), taxable, a.line("taxable_income"))
    rate = cell_name(w.rows["tax_rate"], 1, fixed=True)

    def due(k: int) -> str:
        return "0" if a.untaxed(k) else f"-{w.cell('taxable', k)}*{rate}"

    w.formulas("tax", name("tax"), due, a.line("tax"))


def _cash(w: _Writer, a: Accounts, name: Callable[[str], str]) -> None:
    """Write cash for debt service, cover ratios and cash of the owners."""
    study = w.study
    w.title(study.t("Cash"))
    serving = ["ebitda", "tax", *(x for x in _SERVING if x in w.rows)]
    cash, rate = a.line("cash_for_debt_service"), cell_name(w.rows["tax_rate"], 1, fixed=True)
    w.values("taxable_sale", name("taxable_sale"), a.line("taxable_sale"))

    def available(k: int) -> str:
        return f"{w.total(serving, k)}+{w.cell('taxable_sale', k)}*{rate}" if k else "0"

    w.formulas("cfads", name("cash_for_debt_service"), available, cash)
    paid = [f"{loan} {part}" for loan in a.loans for part in ("interest", "principal")]
    service = a.line("interest") + a.line("principal")
    w.formulas("service", study.t("Debt service"), lambda k: w.total(paid, k), service)

    def cover(k: int) -> str:
        due = w.cell("service", k)
        return f'IF({due}<-0.001,-{w.cell("cfads", k)}/{due},"")'

    w.formulas("dscr", study.t("Debt service cover"), cover, _covers(cash, service))
    for key in ("uses_of_funds", "grants", "connection_charges"):
        w.values(key, name(key), a.line(key))
    starts = {f"{loan} balance": drawn_in(rows["balance"]) for loan, rows in a.loans.items()}

    def drawn(k: int) -> str:
        return w.total([balance for balance, start in starts.items() if start == k], k)

    w.formulas("drawn", name("debt_drawn"), drawn, a.line("debt_drawn"))
    flows = [x for x in _FLOWS if x in w.rows]
    parts = ["ebitda", "salvage", "tax", "service", "uses_of_funds", "grants", "connection_charges", "drawn", *flows]
    w.formulas("owners", name("equity_cash_flow"), lambda k: w.total(parts, k), a.line("equity_cash_flow"))


def _worth(w: _Writer, a: Accounts, variant: str) -> None:
    """Write the return to the owners, their net present value and the lowest cover ratio."""
    study, n, owners = w.study, a.years, a.line("equity_cash_flow")
    area = f"{w.cell('owners', 0)}:{w.cell('owners', n)}"
    rate = cell_name(w.rows["owners_rate"], 1, fixed=True)
    kpis = study.of("kpis", variant).set_index("id")["value"]
    earned = kpis.get("equity_irr", math.nan)
    w.figure("equity_irr", study.t("Return to the owners"), f'IFERROR(IRR({area}),"")', "rate", earned)
    later = f"{w.cell('owners', 1)}:{w.cell('owners', n)}"
    value = float(owners @ (1.0 + _owners_rate(study)) ** -np.arange(n + 1.0))
    worth = f"{w.cell('owners', 0)}+NPV({rate},{later})"
    w.figure("equity_npv", study.t("Owners' net present value"), worth, "result", value)
    covers = f"{w.cell('dscr', 1)}:{w.cell('dscr', n)}"
    held = [x for x in _covers(a.line("cash_for_debt_service"), a.line("interest") + a.line("principal")) if x != ""]
    lowest = min(map(float, held), default=math.nan)
    mean = float(np.mean([float(x) for x in held])) if held else math.nan
    for key, text, of, found in (
        ("minimum_dscr", "Lowest DSCR", "MIN", lowest),
        ("mean_dscr", "Mean DSCR", "AVERAGE", mean),
    ):
        w.figure(key, study.t(text), f'IF(COUNT({covers})=0,"",{of}({covers}))', "number", found)


def _covers(cash: Array, service: Array) -> list[float | str]:
    """Return the cover ratio of each year, an empty text in years without service."""
    return [float(-c / s) if s < -1e-3 else "" for c, s in zip(cash, service, strict=True)]


def _owners_rate(study: Study) -> float:
    """Return the return the owners ask for: that of equity, of the tariff, else the nominal rate of the study."""
    rows = study.table("assumptions")
    stated = dict(zip(rows["path"].astype(str), rows["value"].astype(str), strict=True))
    asked = [v for p, v in stated.items() if p.startswith("finance.debt") and p.endswith("target_irr_frac")]
    asked += [stated[p] for p in ("finance.tariffs.target_irr_frac",) if p in stated]
    for text in asked:
        try:
            return float(text)
        except ValueError:  # not stated
            continue
    try:
        real, inflation = (float(stated[f"finance.{x}_frac"]) for x in ("discount_rate", "inflation"))
    except (KeyError, ValueError):
        return 0.0
    return (1.0 + real) * (1.0 + inflation) - 1.0
