"""Killed anywhere, a portfolio goes on: nothing finished is lost, nothing finished is computed again."""

import hashlib
import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from edsim.portfolio.tasks import PortfolioOptions, plan
from tests.support.chance import dice

Make = Callable[..., Path]
KILLS, KILLS_A_ROUND = 32, 8
CLIENT = """\
import sys
from edsim.core.errors import SolverError
from edsim.portfolio.queue import Engine
from edsim.portfolio.runs import run_portfolio

if __name__ == "__main__":
    engine = Engine(workers=2, scheduler=sys.argv[3])
    try:
        run_portfolio(sys.argv[1], sys.argv[2], engine=engine, runner="fake_runner:steady")
    except SolverError:
        sys.exit(4)
"""


class Party:
    """A portfolio run whose processes may be killed: client with own workers, or scheduler, workers and client."""

    def __init__(self, cases: Path, store: Path, remote: bool) -> None:
        self.procs: list[subprocess.Popen[bytes]] = []
        self.address = self._cluster(store.parent) if remote else ""
        script = store.parent / "client.py"
        script.write_text(CLIENT)
        self.client = self._start(str(script), str(cases), str(store), self.address)

    def _start(self, *arguments: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, *arguments], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True
        )
        self.procs.append(process)
        return process

    def _cluster(self, folder: Path) -> str:
        file = folder / f"scheduler-{time.monotonic_ns()}.json"
        module = "distributed.cli.dask_scheduler"
        common = ("--no-dashboard",)
        self._start("-m", module, "--host", "127.0.0.1", "--port", "0", "--scheduler-file", str(file), *common)
        while not file.exists():
            time.sleep(0.05)
        for _ in range(2):
            self._start("-m", "distributed.cli.dask_worker", "--scheduler-file", str(file), "--nthreads", "1", *common)
        return str(json.loads(file.read_text())["address"])

    def victims(self, kind: str) -> list[int]:
        """Return the processes of a kind that live now."""
        below = [c for p in self.procs if p.poll() is None for c in _children(p.pid)]
        cases = [c.pid for c in below if "edsim.portfolio.child" in _line(c)]
        workers = [c.pid for c in below if "spawn_main" in _line(c) and c.pid not in cases]
        return {
            "client": [self.client.pid],
            "scheduler": [self.procs[0].pid],
            "worker": workers + [p.pid for p in self.procs[1:3] if self.address and p.poll() is None],
            "case": cases,
        }[kind]

    def end(self) -> None:
        """End all that is left and wait until the processes of cases are gone too."""
        left = [c for p in self.procs if p.poll() is None for c in _children(p.pid)]
        for p in self.procs:
            with suppress(ProcessLookupError):
                p.kill()
            p.wait()
        psutil.wait_procs(left, timeout=20)


def _children(pid: int) -> list[psutil.Process]:
    with suppress(psutil.Error):
        return psutil.Process(pid).children(recursive=True)
    return []


def _line(process: psutil.Process) -> str:
    with suppress(psutil.Error):
        return " ".join(process.cmdline())
    return ""


def digests(store: Path) -> dict[str, str]:
    """Return file → digest of all run folders, manifests (which hold versions only) included."""
    files = sorted(p for p in (store / "runs").rglob("*") if p.is_file())
    return {str(p.relative_to(store)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def undisturbed(cases: Path, store: Path) -> dict[str, str]:
    party = Party(cases, store, remote=False)
    assert party.client.wait(120) == 0
    party.end()
    return digests(store)


@pytest.mark.slow
def test_thirty_kills_lose_and_repeat_nothing(make_cases: Make, tmp_path: Path) -> None:
    """Proves: after random kill -9 of clients, schedulers, workers and case processes the store is as if undisturbed.

    What a case killed last left half written goes with the next run. If ignored: a long portfolio would have to start
    again after every power cut.
    """
    chance, kills, number = dice(20), Counter[str](), 0
    while sum(kills.values()) < KILLS:
        number += 1
        names = [f"c{number}-{k}" for k in range(12)]
        cases, store = make_cases(*names, folder=f"round{number}"), tmp_path / f"store{number}"
        wanted = {t.id for t in plan(cases, PortfolioOptions()).tasks}
        _disturb(cases, store, chance, kills, remote=number % 2 == 0)
        if list((store / "runs").glob(".*")):  # of a case that outlived its worker until this test ended it
            undisturbed(cases, store)
        found = {p.parts[1] for p in map(Path, digests(store))}
        assert found == wanted
        _check_journal(cases / "journal")
        assert not list((store / "runs").glob(".*"))
        if number <= 2:
            calm = undisturbed(cases, tmp_path / f"calm{number}")
            assert digests(store) == calm


def _disturb(cases: Path, store: Path, chance: random.Random, kills: Counter[str], *, remote: bool) -> None:
    """Run a portfolio to its end while killing processes of it."""
    kinds = ("client", "scheduler", "worker", "case") if remote else ("client", "worker", "case")
    most = min(sum(kills.values()) + KILLS_A_ROUND, KILLS)
    for _ in range(40):
        party = Party(cases, store, remote)
        try:
            until = time.monotonic() + 90.0
            while party.client.poll() is None and time.monotonic() < until:
                if party.victims("case"):
                    time.sleep(chance.uniform(0.0, 1.0))
                kind = min(kinds, key=lambda k: (kills[k], chance.random()))
                alive = party.victims(kind) if party.victims("case") else []
                if party.client.poll() is None and alive and sum(kills.values()) < most:
                    with suppress(ProcessLookupError):
                        os.kill(chance.choice(alive), signal.SIGKILL)
                        kills[kind] += 1
                time.sleep(0.1)
                if party.address and party.procs[0].poll() is not None:
                    with suppress(subprocess.TimeoutExpired):
                        party.client.wait(40)
                    break
            if party.client.poll() == 0:
                return
        finally:
            party.end()
    raise AssertionError("the portfolio never came to its end")


def _check_journal(journal: Path) -> None:
    """Hold that no task was begun again after it had ended, and none ended twice."""
    ended: set[str] = set()
    for line in journal.read_text().splitlines():
        word, task = line.split()
        assert task not in ended, f"{task} was computed again after it was finished"
        if word == "end":
            ended.add(task)


@pytest.mark.slow
def test_ctrl_c_ends_soon_and_the_next_run_goes_on(make_cases: Make, tmp_path: Path) -> None:
    """Proves: Ctrl-C on the command line ends with 130 within seconds, and the same command finishes the rest."""
    cases, store = make_cases("one", "two"), tmp_path / "store"
    command = [sys.executable, "-m", "edsim", "portfolio", "run", str(cases), "--out", str(store), "--screening"]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, start_new_session=True)
    until = time.monotonic() + 60.0
    while not list((store / "running").glob("*.json")) and time.monotonic() < until:
        time.sleep(0.1)
    start = time.monotonic()
    os.killpg(process.pid, signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 130, errors.decode()
    assert time.monotonic() - start < 8.0
    assert b"Traceback" not in errors
    assert not [p for p in psutil.process_iter() if str(store) in _line(p)]
