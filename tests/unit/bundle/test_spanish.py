"""Findings outside the reading of a case are said in Spanish, every one of them."""

import errno
import os
import re
from pathlib import Path

import pytest

from edsim.cli.words import finding_line
from edsim.core.errors import Finding
from edsim.core.language.sentences import finding_in_language, in_language, spanish_sentences
from edsim.core.language.system_es import system_es
from tests.unit.bundle.sentences import Sentences, beside, sentences

pytestmark = pytest.mark.medium

PASSED_ON = {
    "core/arguments.py: finding.text()",
    "core/countries.py: str(error)",
    "lp/compile.py: error.message",
    "lp/vocabulary.py: error.message",
    "network/hydraulics.py: f.text()",
    "network/routing/search.py: f.text()",
    "network/steady/solve.py: f.text()",
    "portfolio/child.py: fault.message",
    "portfolio/tasks.py: fault.message",
    "studies/diagnosis/findings.py: hint",
    "studies/diagnosis/values.py: hint",
    "studies/diagnosis/values.py: what",
    "web/child.py: fault.message",
}
"""Sentences made of those of other findings, and those of the diagnosis, which has catalogues of its own."""


@pytest.fixture(scope="module")
def made() -> Sentences:
    return sentences()


def test_a_finding_is_said_in_spanish(tmp_path: Path) -> None:
    """Proves: sentence and hint are translated, place, value and code stay."""
    from edsim import bundle

    (finding,) = bundle.verify(tmp_path)
    text = finding_line(finding, "es")
    assert "esto no es una corrida terminada" in text
    assert "corra el caso de nuevo" in text
    assert text.endswith("[E802]")
    assert finding_line(finding, "en") == finding.text()
    assert finding_in_language(finding, "es").text() == text.replace("se encontró", "got").replace(
        "se admite", "allowed"
    )
    assert finding_line(Finding("E999", "not listed"), "es") == "not listed [E999]"


def test_numbers_and_names_are_filled_in() -> None:
    """Proves: a sentence with values keeps them in their places, and a code at its end."""
    assert in_language("chw_tank leaves its limits", "es") == "chw_tank sale de sus límites"
    assert in_language("chilled_water at center does not balance", "es") == "chilled_water en center no cuadra"
    ended = "the solver stopped with status time limit: no diagnosis [E516]"
    assert in_language(ended, "es") == "el solucionador paró con estado time limit: sin diagnóstico [E516]"
    assert in_language("building hotel: no demand, left out", "es") == "edificio hotel: sin demanda, se omite"
    assert in_language("building hotel: no demand, left out", "en") == "building hotel: no demand, left out"


def test_every_sentence_of_a_finding_has_its_spanish(made: Sentences) -> None:
    """Proves: all sentences in the source are in the table. If ignored: a Spanish run ends in English."""
    known = spanish_sentences()
    assert len(made.said) > 500
    assert {text: places for text, places in made.said.items() if text not in known} == {}


def test_no_sentence_hides_from_the_search(made: Sentences) -> None:
    """Proves: the search sees every sentence but those listed, whose words come from elsewhere."""
    assert {text: place for text, place in made.unclear.items() if text not in PASSED_ON} == {}


def test_no_spanish_outlives_its_sentence(made: Sentences) -> None:
    """Proves: every line of the table is still said, differs from the English and fills in as much."""
    known = spanish_sentences()
    assert [text for text in known if text not in made.said] == []
    assert [text for text, spanish in known.items() if not spanish or spanish == text] == []
    assert [text for text, spanish in known.items() if text.count("{}") != spanish.count("{}")] == []


def test_no_pattern_takes_the_sentence_of_another(made: Sentences) -> None:
    """Proves: with values filled in, every sentence finds its own Spanish, not that of a vaguer one."""
    known = spanish_sentences()
    for text in made.said:
        values = [f"x{i}" for i in range(text.count("{}"))]
        parts = text.split("{}")
        said = "".join(p + v for p, v in zip(parts, [*values, ""], strict=True))
        wanted = "".join(p + v for p, v in zip(known[text].split("{}"), [*values, ""], strict=True))
        assert in_language(said, "es") == wanted


def test_what_was_got_and_what_is_allowed_are_said_in_spanish() -> None:
    """Proves: words beside the sentence are translated; names, numbers and units stay. If ignored: half a message."""
    english = re.compile(r"(?<!/)\b(?:a|the|of|in|or|at|least|to)\b")  # the a of kWh/a is none
    words = {text: place for text, place in beside().items() if english.search(text)}
    shown = {t: finding_in_language(Finding("E999", "x", got=t, allowed=t), "es") for t in words}
    assert len(shown) > 40
    assert {t: words[t] for t, f in shown.items() if t in {f.got, f.allowed}} == {}


def test_what_the_operating_system_says_is_said_in_spanish(tmp_path: Path) -> None:
    """Proves: "No such file or directory" beside a sentence, alone or with the room left, is translated.

    If ignored: the one word that tells a full disk from a missing folder stands in another language.
    """
    from edsim import bundle

    (finding,) = bundle.verify(tmp_path)
    assert finding.got == os.strerror(errno.ENOENT)
    assert "se encontró no existe el archivo o la carpeta" in finding_line(finding, "es")
    full = f"{os.strerror(errno.ENOSPC)}; 12 bytes free, 3456 bytes written before the fault"
    said = finding_in_language(Finding("E801", "x", got=full), "es").got
    assert said == "no queda espacio en el disco; hay 12 bytes libres, 3456 bytes escritos antes de la falla"
    common = (errno.ENOENT, errno.ENOTDIR, errno.EISDIR, errno.EACCES, errno.EROFS, errno.ENOSPC, errno.EIO)
    assert [os.strerror(n) for n in common if system_es(os.strerror(n)) == os.strerror(n)] == []


def test_a_figure_beside_a_sentence_keeps_its_sense_and_is_written_as_in_colombia() -> None:
    """Proves: a distance from a figure is no upper limit, and both numbers of a line have the same decimal sign.

    If ignored: "at most 5% of 687,8" tells to lower the cost, the opposite of what is meant.
    """
    cost = Finding("W513", "x", got="627.8 USD/kW", allowed="within 5% of 1,687.8 USD/kW")
    said = finding_in_language(cost, "es")
    assert (said.got, said.allowed) == ("627,8 USD/kW", "a no más de 5 % de 1.687,8 USD/kW")
    assert finding_in_language(Finding("W511", "x", allowed="within 2%"), "es").allowed == "a no más de 2 %"
    for kept in ("1.234", "w.epw 1.2", "v1.5", "1,5"):
        assert finding_in_language(Finding("E999", "x", got=kept), "es").got == kept


def test_a_fit_to_bills_is_told_in_words_and_numbers_of_one_kind() -> None:
    """Proves: every multiplier has its name in Spanish and decimal commas. If ignored: "gains 1,05 ± 0.16"."""
    knobs = "conditioned_frac 1.11 ± 0.21; gains 1.05 ± 0.16; air 0.36 ± 0.17; solar 1.04 ± 0.20; set_point 0.97 ± 0.10"
    got = f"NMBE -0.6 %, CV(RMSE) 8.7 %, skill -1.44; {knobs}"
    said = finding_in_language(Finding("W310", "x", got=got), "es").got
    assert "cargas internas 1,05 ± 0,16; aire exterior 0,36 ± 0,17" in said
    assert re.search(r"\d\.\d", said) is None
