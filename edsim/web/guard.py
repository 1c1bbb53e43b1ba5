"""The door: which requests are answered, and the headers every answer carries. Pure ASGI, before any page."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from http.cookies import CookieError, SimpleCookie
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

from edsim.web.settings import Settings

Message = MutableMapping[str, Any]
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

COOKIE = "edsim_session"
UPLOAD_PATH = "/jobs"
SCRIPT = "plotly.min.js"
"""The plotting library: no secret, and asked for by sandboxed pages, whose requests carry no cookie."""

_METHODS = frozenset({"GET", "HEAD", "POST"})
_HEADERS = (
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=(), usb=()"),
)
_DEFAULT_CSP = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

REFUSALS: Mapping[int, str] = {
    400: "The request names another host than this server.",
    401: "This address needs the key that was printed when the server started.",
    403: "The request comes from another site and is refused.",
    404: "There is no such page.",
    405: "This address does not answer such requests.",
    413: "The request is larger than this server accepts.",
    431: "The address is longer than this server accepts.",
}
_LONGEST_QUERY = 4_000


def page_csp(nonce: str, *, charts: bool = False) -> str:
    """Return the policy of a page of ours: scripts and styles by nonce, nothing from elsewhere.

    Charts need style attributes, which the plotting library sets.
    """
    attributes = "; style-src-attr 'unsafe-inline'" if charts else ""
    return (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'{attributes}; img-src data: blob:; "
        "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


def document_csp() -> str:
    """Return the policy of a stored document: its scripts run in a sandbox without cookie, address or network."""
    return (
        "sandbox allow-scripts allow-downloads allow-modals; default-src 'none'; script-src 'self' 'unsafe-inline'; "
        "style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )


class Guard:
    """Answers only requests for this host, with the key, from this site, of bearable size."""

    def __init__(self, app: App, settings: Settings, refuse: Callable[[int, str], bytes]) -> None:
        self._app = app
        self._settings = settings
        self._refuse = refuse

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Handle a request."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        headers = _headers(scope)
        scope["edsim.nonce"] = secrets.token_urlsafe(18)
        answer = _sealed(send)
        status = self._fault(scope, headers)
        if status == 401 and self._has_token(scope):
            await self._enter(scope, answer)
            return
        if status:
            await self._say(answer, status, scope["method"])
            return
        limit = self._limit(scope)
        declared = headers.get("content-length", "0")
        if not declared.isdigit() or int(declared) > limit:
            await self._say(answer, 413, scope["method"])
            return
        body = _Counted(receive, limit)
        try:
            await self._app(scope, body, answer)
        except TooLargeError:
            await self._say(answer, 413, scope["method"])

    def _fault(self, scope: Scope, headers: Mapping[str, str]) -> int:
        """Return the status to refuse with, 0 when the request is fine; the first rule that is broken decides."""
        script = scope["path"].endswith(f"/{SCRIPT}") and scope["method"] != "POST"
        elsewhere = headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}
        rules = (
            (400, headers.get("host", "").lower() not in self._settings.hosts),
            (405, scope["method"] not in _METHODS),
            (431, len(scope.get("query_string", b"")) > _LONGEST_QUERY),
            (0, script),
            (403, elsewhere or not self._same_origin(scope, headers)),
            (401, not self._has_session(headers)),
        )
        return next((status for status, broken in rules if broken), 0)

    def _same_origin(self, scope: Scope, headers: Mapping[str, str]) -> bool:
        """Return whether a request that changes something says that it comes from our own pages."""
        origin = headers.get("origin")
        if origin is not None:
            return origin.lower() == f"http://{headers.get('host', '').lower()}"
        return scope["method"] != "POST" or headers.get("sec-fetch-site") == "same-origin"

    def _has_session(self, headers: Mapping[str, str]) -> bool:
        try:
            cookie = SimpleCookie(headers.get("cookie", "")).get(COOKIE)
        except CookieError:
            return False
        given = "" if cookie is None else cookie.value
        return hmac.compare_digest(given.encode(), self._settings.session.encode())

    def _has_token(self, scope: Scope) -> bool:
        if scope["method"] != "GET":
            return False
        given = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("token", [""])[0]
        return hmac.compare_digest(given.encode("utf-8", "replace"), self._settings.token.encode())

    async def _enter(self, scope: Scope, send: Send) -> None:
        """Turn the token of the address into a cookie and drop it from the address."""
        rest = parse_qs(scope["query_string"].decode("latin-1"))
        rest.pop("token", None)
        target = quote(scope["path"]).replace("//", "/") + (f"?{urlencode(rest, doseq=True)}" if rest else "")
        cookie = f"{COOKIE}={self._settings.session}; Path=/; HttpOnly; SameSite=Strict"
        headers = [(b"location", target.encode()), (b"set-cookie", cookie.encode()), (b"content-length", b"0")]
        await send({"type": "http.response.start", "status": 303, "headers": headers})
        await send({"type": "http.response.body", "body": b""})

    def _limit(self, scope: Scope) -> int:
        upload = scope["method"] == "POST" and scope["path"] == UPLOAD_PATH
        return self._settings.max_upload_bytes if upload else self._settings.max_body_bytes

    async def _say(self, send: Send, status: int, method: str) -> None:
        page = self._refuse(status, REFUSALS[status])
        headers = [(b"content-type", b"text/html; charset=utf-8"), (b"content-length", str(len(page)).encode())]
        headers.append((b"connection", b"close"))
        await send({"type": "http.response.start", "status": status, "headers": headers})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else page})


class TooLargeError(Exception):
    """The body is longer than allowed."""


class _Counted:
    """Receives a body and stops when it is longer than allowed, whatever length was declared."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive = receive
        self._left = limit

    async def __call__(self) -> Message:
        """Receive the next part."""
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            if self._left < 0:
                raise TooLargeError
        return message


def _headers(scope: Scope) -> dict[str, str]:
    """Return the headers by lower-case name; a name given twice counts as one that is never right."""
    found: dict[str, str] = {}
    for raw, value in scope["headers"]:
        name = raw.decode("latin-1").lower()
        found[name] = f"{found[name]}\0{value.decode('latin-1')}" if name in found else value.decode("latin-1")
    return found


def _sealed(send: Send) -> Send:
    """Return a sender that adds the security headers, and a policy that allows nothing where a page set none."""

    async def sealed(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers = list(message.get("headers", ()))
            names = {name.lower() for name, _ in headers}
            headers += [(name, value) for name, value in _HEADERS if name not in names]
            if b"content-security-policy" not in names:
                headers.append((b"content-security-policy", _DEFAULT_CSP.encode()))
            if b"cache-control" not in names:
                headers.append((b"cache-control", b"no-store"))
            message = {**message, "headers": headers}
        await send(message)

    return sealed
