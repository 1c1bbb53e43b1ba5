"""Filters of the list of runs, read from an address."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from edsim.core.i18n import LANGUAGES
from edsim.core.language.countries import country_name
from edsim.web.library import RunEntry

_LONGEST = 120


@dataclass(frozen=True, slots=True)
class Filters:
    """Filters of the list of runs; empty ones let everything pass."""

    city: str = ""
    sector: str = ""
    text: str = ""
    certified: bool = False
    year: str = ""

    @classmethod
    def read(cls, query: Mapping[str, str]) -> Filters:
        """Return the filters of an address."""
        city, sector, text = (query.get(name, "")[:_LONGEST] for name in ("city", "sector", "text"))
        return cls(city, sector, text, query.get("certified", "") == "1", query.get("year", "")[:_LONGEST])

    def matches(self, entry: RunEntry) -> bool:
        """Return whether a run is shown; accents and capitals do not count."""
        if self.city and self.city not in {entry.city, city_label(entry, among=True)}:
            return False
        if self.sector and entry.sector != self.sector:
            return False
        if self.year and str(entry.year) != self.year:
            return False
        if self.certified and entry.status != "certified":
            return False
        countries = (entry.country, *(country_name(entry.country, lang) for lang in LANGUAGES))
        facts = (entry.name, entry.city, *countries, entry.sector, entry.scenario, entry.variant, entry.place)
        whole = _folded(" ".join(facts))
        return all(word in whole for word in _folded(self.text).split())


def city_label(entry: RunEntry, *, among: bool) -> str:
    """Return the city of a run, with the code of its country where it is `among` namesakes of other countries."""
    return f"{entry.city} ({entry.country})" if among else entry.city


def _folded(text: str) -> str:
    """Return a text without capitals and accents."""
    plain = unicodedata.normalize("NFD", text.casefold())
    return "".join(c for c in plain if not unicodedata.combining(c))
