"""The table of assumptions tells what was computed with."""

from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from edsim.appraisal.register import assumption_table, by_source, made_from
from edsim.case.schema import Case, SourceSpec
from edsim.core.quantity import Provenance
from edsim.network.pipes.register import pipe_origins
from edsim.profiles.types import SourceProfile
from edsim.workflow import load_case

MAINS = "technologies.mains.capex_per_m"
TYPED = "technologies.mains.lat_deg"


@pytest.fixture(scope="module")
def case() -> Case:
    return load_case(Path(__file__).parents[2] / "cases" / "ambient_loop")


def _with(case: Case, cost: float) -> Case:
    laid = Provenance(cost, "currency/m", "laid out", 2025, "engineered")
    return case.model_copy(update={"provenance": {**case.provenance, MAINS: laid}})


def test_a_design_stands_in_place_of_the_default_it_replaced(case: Case) -> None:
    """Proves: the cost of mains that were laid out is told, a second project's beside it, what was typed stays.

    If ignored: the table would say 990 a meter where the run paid 1420.
    """
    table = assumption_table(case, {"loop": _with(case, 1420.0), "wide": _with(case, 1600.0)}).set_index("path")
    assert table.loc[MAINS, ["value", "source", "quality"]].tolist() == ["1420.0", "laid out", "engineered"]
    assert table.loc[f"variants.wide.{MAINS}", "value"] == "1600.0"
    assert table.loc[TYPED, "value"] == str(case.provenance[TYPED].value)
    assert len(table) == len(case.provenance) + 1


def test_projects_computed_as_read_change_nothing(case: Case) -> None:
    """Proves: without a design the table is that of the case. If ignored: every run would repeat its inputs."""
    table = assumption_table(case, {"loop": case})
    assert table["path"].tolist() == list(case.provenance)


def test_the_year_made_of_normals_is_named_and_so_is_the_water_it_makes(case: Case) -> None:
    """Proves: a reader sees whose normals made the weather and how warm an undescribed river was taken to be.

    If ignored: loads, sun and chillers rest on a year that the register leaves open.
    """
    river = SourceSpec(id="river", kind="river", flow_m3_per_h=100.0)
    open_path = Provenance(None, "degC", "edsim default", None, "default")
    changed = {"sources": (river,), "provenance": {**case.provenance, "sources.river.temp_c": open_path}}
    weather = SimpleNamespace(name="Cali", source="synthetic from monthly normals (IDEAM), seed 1")
    flow = SourceProfile(np.zeros(8760), np.full(8760, 23.4))
    made = made_from(case.model_copy(update=changed), SimpleNamespace(weather=weather, sources={"river": flow}))
    assert (made["weather.normals"].value, made["weather.normals"].source) == ("Cali", weather.source)
    assert (made["sources.river.temp_c"].value, made["sources.river.temp_c"].unit) == (23.4, "degC")


def test_prices_of_the_pipes_laid_stand_in_the_register() -> None:
    """Proves: a meter of DN 400 can be followed to its row of the table: dollars, their year, what they became.

    If ignored: the largest line of the investment has no source.
    """
    case = load_case(Path(__file__).parents[3] / "cases" / "medellin-alpujarra")
    design = SimpleNamespace(
        id="chilled_water", catalogue="steel_series1", edges=SimpleNamespace(dn=np.array([400, 150, 400]))
    )
    rows = pipe_origins(case, [design])
    per_m = rows["pipes.steel_series1.dn400.pipe_per_m"]
    assert (per_m.unit, per_m.quality) == ("currency/m", "benchmark")
    assert per_m.value == pytest.approx(672.5 * 321.943 / 292.655)
    assert per_m.source.endswith("672.5 USD 2022 converted")
    assert {p.split(".")[2] for p in rows if p.startswith("pipes.steel_series1")} == {"dn150", "dn400"}
    assert rows["pipes.moist_sand.conductivity_w_per_mk"].value == 1.5
    assert rows["pipes.stations.of_1000_kw.cost_per_kw"].value == pytest.approx(70 * 321.943 / 292.655)


def test_a_capture_is_told_with_the_kind_of_its_source() -> None:
    """Proves: a furnace is used down to 30 K above the water, as computed; the field's own default is a process at 5 K.

    If ignored: the table tells 5 K and the run takes 30 K.
    """
    park = load_case(Path(__file__).parents[3] / "cases" / "cali-yumbo-park")
    told = by_source(park)
    kind, approach = (told[f"technologies.furnace_heat.{x}"] for x in ("source_kind", "approach_k"))
    assert (kind.value, kind.source) == ("furnace", "kind of source furnace_stack")
    assert (approach.value, approach.unit, approach.quality) == (30.0, "K", "default")
    assert told["technologies.data_heat.approach_k"].value == 8.0
