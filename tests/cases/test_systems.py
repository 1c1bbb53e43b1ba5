"""Systems an energy center may be made of, each from a small case to a certificate; folders beside this file."""

from __future__ import annotations

from pathlib import Path

import pytest

from edsim.app import RunOptions, run
from edsim.workflow import load_case

HERE = Path(__file__).resolve().parent
SHIPPED = HERE.parents[1] / "cases"


@pytest.mark.slow
def test_trigeneration_with_every_store_is_certified() -> None:
    """Proves: engines, absorption, chillers, ice, sun, battery, net metering and a line to a hospital end within 1 %.

    If ignored: one store more could leave the design unproven, or the audit could not follow a credited export.
    """
    appraisal = run(HERE / "trigeneration").appraisal
    certificate = appraisal.certificates["trigeneration"]
    assert certificate.status == "certified"
    assert certificate.unserved_kwh < 1.0
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["electricity", "value"] < 1.5 * kpis.loc["electricity", "bau"], "nothing is bought only to be sold"


@pytest.mark.slow
def test_a_low_temperature_loop_uses_the_data_center() -> None:
    """Proves: a 25/18 °C loop takes data-center heat, heat pumps lift it for hot water, certified within 1 %.

    If ignored: heat below the supply temperature would be lost, or would flow uphill without work.
    """
    appraisal = run(HERE / "low_temperature_loop").appraisal
    assert appraisal.certificates["loop"].status == "certified"
    equipment = appraisal.tables["equipment"].query("variant == 'loop'").set_index("technology")
    pumps = equipment.loc["heat_pumps"]
    assert pumps["output_kwh"] > 0.0
    contract = appraisal.tables["heat_contracts"].set_index("technology").loc["loop_heat"]
    assert 0.0 < contract["taken_kwh"] < pumps["output_kwh"]


@pytest.mark.slow
def test_buildings_on_an_ambient_loop_lift_their_own_heat() -> None:
    """Proves: stations at three buildings heat and cool on a loop of 27/22 °C, each through its own meter, certified.

    Heat of cooling and of a data center goes round the loop, a tower takes the rest; no fuel is burnt. If ignored: a
    loop of the fifth generation could be described and not computed.
    """
    appraisal = run(HERE / "ambient_loop").appraisal
    certificate = appraisal.certificates["loop"]
    assert certificate.status == "certified"
    assert certificate.unserved_kwh < 1.0
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["fuel", "value"] == 0.0 < kpis.loc["fuel", "bau"]
    equipment = appraisal.tables["equipment"].query("variant == 'loop'").set_index("technology")
    for building in ("hospital", "hotel", "homes"):
        assert equipment.loc[f"{building}_station", "output_kwh"] > 0.0
        assert equipment.loc[f"{building}_meter", "output_kwh"] > 0.0


def test_the_island_has_no_grid_and_no_tariff() -> None:
    """Proves: the shipped island loads without tariffs, with a set in reserve and a line to every building."""
    case = load_case(SHIPPED / "rosario-island")
    assert case.tariffs == ()
    kinds = [t.kind for t in case.technologies]
    assert "grid" not in kinds
    assert {t.node for t in case.technologies if t.kind == "power_line"} == {b.id for b in case.buildings}


@pytest.mark.slow
def test_the_island_is_certified_and_buys_nothing_from_a_grid() -> None:
    """Proves: sun, battery and sets serve all hours within 1 %; BAU and project burn diesel and import nothing.

    If ignored: a case without grid could be sized only with a tariff nobody offers.
    """
    appraisal = run(SHIPPED / "rosario-island", options=RunOptions(variants=("mini_grid",))).appraisal
    assert appraisal.certificates["mini_grid"].status == "certified"
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["electricity", ["bau", "value"]].tolist() == [0.0, 0.0]
    assert 0.0 < kpis.loc["fuel", "value"] < kpis.loc["fuel", "bau"]
