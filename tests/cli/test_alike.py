"""Findings that say the same of many rows are one line with the list of the rows."""

from __future__ import annotations

import pytest

from edsim.cli.alike import grouped, others
from edsim.cli.session import Session, show_findings
from edsim.core.errors import Finding


def _old(line: int, age: str = "29 a", file: str = "buildings.csv") -> Finding:
    field = f"buildings.b{line}.bau_age_a"
    return Finding("W189", f"older ({age})", file, line, 7, field, severity="warning")


def test_the_same_said_of_many_rows_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    """Proves: 117 buildings with old machines are one remark with their lines, and other remarks are seen.

    If ignored: the one remark that matters drowns among 117 equal ones.
    """
    other = Finding("W401", "no streets", "case.yaml", 3, field="networks.cold.streets", severity="warning")
    findings = [*(_old(line) for line in range(2, 119)), other]
    show_findings(findings, Session())
    said = [line for line in capsys.readouterr().err.splitlines() if line.startswith("warning")]
    assert len(said) == 2
    assert said[0].endswith("[W189] – and 116 more like it, in lines 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, …")


def test_what_differs_stands_behind_its_line() -> None:
    """Proves: five misspelt uses are one line that names each. If ignored: four of them would have to be searched."""
    names = ["ofice", "ofice", "hosptial", "scool", "ofice"]
    found = [Finding("E188", "no such use", "b.csv", k, 1, f"buildings.b{k}.use", n) for k, n in enumerate(names, 2)]
    (group,) = grouped(found)
    assert others(group, "en") == " – and 4 more like it, in lines 3, 4 (hosptial), 5 (scool), 6"
    assert others(group, "es") == " – y 4 más como este, en las líneas 3, 4 (hosptial), 5 (scool), 6"


def test_places_in_one_line_are_told_by_their_parts() -> None:
    """Proves: outlines of a map that is one line of text are told by their buildings. If ignored: lines 1, 1, 1."""
    found = [
        Finding("W1931", "footprint", "city.geojson", 1, k, f"buildings.b{k}.floor_area_m2", "9 m2", severity="warning")
        for k in range(1, 5)
    ]
    (group,) = grouped(found)
    assert others(group, "en") == " – and 3 more like it: b2, b3, b4"


def test_parts_without_a_line_are_named() -> None:
    """Proves: shortages of buildings, which stand in no line, are named. If ignored: only the first would be known."""
    (group,) = grouped([Finding("E511", "short", field=f"demand.b{k}.cooling") for k in range(4)])
    assert others(group, "en") == " – and 3 more like it: b1, b2, b3"


def test_few_findings_and_other_fields_stand_alone() -> None:
    """Proves: three of a kind keep their own lines, other files and fields too. If ignored: a quick fix is hidden."""
    assert [len(g) for g in grouped([_old(2), _old(3), _old(4)])] == [1, 1, 1]
    mixed = [_old(k, file="a.csv") for k in range(3)] + [_old(k, file="b.csv") for k in range(3)]
    assert all(len(g) == 1 for g in grouped(mixed))
    assert others(grouped([_old(2)])[0], "en") == ""
