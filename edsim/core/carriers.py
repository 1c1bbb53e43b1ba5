"""Carriers and their levels: ``chilled_water_high`` is chilled water at temperatures of its own.

A carrier is a name that machines, networks and demands meet at. One that begins with the name of a known carrier and
an underscore is a level of it: the same physics at another temperature or pressure, in a balance of its own.
"""

from __future__ import annotations

from typing import Final

LEVELED: Final = ("chilled_water", "hot_water", "steam", "compressed_air")
"""Carriers of which a network may have levels."""
_FAMILIES: Final = (*LEVELED, "ambient_water", "condenser_water")
_PREFIXES: Final = tuple((name, f"{name}_") for name in _FAMILIES)


def family(carrier: str) -> str:
    """Return the carrier that `carrier` is a level of, such as steam for ``steam_high``; itself where it is none."""
    return next((name for name, prefix in _PREFIXES if carrier.startswith(prefix)), carrier)


def is_of(carrier: str, *families: str) -> bool:
    """Return whether a carrier is one of `families` or a level of one."""
    return family(carrier) in families
