"""What a server shows, to whom, and within which limits."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from ipaddress import IPv4Address, IPv6Address
from pathlib import Path

from edsim.core.i18n import Lang

_MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of a server.

    Attributes
    ----------
    root
        Folder of run folders or portfolio store.
    lang
        Language of pages until a reader chooses another.
    hosts
        Values of the Host header that are answered, with port; empty answers none.
    token
        Secret of the address printed at the start; exchanged once per browser for a cookie.
    session
        Secret of that cookie.
    max_upload_bytes, max_body_bytes
        Largest body of an upload and of any other request.
    max_case_bytes, max_case_files
        Of a case after unpacking.
    in_spanish
        What puts a line of progress into Spanish.
    job_seconds, job_memory_mb, max_jobs_waiting
        Limits of a run started from a page, and of the queue.
    """

    root: Path
    lang: Lang = "en"
    hosts: frozenset[str] = frozenset()
    token: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    session: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    in_spanish: Callable[[str], str] = str
    max_upload_bytes: int = 20 * _MB
    max_body_bytes: int = 64_000
    max_case_bytes: int = 100 * _MB
    max_case_files: int = 500
    job_seconds: float = 7200.0
    job_memory_mb: float = 6000.0
    max_jobs_waiting: int = 20


def listens_everywhere(address: str) -> bool:
    """Return whether a server at `address` answers on every address of the machine."""
    return address in {"", str(IPv4Address(0)), str(IPv6Address(0))}


def hosts_of(address: str, port: int, more: tuple[str, ...] = ()) -> frozenset[str]:
    """Return the Host headers a server at `address` and `port` answers: loopback names, its address, and `more`."""
    names = {"127.0.0.1", "localhost", "[::1]", *more}
    if not listens_everywhere(address):
        names.add(f"[{address}]" if ":" in address else address)
    found = {f"{n.lower()}:{port}" for n in names}
    return frozenset(found | {n.lower() for n in names}) if port == 80 else frozenset(found)
