"""``edsim new``: start a case from a shipped one."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from edsim.cli.session import Session, json_option, show_json
from edsim.cli.words import word

TEMPLATE = "medellin-alpujarra"
_LEFT_OUT = {"expected.csv", "__pycache__"}


@click.command("new", epilog="Example: edsim new my-district && edsim check my-district")
@click.argument("folder", type=click.Path(path_type=Path, file_okay=False))
@click.option("--from", "source", default=TEMPLATE, show_default=True, help="Shipped case or case folder to copy.")
@json_option
@click.pass_obj
def command(session: Session, folder: Path, source: str) -> None:
    """Start a case in FOLDER from one that runs.

    FOLDER must not exist yet or be empty; nothing is overwritten.
    """
    say = partial(word, lang=session.lang)
    origin = _origin(source, say)
    try:
        if folder.exists() and any(folder.iterdir()):
            raise click.ClickException(say("not_empty").format(folder=folder))
        folder.mkdir(parents=True, exist_ok=True)
        for path in sorted(origin.rglob("*")):
            inside = path.relative_to(origin)
            if path.is_file() and not path.is_symlink() and not _LEFT_OUT & set(inside.parts):
                target = folder / inside
                target.parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(path, target)
    except OSError as error:
        reason = error.strerror or str(error)
        raise click.ClickException(say("cannot_write").format(folder=folder, reason=reason)) from None
    if session.as_json:
        show_json({"status": "ok", "folder": str(folder), "from": origin.name})
        return
    click.echo(say("copied").format(folder=folder, source=origin.name, file=folder / "case.yaml"))
    typed, result = (f'"{path}"' if " " in path else path for path in (str(folder), f"{folder}-result"))
    edsim = "edsim" if session.lang == "en" else f"edsim --lang {session.lang}"
    click.echo(f"  {edsim} check {typed}\n  {edsim} run {typed} --out {result}")


def _origin(source: str, say: Callable[[str], str]) -> Path:
    """Return the folder of the case to copy: a folder of the user or a shipped case of that name."""
    from edsim.case.wording.messages import nearest
    from edsim.core.resources import share_path

    shipped = share_path("cases")
    for candidate in (Path(source), shipped / source):
        if (candidate / "case.yaml").is_file():
            return candidate
    names = sorted(p.parent.relative_to(shipped).as_posix() for p in shipped.glob("**/case.yaml"))
    close = next((name for name in names if name.endswith(f"/{source}")), None) or nearest(source, names)
    hint = say("did_you_mean").format(name=close) if close else ""
    raise click.ClickException(say("no_such_case").format(source=repr(source), names=", ".join(names) or "-") + hint)
