"""``edsim serve``: pages over finished runs on this machine."""

from __future__ import annotations

import signal
import sys
from pathlib import Path

import click

from edsim.cli.session import Session, json_option, show_json
from edsim.cli.words import word

_LOOPBACK = ("127.0.0.1", "::1", "localhost")


@click.command("serve", epilog="Example: edsim serve results --port 8321")
@click.argument("folder", metavar="DIR", type=click.Path(path_type=Path))
@click.option("--host", "address", default="127.0.0.1", show_default=True, help="Address to listen at.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="Port; 0 takes a free one.")
@click.option("--name", "names", multiple=True, help="Further name the server is reached by; may be repeated.")
@json_option
@click.pass_obj
def command(session: Session, folder: Path, address: str, port: int, names: tuple[str, ...]) -> None:
    """Show the runs in DIR in a browser.

    DIR is a folder of run folders or a portfolio store. The pages list, compare and add up runs, show a page for
    citizens, and start new runs. Only this machine can reach them unless --host says otherwise, and only with the
    key in the printed address. Stop with Ctrl-C.
    """
    from edsim.cli.progress_es import in_spanish
    from edsim.web.server import Server
    from edsim.web.settings import Settings

    server = Server.bind(Settings(root=folder, lang=session.lang, in_spanish=in_spanish), address, port, names)
    if session.as_json:
        show_json({"status": "ok", "url": server.url, "port": server.port})
    else:
        click.echo(word("serving", session.lang).format(folder=folder))
        click.echo(server.url)
    if address not in _LOOPBACK:
        click.echo(word("not_loopback", session.lang), err=True)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))  # how services are stopped: an end like any other
    server.run()
