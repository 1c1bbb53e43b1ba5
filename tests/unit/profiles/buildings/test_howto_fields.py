"""The how-to names every field of the zone specification with its default."""

import dataclasses
import re
from pathlib import Path

import pytest

from edsim.profiles.buildings import Coil, Gains, Layer, Surface, Window, ZoneResult, ZoneSpec
from edsim.profiles.buildings.envelope.glazing import GLAZING

PAGE = (Path(__file__).parents[4] / "docs" / "how-to" / "zones-from-python.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("part", [Layer, Surface, Window, Gains, Coil, ZoneSpec, ZoneResult])
def test_every_field_is_on_the_page(part: type) -> None:
    """Proves: who writes a zone from the page alone finds every field. If ignored: fields are found by reading code."""
    given = {"name", "names"}
    missing = {f.name for f in dataclasses.fields(part)} - given - set(re.findall(r"\w+", PAGE))
    assert missing == set()


def test_g_values_of_the_page_are_those_of_the_classes() -> None:
    """Proves: the g of each glazing class is stated right. If ignored: a window left to its class gets another sun."""
    told = dict(re.findall(r"((?:single|double|triple) [a-z-]+) (0\.\d\d)", PAGE))
    assert {k.replace(" ", "_").replace("-", "_"): float(v) for k, v in told.items()} == {
        name: g.g_frac for name, g in GLAZING.items()
    }
