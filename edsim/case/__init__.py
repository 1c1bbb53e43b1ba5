"""The case: schema, reading with places, defaults with provenance, variants, BAU rules and engineering checks.

``load(path, kinds)`` is the door. Nothing here computes a profile, a network or a plant.
"""

from edsim.core.lazy import lazy_names

_EXPORTS = {
    "Case": "schema",
    "load": "loading",
    "hash_inputs": "hashing",
    "apply_variant": "variants",
    "apply_scenario": "variants",
    "check": "checks.check",
    "read_geojson": "readers.geojson",
    "read_series": "readers.series",
    "data_file": "files",
}

__all__ = ["Case", "apply_scenario", "apply_variant", "check", "data_file", "hash_inputs", "load", "read_geojson"]

__getattr__ = lazy_names(__name__, _EXPORTS)
