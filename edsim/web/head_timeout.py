"""How long a connection may take to say what it wants: whoever sends a request letter by letter gets no place."""

from __future__ import annotations

import asyncio

from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_S = 10.0
"""From the start of a connection or the end of its last answer to the end of the head of a request, at most, s."""


class BoundedHead(H11Protocol):
    """HTTP/1.1 whose connections are closed when no whole request head arrives in :data:`HEAD_S`."""

    _head_due: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to wait for a request."""
        assert isinstance(transport, asyncio.Transport)
        super().connection_made(transport)
        self._wait_for_head()

    def on_response_complete(self) -> None:
        """Begin to wait for the next request."""
        self._wait_for_head()
        super().on_response_complete()

    def connection_lost(self, exc: Exception | None) -> None:
        """Wait for nothing any longer."""
        if self._head_due is not None:
            self._head_due.cancel()
        super().connection_lost(exc)

    def _wait_for_head(self) -> None:
        if self._head_due is not None:
            self._head_due.cancel()
        self._head_due = self.loop.call_later(HEAD_S, self._close_unless_asked)

    def _close_unless_asked(self) -> None:
        if self.cycle is None or self.cycle.response_complete:
            self.transport.close()
