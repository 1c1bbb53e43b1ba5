"""The pages of the technologies are those of the code."""

from __future__ import annotations

import importlib.util
from pathlib import Path

FOLDER = Path(__file__).parents[2] / "docs" / "reference" / "technologies"


def test_pages_are_up_to_date():
    """Proves: every kind has its page and none is outdated. If ignored: the manual would describe another machine.

    Rewrite them with ``python docs/reference/technologies/generate.py``.
    """
    spec = importlib.util.spec_from_file_location("technology_pages", FOLDER / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    generator = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(generator)
    wanted = generator.files()
    written = {p.name for p in FOLDER.iterdir() if p.suffix in {".md", ".svg"}}
    assert written == set(wanted)
    for name, text in wanted.items():
        assert (FOLDER / name).read_text(encoding="utf-8") == text, name
