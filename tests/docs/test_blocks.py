"""What the pages print is what works: every block in order, every option of every command."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable, Iterator
from pathlib import Path

import click
import pytest
import yaml

from tests.docs.blocks import ROOT, Block, Reader, blocks, merged
from tests.docs.conftest import reads_run
from tests.docs.test_figures import figures_of_the_tutorial

TUTORIAL = tuple(f"docs/tutorial/{p.name}" for p in sorted((ROOT / "docs" / "tutorial").glob("[0-9]-*.md")))
PAGES = (
    "README.md",
    "docs/quick-start.md",
    "docs/inicio-rapido.md",
    *sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/how-to/*.md")),
    *sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("docs/explanation/*.md")),
)
GUIDES = tuple(sorted(p.relative_to(ROOT).as_posix() for p in ROOT.glob("cases/**/README.md")))
EVERY = (*PAGES, *TUTORIAL, *GUIDES, "docs/tutorial/index.md", "docs/README.md", "CONTRIBUTING.md")
LONGEST = ("docs/how-to/sweep.md", "docs/how-to/portfolio.md")
"""Pages of more than half a minute: they begin first, so that no worker is left alone with one at the end."""
MOST_NOT_RUN = 10
"""Blocks that may be left out: installing, several machines, certificates of a host, the tests themselves."""
PRELUDES = {
    "docs/how-to/sources.md": """
from edsim.profiles.weather import find_normals, synthesize_year
_n = find_normals("Medellin")
weather = synthesize_year(_n, _n.lat_deg, _n.lon_deg, _n.elevation_m, _n.utc_offset_h, 1)
""",
}
"""Names a page uses and leaves to the reader: weather, measured values, files."""
_INLINE = re.compile(r"`(edsim [^`]+)`")


def _to_run(page: str) -> tuple[Block, ...]:
    return tuple(b for b in blocks(page) if b.kind != "other" and not b.not_run)


def _has_work(page: str) -> bool:
    return any(b.kind in {"shell", "python"} for b in _to_run(page))


def _reads_finished(page: str) -> bool:
    return reads_run("result", "\n".join(b.text for b in _to_run(page)))


@pytest.mark.docs
def test_tutorial_runs_from_first_to_last_page(tmp_path: Path) -> None:
    """Proves: the four pages, in order and in one empty folder, work and come to what they print.

    If ignored: newcomers get stuck, or doubt the figures of their own.
    """
    reader = Reader(tmp_path)
    try:
        assert reader.first_fault(block for page in TUTORIAL for block in _to_run(page)) == ""
    finally:
        reader.close()
    texts = {page: " ".join((ROOT / page).read_text(encoding="utf-8").split()) for page in TUTORIAL}
    assert [said for page, said in figures_of_the_tutorial(tmp_path) if said not in texts[page]] == []


@pytest.mark.docs
@pytest.mark.parametrize(
    "page",
    [
        pytest.param(p, marks=[pytest.mark.xdist_group("finished run")] if _reads_finished(p) else [])
        for p in sorted(PAGES, key=lambda p: p not in LONGEST)
        if _has_work(p)
    ],
)
def test_blocks_of_a_page_run(page: str, workspace: Callable[[str], Path]) -> None:
    """Proves: a reader who copies every block of a page in order succeeds. If ignored: pages teach broken commands."""
    todo = _to_run(page)
    folder = workspace("\n".join(b.text for b in todo))
    reader = Reader(folder, PRELUDES.get(page, ""))
    try:
        assert reader.first_fault(todo) == ""
    finally:
        reader.close()


def test_tutorial_is_found() -> None:
    """Proves: the four steps are there and have blocks of every kind, so that the tests above are not empty."""
    assert len(TUTORIAL) == 4
    kinds = {b.kind for page in TUTORIAL for b in blocks(page)}
    assert kinds == {"shell", "python", "file", "addition"}


def test_few_blocks_are_left_out_and_each_says_why() -> None:
    """Proves: what is not run is counted and has a reason. If ignored: exceptions would grow unseen."""
    left_out = [b for page in EVERY for b in blocks(page) if b.not_run]
    assert all(len(b.not_run) > 15 for b in left_out)
    assert len(left_out) <= MOST_NOT_RUN, [b.where for b in left_out]


def _lines(page: str) -> Iterator[tuple[str, str]]:
    """Yield place and text of every command line of edsim, in blocks and in sentences."""
    for block in blocks(page):
        if block.kind == "shell":
            for line in block.text.replace("\\\n", " ").splitlines():
                for part in re.split(r"&&|\|", line):
                    if part.strip().startswith("edsim "):
                        yield block.where, part.strip()
    for line in _INLINE.findall((ROOT / page).read_text(encoding="utf-8")):
        yield page, line


def _faults(line: str) -> list[str]:
    """Return options of a command line that do not exist, or the command itself."""
    from edsim.cli.root import root

    command: click.Command = root
    options: dict[str, click.Parameter] = {}
    faults, value_follows = [], False
    for word in shlex.split(line.replace("'", ""), comments=True)[1:]:
        options |= {o: p for p in command.params for o in (*p.opts, *p.secondary_opts)}
        if value_follows:
            value_follows = False
        elif word.startswith("-"):
            name, given, _ = word.rstrip(".,;").partition("=")
            option = options.get(name)
            if option is None and name not in {"--help", "-h"}:
                faults.append(f"{command.name}: {name}")
            value_follows = isinstance(option, click.Option) and not option.is_flag and not given
        elif isinstance(command, click.Group) and re.fullmatch(r"[a-z]+", word):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return [f"no command {word}"]
            command = found
    return faults


@pytest.mark.parametrize("page", EVERY)
def test_command_lines_have_options_that_exist(page: str) -> None:
    """Proves: commands and options a page names are those of the program, also where it is not run."""
    assert [(where, line, f) for where, line in _lines(page) for f in _faults(line)] == []


def test_readme_names_every_command_and_shipped_case() -> None:
    """Proves: the first page lists what there is. If ignored: a command or case nobody names is never found."""
    from edsim.cli.root import COMMANDS

    text = (ROOT / "README.md").read_text(encoding="utf-8")
    table = text[text.index("## Commands") : text.index("## Shipped cases")]
    assert [c for c in COMMANDS if not re.search(rf"`(edsim )?{c}`", table)] == []
    guides = {p.parent.relative_to(ROOT).as_posix() for p in ROOT.glob("cases/*/README.md")}
    assert [g for g in sorted(guides) if f"({g}/README.md)" not in text] == []


def test_wrong_command_lines_are_seen() -> None:
    """Proves: the search above finds a wrong command and a wrong option. If ignored: it could pass blindly."""
    assert _faults("edsim fly my-district") == ["no command fly"]
    assert _faults("edsim run my-district --outt x") == ["run: --outt"]
    assert _faults("edsim --lang es portfolio report store --budget 2e6") == []


@pytest.mark.parametrize("page", EVERY)
def test_yaml_of_a_page_is_yaml_of_a_case(page: str) -> None:
    """Proves: YAML examples parse, and their top-level keys are those of a case or of a table of uncertain inputs."""
    from edsim.case.schema import Case

    top = set(Case.model_fields) | {"uncertainty", "correlations"}
    for block in blocks(page):
        if block.language == "yaml":
            value = yaml.safe_load(block.text)
            assert isinstance(value, dict), block.where
            if len(value) > 1 or isinstance(next(iter(value.values())), dict | list):
                assert {str(k) for k in value} - top <= {"debt", "energy_per_kwh"}, block.where


def test_finished_runs_are_made_for_pages_that_read_them() -> None:
    """Proves: a run is made beforehand only where a page reads one. If ignored: each page pays for a run, or fails."""
    reading = {p for p in PAGES if _reads_finished(p)}
    guides = {f"docs/how-to/{name}.md" for name in ("read-the-results", "report", "serve")}
    assert reading == guides | {"docs/explanation/traceability.md"}


def test_additions_join_by_id() -> None:
    """Proves: lines to add to a file change the part of the same id and keep the others, as a reader would."""
    old = {"tariffs": [{"id": "a", "x": 1}, {"id": "b"}], "name": "n"}
    new = {"tariffs": [{"id": "a", "y": [1, 2]}, {"id": "c"}], "finance": {"z": 0}}
    assert merged(old, new) == {
        "tariffs": [{"id": "a", "x": 1, "y": [1, 2]}, {"id": "b"}, {"id": "c"}],
        "name": "n",
        "finance": {"z": 0},
    }
