"""``edsim verify``: whether a run folder is as it was written."""

from __future__ import annotations

from pathlib import Path

import click

from edsim.cli.places import refuse_store
from edsim.cli.session import Session, json_option, show_json
from edsim.cli.words import word
from edsim.core.errors import DataError


@click.command("verify", epilog="Example: edsim verify result")
@click.argument("run_folder", metavar="RUN", type=click.Path(path_type=Path))
@json_option
@click.pass_obj
def command(session: Session, run_folder: Path) -> None:
    """Check every file of RUN against its manifest.

    RUN is the folder of a run or a study. The exit code is 2 when a file is missing, changed, cut or extra.
    """
    from edsim.app import verify

    refuse_store(run_folder)
    findings = verify(run_folder)
    if findings:
        raise DataError.of(findings)
    if session.as_json:
        show_json({"status": "ok", "findings": []})
    else:
        click.echo(word("as_written", session.lang).format(folder=run_folder))
