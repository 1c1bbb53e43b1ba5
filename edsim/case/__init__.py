"""The case: schema, reading with places, defaults with provenance, variants, BAU rules and engineering checks.

``load(path, kinds)`` is the door. Nothing here computes a profile, a network or a plant.
"""

from importlib import import_module
from typing import Any

_EXPORTS = {
    "Case": "edsim.case.schema",
    "load": "edsim.case.loading",
    "hash_inputs": "edsim.case.hashing",
    "apply_variant": "edsim.case.variants",
    "apply_scenario": "edsim.case.variants",
    "check": "edsim.case.checks",
    "read_geojson": "edsim.case.geojson",
    "read_series": "edsim.case.series",
    "data_file": "edsim.case.files",
}

__all__ = ["Case", "apply_scenario", "apply_variant", "check", "data_file", "hash_inputs", "load", "read_geojson"]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    if name in _EXPORTS:
        return getattr(import_module(_EXPORTS[name]), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
