"""What a run stores as its inputs when somebody edits the case meanwhile."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from edsim.app import RunOptions, read_case, run
from edsim.bundle.as_read import read_with_files, refuse_changed
from edsim.case.schema import Case
from edsim.core.errors import DataError
from edsim.workflow import load_case

Write = Callable[..., Path]
OPTIONS = RunOptions(mode="screening")


def edit(folder: Path) -> None:
    """Raise the price of electricity in the case file."""
    file = folder / "case.yaml"
    text = file.read_text("utf-8")
    assert "energy_per_kwh: 0.16" in text
    file.write_text(text.replace("energy_per_kwh: 0.16", "energy_per_kwh: 0.29"), "utf-8")


@pytest.mark.medium
def test_a_case_edited_while_it_runs_keeps_the_inputs_of_its_results(write_case: Write) -> None:
    """Proves: `inputs/` and its digests are the files as read, whatever is edited later.

    If ignored: a run would hold results of one price beside inputs of another, and a portfolio would not see that the
    case was changed since.
    """
    folder = write_case()
    before = (folder / "case.yaml").read_bytes()
    edited: list[str] = []

    def meanwhile(line: str) -> None:
        if not edited:
            edit(folder)
        edited.append(line)

    appraisal = run(folder, None, OPTIONS, meanwhile).appraisal
    assert edited
    assert (folder / "case.yaml").read_bytes() != before
    assert appraisal.inputs["case.yaml"] == before
    assert appraisal.manifest["input_files"]["case.yaml"] == hashlib.sha256(before).hexdigest()


def test_a_case_edited_while_it_is_read_is_read_again(write_case: Write) -> None:
    """Proves: values and stored files are of one state. If ignored: an edit between the two would part them."""
    folder = write_case()
    readings: list[Case] = []

    def load() -> Case:
        readings.append(load_case(folder))
        if len(readings) == 1:
            edit(folder)
        return readings[-1]

    read = read_with_files(load)
    assert len(readings) > 1
    assert b"energy_per_kwh: 0.29" in read.files["case.yaml"]
    assert next(t.energy_per_kwh for t in read.case.tariffs if t.energy_per_kwh > 0.2) == 0.29


def test_a_data_file_changed_meanwhile_stops_the_run(write_case: Write) -> None:
    """Proves: E807 for a file that is read in the course of a run, none for the case file.

    If ignored: nobody could say which of the two states of a load or weather file the results rest on.
    """
    folder = write_case()
    (folder / "hours.csv").write_text("kg_per_kwh\n" + "0.2\n" * 8760, "utf-8")
    text = (folder / "case.yaml").read_text("utf-8")
    (folder / "case.yaml").write_text(text.replace("emissions:\n", "emissions:\n  grid_file: hours.csv\n"), "utf-8")
    read = read_case(folder, OPTIONS)
    assert read.files["hours.csv"].startswith(b"kg_per_kwh")
    edit(folder)
    refuse_changed(read)
    (folder / "hours.csv").write_text("kg_per_kwh\n" + "0.3\n" * 8760, "utf-8")
    with pytest.raises(DataError, match="E807"):
        refuse_changed(read)
