"""Names of countries in the languages of the reader.

``edsim/data/countries/names.csv`` has a line per code of ISO 3166-1 alpha-3, with the names of the Unicode Common
Locale Data Repository in English and in Spanish of Latin America, and the code of two letters.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edsim.core.i18n import Lang


def country_name(code: str, lang: Lang) -> str:
    """Return the name of a country, ``Perú`` for ``PER``; a code nobody knows stays as it is."""
    return _names().get(code, {}).get(lang, code)


def country_code(text: str) -> str:
    """Return the code of three letters that a code in any letters or a name means, ``POL`` for ``pl`` or ``Polonia``.

    Empty where none is meant.
    """
    meant = text.strip().casefold()
    named = (c for c, row in _names().items() if meant in {row[k].casefold() for k in ("code", "alpha_2", "en", "es")})
    return next(named, "") if meant else ""


def likely_codes(code: str, most: int = 3) -> tuple[str, ...]:
    """Return the codes of three letters that an unknown one may be meant for, with their names' first letters first.

    ``CHI`` begins China and Chile, ``GER`` Germany; codes of sports and cars are mostly made so. Without such a name,
    those that share most of their letters.
    """
    first = code.casefold()
    begun = [c for c, row in _names().items() if any(row[k].casefold().startswith(first) for k in ("en", "es"))]
    return tuple(begun[:most] if len(first) > 1 and begun else get_close_matches(code, _names(), most, 0.6))


@cache
def _names() -> Mapping[str, Mapping[str, str]]:
    from edsim.core.resources import data_path

    with data_path("countries", "names.csv").open(encoding="utf-8", newline="") as handle:
        return {row["code"]: row for row in csv.DictReader(handle)}
