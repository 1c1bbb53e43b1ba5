"""Connections that keep the server waiting."""

import asyncio
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from edsim.web import head_timeout


async def _answer(scope: Any, receive: Any, send: Any) -> None:
    del scope, receive
    await asyncio.sleep(0.8)
    await send({"type": "http.response.start", "status": 204, "headers": []})
    await send({"type": "http.response.body", "body": b""})


async def _told(parts: list[bytes]) -> bytes:
    """Return what a connection hears that sends `parts`, one each 50 ms while it is open, and then nothing."""
    config = uvicorn.Config(_answer, http=head_timeout.BoundedHead, ws="none", lifespan="off", log_config=None)
    config.load()
    loop, state = asyncio.get_running_loop(), ServerState()
    server = await loop.create_server(lambda: head_timeout.BoundedHead(config, state, {}), "127.0.0.1", 0)
    async with server:
        reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname()[:2])
        for part in parts:
            if reader.at_eof():
                break
            writer.write(part)
            await asyncio.sleep(0.05)
        heard = await asyncio.wait_for(reader.read(), 30.0)
        writer.close()
    return heard


@pytest.mark.medium
@pytest.mark.parametrize(
    ("parts", "heard"),
    [([], b""), ([b"GET / HTTP/1.1\r\nHo"] + [b"x"] * 12, b""), ([b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"], b"204")],
)
def test_a_head_that_does_not_come_ends_the_connection(
    parts: list[bytes], heard: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: silence and a head sent letter by letter are cut off; an answer that takes longer is waited for.

    If ignored: sixty-four connections that say nothing, without any key, keep every reader out.
    """
    monkeypatch.setattr(head_timeout, "HEAD_S", 0.5)
    told = asyncio.run(_told(parts))
    assert heard in told
    assert bool(told) == bool(heard)
