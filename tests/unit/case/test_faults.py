"""Hand-made faults with the message a user sees, word for word, in both languages (tables in faults/)."""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from edsim.case.loading import examine
from edsim.case.wording.messages import Fault, render_all
from edsim.cli.words import finding_line
from edsim.core.errors import Finding
from edsim.core.i18n import Lang
from tests.support.tables import read_table

FOLDER = Path(__file__).parent / "faults"
LANGUAGES: tuple[Lang, ...] = ("en", "es")
_MOST = 6


def _rows() -> list[tuple[str, dict[str, Any]]]:
    """Return name and content of every fault of the tables."""
    rows = []
    for path in sorted(FOLDER.glob("*.yaml")):
        for i, row in enumerate(read_table(path)):
            rows.append((f"{path.stem}-{i}-{row['code']}", row))
    return rows


ROWS = _rows()


def _found(faults: Sequence[Fault], lang: Lang) -> tuple[Finding, ...]:
    """Return what `load` raises or warns of in one language."""
    found = render_all(faults, lang)
    return tuple(f for f in found if f.severity == "error") or found


@pytest.mark.parametrize("row", [r for _, r in ROWS], ids=[n for n, _ in ROWS])
def test_each_fault_has_its_message(row: dict[str, Any], base: str, write: Callable[..., Path], kinds: Any) -> None:
    """Proves: the fault is named with place, value, limits, hint and code, and which findings come with it.

    If ignored: the user hunts for it, or a change of the loader silently changes what users read.
    """
    text = base
    for old, new in row["change"]:
        assert old in text
        text = text.replace(old, new, 1)
    encoding = row.get("encoding", "utf-8")
    folder = write(text, {name: content.encode(encoding) for name, content in row.get("files", {}).items()})
    _, faults = examine(folder, kinds)
    for lang in LANGUAGES:
        found = _found(faults, lang)
        assert [f.code for f in found[:_MOST]] == row["findings"][:_MOST]
        assert (len(found) > _MOST) == ("…" in row["findings"])
        wanted = re.compile(re.escape(row[lang]).replace(r"\*", ".*"))
        assert [f for f in found if wanted.fullmatch(finding_line(f, lang))], [finding_line(f, lang) for f in found]


def test_there_are_120_faults_and_each_is_another() -> None:
    """Proves: the tables hold at least 120 different faults with a message in two languages."""
    assert len({str((r["change"], r.get("files"))) for _, r in ROWS}) == len(ROWS) >= 120
    assert all(r["en"] != r["es"] for _, r in ROWS if r["code"] != "E133")
