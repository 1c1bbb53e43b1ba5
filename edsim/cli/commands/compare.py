"""``edsim compare``: runs side by side, the inputs that differ first."""

from __future__ import annotations

from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edsim.cli.indicators import change_text, figures
from edsim.cli.session import Session, json_option, show_json, show_table
from edsim.cli.words import word
from edsim.core.errors import DataError, Finding
from edsim.core.i18n import Lang, format_number, printable

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal
    from edsim.report.comparison.page import ComparisonView

_MOST_INPUTS = 40
_OTHER_CASE, _TELLING = 200, 15
"""From so many differing inputs on, only so many are printed: the cases are different."""


@click.command("compare", epilog="Example: edsim compare result-today result-cheap-gas --out compare.html")
@click.argument("folders", metavar="A B [C]...", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path, dir_okay=False), help="HTML page to write, one file.")
@click.option("--all", "everything", is_flag=True, help="Print every input that differs.")
@json_option
@click.pass_obj
def command(session: Session, folders: tuple[Path, ...], out: Path | None, *, everything: bool) -> None:
    """Show runs side by side.

    First the inputs in which the run folders A, B and others differ, then their indicators with the change against
    A: business-as-usual, the main variants, and other variants they share. RUN:VARIANT takes one variant of a run, so
    that two variants of it stand side by side.
    """
    from edsim.report.comparison.differences import by_name, compare
    from edsim.report.comparison.page import ComparisonView, write_comparison
    from edsim.report.i18n import language

    if len(folders) < 2:
        raise click.UsageError("give at least two run folders")
    runs = by_name([(str(folder), _loaded(folder)) for folder in folders])
    view = ComparisonView(compare(runs), language(session.lang))
    if out is not None and not out.suffix:
        out = out.with_suffix(".html")  # a browser opens no page without it
    written = None if out is None else write_comparison(runs, out, lang=session.lang)
    if session.as_json:
        show_json(_plain(view, written))
        return
    _show_inputs(view, session.lang, everything=everything)
    _show_results(view, session)
    if written is not None:
        click.echo(printable(word("page", session.lang).format(file=written)))


def _loaded(folder: Path) -> Appraisal:
    """Return the run of a folder, or one variant of it where a colon and its name follow."""
    from edsim.bundle import load
    from edsim.report.view import BAU

    place, colon, variant = str(folder).rpartition(":")
    if folder.exists() or not (colon and Path(place).is_dir()):
        return load(folder)
    run = load(Path(place))
    if variant not in run.variants:
        known = ", ".join(run.variants)
        hint = "leave :bau out: business-as-usual stands beside every variant" if variant == BAU else ""
        raise DataError.of([Finding("E171", "no such variant", field=place, got=variant, allowed=known, hint=hint)])
    return replace(run, main_variant=variant, variants=(variant,))


def _plain(view: ComparisonView, written: Path | None) -> dict[str, Any]:
    from edsim.report.comparison.differences import rates_used

    data = view.data
    rows = [
        asdict(r) | {"difference": [r.difference(k) for k in range(1, len(data.names))]}
        for r in data.results
    ]  # fmt: skip
    return {
        "status": "ok",
        "runs": list(data.names),
        "notes": list(data.notes),
        "rates": [asdict(r) for r in rates_used(data.runs)],
        "inputs": [asdict(d) for d in data.inputs],
        "results": rows,
        "page": None if written is None else str(written),
    }


def _show_inputs(view: ComparisonView, lang: Lang, *, everything: bool) -> None:
    from edsim.report.comparison.differences import most_telling
    from edsim.report.comparison.inputs import input_name, input_unit, input_values

    found = view.data.inputs
    if not found:
        click.echo(view.t("All inputs and options are the same."))
        click.echo()
        return
    other_case = len(found) > _OTHER_CASE and not everything
    some = most_telling(found, _TELLING) if other_case else found[:_MOST_INPUTS]
    shown = found if everything else some
    header = (view.t("Input"), view.t("Unit"), *view.data.names)
    absent = word("absent", lang)
    rows = [(input_name(view.lang, d), input_unit(view.data, d), *input_values(view.data, d, absent)) for d in shown]
    show_table(header, rows, title=view.t("Inputs that differ"), whole=header)
    if other_case:
        count = format_number(len(found), lang)
        click.echo(word("telling", lang).format(count=count, shown=len(shown)))
    elif len(found) > len(shown):
        click.echo(word("more_inputs", lang).format(count=len(found) - len(shown)))
    click.echo()


def _show_results(view: ComparisonView, session: Session) -> None:
    from edsim.report.comparison.page import comparison_warnings, group_title, row_label
    from edsim.report.view import BAU

    names = view.data.names
    changes = [word("change", session.lang) if len(names) == 2 else f"{n} %" for n in names[1:]]
    header = (view.t("Indicator"), view.t("Unit"), *names, *changes)
    money = {a.currency for a in view.data.runs}
    for group in view.data.groups():
        cells = []
        for row in (r for r in view.data.results if r.group == group and not (group == BAU and r.same)):
            unit, values = figures(row.values, row.unit, money, session.lang)
            against = [change_text(row.values[0], v, row.unit, session.lang) for v in row.values[1:]]
            cells.append((row_label(view, row), unit, *values, *against))
        if not cells:
            click.echo(word("bau_same", session.lang) + "\n")
            continue
        show_table(header, cells, title=group_title(view, group), numbers=header[2:], whole=header[1:2])
        click.echo()
    for note in comparison_warnings(view):
        click.echo(note.text, err=True)
