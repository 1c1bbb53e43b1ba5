"""``edsim rerun``: make a stored run again and say whether it comes out the same."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from edsim.cli.places import refuse_other_folder
from edsim.cli.preflight import refuse_place
from edsim.cli.session import Session, json_option, progress_printer, show_json, show_table
from edsim.cli.words import word
from edsim.core.errors import DataError, Finding
from edsim.core.i18n import printable

_MOST = 20


@click.command("rerun", epilog="Example: edsim rerun result")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--out", type=click.Path(path_type=Path), help="Run folder for the new run; default keeps none.")
@json_option
@click.pass_obj
def command(session: Session, run_folder: Path, out: Path | None) -> None:
    """Make a stored run again and compare.

    The inputs and options are those stored in RUN.

    Every table, certificate and sentence must come out the same, bit for bit. Otherwise the differences are listed,
    those of the software first, and the exit code is 2.
    """
    from edsim.app import rerun

    refuse_other_folder(run_folder)
    if out is not None:
        refuse_place(out)
    outcome = rerun(run_folder, out, progress_printer(session))
    if session.as_json:
        same = not outcome.differences
        show_json(
            {
                "status": "ok" if same else "different",
                "exit_code": 0 if same else 2,
                "software": [asdict(d) for d in outcome.software],
                "differences": [asdict(d) for d in outcome.differences],
            }
        )
        if not same:
            click.get_current_context().exit(2)
        return
    if not outcome.differences:
        click.echo(printable(word("reproduced", session.lang).format(folder=run_folder)))
        return
    header = tuple(word(key, session.lang) for key in ("place", "stored", "again", "rows", "change"))
    listed = (*outcome.software, *outcome.differences)
    rows = [
        (d.place, d.first, d.second, str(d.rows or ""), "" if d.largest_frac is None else f"{100 * d.largest_frac:.2g}")
        for d in listed[:_MOST]
    ]
    show_table(header, rows, numbers=header[3:])
    raise DataError.of(
        [
            Finding(
                "E816",
                "the run made again is not the stored one",
                file=str(run_folder),
                got=f"{len(outcome.differences)} differences in results, {len(outcome.software)} in software",
                allowed="equal tables, certificates and summary",
                hint="install the versions named in manifest.json" if outcome.software else "",
            )
        ]
    )
