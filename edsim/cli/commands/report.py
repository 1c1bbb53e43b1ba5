"""``edsim report``: the report of a finished run, the page of a finished study."""

from __future__ import annotations

from pathlib import Path

import click

from edsim.cli.places import refuse_store
from edsim.cli.session import Session, json_option, show_json
from edsim.core.i18n import LANGUAGES, Lang


@click.command("report", epilog="Example: edsim report result --lang es --one-file --out informe.html")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@click.option("--lang", type=click.Choice(LANGUAGES), help="Language of the report; default that of the messages.")
@click.option("--one-file", is_flag=True, help="Put scripts into the page, so that one file can be sent.")
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    help="File to write; default report-LANG.html here (study-LANG.html of a study).",
)
@json_option
@click.pass_obj
def command(session: Session, run_folder: Path, lang: Lang | None, *, one_file: bool, out: Path | None) -> None:
    """Write the report of the run folder RUN again.

    In another language, or as one file that can be sent. RUN may be the folder of a study as well.
    """
    from edsim.app import write_report

    refuse_store(run_folder)
    written = write_report(run_folder, lang or session.lang, one_file=one_file, out=out)
    if session.as_json:
        show_json({"status": "ok", "report": str(written)})
    else:
        click.echo(str(written))
