"""Cash flows and every economic indicator computed from them.

Functions with explicit inputs, usable on their own: ``npv``, ``irr``, ``mirr``, ``payback``, ``lcc``,
``levelized_cost``, ``size_debt``, ``pro_forma``, ``required_tariff``. Fields and complete examples are in
``docs/how-to/finance-from-python.md``.

============  =========================================================================================================
the table     `cashflows`, made by `builders`; `measures` (figures that may be undefined)
alternatives  `time_value`, `life_cycle`, `levelized`, `returns`, `paybacks`, `carbon_value`,
              `reconciliation` (optimizer beside ledger), `study_times`
a company     `project` (inputs) → `operation`, `debt_sizing`, `loans`, `depreciation`, `taxation`, `project_tax` →
              `pro_formas`, with `pro_forma_findings`; `tariffs`, `incentives`, `blended` finance
parties       `customers`, `perspectives`, `allocation` of joint cost
============  =========================================================================================================
"""

from edsim.core.lazy import lazy_names

_HOME = {
    "cashflows": ("CashFlow", "CashFlows"),
    "builders": (
        "AnnualLine",
        "AssetCost",
        "OneOffLine",
        "Study",
        "annual_flows",
        "asset_flows",
        "build_cash_flows",
        "capex_annuity",
    ),
    "measures": ("Measure",),
    "time_value": (
        "crf",
        "discount_factors",
        "escalation_factors",
        "future_value",
        "npv",
        "number_of_periods",
        "payment",
        "period_rate",
        "present_value",
        "to_nominal",
        "to_real",
        "upv",
        "upv_escalating",
    ),
    "returns": ("RateOfReturn", "irr", "mirr"),
    "paybacks": ("Payback", "payback"),
    "life_cycle": (
        "Alternative",
        "AnnualCost",
        "KnownPresentValue",
        "LifeCycleComparison",
        "LifeCycleCost",
        "OneOffCost",
        "compare_life_cycle",
        "lcc",
    ),
    "levelized": (
        "FixedChargeRate",
        "FixedChargeTerms",
        "cost_stack",
        "fixed_charge_rate",
        "levelized_cost",
        "levelized_cost_fixed_charge",
        "per_ton_hour",
    ),
    "depreciation": (
        "custom_schedule",
        "declining_balance",
        "macrs",
        "straight_line",
        "sum_of_years_digits",
        "with_bonus",
    ),
    "loans": ("CoverRatios", "LoanSchedule", "LoanTerms", "cover_ratios", "grant_element", "loan_schedule"),
    "debt_sizing": ("DebtSizing", "DebtTerms", "size_debt"),
    "taxation": ("SpecialDeduction", "TaxTerms", "TaxYears", "income_tax"),
    "project": (
        "Construction",
        "Grant",
        "Investment",
        "MajorReserve",
        "ProjectInputs",
        "Replacement",
        "Reserves",
        "TaxCredits",
        "Tranche",
        "operating_series",
    ),
    "pro_formas": ("ProForma", "pro_forma"),
    "incentives": ("Regime", "apply_regime", "incentive_values", "tax_regime", "vat_and_duty_frac"),
    "tariffs": (
        "CustomerTariff",
        "RequiredTariff",
        "Target",
        "cost_reflective_tariff",
        "customer_tariff",
        "host_payment",
        "price_index",
        "required_tariff",
        "with_tariff",
    ),
    "bills": (
        "Contract",
        "Customer",
        "CustomerResult",
        "Tariff",
        "connection_charges",
        "customer_bill",
        "revenue",
        "tariff_components",
    ),
    "customers": (
        "NegotiationZone",
        "TariffSolution",
        "affordable_tariff",
        "delayed",
        "negotiation_zone",
        "solve_tariff",
        "stable_customers",
        "without_each",
    ),
    "perspectives": ("StakeholderMatrix", "economy_view", "resource_flows", "stakeholder_matrix", "transfer"),
    "allocation": (
        "by_defra",
        "by_efficiency",
        "by_energy",
        "by_exergy",
        "by_residual",
        "by_separable_cost",
        "core_violations",
        "shapley",
    ),
    "blended": (
        "FundingSource",
        "Guarantee",
        "LayerLoss",
        "Leverage",
        "ViabilityGap",
        "layer_loss",
        "leverage",
        "municipal_burden",
        "required_first_loss",
        "viability_gap",
    ),
    "carbon_value": (
        "AbatementCost",
        "CarbonTerms",
        "ClimateSmartCost",
        "abatement_cost",
        "carbon_revenue",
        "climate_smart_cost",
        "counted_for_ndc",
        "expected_annual_damage",
    ),
    "reconciliation": ("Bridge", "reconcile"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [name for names in _HOME.values() for name in names]

__getattr__ = lazy_names(__name__, _MODULE_OF)


def __dir__() -> list[str]:
    return __all__
