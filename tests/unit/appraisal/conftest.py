"""A small district with a company, solved once: two offices on a street, each with its own chiller today."""

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from edsim import workflow
from edsim.app import RunOptions, RunOutcome, run
from edsim.network.district import District
from edsim.optimization.district.individual import run_individual
from edsim.optimization.sizing.certify import DesignOptions
from edsim.profiles.district import profiles_for, today_profiles
from edsim.results.variant import VariantRun

FINANCE: dict[str, Any] = {
    "discount_rate_frac": 0.08,
    "horizon_a": 20,
    "inflation_frac": 0.03,
    "debt": [
        {"id": "gift", "kind": "grant", "amount": 2e5},
        {"id": "green", "kind": "concessional", "share_frac": 0.2, "rate_frac": 0.05, "tenor_a": 12, "grace_a": 2},
        {"id": "bank", "kind": "commercial", "rate_frac": 0.1, "tenor_a": 12, "repayment": "sculpted",
         "target_dscr": 1.3, "max_share_frac": 0.6, "upfront_fee_frac": 0.02, "reserve_months": 6},
        {"id": "cover", "kind": "guarantee", "covers": "bank", "cover_frac": 0.5, "fee_rate_frac": 0.01},
        {"id": "patient", "kind": "first_loss", "amount": 1e5},
    ],
    "tax": {"regime": "COL", "incentives": ["col_law_1715"], "imported_frac": 0.5, "holiday_a": 1},
    "reserves": {"operating_months": 2, "receivable_months": 1, "interest_frac": 0.02},
    "company_costs": [
        {"id": "concession_fee", "revenue_frac": 0.04, "paid_to": "city"},
        {"id": "staff", "per_a": 2e4},
        {"id": "insurance", "investment_frac": 0.003},
    ],
    "construction": {"spend_frac": [0.5, 0.5], "rate_frac": 0.08},
    "ramp_up_frac": [0.8],
    "tariffs": {"connection_per_kw": 40, "target_irr_frac": 0.13, "conversion_per_kw": 10,
                "connection_year": {"south": 2}},
    "shadow_carbon_price_per_t": 50,
    "resilience": {"value_of_lost_load_per_kwh": 1.5, "bau_outage_h_per_a": 8, "outage_h_per_a": 2},
}  # fmt: skip
PLAIN: dict[str, Any] = {
    "discount_rate_frac": 0.08,
    "horizon_a": 20,
    "inflation_frac": 0.03,
    "salvage": "linear",
    "tariffs": {"target_irr_frac": 0.13},
}


def _case(folder: Path, finance: Mapping[str, Any]) -> Path:
    office = {"use": "office", "storeys": 5, "lat_deg": 6.245, "bau": {"cooling": "old"}, "bau_age_a": 10}
    folder.mkdir()
    data = {
        "schema_version": 1,
        "name": "Two offices",
        "city": {"name": "Medellin", "country": "COL", "lat_deg": 6.245, "lon_deg": -75.574, "elevation_m": 1490,
                 "utc_offset_h": -5},
        "currency": "USD",
        "price_year": 2025,
        "buildings": [
            {"id": "north", "floor_area_m2": 12000, "lon_deg": -75.574, **office},
            {"id": "south", "floor_area_m2": 6000, "lon_deg": -75.573, **office},
        ],
        "networks": [
            {"id": "cold", "carrier": "chilled_water", "service": "cooling", "supply_temp_c": 6, "return_temp_c": 14,
             "plants": [{"id": "energy_center", "lat_deg": 6.2455, "lon_deg": -75.5735}]}
        ],
        "technologies": [
            {"id": "grid", "kind": "grid", "tariff": "power"},
            {"id": "chillers", "kind": "vapour_chiller", "condenser": "air", "compressor": "screw"},
            {"id": "old", "kind": "split_ac", "node": "building"},
        ],
        "tariffs": [{"id": "power", "energy_per_kwh": 0.16, "demand_per_kw_month": 9.0, "escalation_frac": 0.01}],
        "emissions": {"grid_kg_per_kwh": 0.165, "grid_basis": "combined_margin", "carbon_price_per_t": 12,
                      "other_grid_kg_per_kwh": {"inventory": 0.22}, "grid_change_frac": -0.02,
                      "replication_factor": 2.0, "grid_nox_kg_per_mwh": 0.3},
        "finance": dict(finance),
        "variants": {"bau": {"baseline": "frozen"}, "district": {}},
    }  # fmt: skip
    (folder / "case.yaml").write_text(yaml.safe_dump(json.loads(json.dumps(data))), encoding="utf-8")
    return folder


@pytest.fixture(scope="session")
def solve(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str, Mapping[str, Any]], RunOutcome]:
    """Return a function that solves the district under terms of finance."""

    def once(name: str, finance: Mapping[str, Any]) -> RunOutcome:
        folder = tmp_path_factory.mktemp(name) / "case"
        return run(_case(folder, finance), None, RunOptions(mode="screening"))

    return once


@pytest.fixture(scope="session")
def financed(solve: Callable[[str, Mapping[str, Any]], RunOutcome]) -> RunOutcome:
    """Return the district with every kind of term."""
    return solve("financed", FINANCE)


@pytest.fixture(scope="session")
def plain(solve: Callable[[str, Mapping[str, Any]], RunOutcome]) -> RunOutcome:
    """Return the district with a tariff alone: no loans, tax, reserves or ramp."""
    return solve("plain", PLAIN)


@pytest.fixture(scope="session")
def lamps(tmp_path_factory: pytest.TempPathFactory) -> tuple[VariantRun, VariantRun]:
    """Return BAU and a variant with new lamps, which need less cooling; what its plant would be is left open."""
    folder = _case(tmp_path_factory.mktemp("lamps") / "case", PLAIN)
    data = yaml.safe_load((folder / "case.yaml").read_text(encoding="utf-8"))
    data["variants"]["district"] = {"measures": ["led_lighting"]}
    (folder / "case.yaml").write_text(yaml.safe_dump(data), encoding="utf-8")
    case = workflow.load_case(folder)
    today = today_profiles(case)
    after = workflow.variant_case(case, "district")
    district = workflow.prepare(after, profiles_for(after, case, today))
    pairs = workflow.boundary([district], case)
    bau_district = District(workflow.variant_case(case, "bau"), today, ())
    bau = workflow.solve_variant("bau", bau_district, pairs, DesignOptions())
    kept = run_individual(district, pairs, bau.conditions)
    return bau, VariantRun("district", district, bau.conditions, None, kept)
