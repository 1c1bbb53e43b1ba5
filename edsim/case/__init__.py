"""The case: schema, reading with places, defaults with provenance, variants, BAU rules and engineering checks.

``load(path, kinds)`` is the door. Nothing here computes a profile, a network or a plant.

=============  =====================================================================================================
in             `loading` (the door) → `files`, `readers` → `nodes` (values with places) → `assemble` → `checks`
to the schema  `conform` (units and types), `lazy_kinds`, `partial` and `schema_faults` (what is said of a faulty case)
schema         `schema` and `parts`; `reflect` and `describe` say what a field is, `input_schema` as JSON Schema
variants       `variants` and scenarios, `bau`, `comparison` (what they may differ in), `measures`, `milestones`
looked up      `shipped`, `normals`, `grid_factor`, `spot_prices`, `joining`, `orientation`, `steam_mass`: what a case
               leaves to edsim
kept           `provenance` (origin of every value), `hashing`, `version`, `migrations`
words          `wording`: texts of all findings in both languages
=============  =====================================================================================================
"""

from edsim.core.lazy import lazy_names

_EXPORTS = {
    "Case": "schema",
    "load": "loading",
    "hash_inputs": "hashing",
    "apply_variant": "variants",
    "apply_scenario": "variants",
    "check": "checks.check",
    "read_map": "readers.layers",
    "read_series": "readers.series",
    "data_file": "files",
}

__all__ = ["Case", "apply_scenario", "apply_variant", "check", "data_file", "hash_inputs", "load", "read_map"]

__getattr__ = lazy_names(__name__, _EXPORTS)
