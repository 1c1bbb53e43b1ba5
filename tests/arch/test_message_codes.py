"""Every message code has one meaning and one entry in the reference."""

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "edsim"
PAGE = ROOT / "docs" / "reference" / "messages.md"
CODE = re.compile(r"\b[EW]\d{3,4}\b")

TEXTS = ("case/wording/messages_en.py", "case/wording/messages_es.py", "cli/weights.py")
"""Catalogues of texts and of weights: a code there is described, not raised."""

ONE_MEANING = {
    "E127": "a unit that does not fit: found by the table of units and by the reader of cases",
    "E171": "no such variant: asked for in a case and on the command line",
    "E187": "a building without a location: found by the check of the case and by the network",
    "E504": "the cost falls without end with a variable nothing limits: of a program, and of a size of a plant",
    "E505": "nothing of a program costs: found by its check, told apart where a front asks for a criterion",
    "E516": "a solve ended without a usable result: in the optimizer and while a case is explained",
    "E702": "an unusable list of numbers, in every module of finance and emissions",
    "E703": "an unknown option, in every module of finance and emissions",
    "W804": "what a run of an earlier edsim lacks: found when it is opened, asked for by edsim migrate",
    "E801": "the place of a run cannot be written: found before the run and while storing it",
    "E802": "this is not a finished run: found when it is opened, and by commands given a store or a study",
    "E807": "a data file changed while its case ran: found before a run is stored, and told apart by a portfolio",
    "E811": "a file of a run is missing: found when a run is read and when runs are added up",
    "E812": "a file of a run was cut or has grown: found when a run is read and when runs are added up",
    "E813": "a file of a run was changed: found when a run is read and when runs are added up",
    "E821": "a report cannot be written: that of a run and that of a portfolio",
    "E805": "the place of a run is taken: found before the run and while storing it",
}
"""Codes that two packages raise, each with the one meaning both give it."""


def _codes(path: Path) -> Iterator[tuple[str, int]]:
    """Yield code and line of every text of a module that is no docstring or bare comment."""
    text = path.read_text(encoding="utf-8")
    nodes = list(ast.walk(ast.parse(text))) if CODE.search(text) else []
    loose = {id(n.value) for n in nodes if isinstance(n, ast.Expr)}
    for node in nodes:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in loose:
            for code in CODE.findall(node.value):
                yield code, node.lineno


def _owner(path: Path) -> str:
    """Return the package a module belongs to; the command line only passes on what the packages below say."""
    parts = path.relative_to(PACKAGE).parts
    return parts[0].removesuffix(".py") if len(parts) > 1 else "edsim"


@cache
def _raised() -> dict[str, dict[str, list[str]]]:
    """Return code → package → places."""
    found: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE).as_posix()
        if name not in TEXTS:
            for code, line in _codes(path):
                found[code][_owner(path)].append(f"{name}:{line}")
    return found


def _entries() -> list[str]:
    return re.findall(r"^### ([EW]\d{3,4}) \S", PAGE.read_text(encoding="utf-8"), re.MULTILINE)


def test_the_search_finds_codes() -> None:
    """Proves: codes in calls, f-strings and tables are seen and docstrings are not. If ignored: the rest is blind."""
    assert len(_raised()) > 250
    assert "root.py" in _raised()["E900"]["cli"][0]
    assert {"E516", "E519"} <= set(_raised())
    assert set(_raised()["E502"]) == {"lp"}


def test_every_code_has_an_entry() -> None:
    """Proves: what is printed is explained. If ignored: a user is left alone with a number."""
    entries = set(_entries())
    assert {code: next(iter(places.values()))[0] for code, places in _raised().items() if code not in entries} == {}


def test_every_entry_is_a_code_in_use() -> None:
    """Proves: no entry outlives its code, none is there twice. If ignored: the page describes another program."""
    entries = Counter(_entries())
    assert sorted(set(entries) - set(_raised())) == []
    assert [code for code, count in entries.items() if count > 1] == []


def test_every_entry_says_something() -> None:
    """Proves: below each heading stands what it means or what to do."""
    page = PAGE.read_text(encoding="utf-8")
    bodies = re.findall(r"^### ([EW]\d{3,4}) [^\n]*\n(.*?)(?=^##|\Z)", page, re.MULTILINE | re.DOTALL)
    assert len(bodies) == len(_entries())
    assert [code for code, body in bodies if len(body.strip()) < 10] == []


def test_no_code_has_two_meanings() -> None:
    """Proves: a code raised by two packages is one of those that mean the same. If ignored: the entry lies to one."""
    shared = {code for code, places in _raised().items() if len(set(places) - {"cli"}) > 1 or _is_in_cli_too(places)}
    unexplained = {code: sorted(_raised()[code]) for code in shared - set(ONE_MEANING) - _passed_on(shared)}
    assert unexplained == {}
    assert sorted(set(ONE_MEANING) - shared) == []


def _is_in_cli_too(places: dict[str, list[str]]) -> bool:
    return "cli" in places and len(places) > 1


def _passed_on(codes: set[str]) -> set[str]:
    """Return the codes whose text in the command line is the text of the case: raised through its catalogue."""
    return {code for code in codes if set(_raised()[code]) == {"case", "cli"}}


@pytest.mark.parametrize("letter", ["E", "W"])
def test_the_hundreds_tell_the_part(letter: str) -> None:
    """Proves: 1xx to 9xx belong to the parts the page names. If ignored: nobody finds the right section."""
    parts = {
        "1": {"case", "cli", "edsim", "network", "core"},
        "2": {"profiles"},
        "3": {"profiles"},
        "4": {"network"},
        "5": {"lp", "optimization", "results", "studies", "edsim", "portfolio", "web"},
        "6": {"core", "technologies"},
        "7": {"core", "finance", "ghg", "energy"},
        "8": {"appraisal", "bundle", "report", "cli", "edsim", "portfolio"},
        "9": {"results", "appraisal", "cli"},
    }
    strays = {
        code: sorted(set(places) - parts[code[1]])
        for code, places in _raised().items()
        if code[0] == letter and set(places) - parts[code[1]]
    }
    assert strays == {}


def test_every_entry_has_its_spanish() -> None:
    """Proves: each entry ends with its Spanish. If ignored: the page in Spanish has holes."""
    for part in re.split(r"(?m)^### ", PAGE.read_text(encoding="utf-8"))[1:]:
        title, _, body = part.partition("\n")
        body = re.split(r"(?m)^## ", body)[0].strip()
        is_said = re.search(r"(?m)^\*[^*].*\*\Z", body)
        assert is_said, f"{title}: end it with its Spanish between asterisks, then run docs/reference/generate.py"
