"""La Alpujarra end to end: what a run folder must hold and prove, and the figures of the case."""

import csv
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from edsim.app import verify
from tests.support.certificate import CERTIFICATE_KEYS

pytestmark = pytest.mark.medium


def kpi(outcome, name, column="value"):
    table = outcome.appraisal.tables["kpis"]
    row = table[(table["variant"] == "district") & (table["id"] == name)]
    return float(row[column].iloc[0])


def test_certificate_is_proven_and_never_null(alpujarra):
    """Proves: the design of the main case is certified to 1 % on all hours with nothing unserved."""
    stored = json.loads((alpujarra.folder / "certificate.json").read_text())["district"]
    assert set(stored) == CERTIFICATE_KEYS
    assert stored["gap_frac"] is not None
    assert 0.0 <= stored["gap_frac"] <= 0.01
    assert stored["lower_bound"] <= stored["upper_bound"] * (1 + 1e-9)
    assert stored["hours_checked"] == 8760
    assert stored["unserved_kwh"] < 1e-3
    assert stored["max_balance_residual_frac"] <= 1e-6
    assert stored["money_residual_frac"] <= 1e-6
    assert stored["status"] == "certified"


def test_fixed_tables_have_the_promised_columns(alpujarra):
    """Proves: other programs can read kpis.csv and capacities.csv by their fixed columns."""
    wanted = {
        "kpis.csv": "variant,id,label,unit,bau,value,difference,difference_frac",
        "capacities.csv": "variant,technology,kind,node,quantity,value,unit",
    }
    for name, header in wanted.items():
        with (alpujarra.folder / name).open(encoding="utf-8", newline="") as stream:
            assert ",".join(next(csv.reader(stream))) == header


def test_run_folder_is_sealed(alpujarra):
    """Proves: the stored run verifies, and a single changed byte is found."""
    assert verify(alpujarra.folder) == ()
    target = alpujarra.folder / "costs.csv"
    original = target.read_bytes()
    try:
        target.write_bytes(original.replace(b"1", b"2", 1))
        assert verify(alpujarra.folder)
    finally:
        target.write_bytes(original)


def test_chillers_come_to_the_published_order(alpujarra):
    """Proves: with the published technologies offered and no size fixed, chillers come to 2 500-4 500 TR."""
    assert 2500 <= kpi(alpujarra, "chiller_capacity_tr") <= 4500


def test_ghg_closes_only_with_refrigerants(alpujarra):
    """Proves: grid electricity alone explains less than half of the published 1 200 t; refrigerants close it."""
    grid = kpi(alpujarra, "ghg_grid", "difference")
    gases = kpi(alpujarra, "ghg_hfc", "difference") + kpi(alpujarra, "ghg_montreal", "difference")
    assert grid < 600 < gases
    assert kpi(alpujarra, "ghg_total", "difference") == pytest.approx(
        grid + gases + kpi(alpujarra, "ghg_fuel", "difference"), rel=1e-9
    )
    assert kpi(alpujarra, "odp", "difference_frac") == pytest.approx(1.0)


def test_same_cooling_is_delivered(alpujarra):
    """Proves: BAU and district deliver the same cooling; savings are not bought with less service."""
    assert kpi(alpujarra, "cooling", "difference") == pytest.approx(0.0, abs=1e-6)
    assert kpi(alpujarra, "cooling") == pytest.approx(kpi(alpujarra, "cooling", "bau"))


def test_npv_is_the_difference_of_life_cycle_costs(alpujarra):
    """Proves: one cash-flow table feeds both; a second definition of NPV would drift apart."""
    assert kpi(alpujarra, "npv") == pytest.approx(kpi(alpujarra, "life_cycle_cost", "difference"), rel=1e-9)


def test_worst_news_comes_first(alpujarra):
    """Proves: when the district costs more than BAU the first sentence says so."""
    first = alpujarra.appraisal.headline[0]
    if kpi(alpujarra, "npv") < 0:
        assert first.startswith("Not worth building on cost alone")


def test_hourly_table_covers_the_year_for_every_variant(alpujarra):
    """Proves: 8760 hours per variant, and each described flow has a column."""
    hourly, flows = alpujarra.appraisal.tables["hourly"], alpujarra.appraisal.tables["flows"]
    for variant in ("bau", "district"):
        block = hourly[hourly["variant"] == variant]
        assert np.array_equal(block["hour"].to_numpy(), np.arange(8760))
        for column in flows.loc[flows["variant"] == variant, "column"]:
            assert block[column].notna().all(), column


def test_optimizer_ledger_and_cash_flows_reconcile(alpujarra):
    """Proves: what the optimizer minimized is what the cash flows book in year 1 for the plant, to 0.01 %."""
    certificate = alpujarra.appraisal.certificates["district"]
    equipment = alpujarra.appraisal.tables["equipment"]
    mine = equipment[equipment["variant"] == "district"]
    rate = 0.08
    annuity = (mine["capex"] * rate / (1 - (1 + rate) ** -mine["lifetime_a"])).sum()
    cash = alpujarra.appraisal.tables["cash_flows"]
    first = cash[(cash["variant"] == "district") & (cash["year"] == 1)].groupby("line")["value"].sum()
    lines = ["electricity", "fuel", "demand_charge", "export_revenue", "water", "om_variable"]
    running = -sum(float(first.get(line, 0.0)) for line in lines)
    total = annuity + float(mine["fixed_om_per_a"].sum()) + running
    assert total == pytest.approx(certificate.upper_bound, rel=1e-4)


def test_pipes_cost_what_the_register_says(alpujarra):
    """Proves: length times the prices of the register is the investment in pipes and trenches.

    If ignored: the largest line of the investment rests on prices nobody can look up.
    """
    tables = alpujarra.appraisal.tables
    price = tables["assumptions"].set_index("path")["value"]
    pipes, networks = tables["pipes"], tables["networks"]

    def total(what):
        return sum(
            r.length_m * float(price[f"pipes.steel_series1.dn{r.dn}.{what}"]) for r in pipes.itertuples(index=False)
        )

    assert total("pipe_per_m") == pytest.approx(networks["capex_pipe"].iloc[0], rel=1e-6)
    assert total("civil_per_m") == pytest.approx(networks["capex_civil"].iloc[0], rel=1e-6)


GOLDEN = Path(__file__).with_name("alpujarra_kpis.csv")


def test_indicators_are_those_of_the_golden_file(alpujarra, request):
    """Proves: no indicator of the shipped case moves unnoticed; a wanted change is written with --update-golden."""
    table = alpujarra.appraisal.tables["kpis"][["id", "unit", "bau", "value"]]
    if request.config.getoption("--update-golden"):
        table.to_csv(GOLDEN, index=False, float_format="%.8g")
    golden = pd.read_csv(GOLDEN)
    assert list(golden["id"]) == list(table["id"])
    for column in ("bau", "value"):
        np.testing.assert_allclose(table[column], golden[column], rtol=1e-4, atol=1e-6, err_msg=column)
