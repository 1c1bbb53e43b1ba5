"""Names shown for the identifiers of the result tables; what is not listed is shown as it is written, with spaces."""

import re
from functools import cache

from edsim.core.carriers import family
from edsim.report.i18n import Language, nice_unit
from edsim.report.theme import clean

CARRIERS = {
    "electricity": "Electricity",
    "natural_gas": "Natural gas",
    "biogas": "Biogas",
    "lpg": "LPG",
    "diesel": "Diesel",
    "biomass": "Biomass",
    "coal": "Coal",
    "hot_water": "Hot water",
    "heat": "Heat",
    "heating": "Heating",
    "steam": "Steam",
    "chilled_water": "Chilled water",
    "condenser_water": "Condenser water",
    "cooling": "Cooling",
    "ambient_water": "Ambient water",
    "compressed_air": "Compressed air",
}

LEVELS = {"high": "high level", "low": "low level", "medium": "medium level"}
ASSETS = {
    "chillers": "Chillers",
    "heat_rejection": "Heat rejection",
    "power": "Power generation",
    "storage": "Storage",
    "heat": "Heat generation",
    "grid_connection": "Grid connection",
    "plant": "Plant",
    "network": "Network",
    "ets": "Energy transfer stations",
    "individual_machines": "Individual machines",
    "efficiency": "Efficiency measures",
}

LINES = {
    "electricity": "Electricity purchase",
    "fuel": "Fuel purchase",
    "heat_purchase": "Purchase of waste heat",
    "demand_charge": "Demand charge",
    "export_revenue": "Sale of electricity",
    "water": "Make-up water",
    "carbon": "Carbon price",
    "om_variable": "Variable operation and maintenance",
    "om_fixed": "Fixed operation and maintenance",
    "grant": "Grants",
}

_STEPS = {
    "capex_": "{asset}: purchase",
    "replacement_": "{asset}: replacement",
    "salvage_": "{asset}: value at the end",
    "decommissioning_": "{asset}: removal",
    "om_fixed_": "{asset}: fixed O&M",
}

SOURCES = {
    "grid": "Grid electricity",
    "fuel": "Fuel burnt",
    "heat": "Heat bought",
    "refrigerant": "HFC refrigerants",
    "embodied": "Embodied in equipment",
    "biogenic": "Biogenic (memo)",
    "montreal": "CFC and HCFC refrigerants (memo)",
}

FRAMES = {
    "project": "Mitigation project (CDM, Article 6)",
    "ifi": "International financial institutions",
    "gef": "Global Environment Facility",
    "ghg_protocol": "GHG Protocol, corporate",
    "gpc": "City inventory (GPC)",
    "life_cycle": "Life cycle",
}

SPECIAL = {
    "demand": "Demand",
    "unserved": "Unserved",
    "network": "Network",
    "pump": "Pumps",
    "purchase": "Purchase",
    "meter": "Meter",
    "transport_link": "Pipes between plants",
}

PARTIES = {
    "district": "District",
    "company": "District company",
    "customer": "Customers",
    "city": "City",
    "utility": "Utility",
    "lender": "Lenders",
    "donor": "Donors",
    "economy": "Economy",
    "avoided_carbon": "Avoided carbon at the shadow price",
    "avoided_unserved": "Avoided interruptions",
    "avoided_damage": "Avoided damage",
    "other parties": "Other parties",
    "all parties": "All parties: the economy",
}

ACCOUNTS = {
    "revenue_service": "Revenue of the service",
    "revenue_export": "Revenue of electricity sold",
    "salvage": "Value at the end",
    "replacement": "Replacements",
    "operating_reserve_change": "Change of working capital",
    "receivables_change": "Change of receivables",
    "debt_reserve_change": "Change of the debt service reserve",
    "distributions_held": "Distributions held by the lock-up",
    "reserve_interest": "Interest earned on reserves",
    "tax": "Tax",
    "interest": "Interest",
    "principal": "Principal",
    "uses_of_funds": "Uses of funds at close",
    "grants": "Grants",
    "connection_charges": "Connection charges",
    "debt_drawn": "Debt drawn",
    "later_investment": "Investment of later milestones",
    "later_reserves": "Working capital of later milestones",
    "equity_cash_flow": "Cash of the owners",
    "ebitda": "EBITDA",
    "cash_for_debt_service": "Cash for debt service",
    "depreciation": "Depreciation",
    "accrued_interest": "Interest of the year",
    "fees_written_off": "Fees of loans written off",
    "taxed_charges": "Taxed connection charges",
    "taxable_income": "Taxable income",
    "loss_carried": "Loss carried forward",
    "special_deduction": "Special deduction",
    "taxable_sale": "Taxed on the sale at the end",
    "debt_balance": "Debt at the end",
    "debt_reserve_balance": "Debt service reserve",
    "project_cash_flow": "Cash of the project after tax",
    "project_cash_flow_pre_tax": "Cash of the project before tax",
}

PARTS = {"lift_kw": "heat pump", "cooling_capacity_kw": "cooling"}
"""Sizes of a machine that are told beside its capacity."""

METHODS = {
    "energy": "By energy",
    "exergy": "By exergy",
    "efficiency": "By separate production",
    "residual": "Rest after electricity",
    "separable": "Separable cost",
    "shapley": "Shapley value",
}

QUALITIES = {
    "measured": "A · measured",
    "engineered": "B · engineered",
    "estimate": "C · estimate",
    "benchmark": "C · benchmark",
    "default": "D · default",
}

CRITERIA = {
    "ghg_kg": "GHG of the plant, kgCO2e a year",
    "grid_peak_kw": "peak import of the plant, kW",
    "water_m3": "make-up water of the plant, m3 a year",
    "primary_energy_kwh": "primary energy of the plant, kWh a year",
}
PHASE_KINDS = {
    "building": "Building",
    "machine": "Machine",
    "own_machine": "Machine in a building",
    "pipe": "Pipe and trench",
    "station": "Energy transfer stations",
    "measure": "Retrofit measure",
}
"""What a part of a growing district is."""

PHASE_ACTIONS = {
    "open": "opens",
    "connect": "connects",
    "install": "installed",
    "keep": "kept",
    "replace": "replaced",
    "retire": "retired",
}
"""What is done with it."""

STATUSES = {"certified": "certified", "screening": "screening", "open": "open"}


def account(lang: Language, key: str) -> str:
    """Return the name of a line of the company's accounts; its own costs have the name the case gives them."""
    own = key.removeprefix("cost_company_")
    if own != key:
        return spaced(own)
    line = key.removeprefix("cost_").removeprefix("revenue_")  # of all lines of cost, of which the accounts name some
    return lang.text(ACCOUNTS[key]) if key in ACCOUNTS else label(lang, LINES, line if line in LINES else key)


def label(lang: Language, names: dict[str, str], key: str) -> str:
    """Return the name of an identifier in the language."""
    return lang.text(names[key]) if key in names else spaced(key)


def carrier(lang: Language, key: str) -> str:
    """Return the name of a carrier, of a level of one (``Chilled water (high level)``), or of a network named so."""
    base = family(key)
    if key in CARRIERS or base not in CARRIERS:
        return label(lang, CARRIERS, key)
    level = key.removeprefix(base).lstrip("_")
    return f"{lang.text(CARRIERS[base])} ({label(lang, LEVELS, level).lower()})"


def services(lang: Language, keys: str) -> str:
    """Return the names of services separated by commas."""
    return ", ".join(carrier(lang, key) for key in keys.split(", "))


COLUMNS = {
    "bau": "BAU",
    "difference": "BAU less project",
    "difference_frac": "BAU less project",
    "ghg_kg_per_a": "GHG",
    "hfc_installed_kgco2e": "HFC installed",
    "hfc_service_kgco2e": "HFC to refill",
    "alone_cost_per_a": "Cost alone",
    "better_alone": "Group better off alone",
    "bau_machine": "BAU machine",
    "bau_capacity_kw": "BAU capacity",
    "bau_electricity_kwh": "BAU electricity",
    "bau_cop": "BAU COP",
    "bau_cost_per_a": "BAU cost",
    "id": "Identifier",
    "technology": "Machine group",
    "kind": "Kind",
    "label": "Name",
    "capex": "Investment",
    "capex_pipe": "Pipes",
    "capex_civil": "Trench and paving",
    "capex_ets": "Energy transfer stations",
    "fixed_om_per_a": "Fixed O&M",
    "dn": "DN",
    "edge": "Trench",
    "from_node": "From",
    "to_node": "To",
    "trench_m": "Trench",
    "lift_bar": "Pump head",
    "lat_deg": "Latitude",
    "lon_deg": "Longitude",
    "pv_kwh": "PV generation",
    "water_m3": "Make-up water",
    "kgco2e": "Emission",
    "kgco2e_per_a": "Emission",
    "odp_kg_per_a": "Ozone depletion",
    "gwp_kg_per_kg": "GWP",
    "montreal_gas": "Montreal gas",
    "performance": "COP, efficiency",
    "lifetime_a": "Life",
    "quality": "Data",
    "use": "Use of building",
    "annual": "First-year cost",
    "line": "Cost line",
    "path": "Input",
    "where": "Place in the case",
    "peak_kw": "Peak",
    "charge_kg": "Charge",
    "leak_kg_per_a": "Leak",
    "gap_frac": "Gap",
    "cooling_latent_frac": "Latent share of cooling",
    "cooling_peak_kw": "Peak cooling",
    "heating_peak_kw": "Peak heating",
    "hot_water_peak_kw": "Peak hot water",
    "compressed_air_nm3": "Compressed air",
    "bau_cost": "Own machines (BAU)",
    "bau_t": "BAU",
    "value_t": "Project",
    "break_even_factor": "Factor of BAU cost at which the customer is even",
    "cash_available": "Cash available for debt service",
    "dscr": "DSCR",
    "limit": "Limited by",
    "llcr": "LLCR",
    "plcr": "PLCR",
    "equity_irr_frac": "Owners' return",
    "equity_npv": "Owners' net present value",
    "minimum_dscr": "Lowest DSCR",
    "debt_change_frac": "Change the debt bears",
    "export_revenue": "Sale of electricity",
    "fixed_charge": "Fixed charge",
    "grid_basis": "Basis of the grid factor",
    "grid_kg_per_kwh": "Grid factor",
    "indirect_t": "Indirect",
    "memo_t": "Memo",
    "reduction_t": "Reduction",
    "reduction_t_per_a": "Reduction of a year",
    "loan": "Loan",
    "payback_a": "Simple payback",
    "present_saving": "Present value of the saving",
    "reason": "Remark",
    "shortfall": "Missing to the promise",
    "balance": "Debt at the end",
    "capex_links": "Pipes between plants",
    "link_m": "Pipes between plants",
    "link_gain_or_loss_kwh": "Gain or loss between plants",
    "bypass_m3": "Water through bypasses",
    "bypass_pumping_kwh": "Pumping for bypasses",
    "bypass_gain_or_loss_kwh": "Gain or loss for bypasses",
    "plants": "Energy centers",
    "cost_per_a": "Yearly cost",
    "exit_year": "May leave in",
    "number": "Combination",
    "purchased_kwh": "Purchased energy",
    "purchased_cop": "COP",
    "supply_temp_c": "Supply",
    "return_temp_c": "Return",
    "largest_dn": "Largest DN",
    "mean_diameter_mm": "Mean diameter",
    "temp_c": "Temperature",
    "price_per_kwh": "Price",
    "available_kwh": "Available",
    "taken_kwh": "Taken",
    "delivered_kwh": "Delivered",
    "payment_per_a": "Payment",
    "note": "Remark",
    "electricity_peak_kw": "Peak electricity",
    "first_a": "From year",
    "last_a": "To year",
    "service_kwh": "Delivered",
    "grid_kwh": "Grid electricity",
    "fuel_kwh": "Fuel",
    "grid_peak_kw": "Peak import, compared services",
    "item": "Part",
}

_UNIT_SUFFIX = re.compile(
    r"_(kwh_per_m2|w_per_m2|mwh_per_m|pa_per_m|m_per_s|kg_per_a|kwh|kw|mm|m2|m3|m|deg|frac|per_a|a|kg|bar)$"
)


def column_title(name: str) -> str:
    """Return the heading of a column of the result tables, without its unit (in English)."""
    return COLUMNS.get(name) or spaced(_UNIT_SUFFIX.sub("", name))


def line_group(line: str) -> str:
    """Return what a ledger line is summed with in charts: all money around an asset, or all fixed O&M."""
    for prefix in _STEPS:
        if line.startswith(prefix):
            return "om_fixed" if prefix == "om_fixed_" else line.removeprefix(prefix)
    return line


def line_name(lang: Language, line: str) -> str:
    """Return the name of a ledger line or of a group of them."""
    for prefix, pattern in _STEPS.items():
        if line.startswith(prefix):
            return lang.text(pattern, {"asset": label(lang, ASSETS, line.removeprefix(prefix))})
    return label(lang, ASSETS if line in ASSETS else LINES, line)


def sized(lang: Language, value: float, unit: str, *, scaled: bool = False) -> str:
    """Return a capacity with its unit: stations are counted, the rest is scaled for reading or rounded."""
    if unit in {"station", "stations"}:
        word = lang.text("station") if round(value) == 1 else lang.text("stations")
        return f"{lang.number(value, 0)} {word}"
    if scaled:
        return " ".join(lang.quantity(value, unit))
    return f"{lang.number(value, 0)} {'' if unit == '-' else nice_unit(unit)}".strip()


def spaced(key: str) -> str:
    """Return an identifier as words."""
    words = clean(key).replace("_", " ")
    return words[:1].upper() + words[1:]


def is_chiller(key: str) -> bool:
    """Return whether machines of a kind are rated in cooling, whose size is also told in TR."""
    cooled = "chiller" in key or key in {"split_ac", "packaged_ac", "vrf", "window_ac"}
    return cooled and key != "heat_recovery_chiller"


def kind(lang: Language, key: str) -> str:
    """Return the name of a technology kind, from the class that defines it."""
    if key in SPECIAL:
        return lang.text(SPECIAL[key])
    titles = _titles().get(key, ("", ""))
    return titles[1 if lang.code == "es" else 0] or titles[0] or spaced(key)


@cache
def _titles() -> dict[str, tuple[str, str]]:
    from edsim.core.registry import load_kinds

    return {key: cls.title for key, cls in load_kinds("edsim.technologies").items()}
