"""Cases of older schema versions: changed where they must be, listed, and nowhere else."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edsim.case.migrations import RenameKey, ReplaceValue, migrate_case, write_migrated
from edsim.core.errors import CaseError

RULES = {
    0: (
        RenameKey("finance.discount_rate", "discount_rate_frac"),
        RenameKey("buildings.*.floors", "storeys"),
        ReplaceValue("emissions.grid_basis", "national", "inventory"),
    )
}
"""A fictitious version 0, whose keys had other names."""


@pytest.fixture
def old(base: str, write: Callable[..., Path]) -> Path:
    """Return the case file in the fictitious version 0, with comments."""
    text = base.replace("schema_version: 1", "schema_version: 0  # first draft")
    text = text.replace("discount_rate_frac: 0.08", "discount_rate: 0.08  # of the ministry")
    text = text.replace("storeys:", "floors:").replace("grid_basis: inventory", "grid_basis: national")
    return write(text) / "case.yaml"


def test_every_change_is_made_and_listed(old: Path, base: str, read: Callable[..., Any]) -> None:
    """Proves: the result is the case of today, with its comments, and each change has its place."""
    migrated = migrate_case(old, RULES)
    plain = migrated.text.replace("  # first draft", "").replace("  # of the ministry", "")
    assert plain == base
    assert "discount_rate_frac: 0.08  # of the ministry" in migrated.text
    assert [(str(e.place), e.old, e.new) for e in migrated.edits] == [
        ("case.yaml:1:17", "0", "1"),
        ("case.yaml:10:5", "floors", "storeys"),
        ("case.yaml:18:5", "floors", "storeys"),
        ("case.yaml:41:15", "national", "inventory"),
        ("case.yaml:43:3", "discount_rate", "discount_rate_frac"),
    ]
    assert read(migrated.text).finance.discount_rate_frac == 0.08


def test_the_file_as_it_was_is_kept(old: Path) -> None:
    """Proves: migrating never loses the file a user wrote."""
    before = old.read_bytes()
    kept = write_migrated(old, migrate_case(old, RULES))
    assert kept.name == "case.v0.yaml"
    assert kept.read_bytes() == before
    assert old.read_text(encoding="utf-8").startswith("schema_version: 1")
    assert sorted(p.name for p in old.parent.iterdir()) == ["case.v0.yaml", "case.yaml"]


def test_versions_in_a_row(old: Path) -> None:
    """Proves: 0 leads over 1 to 2, each step reading what the one before wrote."""
    rules = {**RULES, 1: (RenameKey("finance.discount_rate_frac", "real_rate_frac"),)}
    migrated = migrate_case(old, rules, current=2)
    assert "real_rate_frac: 0.08" in migrated.text
    assert migrated.text.startswith("schema_version: 2")
    assert migrated.version == 0


def test_a_current_case_is_left_alone(write: Callable[..., Path], base: str) -> None:
    """Proves: nothing to do changes no byte."""
    migrated = migrate_case(write() / "case.yaml", RULES)
    assert (migrated.edits, migrated.text) == ((), base)


@pytest.mark.parametrize(
    ("line", "code", "words"),
    [
        ("schema_version: 2", "E119", "written for a newer edsim; this one reads schema version 1"),
        ("schema_version: -3", "E149", "no migration leads on from this version"),
        ("schema_version: one", "E122", "a whole number is expected"),
        ("schema: 1", "E120", "a required value is missing"),
        ("schema_version: [", "E103", "not valid YAML"),
    ],
)
def test_what_cannot_be_migrated_is_said(
    write: Callable[..., Path], base: str, line: str, code: str, words: str
) -> None:
    """Proves: newer, unknown and unreadable versions are refused with their place."""
    with pytest.raises(CaseError) as raised:
        migrate_case(write(base.replace("schema_version: 1", line)) / "case.yaml", RULES)
    assert raised.value.findings[0].code == code
    assert words in raised.value.findings[0].text()


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match=r"\[E100\]"):
        migrate_case(tmp_path / "case.yaml")


@pytest.mark.parametrize(
    ("version", "code", "hint"), [(0, "E149", "no migration leads on"), (7, "E119", "newer edsim")]
)
def test_the_loader_names_the_way_out(
    faults: Callable[..., Any], base: str, version: int, code: str, hint: str
) -> None:
    """Proves: a case of another version gives one finding, not a list of unknown keys."""
    (found,) = faults(base.replace("schema_version: 1", f"schema_version: {version}"))
    assert found.code == code
    assert hint in found.hint


def test_a_folder_that_refuses(old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: E169 with the reason, and the case unchanged."""
    before = old.read_bytes()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_text", refuse)
    with pytest.raises(CaseError, match=r"No space left on device \[E169\]"):
        write_migrated(old, migrate_case(old, RULES))
    assert old.read_bytes() == before
