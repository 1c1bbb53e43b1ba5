"""What is wrong with the terms of a company is found where it stands, with its code."""

from collections.abc import Callable

import pytest

from edsim.core.errors import Finding

Faults = Callable[..., tuple[Finding, ...]]
RATE = "discount_rate_frac: 0.08"
FUNDS = "inflation_frac: 0.03\n  debt: [{}]"
BANK = "{id: bank, kind: commercial, rate_frac: 0.1, tenor_a: 10}"

CHANGES = (
    ("E154", "debt: [{id: bank, kind: commercial, rate_frac: 0.1, tenor_a: 10}]", "inflation"),
    ("E155", FUNDS.format("{id: bank, kind: commercial}"), "needs rate_frac, tenor_a"),
    ("E155", FUNDS.format("{id: seed, kind: grant}"), "amount / share_frac"),
    ("E156", FUNDS.format("{id: seed, kind: grant, amount: 5, rate_frac: 0.1}"), "cannot have rate_frac"),
    ("E156", FUNDS.format("{id: own, kind: equity, covers: bank}"), "covers"),
    ("E136", FUNDS.format(f"{BANK}, {BANK.replace('bank', 'bond').replace('commercial', 'bond')}"), "bank, bond"),
    ("E137", "construction: {spend_frac: [0.5, 0.6]}", "add up to 1"),
    ("E138", "inflation_frac: 0.03\n  tariffs: {connection_per_kw: 50}", "exactly one target"),
    ("E138", "inflation_frac: 0.03\n  tariffs: {target_irr_frac: 0.1, target_dscr: 1.3}", "exactly one target"),
    ("E139", "inflation_frac: 0.03\n  tax: {regime: COL, incentives: [special_deducton]}", "special_deduction"),
    ("E139", "inflation_frac: 0.03\n  tax: {rate_frac: 0.3, incentives: [vat_exclusion]}", "no tax regime"),
    ("E146", "inflation_frac: 0.03\n  tax: {losses: no_relief}", "needs a rate"),
    ("E146", "inflation_frac: 0.03\n  tax: {regime: XYZ}", "COL"),
    ("E147", "grant: 5\n  " + FUNDS.format("{id: seed, kind: grant, amount: 5}"), "twice"),
    ("E148", FUNDS.format("{id: b, kind: bond, rate_frac: 0.1, tenor_a: 40, amount: 5}"), "tenor_a 40"),
    ("E148", FUNDS.format("{id: b, kind: bond, rate_frac: 0.1, tenor_a: 3, grace_a: 3, amount: 5}"), "grace_a 3"),
    ("E159", FUNDS.format(f"{BANK}, {{id: g, kind: guarantee, cover_frac: 0.5, covers: bnk}}"), "bank"),
    ("E159", "inflation_frac: 0.03\n  tariffs: {target_irr_frac: 0.1, connection_year: {nowhere: 2}}", "nowhere"),
    ("E123", "ramp_up_frac: [0.5, 1.5]", "0..1"),
    ("E123", "company_costs: [{id: a, revenue_frac: 0.5}, {id: b, revenue_frac: 0.5}]", "< 1"),
    ("E1920", "company_costs: [{id: staff}]", "per_a | revenue_frac | investment_frac"),
    ("E1920", "company_costs: [{id: fee, per_a: 5, revenue_frac: 0.1}]", "per_a, revenue_frac"),
    ("E156", FUNDS.format("{id: own, kind: equity, lockup_dscr: 1.2}"), "lockup_dscr"),
    ("W1921", "grant: 1.0e+9", "USD/m2"),
    ("W1921", FUNDS.format("{id: seed, kind: grant, amount: 1.0e+9}"), "USD/m2"),
)


@pytest.mark.parametrize(("code", "added", "words"), CHANGES)
def test_each_fault_is_found(faults: Faults, base: str, code: str, added: str, words: str) -> None:
    """Proves: terms that cannot be computed stop the case. If ignored: a run fails late or guesses."""
    found = [f for f in faults(base.replace(RATE, f"{RATE}\n  {added}")) if f.code == code]
    assert found
    assert words in found[0].text()
    assert found[0].line > 0


def test_a_grant_of_the_usual_size_is_not_remarked(faults: Faults, base: str) -> None:
    """Proves: 100 USD per m² of floor area passes. If ignored: every granted district is doubted."""
    area = 8000.0  # both buildings of the case
    text = base.replace(RATE, f"{RATE}\n  grant: {100.0 * area:g}")
    assert "W1921" not in {f.code for f in faults(text)}


@pytest.mark.parametrize(("loan", "told"), [("max_share_frac: 0.6", True), ("share_frac: 0.6", False)])
def test_a_district_that_grows_on_a_loan_of_close_alone_is_told(
    faults: Faults, base: str, loan: str, told: bool
) -> None:
    """Proves: a loan that is not drawn again is named where milestones follow. If ignored: equity pays in silence."""
    terms = FUNDS.format(f"{{id: bank, kind: commercial, rate_frac: 0.1, tenor_a: 10, {loan}}}")
    years = "milestones: [{year: 2026}, {year: 2031}]\n"
    found = [f for f in faults(years + base.replace(RATE, f"{RATE}\n  {terms}")) if f.code == "W1922"]
    assert bool(found) == told


@pytest.mark.parametrize(
    ("code", "given"),
    [("E157", "inventory: 0.2"), ("W190", "combined_margin: 0.165"), ("E123", "combined_margin: 220")],
)
def test_bases_of_grid_factors(faults: Faults, base: str, code: str, given: str) -> None:
    """Proves: one factor per basis, and an inventory factor copied to a project basis is remarked."""
    basis = f"grid_basis: inventory\n  other_grid_kg_per_kwh: {{{given}}}"
    text = base.replace("grid_basis: inventory", basis)
    assert code in {f.code for f in faults(text)}
