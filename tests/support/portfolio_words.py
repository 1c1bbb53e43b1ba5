"""Words of a portfolio's tables that its page translates."""

from collections.abc import Mapping

_TEXTS = (
    # measures
    "GHG of BAU", "GHG avoided a year (Kyoto gases)", "GHG avoided over the horizon (Kyoto gases)",
    "GHG avoided of gases of the Montreal Protocol",
    "Ozone depletion avoided", "Grid electricity saved", "Final energy of BAU", "Final energy saved",
    "Primary energy saved", "PV generation", "Cooling delivered", "Cooling capacity",
    "Import avoided, mean of the 100 BAU peak hours", "Fall of the yearly peak import of each study",
    "Water saved", "Investment", "Investment above BAU",
    "Yearly saving of operation", "Net present value against BAU", "Floor area", "People", "Trench",
    "Delivered by networks",
    # scores of cities
    "GHG avoided of BAU", "Final energy saved of BAU", "GHG avoided per floor area", "NPV per extra investment",
    "Investment per cooling capacity", "Linear density of the networks",
    # indicators of frameworks
    "Renewable energy share: PV generation", "Energy intensity: primary energy avoided",
    "CO2 emission per value added: GHG avoided", "Total greenhouse gas emissions: GHG avoided",
    "Water-use efficiency: water saved", "Greenhouse gas emissions mitigated", "Emissions avoided outside AFOLU",
    "Energy saved over the horizon", "GHG emissions reduced or avoided", "Annual energy savings",
    "Renewable energy generated", "CO2e emissions avoided", "Energy savings", "Ozone-depleting substances phased out",
    "Kilowatt-hours saved", "Investment of the projects", "End-use energy per person: energy saved",
    "GHG emissions per person: GHG avoided", "Electricity consumption: electricity saved",
    "GHG emissions: GHG avoided",
    # frameworks, codes and units
    "SDG", "GEF", "GCF", "UNIDO", "Core 1", "Supplementary 1.1", "Supplementary 1.4", "Montreal Protocol",
    "Mobilization", "Energy", "GJ/person/a", "tCO2e/person/a", "kWh/person/a",
    # groups
    "By country", "By city", "By sector", "By service", "By stage", "By study year", "By program",
    "Country", "City", "Sector", "Service", "Stage", "Study year", "Program",
    # sectors, stages, verdicts, kinds
    "commercial", "public administration", "health", "industry", "residential", "education", "mixed", "not stated",
    "concept", "prefeasibility", "feasibility", "design", "construction", "operation",
    "ranked", "not enough data", "no value", "pays", "costs money, cuts GHG", "not worth it",
    "direct", "contribution", "ndc", "city target", "carbon budget",
    # sheets of the workbook
    "Studies", "Sums", "Ratios", "Years", "City, sector, year", "Prices",
    "Abatement curve", "Choice", "Risk", "Frameworks", "Targets", "Cities",
    "Similar studies",
)  # fmt: skip

TABLE_WORDS: Mapping[str, str] = {text: text for text in _TEXTS}
"""English → English, in the form of the other tables of names."""
