"""Names shown for the identifiers of the result tables; what is not listed is shown as it is written, with spaces."""

from functools import cache

from edsim.report.i18n import Language
from edsim.report.theme import clean

CARRIERS = {
    "electricity": "Electricity",
    "natural_gas": "Natural gas",
    "biogas": "Biogas",
    "lpg": "LPG",
    "diesel": "Diesel",
    "biomass": "Biomass",
    "hot_water": "Hot water",
    "heat": "Heat",
    "heating": "Heating",
    "steam": "Steam",
    "chilled_water": "Chilled water",
    "cooling": "Cooling",
    "ambient_water": "Ambient water",
    "compressed_air": "Compressed air",
}

LINES = {
    "capex": "Investment",
    "capex_annuity": "Investment (annuity)",
    "capex_plant": "Plant",
    "capex_network": "Network",
    "capex_pipe": "Pipes",
    "capex_civil": "Civil work",
    "capex_ets": "Energy transfer stations",
    "capex_individual": "Individual machines",
    "replacement": "Replacements",
    "salvage": "Residual value",
    "om_fixed": "Fixed operation and maintenance",
    "om_variable": "Variable operation and maintenance",
    "energy_purchase": "Electricity purchase",
    "fuel_purchase": "Fuel purchase",
    "demand_charge": "Demand charge",
    "fixed_charge": "Fixed charges",
    "export_revenue": "Sale of electricity",
    "water": "Make-up water",
    "grant": "Grants",
    "contingency": "Contingency",
    "engineering": "Engineering and owner's cost",
    "refrigerant": "Refrigerant",
    "unserved": "Unserved demand",
    "carbon": "Carbon price",
}

SOURCES = {
    "grid": "Grid electricity",
    "fuel": "Fuel burnt",
    "refrigerant": "Refrigerants",
    "embodied": "Embodied in equipment",
}

FRAMES = {
    "ghg_protocol": "GHG Protocol, location-based",
    "location": "GHG Protocol, location-based",
    "market": "GHG Protocol, market-based",
    "project": "Project frame (combined margin)",
    "combined_margin": "Project frame (combined margin)",
    "inventory": "City inventory",
    "life_cycle": "Life cycle",
}

SPECIAL = {"demand": "Demand", "unserved": "Unserved", "network": "Network", "meter": "Meter"}

USES = {
    "office": "Office",
    "public_administration": "Public administration",
    "hospital": "Hospital",
    "hotel": "Hotel",
    "mall": "Mall",
    "retail": "Retail",
    "museum": "Museum",
    "convention_center": "Convention center",
    "school": "School",
    "university": "University",
    "residential": "Residential",
    "data_center": "Data center",
    "industry": "Industry",
}

PARTIES = {
    "company": "District company",
    "project": "Project",
    "customer": "Customers",
    "customers": "Customers",
    "city": "City",
    "utility": "Utility",
    "lender": "Lenders",
    "donor": "Donors",
    "economy": "Economy",
}

QUALITIES = {
    "measured": "A · measured",
    "engineered": "B · engineered",
    "estimate": "C · estimate",
    "benchmark": "C · benchmark",
    "default": "D · default",
}

STATUSES = {"certified": "certified", "screening": "screening", "open": "open"}


def label(lang: Language, names: dict[str, str], key: str) -> str:
    """Return the name of an identifier in the language."""
    return lang.text(names[key]) if key in names else spaced(key)


def spaced(key: str) -> str:
    """Return an identifier as words."""
    words = clean(key).replace("_", " ")
    return words[:1].upper() + words[1:]


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
