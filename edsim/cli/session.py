"""What the commands share: language, kind of output, and printing findings and tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, TypeVar

import click

from edsim.cli.alike import grouped, others
from edsim.cli.weights import weight
from edsim.cli.words import finding_line, in_words_of, word
from edsim.core.errors import EdsimError, Finding
from edsim.core.i18n import Lang, figure, is_missing, printable
from edsim.core.language.sentences import in_language

_F = TypeVar("_F", bound=Callable[..., Any])


@dataclass(slots=True)
class Session:
    """One call of the command line.

    Attributes
    ----------
    lang
        Language of messages.
    debug
        Whether an internal error shows its traceback.
    as_json
        Whether the command prints JSON.
    folder
        Folder the files of findings are in, shown before their names.
    given
        Files named on the command line, which are in no case.
    """

    lang: Lang = "en"
    debug: bool = False
    as_json: bool = False
    folder: str = ""
    given: frozenset[str] = frozenset()


def _set_json(ctx: click.Context, param: click.Parameter, value: object) -> None:
    del param
    if value:
        ctx.ensure_object(Session).as_json = True


def json_option(function: _F) -> _F:
    """Add ``--json`` to a command; errors are then printed as JSON too."""
    option = click.option("--json", "as_json", is_flag=True, callback=_set_json, expose_value=False, help="Print JSON.")
    return option(function)


def _one_mode(ctx: click.Context, param: click.Parameter, value: Sequence[str]) -> str | None:
    del param
    if len(set(value)) > 1:
        raise click.UsageError("give --full-year or --screening, not both", ctx)
    return value[0] if value else None


def mode_options(function: _F) -> _F:
    """Add ``--full-year`` and ``--screening`` to a command, which takes one of them as `mode`."""
    texts = {"full_year": "Size on all 8760 hours at once.", "screening": "Skip the certificate: fast, no proven gap."}
    for mode, text in reversed(texts.items()):
        flag = f"--{mode.replace('_', '-')}"
        function = click.option(flag, "mode", flag_value=mode, multiple=True, callback=_one_mode, help=text)(function)
    return function


def case_argument(function: _F) -> _F:
    """Add the argument CASE (a folder or its case.yaml)."""

    def remember(ctx: click.Context, param: click.Parameter, value: str) -> Path:
        del param
        path = Path(value)
        ctx.ensure_object(Session).folder = str(path if path.suffix not in {".yaml", ".yml"} else path.parent)
        return path

    return click.argument("case", type=click.Path(), callback=remember)(function)


def show_json(data: object) -> None:
    """Print `data` as JSON."""
    click.echo(json.dumps(data, ensure_ascii=False, indent=2, default=str))


def show_error(error: EdsimError, session: Session) -> None:
    """Print what an error carries: on standard error, or as JSON on standard output."""
    if session.as_json:
        found = [in_words_of(f, session.lang) for f in error.findings]
        message = "\n".join(f.text() for f in found) or in_language(error.message, session.lang)
        data = {"status": "error", "exit_code": error.exit_code, "message": message}
        show_json(data | {"findings": [f.as_dict() for f in found]})
        return
    if not error.findings:
        click.echo(f"{click.style('error', fg='red')}: {printable(in_language(error.message, session.lang))}", err=True)
    show_findings(error.findings, session)
    count = sum(f.severity == "error" for f in error.findings)
    if count > 1:
        click.echo(word("errors", session.lang).format(count=count), err=True)


def show_findings(findings: Sequence[Finding], session: Session) -> None:
    """Print findings on standard error, one a line, with the line of the file they are about.

    Four and more that say the same of one field are one line with the list of the places.
    """
    for group in grouped(findings):
        click.echo(_headed(group[0], session) + others(group, session.lang), err=True)
        line = _line(group[0], "." if group[0].file in session.given else session.folder)
        if line:
            click.echo(line, err=True)


def show_by_code(findings: Sequence[Finding], session: Session) -> None:
    """Print the first finding of each code on standard error, what matters most first, and how many are like it."""
    alike: dict[str, list[Finding]] = {}
    for finding in findings:
        alike.setdefault(finding.code, []).append(finding)
    for of_code in sorted(alike.values(), key=lambda found: weight(found[0])):
        more = word("more_alike", session.lang).format(count=len(of_code) - 1) if len(of_code) > 1 else ""
        click.echo(_headed(of_code[0], session) + more, err=True)
    if len(findings) > len(alike):
        click.echo(word("all_findings", session.lang).format(count=len(findings)), err=True)


def _headed(finding: Finding, session: Session) -> str:
    """Return the line of a finding behind its severity."""
    color = "red" if finding.severity == "error" else "yellow"
    return f"{click.style(word(finding.severity, session.lang), fg=color, bold=True)}: {_placed(finding, session)}"


def _placed(finding: Finding, session: Session) -> str:
    """Return the line of a finding, printable, its file with the folder of the case."""
    text, file = printable(finding_line(finding, session.lang)), Path(finding.file)
    folder = "" if finding.file in session.given else session.folder
    given = finding.file and not finding.file.startswith("--")  # an option of the command is no file of the case
    inside = folder and given and not file.is_absolute() and not file.is_relative_to(folder)
    return f"{printable(folder)}/{text}" if inside else text


def _line(finding: Finding, folder: str) -> str:
    """Return the line a finding is about with a caret under its column, "" when it cannot be shown."""
    if not (folder and finding.file and finding.line and finding.column):
        return ""
    path = Path(folder) / finding.file
    try:
        if path.stat().st_size > 10_000_000:
            return ""
        lines = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, ValueError):
        return ""
    if finding.line > len(lines):
        return ""
    start = max(0, finding.column - 60)
    shown = "".join(c if c.isprintable() else " " for c in lines[finding.line - 1][start : start + 100])
    number = str(finding.line)
    return f"  {number} | {shown}\n  {' ' * len(number)} | {' ' * (finding.column - 1 - start)}^"


_LONGEST_WORD = 24
"""Letters of a word that a column of a table keeps whole."""


def show_table(
    header: Sequence[str],
    rows: Iterable[Sequence[str]],
    *,
    title: str = "",
    numbers: Sequence[str] = (),
    whole: Sequence[str] = (),
) -> None:
    """Print a table as wide as the terminal allows; its texts are made safe to print and its numbers never wrap.

    Parameters
    ----------
    header
        Column names.
    rows
        Cells.
    title
        Line above the table.
    numbers
        Columns to align to the right.
    whole
        Columns of text whose cells are never broken over lines; default is the first.
    """
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table(title=title or None, title_justify="left", box=None, pad_edge=False)
    lines = [tuple(map(printable, row)) for row in rows]
    unbroken = {*numbers, *(whole or header[:1])}
    needed = 0
    for k, name in enumerate(header):
        cells = [*name.split("\n"), *(line[k] for line in lines)]
        if name not in unbroken:  # wraps between words, and within one that no terminal has room for
            cells = [part[:_LONGEST_WORD] for cell in cells for part in cell.split()]
        width = max(map(len, cells), default=0)
        justify: Literal["left", "right"] = "right" if name in numbers else "left"
        # what may not wrap says so: a column that may is narrowed first, below its least width if need be
        table.add_column(name, overflow="fold", min_width=width, no_wrap=name in unbroken, justify=justify)
        needed += width + 2
    for line in lines:
        table.add_row(*map(Text, line))
    console = Console(highlight=False, soft_wrap=False)
    console.width = max(console.width, needed)  # rather a line beyond the edge than a number that is cut
    console.print(table)


def progress_printer(session: Session) -> Callable[[str], None]:
    """Return a function that prints a line of progress on standard error, with the seconds since the start.

    Within a command, a step that lasts is named again every 20 s. Nothing is printed with ``--json``.
    """
    from time import monotonic

    from edsim.cli.heartbeat import Heartbeat

    start = monotonic()

    def line(text: str) -> None:
        click.echo(click.style(f"[{monotonic() - start:6.1f} s] ", dim=True) + printable(text), err=True)

    def in_language(text: str) -> str:
        if session.lang == "en":
            return text
        from edsim.cli.progress_es import in_spanish

        return in_spanish(text)

    context = click.get_current_context(silent=True)
    beat = Heartbeat(lambda text: line(word("still", session.lang).format(step=text)))
    if context is not None:
        context.call_on_close(beat.stop)

    def show(text: str) -> None:
        if session.as_json:
            return
        said = in_language(text)
        line(said)
        if context is not None and not text.startswith("warning"):  # a remark is no step to be at
            beat.step(said)

    return show


def as_text(value: object, lang: Lang = "en") -> str:
    """Return a value for a table cell: numbers without exponent where they are readable, nothing for None or NaN.

    Numbers have the signs of `lang`; those of a list are kept apart by semicolons where they have decimal commas.
    """
    if is_missing(value):
        return ""
    if isinstance(value, float):
        return figure(value) if lang == "en" else figure(value).translate(str.maketrans(",.", ".,"))
    if isinstance(value, tuple | list):
        texts = [as_text(v, lang) for v in value]
        return ("; " if any("," in t for t in texts) else ", ").join(texts)
    if isinstance(value, Mapping):
        return ", ".join(f"{k}: {as_text(v, lang)}" for k, v in value.items())
    return str(value)
