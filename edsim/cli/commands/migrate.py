"""``edsim migrate``: bring a case to the current schema version, or say what version a run has."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import click

from edsim.cli.session import Session, json_option, show_findings, show_json, show_table
from edsim.cli.words import word
from edsim.core.i18n import printable


@click.command("migrate", epilog="Example: edsim migrate my-district --dry-run")
@click.argument("place", metavar="CASE|RUN", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="List the changes and write nothing.")
@json_option
@click.pass_obj
def command(session: Session, place: Path, *, dry_run: bool) -> None:
    """Bring CASE to the current schema version.

    The file as it was is kept beside it. Every change is listed with its place; comments and order stay. A case of a
    newer version is refused. For a run folder RUN, say whether this edsim reads it, and what to do when it does not.
    """
    if (place / "manifest.json").is_file():
        _run(session, place)
    else:
        _case(session, place / "case.yaml" if place.is_dir() else place, dry_run=dry_run)


def _case(session: Session, file: Path, *, dry_run: bool) -> None:
    from edsim.case.migrations import migrate_case, write_migrated

    migrated = migrate_case(file, lang=session.lang)
    kept = None if dry_run or not migrated.edits else write_migrated(file, migrated)
    if session.as_json:
        edits = [asdict(e) | {"place": str(e.place)} for e in migrated.edits]
        kept_name = str(kept) if kept else None
        show_json({"status": "ok", "schema_version": migrated.version, "changes": edits, "kept": kept_name})
        return
    if not migrated.edits:
        click.echo(printable(word("current", session.lang).format(place=file, version=migrated.version)))
        return
    header = tuple(word(key, session.lang) for key in ("place", "before", "since"))
    show_table(header, [(str(e.place), e.old, e.new) for e in migrated.edits])
    if kept is not None:
        click.echo(printable(word("kept", session.lang).format(file=kept)))


def _run(session: Session, folder: Path) -> None:
    from edsim.bundle import SCHEMA_VERSION, load

    remarks = [f for f in load(folder).findings if f.code == "W804"]
    if session.as_json:
        found = [f.as_dict() for f in remarks]
        show_json({"status": "ok", "schema_version": SCHEMA_VERSION, "changes": [], "findings": found})
        return
    show_findings(remarks, session)
    click.echo(printable(word("current", session.lang).format(place=folder, version=SCHEMA_VERSION)))
