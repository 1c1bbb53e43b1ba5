"""The money of the shipped case again, in plain Python out of the stored tables: it shares no line with the product."""

from math import fsum, isnan

import pytest

pytestmark = pytest.mark.medium

_INVESTMENT = ("capex", "replacement", "salvage", "decommissioning", "grant")
_MEMO = {
    *("equity_cash_flow", "ebitda", "cash_for_debt_service", "depreciation", "accrued_interest", "taxable_income"),
    *("fees_written_off", "taxed_charges", "loss_carried", "special_deduction", "taxable_sale", "debt_balance"),
    *("debt_reserve_balance", "project_cash_flow", "project_cash_flow_pre_tax"),
}


def _flows(tables, variant, keep=None):
    """Return the cash flow of a variant by year."""
    rows = tables["cash_flows"].to_dict("records")
    found = [0.0] * (1 + max(int(r["year"]) for r in rows))
    for r in rows:
        if r["variant"] == variant and (keep is None or keep(r["line"])):
            found[int(r["year"])] += r["value"]
    return found


def _worth(flows, rate):
    return fsum(x / (1.0 + rate) ** t for t, x in enumerate(flows))


def _root(flows, low, high):
    """Return the rate between two at which the flows are worth nothing, by halving."""
    for _ in range(200):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if _worth(flows, middle) * _worth(flows, low) > 0.0 else (low, middle)
    return 0.5 * (low + high)


def _payback(flows, rate):
    """Return when the sum of the discounted flows last rises through zero, None where it ends below."""
    total, sums = 0.0, []
    for t, x in enumerate(flows):
        total += x / (1.0 + rate) ** t
        sums.append(total)
    if sums[-1] < 0.0:
        return None
    last = max(t for t, x in enumerate(sums) if x < 0.0)
    return last + sums[last] / (sums[last] - sums[last + 1])


def again(tables, rate, variant):
    """Return indicator → value of BAU (None) and of the variant, worked out of the cash flows."""
    bau, own = _flows(tables, "bau"), _flows(tables, variant)
    gain = [b - a for a, b in zip(bau, own, strict=True)]
    years = len(gain) - 1
    spent = [_flows(tables, v, lambda line: line.startswith(_INVESTMENT)) for v in ("bau", variant)]
    extra = _worth(spent[0], rate) - _worth(spent[1], rate)
    sir = (_worth(gain, rate) + extra) / extra
    out = -fsum(min(x, 0.0) / (1.0 + rate) ** t for t, x in enumerate(gain))
    back = fsum(max(x, 0.0) * (1.0 + rate) ** (years - t) for t, x in enumerate(gain))
    return {
        "life_cycle_cost": (-_worth(bau, rate), -_worth(own, rate)),
        "investment": (-bau[0], -own[0]),
        "npv": (None, _worth(gain, rate)),
        "irr": (None, _root(gain, -0.2, 0.5)),
        "modified_irr": (None, (back / out) ** (1.0 / years) - 1.0),
        "sir": (None, sir),
        "adjusted_irr": (None, (1.0 + rate) * sir ** (1.0 / years) - 1.0),
        "simple_payback": (None, _payback(gain, 0.0)),
        "discounted_payback": (None, _payback(gain, rate)),
    }


def test_indicators_follow_from_the_cash_flows(alpujarra):
    """Proves: nine indicators are what the stored cash flows say, within 1e-9, by another program."""
    tables = alpujarra.appraisal.tables
    kpis = tables["kpis"].set_index("id")
    for name, (bau, value) in again(tables, 0.08, "district").items():
        for mine, column in ((bau, "bau"), (value, "value")):
            theirs = float(kpis.loc[name, column])
            assert (mine is None) == isnan(theirs), name
            assert mine is None or mine == pytest.approx(theirs, rel=1e-9), name


def test_accounts_of_the_company_close(alpujarra):
    """Proves: cash lines add up to the owners' cash, balances follow draws and payments, uses are sources."""
    tables = alpujarra.appraisal.tables
    lines: dict[str, dict[int, float]] = {}
    for r in tables["pro_forma"].to_dict("records"):
        by_year = lines.setdefault(r["line"], {})
        by_year[int(r["year"])] = by_year.get(int(r["year"]), 0.0) + r["value"]

    def at(line, year):
        return lines.get(line, {}).get(year, 0.0)

    years = range(1 + max(max(x) for x in lines.values()))
    size = at("debt_balance", 0)
    for t in years:
        assert fsum(at(x, t) for x in lines if x not in _MEMO) == pytest.approx(
            at("equity_cash_flow", t), abs=1e-9 * size
        )
        if t:
            owed = at("debt_balance", t - 1) + at("debt_drawn", t) + at("principal", t)
            owed += at("accrued_interest", t) + at("interest", t)
            assert owed == pytest.approx(at("debt_balance", t), abs=1e-9 * size)
    funds = tables["funding"].groupby("side")["amount"].sum()
    assert funds["use"] == pytest.approx(funds["source"], rel=1e-12)
    service = {t: -at("interest", t) - at("principal", t) for t in years}
    cover = min(at("cash_for_debt_service", t) / x for t, x in service.items() if x > 1e-9 * size)
    assert cover == pytest.approx(float(tables["kpis"].set_index("id").loc["minimum_dscr", "value"]), rel=1e-9)
