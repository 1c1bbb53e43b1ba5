"""Names on the map and beside bars."""

from itertools import combinations
from typing import Any

import pytest

from edsim.report.figures.names import Marked, named_places
from edsim.report.i18n import language
from edsim.report.labels import LINES, account
from edsim.report.run.diagram import headed
from edsim.report.theme import name_axis


def _sides(*args: Any, **kwargs: Any) -> tuple[str | None, ...]:
    return tuple(side or None for side, _ in named_places(*args, **kwargs))


def test_the_larger_building_chooses_first() -> None:
    """Proves: of two close places the more wanted name stands on top, the other below. If ignored: unreadable names."""
    places = [Marked(0.0, 0.0, 10.0, "Small hall"), Marked(20.0, 0.0, 10.0, "Large hall")]
    assert _sides(places, (1.0, 5.0)) == ("bottom center", "top center")


def test_a_name_without_room_is_left_out() -> None:
    """Proves: where neighbors take every side, the least wanted name is not written. If ignored: it covers a mark."""
    near = [Marked(x, y, 30.0, "") for x, y in ((0, 25), (0, -25), (40, 0), (-40, 0))]
    assert _sides([Marked(0.0, 0.0, 12.0, "Library"), *near], (0.0, 1.0, 1.0, 1.0, 1.0))[0] is None


def test_far_places_all_stand_on_top() -> None:
    places = [Marked(200.0 * k, 0.0, 20.0, "Building") for k in range(5)]
    assert set(_sides(places, [1.0] * 5)) == {"top center"}


def test_names_that_begin_alike_have_places_of_their_own() -> None:
    """Proves: bars of buildings whose names share their first letters, or are the same, stand apart.

    If ignored: names cut to 28 letters before drawing put two towers on one place, one bar over the other.
    """
    tower = "Hospital Universitario San Vicente, torre"
    places, axis = name_axis([f"{tower} A", f"{tower} B", "Museo", "Museo"])
    assert len(set(places)) == 4
    assert axis["tickvals"] == places
    assert axis["ticktext"] == ["Hospital<br>… Vicente, torre A", "Hospital<br>… Vicente, torre B", "Museo", "Museo"]


def test_a_name_beside_a_bar_is_defused() -> None:
    """Proves: markup in a building's name is shown letter by letter. If ignored: a name breaks the axis."""
    assert name_axis(["<b>A & B"])[1]["ticktext"] == ["&lt;b&gt;A &amp; B"]


def test_a_name_keeps_off_the_pipes() -> None:
    """Proves: of free sides the one that covers no pipe is taken. If ignored: pipes strike names through."""
    place = [Marked(0.0, 0.0, 12.0, "Hospital")]
    up, down, aside = (0.0, 0.0, 0.0, 90.0), (0.0, 0.0, 20.0, -90.0), (-90.0, -3.0, 90.0, -3.0)
    assert _sides(place, (1.0,), lines=(up,)) == ("bottom center",)
    assert _sides(place, (1.0,), lines=(up, down)) == ("middle right",)
    assert _sides(place, (1.0,), lines=(up, down, aside)) == ("top center",), "one pipe everywhere: the usual side"
    assert _sides(place, (1.0,), lines=((50.0, 10.0, 90.0, 40.0),)) == ("top center",), "a pipe farther off"


def test_names_of_rails_neither_meet_nor_leave_the_drawing() -> None:
    """Proves: "Compressed air" keeps its first letter at the edge and stands lower than "Steam" beside it.

    If ignored: a phone shows "ompressed air", a screen "SteamCompressed air".
    """
    (_, _, edge, _), *_ = headed(["Compressed air"], [44], 300)
    assert edge >= 58.0, "half of 14 bold letters of 8.3 px"
    heads = headed(["Steam", "Hot water", "Compressed air"], [300, 340, 380], 600)
    spans = [(m - 4.15 * len(n), m + 4.15 * len(n), level) for n, _, m, level in heads]
    assert all(a[2] != b[2] or a[1] < b[0] or b[1] < a[0] for a, b in combinations(spans, 2))


def test_no_rail_strikes_the_name_of_another_through() -> None:
    """Proves: the line of a rail starts below its name and passes no other name, on a phone too.

    If ignored: on a phone "Agua de condensación" stands on the line of "Agua helada" beside it.
    """
    phone = ["Electricidad", "Agua helada", "Agua de condensación"], [33, 232, 272], 350
    park = ["Fuel", "Electricity", "Steam", "Hot water", "Chilled water"], [40, 80, 120, 160, 300], 560
    for names, rails, width in (phone, park):
        heads = headed(names, rails, width)
        assert [n for n, *_ in heads] == names
        for name, _, middle, level in heads:
            assert 0 <= middle - 4.15 * len(name) <= middle + 4.15 * len(name) <= width
            lines = [x for other, x, _, above in heads if above < level and other != name]
            assert not [x for x in lines if abs(x - middle) < 4.15 * len(name)], heads


@pytest.mark.parametrize("key", [f"cost_{line}" for line in LINES if line not in {"grant", "export_revenue"}])
def test_every_line_of_cost_of_the_accounts_has_a_name(key: str) -> None:
    """Proves: demand charge, carbon price and waste heat have their name in the accounts too, in Spanish.

    If ignored: a Spanish pro forma has a line "Cost demand charge".
    """
    assert not account(language("en"), key).startswith("Cost ")
    assert account(language("es"), key) != account(language("en"), key)


def test_a_long_name_is_cut_where_only_a_short_one_has_room() -> None:
    """Proves: a name too long for the map's width is written shorter. If ignored: on a phone a building has none."""
    place = [Marked(50.0, 50.0, 10.0, "Metropolitan Area of the Valley", ("Metropolitan…", "Metro…"))]
    assert named_places(place, (1.0,), across=(0.0, 100.0)) == (("top center", "Metropolitan…"),)
    assert named_places(place, (1.0,), across=(20.0, 80.0)) == (("top center", "Metro…"),)
    assert named_places(place, (1.0,), across=(45.0, 55.0)) == (("", ""),)
