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
)


@pytest.mark.parametrize(("code", "added", "words"), CHANGES)
def test_each_fault_is_found(faults: Faults, base: str, code: str, added: str, words: str) -> None:
    """Proves: terms that cannot be computed stop the case. If ignored: a run fails late or guesses."""
    found = [f for f in faults(base.replace(RATE, f"{RATE}\n  {added}")) if f.code == code]
    assert found
    assert words in found[0].text()
    assert found[0].line > 0


@pytest.mark.parametrize(
    ("code", "given"),
    [("E157", "inventory: 0.2"), ("W190", "combined_margin: 0.165"), ("E123", "combined_margin: 220")],
)
def test_bases_of_grid_factors(faults: Faults, base: str, code: str, given: str) -> None:
    """Proves: one factor per basis, and an inventory factor copied to a project basis is remarked."""
    basis = f"grid_basis: inventory\n  other_grid_kg_per_kwh: {{{given}}}"
    text = base.replace("grid_basis: inventory", basis)
    assert code in {f.code for f in faults(text)}
