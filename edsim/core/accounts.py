"""The accounts technologies book to; the same names in optimizer, ledger, cash flows and inventories."""

ACCOUNTS: dict[str, str] = {
    "capex_annuity": "currency",
    "om_fixed": "currency",
    "om_variable": "currency",
    "energy_purchase": "currency",
    "fuel_purchase": "currency",
    "heat_purchase": "currency",
    "demand_charge": "currency",
    "export_revenue": "currency",
    "water": "currency",
    "unserved": "currency",
    "grid_ghg": "kgCO2e",
    "fuel_ghg": "kgCO2e",
    "heat_ghg": "kgCO2e",
    "refrigerant_ghg": "kgCO2e",
    "embodied_ghg": "kgCO2e",
    "primary_energy": "kWh",
    "water_use": "m3",
    "grid_peak": "kW",
}
"""Account name → unit of its yearly sum. Money accounts have weight 1 in the least-cost objective."""
