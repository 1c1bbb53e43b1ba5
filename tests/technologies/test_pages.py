"""The pages of the technologies are those of the code."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

pytestmark = pytest.mark.medium

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "technologies"


def pages():
    """Return the module that writes the pages."""
    spec = importlib.util.spec_from_file_location("technology_pages", FOLDER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    return generator


def test_pages_are_up_to_date():
    """Proves: every kind has its page and none is outdated. If ignored: the manual would describe another machine.

    Rewrite them with ``python docs/reference/technologies/generate.py``.
    """
    wanted = pages().files()
    written = {p.name for p in FOLDER.iterdir() if p.suffix in {".md", ".svg"}}
    assert written == set(wanted)
    for name, text in wanted.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name


def test_every_kind_has_a_case_solved_by_hand(kinds, kind):
    """Proves: the worked case of a page says what it proves and what follows if ignored, for every kind.

    If ignored: a kind could stand in the registry on nothing but the tests all kinds share.
    """
    test, text = pages().worked_cases()[kinds[kind].__name__]
    assert "Proves: " in text, test
    assert "If ignored" in text, test
