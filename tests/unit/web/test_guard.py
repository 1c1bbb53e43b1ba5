"""Who is answered: hostile requests are refused before any page is made."""

import re
from ipaddress import IPv4Address
from pathlib import Path
from socket import create_connection, socket
from urllib.parse import urlsplit

import pytest
from starlette.testclient import TestClient

from edsim.web import Server, Settings
from edsim.web.guard import COOKIE
from edsim.web.settings import hosts_of

EVERYWHERE = str(IPv4Address(0))

OWN = "http://127.0.0.1:8321"


def test_without_key_nothing_is_shown(stranger: TestClient, settings: Settings) -> None:
    """Proves: no page, no run and no download without the key. If ignored: any local program reads the studies."""
    for path in ("/", "/portfolio", "/start", "/compare", "/runs/x", "/runs/x/report", "/runs/x/bundle.zip", "/jobs/1"):
        answer = stranger.get(path)
        assert answer.status_code == 401
        assert settings.token not in answer.text
    for wrong in ("", "x", settings.token[:-1], settings.session):
        assert stranger.get("/", params={"token": wrong}).status_code == 401
    stranger.cookies.set(COOKIE, settings.token)
    assert stranger.get("/").status_code == 401


def test_key_becomes_a_cookie_and_leaves_the_address(stranger: TestClient, settings: Settings) -> None:
    """Proves: the key is exchanged for a cookie no script reads and no other site sends."""
    answer = stranger.get("/portfolio", params={"token": settings.token, "allow": "boundary"})
    assert answer.status_code == 303
    assert answer.headers["location"] == "/portfolio?allow=boundary"
    cookie = answer.headers["set-cookie"]
    assert {"HttpOnly", "SameSite=Strict", "Path=/"} <= {p.strip() for p in cookie.split(";")}
    assert settings.token not in cookie
    assert stranger.get("/").status_code == 200
    stranger.cookies.clear()
    away = stranger.get(f"{OWN}//evil.example/", params={"token": settings.token})
    assert away.headers["location"] == "/evil.example/"


@pytest.mark.parametrize(
    ("method", "headers", "status"),
    [
        ("GET", {"host": "evil.example"}, 400),
        ("GET", {"host": "127.0.0.1:9999"}, 400),
        ("GET", {"host": "127.0.0.1:8321.evil.example"}, 400),
        ("GET", {"host": ""}, 400),
        ("GET", {"origin": "http://evil.example"}, 403),
        ("GET", {"origin": "null"}, 403),
        ("GET", {"origin": "https://127.0.0.1:8321"}, 403),
        ("GET", {"sec-fetch-site": "cross-site"}, 403),
        ("GET", {"sec-fetch-site": "same-site"}, 403),
        ("POST", {"origin": "http://evil.example"}, 403),
        ("POST", {"origin": "http://127.0.0.1:8322"}, 403),
        ("PUT", {}, 405),
        ("DELETE", {}, 405),
        ("OPTIONS", {}, 405),
        ("TRACE", {}, 405),
    ],
)
def test_foreign_requests_are_refused(client: TestClient, method: str, headers: dict[str, str], status: int) -> None:
    """Proves: DNS rebinding, cross-site requests and unwanted methods fail even with the key."""
    path = "/jobs" if method == "POST" else "/"
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == status
    assert "Traceback" not in answer.text


def test_form_without_origin_is_refused(client: TestClient) -> None:
    """Proves: a form that does not say where it comes from changes nothing."""
    del client.headers["origin"]
    assert client.post("/jobs/1/cancel").status_code == 403
    assert client.post("/jobs/1/cancel", headers={"sec-fetch-site": "same-origin"}).status_code == 404


def test_large_bodies_are_refused(client: TestClient) -> None:
    """Proves: declared and undeclared sizes are bounded. If ignored: one request fills memory or disk."""
    assert client.post("/jobs", headers={"content-length": "999999999"}, content=b"x").status_code == 413
    assert client.post("/jobs/1/cancel", content=b"x" * 70_000).status_code == 413
    assert client.post("/jobs", headers={"content-length": "-1"}, content=b"x").status_code == 413

    def endless() -> object:
        for _ in range(40):
            yield b"x" * 10_000

    kind = {"content-type": "multipart/form-data; boundary=b"}
    assert client.post("/jobs", content=endless(), headers=kind).status_code == 413
    assert client.get("/?text=" + "x" * 5_000).status_code == 431


@pytest.mark.parametrize("path", ["/", "/nope", "/portfolio", "/start"])
def test_answers_carry_the_headers(client: TestClient, path: str) -> None:
    """Proves: pages run only our own scripts, are framed by nobody and fetch nothing from elsewhere."""
    answer = client.get(path)
    policy = answer.headers["content-security-policy"]
    nonces = set(re.findall(r"'nonce-([^']+)'", policy))
    assert len(nonces) == 1
    assert {"default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"} <= {p.strip() for p in policy.split(";")}
    assert "unsafe-eval" not in policy
    assert "script-src 'unsafe-inline'" not in policy
    assert set(re.findall(r'nonce="([^"]+)"', answer.text)) == nonces
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "same-origin"
    assert answer.headers["x-frame-options"] == "DENY"
    assert answer.headers["cache-control"] == "no-store"
    other = client.get(path).headers["content-security-policy"]
    assert other != policy
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', answer.text)


@pytest.mark.parametrize(
    "path",
    [
        "/runs/../../etc/passwd",
        "/runs/..%2f..%2fetc%2fpasswd",
        "/runs/%2e%2e/report",
        "/runs/today/../../manifest.json",
        "/runs/%00/report",
        "/static/../settings.py",
        "/static/%2e%2e%2fpages.py",
        "/runs/{run}/..%2fmanifest.json",
        "/runs/{run}/inputs/case.yaml",
        "/runs/{run}/report.html%00.js",
        "/jobs/-1",
        "/jobs/99999999999999999999",
        "/jobs/1/events",
    ],
)
def test_paths_lead_nowhere_else(client: TestClient, runs: dict[str, str], path: str) -> None:
    """Proves: addresses are looked up, never joined to a folder. If ignored: any file of the machine is readable."""
    answer = client.get(path.replace("{run}", runs["today"]))
    assert answer.status_code in {400, 404}
    assert "root:" not in answer.text
    assert "Traceback" not in answer.text


def test_hosts_are_those_of_the_socket() -> None:
    """Proves: only loopback names and what was asked for are answered."""
    assert hosts_of("127.0.0.1", 80) >= {"localhost", "127.0.0.1:80"}
    assert hosts_of(EVERYWHERE, 9) == {"127.0.0.1:9", "localhost:9", "[::1]:9"}
    assert "plan.city.gov:9" in hosts_of("10.0.0.5", 9, ("Plan.City.gov",))
    assert "[fe80::1]:9" in hosts_of("fe80::1", 9)


@pytest.mark.parametrize("address", ["", EVERYWHERE, "::", "10.0.0.5", "fe80::1"])
def test_the_address_shown_is_one_that_is_answered(address: str) -> None:
    """Proves: the printed address passes the check of hosts. If ignored: who opens it is refused by the server."""
    with socket() as unbound:
        shown = urlsplit(Server(Settings(Path()), unbound, address, 9).url).netloc
    assert shown in hosts_of(address, 9)


def test_secrets_are_new_and_never_shown() -> None:
    """Proves: every server has secrets of its own that do not show in its settings."""
    one, two = Settings(Path()), Settings(Path())
    assert len({one.token, two.token, one.session, two.session}) == 4
    assert one.token not in repr(one)


def test_who_opens_the_address_at_once_waits(tmp_path: Path) -> None:
    """Proves: the socket takes connections from the moment its address is known. If ignored: "connection refused"."""
    server = Server.bind(Settings(tmp_path))
    try:
        with create_connection(("127.0.0.1", server.port), timeout=5.0) as early:
            assert early.getpeername()[1] == server.port
    finally:
        server.listener.close()
