"""Many machines, played by processes: a scheduler and two workers that speak TLS only, with certificates of our own."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest

OPENSSL = shutil.which("openssl")
Make = Callable[..., Path]


def certificates(folder: Path) -> dict[str, Path]:
    """Make an authority and one host certificate signed by it, as docs/how-to/portfolio.md does."""
    folder.mkdir()

    def run(*arguments: str) -> None:
        subprocess.run([str(OPENSSL), *arguments], cwd=folder, check=True, capture_output=True)

    key = ("-newkey", "rsa:2048", "-nodes", "-days", "2")
    run("req", "-x509", *key, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=edsim test authority")
    run("req", *key[:3], "-keyout", "host.key", "-out", "host.csr", "-subj", "/CN=127.0.0.1")
    signed = ("-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial", "-days", "2")
    run("x509", "-req", "-in", "host.csr", *signed, "-out", "host.pem")
    return {"ca": folder / "ca.pem", "cert": folder / "host.pem", "key": folder / "host.key"}


@contextmanager
def cluster(folder: Path, files: dict[str, Path]) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Start a scheduler and two workers that take nothing but TLS; give the address and the workers."""
    tls = ("--tls-ca-file", str(files["ca"]), "--tls-cert", str(files["cert"]), "--tls-key", str(files["key"]))
    common, place, started = (*tls, "--no-dashboard"), folder / "scheduler.json", []

    def start(module: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", f"distributed.cli.{module}", *arguments, *common]
        with (folder / f"{len(started)}.log").open("wb") as log:
            started.append(subprocess.Popen(command, stdout=log, stderr=log, start_new_session=True))
        return started[-1]

    try:
        start(
            "dask_scheduler", "--protocol", "tls", "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(place)
        )
        until(place.exists, "the scheduler")
        address = str(json.loads(place.read_text())["address"])
        workers = [start("dask_worker", address, "--nthreads", "1", "--no-nanny") for _ in range(2)]
        yield address, workers
    finally:
        for process in started:
            for part in (*below(process.pid), process):
                part.kill()
            process.wait()


def below(pid: int) -> list[psutil.Process]:
    return psutil.Process(pid).children(recursive=True) if psutil.pid_exists(pid) else []


def until(true: Callable[[], object], what: str, seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, f"waited too long for {what}"
        time.sleep(0.05)


def edsim(*arguments: str) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "edsim", "portfolio", *arguments]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


def said(process: subprocess.Popen[bytes]) -> str:
    return process.communicate(timeout=300)[0].decode()


def tables(store: Path) -> dict[str, bytes]:
    """Return file → content of all result tables of a store."""
    found = [p for p in (store / "runs").rglob("*") if p.suffix in {".csv", ".parquet"} and p.parent.name != "inputs"]
    return {str(p.relative_to(store)): p.read_bytes() for p in sorted(found)}


@pytest.mark.slow
@pytest.mark.skipif(OPENSSL is None, reason="makes its certificates with openssl")
def test_a_cluster_under_tls_gives_what_one_machine_gives(make_cases: Make, tmp_path: Path) -> None:
    """Proves: two studies on two TLS workers, one of them killed at work, equal the local result byte for byte.

    A client with certificates of another authority is refused. If ignored: outgrowing one machine changes results, a
    lost machine loses studies, or inputs travel in the clear.
    """
    cases = make_cases("one", "two")
    files = certificates(tmp_path / "tls")
    asked = ("run", str(cases), "--screening")
    local = edsim(*asked, "--out", str(tmp_path / "local"), "--workers", "1")
    assert "2 computed, 0 kept, 0 given up" in said(local)
    (tmp_path / "logs").mkdir()
    with cluster(tmp_path / "logs", files) as (address, workers):
        assert address.startswith("tls://")

        def keys(of: dict[str, Path]) -> tuple[str, ...]:
            return ("--tls-ca", str(of["ca"]), "--tls-cert", str(of["cert"]), "--tls-key", str(of["key"]))

        stranger = edsim(
            *asked, "--out", str(tmp_path / "no"), "--scheduler", address, *keys(certificates(tmp_path / "x"))
        )
        assert "E574" in said(stranger)
        assert stranger.returncode == 4
        run = edsim(*asked, "--out", str(tmp_path / "remote"), "--scheduler", address, *keys(files))
        until(lambda: below(workers[0].pid), "a case on the first worker")
        os.kill(workers[0].pid, signal.SIGKILL)
        assert "2 computed, 0 kept, 0 given up" in said(run)
        assert run.returncode == 0
        assert workers[0].wait(10) == -signal.SIGKILL
    assert len(tables(tmp_path / "local")) > 20
    assert tables(tmp_path / "remote") == tables(tmp_path / "local")
