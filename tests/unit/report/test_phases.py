"""The section on milestones and phases, in both languages; absent where the district does not grow."""

import dataclasses

import pytest

from edsim.appraisal.types import Appraisal
from edsim.report.i18n import language
from edsim.report.run.phases import built_out, phase_blocks
from edsim.report.view import Chart, Note, Study, Table
from tests.support.make_appraisal import frame


@pytest.fixture
def growing(appraisal: Appraisal) -> Appraisal:
    """Return the appraisal with two milestones."""
    step = (2, 1e6, 2e5, 0.0, 300.0, 500.0, 4e6, 1e5, 2e4, 0.0)
    milestones = [(v, y, a, b, *step) for y, a, b in ((2027, 1, 5), (2032, 6, 20)) for v in ("bau", "district")]
    phases = [
        ("district", 2027, "building", "alcaldia", "connect", 400.0, "kW", 0.0),
        ("district", 2027, "pipe", "cold DN 200", "install", 300.0, "m", 3e6),
        ("district", 2032, "pipe", "cold DN 200", "keep", 300.0, "m", 0.0),
        ("district", 2032, "station", "cold", "install", 1.0, "station", 1e6),
        ("district", 2040, "own_machine", "splits", "replace", 80.0, "kW", 5e5),
    ]
    tables = dict(appraisal.tables)
    tables |= {"milestones": frame("milestones", milestones), "phases": frame("phases", phases)}
    return dataclasses.replace(appraisal, tables=tables)


@pytest.mark.parametrize(
    ("lang", "words"),
    [("en", ("built-out district", "connects", "kept", "replaced")), ("es", ("distrito completo", "se conecta"))],
)
def test_rule_milestones_spending_and_parts_are_shown(growing: Appraisal, lang: str, words: tuple[str, ...]) -> None:
    """Proves: the rule between milestones, both variants per year, and every part stand there in the reader's words.

    If ignored: a reader takes figures of the built-out year for those of the first.
    """
    study = Study(growing, language(lang))
    note, milestones, chart, parts = phase_blocks(study)
    assert isinstance(note, Note)
    assert isinstance(milestones, Table)
    assert isinstance(chart, Chart)
    assert isinstance(parts, Table)
    assert built_out(study) == 2032
    assert len(milestones.rows) == 4
    assert len(parts.rows) == 5
    text = " ".join([note.text, *(cell for row in parts.rows for cell in row)])
    assert [w for w in words if w not in text] == []
    assert [row[0] for row in chart.table.rows] == ["2027", "2032", "2040"]


def test_pipes_and_stations_are_of_the_network_in_words(growing: Appraisal) -> None:
    """Proves: a network named by its carrier is translated, with its diameter. If ignored: "Chilled water DN 200"."""
    phases = growing.tables["phases"].replace({"cold DN 200": "chilled_water DN 200", "cold": "chilled_water"})
    told = dataclasses.replace(growing, tables=growing.tables | {"phases": phases})
    parts = phase_blocks(Study(told, language("es")))[-1]
    assert isinstance(parts, Table)
    assert [row[2] for row in parts.rows[1:4]] == ["Agua helada DN 200", "Agua helada DN 200", "Agua helada"]


def test_a_district_that_does_not_grow_has_no_such_section(appraisal: Appraisal) -> None:
    """Proves: no empty heading. If ignored: every report would speak of phases."""
    assert phase_blocks(Study(appraisal, language("en"))) == ()
