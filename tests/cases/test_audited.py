"""Runs whose stored tables are audited as they are and after tampering: no false accusation, nothing missed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import pytest

from edsim import workflow
from edsim.app import RunOptions, run
from edsim.case.schema import Case
from edsim.results.audit import AuditError, audit
from tests.unit.workflow.conftest import BASE, write_district

Tables = dict[str, pd.DataFrame]
TARIFF: dict[str, Any] = {
    "id": "power",
    "energy_per_kwh": 0.12,
    "demand_per_kw_month": 8,
    "fixed_per_a": 600,
    "export_per_kwh": 0.05,
    "time_of_use": [{"hours": [18, 19, 20, 21], "per_kwh": 0.24}],
}
RATCHET = {"id": "grid", "kind": "grid", "tariff": "power", "ratchet_frac": 0.8}
METERED = {"id": "grid", "kind": "grid", "tariff": "power", "net_metering": True, "max_export_kw": None}
PV = {"id": "roof", "kind": "pv", "area_m2": 4000, "min_capacity_kwp": 600}
STORE = {"id": "ice", "kind": "ice_store", "min_capacity_kwh": 800, "min_ice_maker_kw": 100}
TOWERS = {"id": "towers", "kind": "cooling_tower"}
KINDS = {
    "ratchet": [RATCHET, BASE["technologies"][1], STORE, TOWERS, BASE["technologies"][2]],
    "net_metering": [METERED, PV, *BASE["technologies"][1:]],
}


@pytest.fixture(scope="module", params=list(KINDS))
def stored(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Tables, dict[str, Case]]:
    """Return the tables of a run, audited once while it ran, and the case of each variant."""
    folder = write_district(tmp_path_factory.mktemp(request.param) / "case", tariffs=[TARIFF],
                            technologies=KINDS[request.param])  # fmt: skip
    appraisal = run(folder, options=RunOptions(mode="screening")).appraisal
    case = workflow.load_case(folder)
    return dict(appraisal.tables), {v: workflow.variant_case(case, v) for v in ("bau", "district")}


def _meter(column: str, factor: float, meter: str = "grid") -> Callable[[Tables], Tables]:
    """Return a change of one figure of a bill, also of a figure that is zero."""

    def change(tables: Tables) -> Tables:
        bills = tables["electricity_bills"].copy()
        mine = (bills["meter"] == meter) & (bills["variant"] == "district")
        bills.loc[mine, column] = bills.loc[mine, column] * factor + 100.0 * (factor - 1.0)
        return tables | {"electricity_bills": bills}

    return change


def _hours(technology: str, direction: str, factor: float) -> Callable[[Tables], Tables]:
    """Return a change of every stored hour of the flows of a machine in one direction."""

    def change(tables: Tables) -> Tables:
        flows, hourly = tables["flows"], tables["hourly"].copy()
        mine = flows[(flows["variant"] == "district") & (flows["technology"] == technology)]
        hourly[list(mine.loc[mine["direction"] == direction, "column"])] *= factor
        return tables | {"hourly": hourly}

    return change


@pytest.mark.slow
@pytest.mark.parametrize(
    ("change", "code"),
    [
        (_meter("energy_charge", 1.0001), "E919"),
        (_meter("fixed_charge", 0.999), "E919"),
        (_meter("electricity_kwh", 1.0001), "E919"),
        (_meter("peak_kw", 1.001), "E919"),
        (_meter("demand_charge", 1.001), "E912"),
        (_meter("total", 1.001), "E919"),
        (_meter("energy_charge", 1.2, "north"), "E919"),
        (_hours("grid", "out", 1.001), "E919"),
        (_meter("export_revenue", 1.5), "E919"),
        (_hours("chillers", "in", 0.01), "E902"),
    ],
    ids=["energy", "fixed", "kwh", "peak", "demand", "total", "building", "hours", "sale", "work"],
)
def test_tables_with_ratchet_ice_and_net_metering_are_sound_until_changed(
    stored: tuple[Tables, dict[str, Case]], change: Callable[[Tables], Tables], code: str
) -> None:
    """Proves: bills with ratchet, time of use, ice store, PV and net metering pass; one changed figure does not.

    If ignored: an honest run is accused, or a changed bill or a machine without work stands in the report.
    """
    tables, cases = stored
    assert all(not a.findings for a in audit(tables, cases))
    with pytest.raises(AuditError) as caught:
        audit(change(tables), cases)
    assert code in {f.code for f in caught.value.findings}


@pytest.mark.slow
def test_a_credit_of_net_metering_stands_on_the_bill(stored: tuple[Tables, dict[str, Case]]) -> None:
    """Proves: what the cash flows earn by export is what the bill of the meter says, credits included.

    If ignored: bill and cash flows of a year part by the credit.
    """
    tables, _ = stored
    cash = tables["cash_flows"].query("variant == 'district' and line == 'export_revenue' and year == 1")["value"].sum()
    bills = tables["electricity_bills"].query("variant == 'district' and meter == 'grid'")["export_revenue"].sum()
    assert cash == pytest.approx(bills, rel=1e-6)
