"""Names on the map."""

from edsim.report.figures.names import Marked, name_positions


def test_the_larger_building_chooses_first() -> None:
    """Proves: of two close places the more wanted name stands on top, the other below. If ignored: unreadable names."""
    places = [Marked(0.0, 0.0, 10.0, "Small hall"), Marked(20.0, 0.0, 10.0, "Large hall")]
    assert name_positions(places, (1.0, 5.0)) == ("bottom center", "top center")


def test_a_name_without_room_is_left_out() -> None:
    """Proves: where neighbors take every side, the least wanted name is not written. If ignored: it covers a mark."""
    near = [Marked(x, y, 30.0, "") for x, y in ((0, 25), (0, -25), (40, 0), (-40, 0))]
    assert name_positions([Marked(0.0, 0.0, 12.0, "Library"), *near], (0.0, 1.0, 1.0, 1.0, 1.0))[0] is None


def test_far_places_all_stand_on_top() -> None:
    places = [Marked(200.0 * k, 0.0, 20.0, "Building") for k in range(5)]
    assert set(name_positions(places, [1.0] * 5)) == {"top center"}
