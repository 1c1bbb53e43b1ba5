"""Places of machines where no network names the energy centers."""

from pathlib import Path

import pytest

from edsim.case.checks.ids import check_ids
from edsim.workflow import load_case

CASES = Path(__file__).parents[2] / "cases"


@pytest.mark.parametrize(
    ("building", "node", "refused"),
    [
        ("hospital", "hopsital", True),
        ("campus_1", "campus", False),
        ("tower_1", "tower_0", False),
        ("hospital", "energy_center", False),
    ],
)
def test_a_place_is_refused_where_it_is_a_building_misspelt_alone(building: str, node: str, refused: bool) -> None:
    """Proves: letters that changed places are named; a place a building is numbered after is one of its own.

    If ignored: a plant called as its campus is refused, or a machine stands alone at a slip of the pen.
    """
    case = load_case(CASES / "ambient_loop")
    assert not any(n.plants for n in case.networks)
    machine = case.technologies[0].model_copy(update={"id": "alone", "node": node})
    named = case.buildings[0].model_copy(update={"id": building})
    case = case.model_copy(update={"technologies": (*case.technologies, machine), "buildings": (named,)})
    said = [f for f in check_ids(case) if f.field == "technologies.alone.node"]
    assert [f.code for f in said] == ["E189"] * refused
