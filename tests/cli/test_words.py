"""Counts, changes and signs of life as a user reads them."""

from __future__ import annotations

from threading import Event

import click
import pytest

from edsim.case.nodes import Place
from edsim.case.wording.messages import Fault, render
from edsim.cli.heartbeat import Heartbeat
from edsim.cli.indicators import change_text
from edsim.cli.session import Session, as_text, progress_printer, show_table
from edsim.cli.words import counted, finding_line


def test_one_thing_is_singular() -> None:
    assert counted("networks", 1, "en") == "1 network"
    assert counted("networks", 0, "en") == "0 networks"
    assert counted("networks", 1, "es") == "1 red"
    assert counted("buildings", 2, "es") == "2 edificios"


@pytest.mark.parametrize(
    ("value", "english", "spanish"),
    [
        (2_542_792.4, "2,542,792", "2.542.792"),
        (9_999.9, "10,000", "10.000"),
        (0.0126, "0.0126", "0,0126"),
        ((9, 10, 11), "9, 10, 11", "9, 10, 11"),
        ((6.5, 12.25), "6.5, 12.25", "6,5; 12,25"),
        ({"cooling": 1.08}, "cooling: 1.08", "cooling: 1,08"),
        ("case.yaml:1.5", "case.yaml:1.5", "case.yaml:1.5"),
    ],
)
def test_a_value_has_the_signs_of_its_language_and_no_exponent(value: object, english: str, spanish: str) -> None:
    """Proves: pesos are whole with thousands, in Spanish by points. If ignored: 2,543 pesos or 2.543e+06 are read."""
    assert (as_text(value), as_text(value, "es")) == (english, spanish)


@pytest.mark.parametrize(
    ("first", "second", "unit", "said"),
    [
        (100.0, 80.0, "kW", "-20.0"),
        (0.015, 0.206, "frac", "+19.1 pp"),
        (0.015, -0.018, "frac", "-3.3 pp"),
        (0.13, 0.13 + 1e-12, "frac", "0.0 pp"),
        (109.0, -66.0, "USD/tCO2e", "-"),
        (-1.97, -1.95, "million USD", "-"),
        (0.0, 5.0, "kW", "-"),
        (0.0, 0.0, "kW", "0.0"),
        (None, 5.0, "frac", "-"),
    ],
)
def test_a_change_is_percent_points_or_nothing(first: float | None, second: float, unit: str, said: str) -> None:
    """Proves: rates change by points, amounts below zero have no percentage. If ignored: an IRR "rises by 1277 %"."""
    assert change_text(first, second, unit, "en") == said


def test_a_long_step_is_named_again_until_the_end() -> None:
    """Proves: the last step is repeated while it lasts, and nothing after stop. If ignored: a run looks hung."""
    said: list[str] = []
    twice = Event()

    def show(text: str) -> None:
        said.append(text)
        if len(said) >= 2:
            twice.set()

    beat = Heartbeat(show, interval_s=0.01)
    beat.step("sizing")
    assert twice.wait(5.0)
    beat.stop()
    count = len(said)
    assert set(said) == {"sizing"}
    beat.step("dispatching")
    assert not Event().wait(0.05)
    assert len(said) == count


def test_progress_beats_only_where_a_person_reads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Proves: the command line repeats a long step on standard error, and with --json says nothing at all."""
    beaten = Event()
    plain = Heartbeat._beat

    def beat(self: Heartbeat) -> None:
        self._interval_s = 0.01
        beaten.set()
        plain(self)

    monkeypatch.setattr(Heartbeat, "_beat", beat)
    with click.Context(click.Command("x")):
        progress_printer(Session(as_json=True))("sizing")
    assert not beaten.is_set()
    assert capsys.readouterr().err == ""
    with click.Context(click.Command("x")):
        progress_printer(Session())("sizing")
        assert beaten.wait(5.0)
        Event().wait(0.2)
    told = capsys.readouterr()
    assert "still sizing" in told.err
    assert told.out == ""


def test_a_table_wider_than_the_terminal_keeps_all_its_columns(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Breaks if columns of figures shrink with the text: the last is cut and nobody sees it was there."""
    monkeypatch.setenv("COLUMNS", "60")
    figures = ("first alternative", "second alternative", "third alternative %")
    show_table(("Indicator", *figures), [("Life-cycle cost without end values", "1", "2", "-3.25")], numbers=figures)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].rstrip().endswith("third alternative %")
    assert lines[1].rstrip().endswith("-3.25")


def test_a_finding_made_in_english_is_said_in_spanish() -> None:
    """Proves: a table that physics reads late, its finding made in English, is said in Spanish with its hint.

    If ignored: who works in Spanish is told of a broken file of trenches in English.
    """
    fault = Fault("E100", Place("case.yaml", 22, 15), "trenches", "trenches.csv", "", {"name": "buildings.csv"})
    line = finding_line(render(fault, "en"), "es")
    assert "no existe ese archivo" in line
    assert finding_line(render(fault, "es"), "es") == line
    assert "there is no such file" in finding_line(render(fault, "en"), "en")
