"""The JSON Schema for editors accepts what the loader accepts and marks what it refuses."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from edsim.case.describe import describe_fields, field_texts
from edsim.case.input_schema import input_schema
from edsim.case.nodes import plain
from edsim.case.readers.yaml_reader import read_yaml
from edsim.case.schema import Building, Case, Finance

Schema = dict[str, Any]


@pytest.fixture(scope="module")
def schema(kinds: Mapping[str, type]) -> Schema:
    return input_schema(kinds)


def _errors(text: str, schema: Schema) -> list[str]:
    node = read_yaml(text, "case.yaml", [])
    assert node is not None
    return [e.json_path for e in jsonschema.Draft202012Validator(schema).iter_errors(plain(node))]


@pytest.mark.medium
def test_the_schema_is_a_schema(schema: Schema) -> None:
    """Proves: it is valid JSON Schema 2020-12. If ignored: editors reject or ignore it."""
    checker = jsonschema.Draft202012Validator(jsonschema.Draft202012Validator.META_SCHEMA)
    assert list(checker.iter_errors(schema)) == []


def test_a_valid_case_is_accepted(schema: Schema, base: str) -> None:
    """Proves: units in texts, values with origin and tables in files pass. If ignored: the editor marks good input."""
    text = base.replace("storeys: 10", "storeys: {value: 10, source: survey, year: 2020, quality: measured}")
    assert _errors(text, schema) == []
    head, rest = base.split("buildings:\n", 1)
    assert _errors(f"{head}buildings: {{file: b.csv}}\nnetworks:{rest.split('networks:', 1)[1]}", schema) == []


@pytest.mark.parametrize(
    ("old", "new", "where"),
    [
        ("storeys: 10", "storeyz: 10", "$.buildings"),
        ("currency: USD", "currency: dollars", "$.currency"),
        ("grid_basis: inventory", "grid_basis: inventry", "$.emissions"),
        ("kind: toy_grid", "kind: toy_gird", "$.technologies[0]"),
        ("name: Test district\n", "", "$"),
    ],
)
def test_faults_are_marked(schema: Schema, base: str, old: str, new: str, where: str) -> None:
    """Proves: unknown fields, choices, kinds and missing keys are marked at their place."""
    assert any(path.startswith(where) for path in _errors(base.replace(old, new, 1), schema))


def test_every_field_is_explained() -> None:
    """Proves: texts under fields are found in the source. If ignored: completion without meaning."""
    assert field_texts(Building)["use"].startswith("Archetype")
    facts = {f.name: f for f in describe_fields(Finance)}
    assert facts["discount_rate_frac"].required
    assert (facts["discount_rate_frac"].unit, facts["discount_rate_frac"].limits) == ("frac", "≥ 0, ≤ 0.5")
    assert facts["horizon_a"].default == 25


def test_internal_fields_cannot_be_written(read: Callable[..., Case], base: str, tmp_path: Path) -> None:
    """Proves: folder, provenance and warnings are the loader's. If ignored: a case can forge its origins."""
    del base
    case = read()
    assert case.folder == tmp_path
    assert {"folder", "provenance", "warnings"}.isdisjoint(case.model_dump())
