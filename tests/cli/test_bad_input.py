"""The shipped case broken as users break cases: one clear message, the right exit code, no traceback, no report."""

import errno
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from edsim.core.resources import share_path

Call = Callable[..., Any]


@pytest.fixture
def broken(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that copies the shipped case and replaces `old` by `new` in one of its files."""

    def change(file: str = "case.yaml", old: str = "", new: str = "") -> Path:
        folder = tmp_path / "district"
        shutil.copytree(share_path("cases") / "medellin-alpujarra", folder)
        text = (folder / file).read_text(encoding="utf-8")
        found = re.sub(old, new, text, count=1, flags=re.MULTILINE | re.DOTALL)
        assert found != text, "the case no longer holds what this test breaks"
        (folder / file).write_text(found, encoding="utf-8")
        return folder

    return change


BROKEN = (
    ("unknown field", "case.yaml", "horizon_a: 25", "horizont_a: 25", "did you mean horizon_a?", "E121"),
    ("wrong unit", "case.yaml", "max_connection_kw: 300", "max_connection_kw: 300 kWh", "allowed: kW, MW", "E127"),
    ("discount rate 8", "case.yaml", "frac: {value: 0.08", "frac: {value: 8", "did you mean 0.08", "E123"),
    ("building 5 km off", "buildings.csv", "6.24430,-75.57720", "6.28930,-75.57720", "from the nearest street", "E185"),
    ("city swapped", "case.yaml", "lat_deg: 6.2447, lon_deg: -75.5741", "lat_deg: -75.5741, lon_deg: 6.2447",
     "latitude and longitude", "E198"),
    ("decimal comma among points", "buildings.csv", "6.24490", '"6,24490"', "cannot be read as a number", "E129"),
    ("no rows", "buildings.csv", "\n.*", "\n", "the table has no rows", "E143"),
    ("empty file", "buildings.csv", ".*", "", "the table has no rows", "E143"),
    ("file not there", "case.yaml", "file: buildings.csv", "file: building.csv", "did you mean buildings.csv?", "E100"),
    ("temperatures swapped", "case.yaml", r"supply_temp_c: 5.5(\s+)return_temp_c: 13.5",
     r"supply_temp_c: 13.5\1return_temp_c: 5.5", "colder than it returns", "E186"),
    ("hot water without a boiler", "case.yaml", "carrier: chilled_water\n    service: cooling",
     "carrier: steam\n    service: heating", "nothing supplies steam", "E184"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "words", "code"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN])
def test_check_names_the_fault(
    edsim: Call, broken: Callable[..., Path], file: str, old: str, new: str, words: str, code: str
) -> None:
    """Proves: exit code 2 and a message with file, line, what and how to mend. If ignored: users give up."""
    result = edsim("check", broken(file, old, new))
    faults = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert (result.code, result.out) == (2, "")
    assert any(words in fault and fault.endswith(f"[{code}]") for fault in faults), result.err
    assert all(re.search(r"/[a-z]+\.(yaml|csv):\d+", fault) for fault in faults)
    assert "Traceback" not in result.err


def test_one_fault_gives_one_message(edsim: Call, broken: Callable[..., Path]) -> None:
    """Proves: a city in the wrong place is one error, not one for every building."""
    result = edsim("check", broken("case.yaml", "lat_deg: 6.2447", "lat_deg: -6.2447"))
    assert result.err.count("error: ") == 1


def test_decimal_commas_and_semicolons_are_read(edsim: Call, broken: Callable[..., Path]) -> None:
    """Proves: a table saved by a spreadsheet in Spanish is the same table. If ignored: half of the users fail here."""
    folder = broken("case.yaml", "seed: 1", "seed: 2")
    table = (folder / "buildings.csv").read_text(encoding="utf-8")
    rows = [re.sub(r"(?<![\w\" ])(-?\d+)\.(\d+)(?=,)", r"\1#\2", line) for line in table.splitlines()]
    text = "\n".join(_with_semicolons(row) for row in rows).replace("#", ",")
    (folder / "buildings.csv").write_text(text, encoding="utf-8")
    result = edsim("check", folder)
    assert result.code == 0, result.err
    assert "282,289 m2" in result.out


def _with_semicolons(row: str) -> str:
    """Return a row of a CSV with its separators changed, texts in quotation marks as they are."""
    parts = row.split('"')
    return '"'.join(part.replace(",", ";") if i % 2 == 0 else part for i, part in enumerate(parts))


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        ("lat_deg: 6.2416", "lat_deg: 6.3416", 2, "E1850"),
        ("variants:.*settings:", "settings:", 2, "E176"),
        ("  - {id: towers[^\n]*\n", "", 2, "E1842"),
        ("    units: 4\n", "    units: 4\n    max_capacity_kw: 1000\n", 3, "E560"),
        ("typical_days: 12", "typical_days: 12\n  time_limit_s: 0.01", 4, "E516"),
    ],
    ids=["plant far away", "no variant", "no tower", "chillers too small", "no time"],
)
@pytest.mark.slow
def test_run_stops_with_its_exit_code_and_writes_nothing(
    edsim: Call, broken: Callable[..., Path], tmp_path: Path, old: str, new: str, code: int, words: str
) -> None:
    """Proves: what stops a run ends in one message and no folder, seen by a check or not. If ignored: empty reports."""
    folder = broken("case.yaml", old, new)
    case = folder / "case.yaml"
    electric = re.sub(
        r"^ +(- \{id: absorption,|absorption:)[^\n]*\n", "", case.read_text(encoding="utf-8"), flags=re.MULTILINE
    )
    case.write_text(electric, encoding="utf-8")
    result = edsim("run", folder, "--out", tmp_path / "out")
    faults = [line for line in result.err.splitlines() if line.startswith("error: ")]
    assert result.code == code, result.err
    assert len(faults) == 1
    assert f"[{words}]" in faults[0]
    assert "Traceback" not in result.err
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize("command", [("run", "case"), ("portfolio", "run", "cases", "--out", "store")])
def test_one_way_to_size_at_a_time(edsim: Call, command: tuple[str, ...]) -> None:
    """Proves: --full-year beside --screening is refused. If ignored: the last one counts, and nobody is told."""
    done = edsim(*command, "--full-year", "--screening")
    assert done.code == 2
    assert "give --full-year or --screening, not both" in done.err


def test_a_full_disk_is_no_bug(edsim: Call, case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: no space for a temporary file is told as such, in both languages, with the code of a bad call.

    If ignored: who has a full disk is asked to report a bug.
    """

    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "", "loads.bin")

    monkeypatch.setattr("edsim.studies.diagnosis.examined.examined", full)
    done = [edsim("check", case), edsim("--lang", "es", "check", case)]
    assert [d.code for d in done] == [2, 2]
    assert ["cannot write loads.bin" in done[0].err, "no se puede escribir loads.bin" in done[1].err] == [True, True]


def test_a_link_to_itself_is_no_case(edsim: Call, tmp_path: Path) -> None:
    """Proves: a link in a circle is told as a file that is not there. If ignored: it ends as a bug of edsim."""
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert [edsim(command, loop).code for command in ("run", "check", "explain")] == [2, 2, 2]


def test_a_name_longer_than_the_system_takes_is_no_bug(edsim: Call, case: Path, tmp_path: Path) -> None:
    """Proves: a path of 300 letters, of a case or a result, is told in both languages with the code of a bad call.

    If ignored: a line pasted in the place of a path ends as a bug to report.
    """
    long = tmp_path / ("a" * 300)
    done = [edsim("check", long), edsim("--lang", "es", "run", case, "--out", long)]
    assert [d.code for d in done] == [2, 2]
    assert [f"cannot open {long}" in done[0].err, f"no se puede abrir {long}" in done[1].err] == [True, True]


def test_a_case_file_that_is_none_is_not_renamed_to_itself(edsim: Call, tmp_path: Path) -> None:
    """Proves: a folder, pipe or device named case.yaml is told without advice to give it the name it has."""
    (tmp_path / "case.yaml").mkdir()
    (tmp_path / "case.yml").write_text("name: x", encoding="utf-8")
    assert "rename case.yml to case.yaml" in edsim("check", tmp_path).err
    (tmp_path / "case.yml").unlink()
    assert "rename case.yaml" not in edsim("check", tmp_path).err
