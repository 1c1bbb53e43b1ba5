"""A whole run with heat of a power plant whose emissions and primary energy are stated."""

import shutil
from pathlib import Path

import pytest

from edsim.app import run
from edsim.results.audit import AuditError, audit
from edsim.studies.pricing import price_model
from edsim.studies.vary import Point
from edsim.studies.workbench import Workbench
from edsim.workflow import load_case

pytestmark = pytest.mark.medium
FOLDER = Path(__file__).parent / "bought_heat"


@pytest.fixture(scope="module")
def solved():
    return run(FOLDER)


@pytest.fixture(scope="module")
def tables(solved):
    return solved.appraisal.tables


@pytest.fixture(scope="module")
def taken_kwh(tables):
    return float(tables["heat_contracts"].query("variant == 'district'")["taken_kwh"].iloc[0])


def test_heat_bought_counts_in_the_indicators(tables, taken_kwh):
    """Proves: the heat of the contract times 0.07 kg/kWh and 0.4 kWh/kWh stands in GHG and primary energy.

    BAU takes none of it. If ignored: heat extracted from a power plant makes a district look free of GHG.
    """
    kpis = tables["kpis"].set_index("id")
    assert taken_kwh > 1e5
    assert kpis.loc["ghg_heat", "value"] == pytest.approx(taken_kwh * 0.07 / 1000.0)
    assert kpis.loc["ghg_heat", "bau"] == 0.0
    parts = kpis.loc[["ghg_grid", "ghg_fuel", "ghg_heat", "ghg_hfc", "ghg_montreal"]]
    for column in ("bau", "value"):
        assert kpis.loc["ghg_total", column] == pytest.approx(parts[column].sum())
    bought = kpis.loc[["electricity", "fuel"], "value"]
    by_hand = bought["electricity"] * 2.3 + bought["fuel"] * 1.1 + taken_kwh * 0.4 / 1000.0
    assert kpis.loc["primary_energy", "value"] == pytest.approx(by_hand)


def test_heat_bought_has_a_line_of_the_inventory_and_pays_for_its_carbon(tables, taken_kwh):
    """Proves: it is Scope 2 in the corporate and the city inventory, and stands in the carbon line at 40 USD/t.

    The run passed its audit, which adds the heat again from the hourly flows. If ignored: a bank misses it.
    """
    heat = tables["inventory"].query("variant == 'district' and source == 'heat' and year == 1")
    assert set(zip(heat["frame"], heat["scope"], strict=True)) == {("ghg_protocol", "2"), ("gpc", "2")}
    assert heat["kgco2e"].to_list() == pytest.approx([taken_kwh * 0.07] * len(heat))
    total = tables["kpis"].set_index("id").loc["ghg_total", "value"]
    carbon = tables["cash_flows"].query("variant == 'district' and line == 'carbon' and year == 1 ")
    assert -carbon.groupby("perspective")["value"].sum().iloc[0] == pytest.approx(total * 40.0, rel=1e-6)


def test_the_audit_adds_the_heat_again(tables):
    """Proves: an inventory whose heat is 1 % short of the hourly flows stops the report (E906); as written it passes.

    If ignored: the inventory could state any figure for heat bought.
    """
    cases = dict.fromkeys(("bau", "district"), load_case(FOLDER))
    assert max(a.ghg_residual_frac for a in audit(tables, cases)) < 1e-9
    short = tables["inventory"].copy()
    short.loc[short["source"] == "heat", "kgco2e"] *= 0.99
    with pytest.raises(AuditError) as caught:
        audit({**tables, "inventory": short}, cases)
    assert {f.code for f in caught.value.findings} == {"E906"}


def test_a_stated_factor_of_zero_needs_no_remark(tmp_path):
    """Proves: a power plant without a factor is remarked (W1886), one with a factor, 0 too, is not.

    If ignored: heat counts as free of GHG unnoticed, or the remark stays after the user has answered it.
    """
    shutil.copytree(FOLDER, tmp_path / "case")
    path, text = tmp_path / "case" / "case.yaml", (FOLDER / "case.yaml").read_text(encoding="utf-8")
    for written, codes in ((", ghg_kg_per_kwh: 0.07", []), (", ghg_kg_per_kwh: 0", []), ("", ["W1886"])):
        path.write_text(text.replace(", ghg_kg_per_kwh: 0.07", written), encoding="utf-8")
        assert [f.code for f in load_case(path.parent).warnings] == codes


def test_a_sweep_of_the_factor_moves_ghg_as_a_run_would():
    """Proves: at twice the factor the quick evaluation agrees with the full one in total and part.

    If ignored: a study of the factor shows the GHG of the case as it stands.
    """
    bench = Workbench(load_case(FOLDER), "district")
    paths = ("sources.station.ghg_kg_per_kwh", "sources.station.primary_energy_factor")
    points = (Point("base", {}), Point("double", dict(zip(paths, (0.14, 0.8), strict=True))))
    model = price_model(bench, points)
    assert model is not None
    quick, _ = model.evaluate(points)
    rise = quick["ghg_total"][1][1] - quick["ghg_total"][1][0]
    assert rise == pytest.approx(quick["ghg_heat"][1][0]) == pytest.approx(quick["ghg_heat"][1][1] / 2.0)
    assert quick["primary_energy"][1][1] - quick["primary_energy"][1][0] == pytest.approx(
        rise * 1000 * 0.4 / 0.07 / 1000
    )


def test_bought_heat_is_energy_bought_not_recovered(tables, taken_kwh):
    """Proves: heat with a factor of a power plant stands in final energy, in no recovered share, and in other heat.

    Energy of a service is what it carries times what is delivered, to the last kWh. If ignored: heat extracted from a
    turbine looks saved, and an operator counts it as waste heat by the directive.
    """
    kpis = tables["kpis"].set_index("id")
    parts = kpis.loc[["electricity", "fuel"], "value"].sum() + taken_kwh / 1000.0
    assert kpis.loc["final_energy", "value"] == pytest.approx(parts)
    assert kpis.loc["recovered_share", "value"] == 0.0
    assert kpis.loc["heat_waste_share", "value"] == 0.0
    assert kpis.loc["heat_other_share", "value"] == pytest.approx(1.0)
    delivered = tables["flows"].query("variant == 'district' and kind == 'demand'")["column"]
    heat_mwh = tables["hourly"].query("variant == 'district'")[list(delivered)].to_numpy().sum() / 1000.0
    assert kpis.loc["heat_primary_factor", "value"] * heat_mwh == pytest.approx(kpis.loc["primary_energy", "value"])
    assert kpis.loc["heat_ghg", "value"] * heat_mwh == pytest.approx(kpis.loc["ghg_total", "value"])


def test_a_network_of_bought_heat_is_efficient_while_any_cogeneration_counts(tables):
    """Proves: 59 % of cogenerated heat of unknown efficiency is enough to 2027 and not from 2028.

    If ignored: a study promises the aid of the directive to heat nobody has certified.
    """
    stages = tables["efficient_heating"].query("variant == 'district'").set_index("first_year")
    assert 0.5 < stages.loc[2026, "other_chp_frac"] < 0.75
    assert stages["by_share"].to_dict() == {
        2026: True,
        2028: False,
        2035: False,
        2040: False,
        2045: False,
        2050: False,
    }
    assert stages.loc[2026, "criterion"] == "renewable, waste and cogenerated heat >= 50%"
