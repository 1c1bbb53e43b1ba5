"""Cases spoiled as a careless user would, with the message that names the cause (tables in careless/)."""

import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from edsim.case.lazy_kinds import LazyKinds
from edsim.case.loading import examine
from edsim.case.wording.messages import Fault, render_all
from edsim.cli.words import finding_line
from edsim.core.i18n import LANGUAGES, Lang
from edsim.core.resources import share_path
from tests.support.tables import read_table

FOLDER = Path(__file__).parent / "careless"
ROWS: list[dict[str, Any]] = [row for path in sorted(FOLDER.glob("*.yaml")) for row in read_table(path)]
KINDS = LazyKinds("edsim.technologies")


def spoil(row: Mapping[str, Any], folder: Path) -> None:
    """Copy a case, shipped or beside the tables, to `folder` and make the edits of a row."""
    own = FOLDER / row["case"]
    shutil.copytree(own if own.is_dir() else share_path("cases") / row["case"], folder)
    for edit in row["edits"]:
        path = folder / edit["file"]
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        if "remove" in edit:
            path.unlink()
            continue
        if "old" in edit:
            assert edit["old"] in text, edit
            text = text.replace(edit["old"], edit["new"], 1)
        if "swap" in edit:
            streets = json.loads(text)
            for feature in streets["features"]:
                feature["geometry"]["coordinates"] = [[b, a] for a, b in feature["geometry"]["coordinates"]]
            text = json.dumps(streets)
        if "lines" in edit:
            text = "".join(text.splitlines(keepends=True)[: edit["lines"]])
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(edit.get("text", text).encode(edit.get("encoding", "utf-8")))


def told(faults: Sequence[Fault], lang: Lang) -> list[str]:
    """Return the lines `edsim check` prints: the errors, or the remarks where there is none."""
    findings = render_all(faults, lang)
    errors = [f for f in findings if f.severity == "error"]
    return [finding_line(f, lang) for f in errors or findings]


@pytest.mark.parametrize("row", ROWS, ids=[r["name"].replace(" ", "_") for r in ROWS])
def test_the_cause_is_named(row: Mapping[str, Any], tmp_path: Path) -> None:
    """Proves: a slip in a case people start from is named with place, value and remedy, in both languages.

    If ignored: the study runs on a value nobody meant, or the user is left with a message about something else.
    """
    spoil(row, tmp_path / "case")
    _, faults = examine(tmp_path / "case", KINDS)
    for lang in LANGUAGES:
        assert row[lang] in told(faults, lang)


def test_there_are_sixty_and_no_two_alike() -> None:
    """Proves: the table is as long as it says, each row another slip, with a message of its own in two languages."""
    assert len({str(r["edits"]) for r in ROWS}) == len(ROWS) >= 60
    assert len({r["name"] for r in ROWS}) == len(ROWS)
    assert [r["name"] for r in ROWS if r["en"] == r["es"]] == []
