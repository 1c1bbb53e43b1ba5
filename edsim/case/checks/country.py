"""Check that a city lies in its country: tax, holidays, incentives and refrigerant rules follow the country."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.schema import Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import Fault
from edsim.core.i18n import Lang
from edsim.core.language.countries import country_name

_BEYOND_DEG = 1.0
"""What places beyond the outermost ones of 500 inhabitants are let lie outside: borders run between the two."""
_NAME: Lang = "en"


def check_country(case: Case) -> Iterator[Fault]:
    """Yield the remark of a city beyond all inhabited places of its country."""
    city = case.city
    rows = [r for r in shipped_rows("countries", "extents.csv") if r["code"] == city.country]
    for row in rows:
        south, north, west, east = (float(row[f"{side}_deg"]) for side in ("south", "north", "west", "east"))
        wide = (east - west) % 360.0 + 2.0 * _BEYOND_DEG
        inside = (city.lon_deg - west + _BEYOND_DEG) % 360.0 <= wide
        if not (inside and south - _BEYOND_DEG <= city.lat_deg <= north + _BEYOND_DEG):
            path, got = "city.country", f"{city.country} ({country_name(city.country, _NAME)})"
            words = {"place": f"{city.lat_deg:g}, {city.lon_deg:g}"}
            allowed = f"{south:g} – {north:g}, {west:g} – {east:g} deg"
            yield Fault("W1894", place_of(case, path), path, got, allowed, words, "right_country")
