"""The table of assumptions tells what was computed with."""

from pathlib import Path

import pytest

from edsim.appraisal.evaluate import assumption_table
from edsim.case.schema import Case
from edsim.core.quantity import Provenance
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
