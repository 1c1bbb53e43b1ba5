"""Folders of a portfolio or a study named where a run is expected."""

import json
from pathlib import Path

import pytest

from edsim.bundle import manifest
from edsim.cli.places import refuse_other_folder, refuse_store
from edsim.cli.root import run
from edsim.core.errors import DataError
from edsim.portfolio.store import Store


@pytest.mark.parametrize("command", ["verify", "rerun", "report"])
def test_a_store_is_sent_to_its_own_commands(tmp_path: Path, command: str, capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: each command says what the folder is and what is for it. If ignored: users run 24 cases again."""
    store = Store.create(tmp_path / "store")
    store.write_plan({"tasks": []})
    assert run([command, str(store.root)]) == 2
    said = capsys.readouterr().err
    assert "a portfolio store" in said
    assert f"edsim portfolio status {store.root}" in said


def test_a_study_is_verified_but_not_made_again_as_a_run(tmp_path: Path) -> None:
    """Proves: a study passes where studies are welcome and is named where only runs are."""
    (tmp_path / manifest.MANIFEST).write_text(json.dumps({"format": manifest.STUDY_FORMAT}), encoding="utf-8")
    refuse_store(tmp_path)
    with pytest.raises(DataError, match="a study"):
        refuse_other_folder(tmp_path)


@pytest.mark.parametrize("text", [None, "[", "[]", '{"format": "edsim-run"}'])
def test_other_folders_are_left_to_the_command(tmp_path: Path, text: str | None) -> None:
    """Proves: runs, damaged manifests and empty folders are not refused here, and are left as they are."""
    files = {} if text is None else {manifest.MANIFEST: text}
    for name, content in files.items():
        (tmp_path / name).write_text(content, encoding="utf-8")
    refuse_other_folder(tmp_path)
    assert {p.name: p.read_text(encoding="utf-8") for p in tmp_path.iterdir()} == files
