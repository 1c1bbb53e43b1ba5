"""What the page of a portfolio says about its sums: what was left out, accepted, chosen and converted."""

from __future__ import annotations

import math

from edsim.report.portfolio.view import PortfolioView
from edsim.report.portfolio.words import CELLS
from edsim.report.said import sentence
from edsim.report.view import Block, Head, Note, Table

CONVENTIONS = {
    "gwp_set": "set of global warming potentials",
    "grid_basis": "basis of the grid factor",
    "grid_factor": "grid factor",
    "currency": "currency",
    "price_year": "price year",
    "discount_rate": "discount rate",
    "boundary": "boundary of the study",
    "horizon": "years studied",
}
"""What runs must share to be added up → word."""

_RULES = {
    "main": "One variant of each case is added up: its main one.",
    "best:npv": "One variant of each case is added up: that with the highest net present value.",
    "best:cost": "One variant of each case is added up: that with the lowest life-cycle cost.",
    "best:ghg": "One variant of each case is added up: that with the lowest GHG.",
}


def notes(view: PortfolioView) -> tuple[Note, ...]:
    """Return notes on what was left out or accepted."""
    left_out = [f for f in view.data.findings if f.severity == "error"]
    accepted = [f for f in view.data.findings if f.severity != "error"]
    found = []
    if left_out:
        text = view.t(
            "One finding: runs were left out of all sums. See the last section."
            if len(left_out) == 1
            else "{count} findings: runs were left out of all sums. See the last section.",
            {"count": len(left_out)},
        )
        found.append(Note(text, "warn"))
    if accepted:
        keys = [view.t(CONVENTIONS.get(f.field, f.field)) for f in accepted if f.field in CONVENTIONS]
        if keys:
            text = view.t("Cases that differ were added up on request: {keys}.", {"keys": ", ".join(keys)})
            found.append(Note(text, "warn"))
        if len(keys) < len(accepted):
            text = view.t("Remarks in the last section: {count}.", {"count": len(accepted) - len(keys)})
            found.append(Note(text, "warn"))
    text = view.t("GHG is that of the Kyoto basket; gases of the Montreal Protocol stand beside it.")
    return (*found, Note(text, "plain"), Note(variant_rule(view), "plain"))


def variant_rule(view: PortfolioView) -> str:
    """Return which variant of each case is in the sums."""
    rule, *exceptions = view.data.variant_rule
    named = view.t("One variant of each case is added up: {name}.", {"name": rule})
    said = view.t(_RULES[rule]) if rule in _RULES else named
    if not exceptions:
        return said
    return said + " " + view.t("Named otherwise: {cases}.", {"cases": ", ".join(exceptions)})


def prices(view: PortfolioView) -> Block:
    """Return the indices and rates with which money was brought together, and whose they are."""
    t, frame = view.t, view.data.tables["prices"]
    if frame.empty:
        return Note(t("All money has one currency and price year already; nothing was converted."))
    rows = tuple(
        (
            t(CELLS[str(r["series"])]),
            str(r["currency"]),
            str(r["calendar_year"]),
            view.lang.number(r["value"], _decimals(float(r["value"]))),
            t(CELLS[str(r["stated_by"])]),
            str(r["source"]),
            view.lang.number(r["studies"], 0),
        )
        for r in frame.to_dict("records")
    )
    names = (t("Series"), t("Currency"), t("Year"), t("Value"), t("Stated by"), t("Source"), t("Studies"))
    heads = tuple(Head(n, numeric=k in {2, 3, 6}) for k, n in enumerate(names))
    note = t("Amounts go to the price year with the consumer prices of their own currency, then to the other currency.")
    note += " " + t("A rate that a case states holds for that case alone; prices.csv names the runs of each value.")
    return Table(t("Prices and exchange rates"), heads, rows, note)


def _decimals(value: float) -> int:
    """Return the digits after the sign that show six in all, two at least, without zeros at the end."""
    most = max(2, 5 - math.floor(math.log10(abs(value))))
    return next(k for k in range(most + 1) if k == most or round(value, k) == round(value, most))


def findings(view: PortfolioView) -> tuple[Block, ...]:
    """Return every finding, in words of the language."""
    tone = {"error": "warn", "warning": "plain"}
    return tuple(Note(sentence(f, view.lang.code), tone[f.severity]) for f in view.data.findings)
