"""Checks of the company's funds, tax, tariffs and of grid factors on several bases."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edsim.case.checks.ids import place_of as place_of_value
from edsim.case.checks.ids import unknown
from edsim.case.checks.usual import short, usd_per_unit
from edsim.case.nodes import Place
from edsim.case.parts.finance_terms import LOANS, CompanyCost, Funding
from edsim.case.provenance import typed_values
from edsim.case.readers.time_words import plain_words
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.resources import data_path

INCENTIVE_SETS = {
    "col_law_1715": ("special_deduction", "accelerated_depreciation", "vat_exclusion", "duty_exemption"),
}
"""Names that stand for all incentives of a law."""
_MOST_USD_PER_M2 = 500.0
"""Investment of a district per floor area served, above which grants are remarked. Plants with networks of our cases
and published ones take 40 to 250 USD/m2 (La Alpujarra 46); judgement of the authors, unverified."""
_OF_MARKET = frozenset({"commercial", "mezzanine", "bond"})
"""Loans without public support, which nobody gives below inflation for years."""
_PEOPLE = frozenset(
    ("staff", "personnel", "payroll", "wages", "salaries", "personal", "nomina", "salarios", "sueldos", "empleados")
)
"""Words in the name of a cost that is one of people."""
_LEAST_USD_PER_PERSON_A = 8000.0
"""What one person costs a district company in a year, contributions included, below which a cost of staff is likelier
that of a month: twice a minimum wage of 3 500 to 6 000 USD/a in Latin America (ILOSTAT 2024, unverified)."""
_DENSE_USES = {"data_hall", "light_industry", "heavy_industry", "commercial_laundry", "cold_store", "swimming_hall"}
"""Uses that need a plant of any size on little floor."""
INCENTIVES = ("special_deduction", "accelerated_depreciation", "vat_exclusion", "duty_exemption")


def place_of(case: Case, path: str) -> Place:
    """Return where a value or a group of values was typed: a group stands where its first value does."""
    own = place_of_value(case, path)
    if own.line:
        return own
    inside = (p for p in typed_values(case.provenance) if p.startswith(f"{path}."))
    return place_of_value(case, next(inside, path))


def has_company(case: Case) -> bool:
    """Return whether the case asks for the view of a district company: funds, tax or a tariff are given."""
    f = case.finance
    return bool(f.debt or f.tax or f.tariffs)


def check_finance(case: Case) -> Iterator[Fault]:
    """Yield faults of the company's terms."""
    f = case.finance
    if has_company(case) and f.inflation_frac is None:
        yield Fault("E154", place_of(case, "finance"), "finance.inflation_frac")
    yield from _funds(case)
    yield from _tax(case)
    yield from _tariff(case)
    yield from _costs(case)
    yield from _grants(case)
    yield from _later(case)
    yield from _shares(case)
    yield from _bases(case)
    yield from _outages(case)
    yield from _low_return(case)
    yield from _idle_money(case)


def _funds(case: Case) -> Iterator[Fault]:
    funds, loans = case.finance.debt, {x.id for x in case.finance.debt if x.kind in LOANS}
    for item in funds:
        path = f"finance.debt.{item.id}"
        needed, extra = _needed(item), _extra(item)
        if needed:
            words = {"kind": item.kind, "needed": ", ".join(needed)}
            yield Fault("E155", place_of(case, path), path, params=words)
        if extra:
            words = {"kind": item.kind, "extra": ", ".join(extra)}
            yield Fault("E156", place_of(case, path), path, params=words)
        if item.kind == "guarantee" and item.covers not in loans:
            yield unknown(case, "E159", f"{path}.covers", item.covers, loans)
        if item.lockup_dscr is not None and item.lockup_dscr > (item.target_dscr or item.lockup_dscr):
            at, got = f"{path}.lockup_dscr", f"{item.lockup_dscr:g}"
            yield Fault("W1943", place_of(case, at), at, got, f"≤ {item.target_dscr:g}", hint="covenant")
        yield from _cheap_loan(case, item)
        if item.tenor_a is not None and not item.grace_a < item.tenor_a <= case.finance.horizon_a:
            got = f"tenor_a {item.tenor_a}, grace_a {item.grace_a}"
            allowed = f"grace_a < tenor_a ≤ {case.finance.horizon_a}"
            yield Fault("E148", place_of(case, path), f"{path}.tenor_a", got=got, allowed=allowed)
    sized = [x.id for x in funds if is_sized(x)]
    if len(sized) > 1:
        path = f"finance.debt.{sized[1]}"
        yield Fault("E136", place_of(case, path), path, got=", ".join(sized))
    shares = sum(item.share_frac or 0.0 for item in funds if item.kind not in {"guarantee", "first_loss"})
    if shares > 1.0 + 1e-9:
        path, allowed = "finance.debt", "≤ 1"
        given = [f"{item.id}: {item.share_frac:g}" for item in funds if item.share_frac]
        last = f"{path}.{given[-1].partition(':')[0]}.share_frac"
        yield Fault("E1893", place_of(case, last), path, f"{shares:g} ({', '.join(given)})", allowed)
    if case.finance.grant and any(x.kind == "grant" for x in funds):
        yield Fault("E147", place_of(case, "finance.grant"), "finance.grant", got=f"{case.finance.grant:g}")


def _outages(case: Case) -> Iterator[Fault]:
    """Yield a remark on a district that fails longer than the service of today, for which nobody would connect."""
    held = case.finance.resilience
    if held is not None and held.bau_outage_h_per_a < held.outage_h_per_a:
        path = "finance.resilience.outage_h_per_a"
        got, allowed = f"{held.outage_h_per_a:g} h/a", f"≤ {held.bau_outage_h_per_a:g} h/a"
        yield Fault("W1959", place_of(case, path), path, got, allowed, hint="more_outages")


def _cheap_loan(case: Case, item: Funding) -> Iterator[Fault]:
    """Yield a remark on a loan of the market whose interest inflation eats up: likelier a rate per month."""
    inflation, rate = case.finance.inflation_frac, item.rate_frac
    if item.kind in _OF_MARKET and rate and inflation is not None and rate < inflation:
        path = f"finance.debt.{item.id}.rate_frac"
        yearly = (1.0 + rate) ** 12 - 1.0
        words = {"inflation": f"{inflation:g}", "reading": f"{rate:g}", "yearly": f"{yearly:.3g}"}
        yield Fault("W1950", place_of(case, path), path, f"{rate:g}", f"≥ {inflation:g}", words, "per_month_rate")


def _low_return(case: Case) -> Iterator[Fault]:
    """Yield returns owners ask for that inflation eats up, or that are below what a lender of the market asks."""
    f = case.finance
    rates = {f"finance.debt.{x.id}.rate_frac": x.rate_frac or 0.0 for x in f.debt if x.kind in _OF_MARKET}
    least = {"finance.inflation_frac": f.inflation_frac or 0.0, **rates}
    other = max(least, key=lambda name: least[name])
    asked = {f"finance.debt.{x.id}.target_irr_frac": x.target_irr_frac for x in f.debt if x.kind == "equity"}
    asked |= {"finance.tariffs.target_irr_frac": f.tariffs.target_irr_frac} if f.tariffs else {}
    for path, value in asked.items():
        if value is not None and value < least[other]:
            words, allowed = {"other": other}, f"≥ {least[other]:g}"
            yield Fault("W1966", place_of(case, path), path, f"{value:g}", allowed, words, "nominal_return")


def is_sized(item: Funding) -> bool:
    """Return whether the amount of a loan is found from the cash."""
    return item.kind in LOANS and item.amount is None and item.share_frac is None


def _needed(item: Funding) -> list[str]:
    """Return the fields a source of funds lacks."""
    if item.kind in LOANS:
        return [name for name in ("rate_frac", "tenor_a") if getattr(item, name) is None]
    if item.kind == "guarantee":
        return [] if item.cover_frac > 0 else ["cover_frac"]
    if item.kind in {"grant", "first_loss"} and item.amount is None and item.share_frac is None:
        return ["amount / share_frac"]
    return []


def _extra(item: Funding) -> list[str]:
    """Return the fields that do not go with a source of funds, or not together."""
    found = ["amount, share_frac"] if item.amount is not None and item.share_frac is not None else []
    if item.kind not in LOANS:
        terms = ("rate_frac", "tenor_a", "target_dscr", "max_share_frac", "lockup_dscr")
        found += [n for n in terms if getattr(item, n) is not None]
    if item.kind != "guarantee" and item.covers:
        found.append("covers")
    if item.kind != "equity" and item.target_irr_frac is not None:
        found.append("target_irr_frac")
    if not is_sized(item) and item.reserve_months:
        found.append("reserve_months")
    return found


def _tax(case: Case) -> Iterator[Fault]:
    tax = case.finance.tax
    if tax is None:
        return
    if tax.regime is not None and not data_path("countries", f"{tax.regime}_incentives.csv").is_file():
        known = sorted(p.name[:3] for p in data_path("countries").glob("*_incentives.csv"))
        path = "finance.tax.regime"
        yield Fault("E146", place_of(case, path), path, tax.regime, ", ".join(known), hint="own_tax")
    elif tax.regime is not None and tax.regime != case.city.country:
        path = "finance.tax.regime"
        yield Fault("W1982", place_of(case, path), path, tax.regime, case.city.country, hint="tax_country")
    if tax.regime is None and tax.rate_frac is None:
        yield Fault("E146", place_of(case, "finance.tax"), "finance.tax", allowed="regime, rate_frac")
    if tax.holiday_a >= case.finance.horizon_a:
        path, allowed = "finance.tax.holiday_a", f"< {case.finance.horizon_a} a"
        yield Fault("W1942", place_of(case, path), path, f"{tax.holiday_a} a", allowed, hint="holiday")
    for name in tax.incentives:
        if name not in {*INCENTIVES, *INCENTIVE_SETS}:
            yield unknown(case, "E139", "finance.tax.incentives", name, (*INCENTIVES, *INCENTIVE_SETS))
        elif tax.regime is None:
            path = "finance.tax.incentives"
            yield Fault("E139", place_of(case, path), path, name, "regime: COL", hint="no_incentive")


def _tariff(case: Case) -> Iterator[Fault]:
    tariff, path = case.finance.tariffs, "finance.tariffs"
    if tariff is None:
        return
    priced = tariff.capacity_per_kw_a is not None or tariff.consumption_per_kwh is not None
    targets = sum(x is not None for x in (tariff.target_irr_frac, tariff.target_dscr))
    if priced + targets != 1:
        allowed = "capacity_per_kw_a, consumption_per_kwh | target_irr_frac | target_dscr"
        yield Fault("E138", place_of(case, path), path, allowed=allowed)
    known = {b.id for b in case.buildings}
    for name, year in tariff.connection_year.items():
        if name not in known:
            yield unknown(case, "E159", f"{path}.connection_year.{name}", name, known)
        elif not 1 <= year <= case.finance.horizon_a:
            where = f"{path}.connection_year.{name}"
            allowed = f"1..{case.finance.horizon_a}"
            yield Fault("E123", place_of(case, where), where, got=str(year), allowed=allowed)


def _grants(case: Case) -> Iterator[Fault]:
    """Yield a remark on grants above what a district of this floor area invests; the run knows the investment."""
    given = [(f"finance.debt.{x.id}.amount", x.amount) for x in case.finance.debt if x.kind == "grant" and x.amount]
    given += [("finance.grant", case.finance.grant)] if case.finance.grant else []
    usd = usd_per_unit(case)
    area = sum(b.floor_area_m2 for b in case.buildings)
    if not given or usd is None or any(b.use in _DENSE_USES for b in case.buildings):
        return
    total = sum(amount for _, amount in given)
    if total * usd > _MOST_USD_PER_M2 * area:
        path = max(given, key=lambda x: x[1])[0]
        got = f"{total:.4g} {case.currency}, {total * usd / area:.0f} USD/m2"
        yield Fault("W1921", place_of(case, path), path, got=got, allowed=f"≤ {_MOST_USD_PER_M2:g} USD/m2")


def _later(case: Case) -> Iterator[Fault]:
    """Yield a remark where a district grows on loans that are drawn at the start alone."""
    loans = [x for x in case.finance.debt if x.kind in LOANS]
    if len(case.milestones) > 1 and loans and all(x.share_frac is None for x in loans):
        path = f"finance.debt.{loans[-1].id}"
        yield Fault("W1922", place_of(case, path), path, got=", ".join(x.id for x in loans), allowed="share_frac")


def _costs(case: Case) -> Iterator[Fault]:
    """Yield a cost of the company that is stated not at all or twice, and shares that take all revenue."""
    costs = case.finance.company_costs
    for item in costs:
        given = [x for x in ("per_a", "revenue_frac", "investment_frac") if getattr(item, x) is not None]
        if len(given) != 1:
            path = f"finance.company_costs.{item.id}"
            allowed = "per_a | revenue_frac | investment_frac"
            yield Fault("E1920", place_of(case, path), path, got=", ".join(given), allowed=allowed)
        yield from _monthly(case, item)
    share = sum(item.revenue_frac or 0.0 for item in costs)
    if share >= 1.0:
        path = "finance.company_costs"
        yield Fault("E123", place_of(case, path), path, got=f"{share:g}", allowed="< 1")


def _monthly(case: Case, item: CompanyCost) -> Iterator[Fault]:
    """Yield a cost of people below that of one for a year, as that of a month is."""
    usd = usd_per_unit(case)
    of_people = not _PEOPLE.isdisjoint(plain_words(item.id))
    if item.per_a and usd is not None and of_people and item.per_a * usd < _LEAST_USD_PER_PERSON_A:
        path = f"finance.company_costs.{item.id}.per_a"
        words = {"usd": f"{short(item.per_a * usd)} USD/a", "yearly": f"{item.per_a * 12.0:.10g}"}
        got, allowed = f"{item.per_a:.10g} {case.currency}/a", f"≥ {_LEAST_USD_PER_PERSON_A:g} USD/a"
        yield Fault("W1890", place_of(case, path), path, got, allowed, words, "of_a_month")


def _idle_money(case: Case) -> Iterator[Fault]:
    """Yield interest on reserves above that of every loan, at which nobody would repay one."""
    f = case.finance
    rates = [x.rate_frac for x in f.debt if x.kind in LOANS and x.rate_frac]
    if f.reserves is not None and rates and f.reserves.interest_frac > max(rates):
        path, allowed = "finance.reserves.interest_frac", f"≤ {max(rates):g}"
        yield Fault("W1977", place_of(case, path), path, f"{f.reserves.interest_frac:g}", allowed, hint="of_reserves")


def _shares(case: Case) -> Iterator[Fault]:
    building, ramp = case.finance.construction, case.finance.ramp_up_frac
    cut = {True: "list_commas", False: ""}
    if building is not None:
        spent = sum(building.spend_frac)
        if abs(spent - 1.0) > 1e-6 or min(building.spend_frac) < 0:
            path = "finance.construction.spend_frac"
            hint = cut[_cut_at_commas(building.spend_frac)]
            yield Fault("E137", place_of(case, path), path, got=f"{spent:g}", allowed="1", hint=hint)
    if ramp and not (min(ramp) >= 0 and max(ramp) <= 1):
        path = "finance.ramp_up_frac"
        got, hint = f"{min(ramp):g}..{max(ramp):g}", cut[_cut_at_commas(ramp)]
        yield Fault("E123", place_of(case, path), path, got=got, allowed="0..1", hint=hint)
    if len(ramp) > case.finance.horizon_a:
        path, allowed = "finance.ramp_up_frac", f"≤ {case.finance.horizon_a} (horizon_a)"
        yield Fault("E126", place_of(case, path), path, f"{len(ramp)}", allowed)
    if list(ramp) != sorted(ramp):
        path = "finance.ramp_up_frac"
        yield Fault("W1865", place_of(case, path), path, got=", ".join(f"{r:g}" for r in ramp))


def _cut_at_commas(shares: Sequence[float]) -> bool:
    """Return whether a list of shares reads as decimals cut at their commas: [0, 4, 0, 6]."""
    whole = all(float(share).is_integer() for share in shares)
    return whole and len(shares) % 2 == 0 and max(shares[::2]) <= 1.0 < max(shares[1::2])


def _bases(case: Case) -> Iterator[Fault]:
    """Yield a basis given twice, and the same number under an inventory and a project basis."""
    e, path = case.emissions, "emissions.other_grid_kg_per_kwh"
    for basis, factor in e.other_grid_kg_per_kwh.items():
        where = f"{path}.{basis}"
        if not 0 <= factor <= 2:
            yield Fault("E123", place_of(case, where), where, got=f"{factor:g}", allowed="0..2 kgCO2e/kWh")
        if basis == e.grid_basis:
            yield Fault("E157", place_of(case, where), where, got=f"{factor:g}", allowed=f"{e.grid_kg_per_kwh:g}")
        elif factor == e.grid_kg_per_kwh and factor > 0:
            words = {"basis": basis, "other": e.grid_basis}
            yield Fault("W190", place_of(case, where), where, got=f"{factor:g}", params=words)
