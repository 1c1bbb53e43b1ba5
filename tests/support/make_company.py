"""Made-up rows of the district company, its customers and frames, for tests of the report and of the run store."""

from __future__ import annotations

from typing import Any

NAN = float("nan")
V = "district"

_LINES = ("project", "ifi", "gef", "ghg_protocol", "gpc", "life_cycle")
_TARIFFS = (
    ("connection_per_kw", 60.0, "COP/kW", ""),
    ("capacity_per_kw_a", 120.0, "COP/kW/a", ""),
    ("floor_per_kwh", 0.12, "COP/kWh", ""),
    ("ceiling_per_kwh", 0.11, "COP/kWh", "museo"),
    ("gap_per_kwh", -0.01, "COP/kWh", "no price serves all"),
    ("affordable_capacity_per_kw_a", NAN, "COP/kW/a", ""),
    ("viability_grant", 2.5e6, "COP", ""),
)


def company_rows() -> dict[str, list[tuple[Any, ...]]]:
    """Return table → rows, in the order of its columns."""
    return _accounts() | _ghg()


def _accounts() -> dict[str, list[tuple[Any, ...]]]:
    years = range(1, 6)
    debt = [(V, "bank", y, 50.0 - 8 * y, 100.0, 500.0 - 100 * y, NAN, NAN, NAN, NAN, NAN) for y in years]
    debt += [
        (V, "all", y, 50.0 - 8 * y, 100.0, 500.0 - 100 * y, 190.0, 1.3 + 0.01 * y, 1.35, 1.5 if y == 1 else NAN, 0.5)
        for y in years
    ]
    return {
        "electricity_bills": [
            (v, m, "commercial", 4e6, 1300.0, 0.35, 6e5, 5e4, 100.0, 0.0, 650100.0)
            for v in ("bau", V)
            for m in ("alcaldia", "epm")
        ],
        "reconciliation": [
            (V, "yearly", "capex_annuity", 1000.0, 1000.0, 0.0),
            (V, "yearly", "electricity", 700.0, 700.0, 0.0),
            (V, "present_value", "life_cycle_cost", NAN, 18000.0, NAN),
        ],
        "funding": [
            (V, "use", "investment", 1.5e7, 1.0),
            (V, "source", "bank", 9e6, 0.6),
            (V, "source", "equity", 6e6, 0.4),
        ],
        "pro_forma": [(V, "cash", "revenue_service", y, 2e6) for y in years]
        + [(V, "memo", "ebitda", 1, 1e6)]
        + [(V, "memo", "equity_cash_flow", y, -6e6 if y == 0 else 9e5) for y in (0, *years)],
        "debt_service": debt,
        "tariffs": [(V, *row) for row in _TARIFFS],
        "customer_bills": [
            (V, "alcaldia", 1800.0, 3e6, 2.5e5, 2.4e5, 0.04, 2e5, 0.0, 1.05, 3.0),
            (V, "museo", 140.0, 4e5, 2.2e4, 2.9e4, -0.3, -1e5, 1e5, 0.75, NAN),
        ],
        "electricity_bill_lines": [
            (V, "alcaldia", "commercial", 1, "energy", 12000.0, "kWh", 0.15, 1800.0),
            (V, "alcaldia", "commercial", 1, "demand", 90.0, "kW", 6.0, 540.0),
            (V, "alcaldia", "commercial", 1, "fixed", 1.0, "", 25.0, 25.0),
        ],
        "perspectives": [
            (V, "company", "company", "total", "total", 1e6),
            (V, "customer", "customer:museo", "total", "total", -1e5),
            (V, "economy", "all parties", "total", "total", 9e5),
        ],
        "incentives": [
            (V, "special_deduction", 4e5, "Law 1715 of 2014"),
            (V, "vat_exclusion", 2e6, "Law 1715 of 2014"),
        ],
        "stress": [
            (V, "loss of alcaldia", -2e6, 0.08, 0.97, NAN),
            (V, "as planned", 0.0, 0.14, 1.3, NAN),
            (V, "all customers 2 years late", -3e6, NAN, -0.7, NAN),
            (V, "energy 20 % dearer", -1e6, 0.11, 1.1, 0.47),
        ],
        "concessions": [
            (V, "gift", "grant", 2e6, True, 0.06, 1.0, 2e6, NAN),
            (V, "bank", "commercial", 7e6, False, 0.06, -0.2, 0.0, NAN),
            (V, "all", "all", 9e6, True, 0.06, NAN, 2e6, 3.5),
        ],
    }


def _ghg() -> dict[str, list[tuple[Any, ...]]]:
    return {
        "ghg_frames": [
            (V, f, "combined_margin", 0.165, 25000.0, 17000.0, 8000.0, 320.0, 35000.0, 0.0, "")
            if f in {"project", "gef"}
            else (V, f, "inventory", NAN, NAN, NAN, NAN, NAN, NAN, NAN, "no inventory factor in the case")
            for f in _LINES
        ],
        "climate_smart": [
            (v, line, value)
            for v, f in (("bau", 1.0), (V, 1.2))
            for line, value in (("conventional", 2e7 * f), ("carbon", 6e5 / f), ("total", 2e7 * f + 6e5 / f))
        ],
        "hfc": [
            ("bau", 1, 2026, 1e5, 2e6, 1.0),
            (V, 1, 2026, 2e5, 4e6, 1.0),
            ("bau", 5, 2030, 1e5, 2e6, 0.9),
            (V, 5, 2030, 2e5, 4e6, 0.9),
        ],
        "network_costs": [
            (V, "cooling", "norte", "chilled_water", 9.0, 6e6, "kWh", 0.75, 1.2e5, 4.8e5, 0.08),
            (V, "cooling", "sur", "chilled_water_high", 14.0, 2e6, "kWh", 0.25, 4e4, 1.6e5, 0.08),
        ],
        "allocation": [
            (V, "energy", "cooling", 0.7, 7e6, "kWh", 7e5, 0.1, 7e5, 8e5, 9e5, "", False),
            (V, "energy", "heating", 0.3, 3e6, "kWh", 3e5, 0.1, 3e5, 4e5, 5e5, "", False),
            (V, "exergy", "cooling", 0.4, 7e6, "kWh", 4e5, 0.057, 4e5, 8e5, 9e5, "", True),
            (V, "exergy", "heating", 0.6, 3e6, "kWh", 6e5, 0.2, 6e5, 4e5, 5e5, "heating", True),
        ],
    }
