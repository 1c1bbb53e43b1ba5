"""What the fields of a case and of machines mean is said in Spanish."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from edsim.case.describe import describe_fields
from edsim.case.input_schema import input_schema
from edsim.core.language.fields_es import meaning
from edsim.core.registry import load_kinds
from edsim.core.resources import data_path

Call = Callable[..., Any]

KINDS = load_kinds("edsim.technologies")


def described(part: Any) -> Iterator[str]:
    """Yield every description of a JSON Schema."""
    for key, value in part.items() if isinstance(part, dict) else enumerate(part if isinstance(part, list) else ()):
        if key == "description" and isinstance(value, str):
            yield " ".join(value.split())
        else:
            yield from described(value)


def rows() -> list[tuple[str, str]]:
    lines = data_path("fields_es.tsv").read_text(encoding="utf-8").splitlines()
    assert lines[0] == "english\tspanish"
    return [(english, spanish) for english, spanish in (line.split("\t") for line in lines[1:])]


@pytest.mark.medium
def test_every_meaning_has_its_spanish() -> None:
    """Proves: each text has its line, and each line its text. If ignored: editors and `explain` say English."""
    wanted = set(described(input_schema(KINDS))) | {
        " ".join(field.description.split()) for cls in KINDS.values() for field in describe_fields(cls)
    }
    listed = [english for english, _ in rows()]
    assert listed == sorted(set(listed)), "the table is sorted, each text once"
    assert wanted - {""} - set(listed) == set()


def test_names_of_fields_stand_in_both() -> None:
    """Proves: names between backticks are the same in Spanish. If ignored: a reader looks for a field nobody has."""
    for english, spanish in rows():
        assert sorted(english.split("`")[1::2]) == sorted(spanish.split("`")[1::2]) or "such as" in english, english


@pytest.mark.medium
def test_commands_say_meanings_in_spanish(edsim: Call) -> None:
    """Proves: schema and technologies speak the language asked for; English stays as it was."""
    assert meaning("Gross floor\n   area.", "es") == "Área construida."
    assert meaning("Gross floor area.", "en") == "Gross floor area."
    assert meaning("Nobody has translated this.", "es") == "Nobody has translated this."
    schema = json.loads(edsim("--lang", "es", "schema").out)
    assert "Área construida." in set(described(schema))
    assert schema.keys() == json.loads(edsim("schema").out).keys()
    told = edsim("--lang", "es", "technologies", "pv").out
    assert "Inclinación desde la horizontal." in told
    assert "obligatorio" in told
    assert "Fuente: " in told
    listed = edsim("--lang", "es", "technologies").out
    assert "entrega" in listed
    assert "agua helada" in listed
