"""The socket: bound first, so that the address is known before the pages are made for it."""

from __future__ import annotations

import socket
from dataclasses import dataclass, replace
from pathlib import Path

from edsim.core.errors import DataError, Finding
from edsim.web.settings import Settings, hosts_of, listens_everywhere

_WAITING = 64
"""Connections that wait while the pages are being made: who opens the address at once is not refused."""


@dataclass(frozen=True, slots=True)
class Server:
    """A bound socket and the settings of the pages behind it."""

    settings: Settings
    listener: socket.socket
    address: str
    port: int

    @classmethod
    def bind(cls, settings: Settings, address: str = "127.0.0.1", port: int = 0, names: tuple[str, ...] = ()) -> Server:
        """Return a server that listens at `address` and `port`.

        Parameters
        ----------
        settings
            Of the pages; the hosts it answers are replaced by those of the socket.
        address, port
            To listen at; port 0 takes a free one.
        names
            Further host names the server is reached by.

        Raises
        ------
        DataError
            E590 the folder is not there; E591 the address cannot be used.
        """
        if not Path(settings.root).is_dir():
            what, hint = "there is no such folder to show", "give the folder your runs are in"
            raise DataError.of([Finding("E590", what, file=str(settings.root), hint=hint)])
        listener = socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET, socket.SOCK_STREAM)
        try:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            listener.bind((address, port))
            listener.listen(_WAITING)
        except OSError as fault:
            listener.close()
            what, got = "the server cannot listen there", fault.strerror or str(fault)
            hint = "choose another --port, or 0 for a free one; --host 127.0.0.1 is this machine only"
            raise DataError.of([Finding("E591", what, field=f"{address}:{port}", got=got, hint=hint)]) from fault
        bound = int(listener.getsockname()[1])
        ready = replace(settings, hosts=hosts_of(address, bound, names))
        return cls(ready, listener, address, bound)

    @property
    def url(self) -> str:
        """The address to open, with its key."""
        shown = self.address
        if listens_everywhere(shown):
            shown = "::1" if ":" in shown else "127.0.0.1"
        host = f"[{shown}]" if ":" in shown else shown
        return f"http://{host}:{self.port}/?token={self.settings.token}"

    def run(self) -> None:
        """Serve until interrupted; runs that were started from pages end with the server."""
        import uvicorn

        from edsim.web.head_timeout import BoundedHead
        from edsim.web.pages import create_app

        config = uvicorn.Config(
            create_app(self.settings),
            access_log=False,
            log_level="warning",
            http=BoundedHead,
            server_header=False,
            proxy_headers=False,
            ws="none",
            limit_concurrency=64,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
        )
        uvicorn.Server(config).run(sockets=[self.listener])
