"""Several processes solve the alternatives of a study: the same figures, whatever becomes of a worker."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psutil
import pytest

from edsim.core.errors import CaseError, Finding, InfeasibleError
from edsim.studies import workers as module
from edsim.studies.bench import silent
from edsim.studies.sweep import Evaluator
from edsim.studies.vary import Point
from edsim.studies.workbench import Workbench
from edsim.studies.workers import sensible_workers, solved_by_workers

RATE = "finance.discount_rate_frac"
POINTS = [Point(f"{k}", {RATE: 0.05 + 0.01 * k}) for k in range(4)]


class Answering:
    """Stands for a prepared case: every alternative is refused, or ends the worker, as its name says."""

    variant, redesign, progress = "district", False, staticmethod(silent)

    def solve(self, case: Any, _: str) -> Any:
        """Refuse, end the process or wait, as the name of the case says."""
        if case == "dies" and os.environ.get("EDSIM_TEST_STARTER") != str(os.getpid()):
            os._exit(1)
        if case == "faulty":
            raise CaseError.of([Finding("E123", "outside its limits")])
        if case == "lasts":
            time.sleep(60.0)
        raise InfeasibleError.of([Finding("E510", f"nothing for {case}")])


@pytest.fixture
def answered(monkeypatch: pytest.MonkeyPatch) -> Callable[..., dict[int, str]]:
    """Return a function that gives the notes of alternatives by number."""
    monkeypatch.setenv("EDSIM_TEST_STARTER", str(os.getpid()))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[3]))

    def notes(*cases: str, workers: int = 2) -> dict[int, str]:
        jobs: Any = [(k, Point(name, {}), name) for k, name in enumerate(cases)]
        bench: Any = Answering()
        return {k: o.note for k, o in solved_by_workers(bench, "optimized", jobs, workers)}

    return notes


@pytest.mark.medium
def test_every_alternative_is_answered_once_also_where_workers_die(answered: Callable[..., dict[int, str]]) -> None:
    """Breaks if a job of a dead worker were lost: the study would wait for ever, or miss a row."""
    cases = ("a", "dies", "b", "dies", "c", "dies", "d")
    found = answered(*cases)
    assert {k: cases[k] in note for k, note in found.items()} == dict.fromkeys(range(len(cases)), True)


@pytest.mark.medium
def test_what_a_worker_refuses_ends_the_study_as_without_workers(answered: Callable[..., dict[int, str]]) -> None:
    """Breaks if an error of the case became a row without result, or workers went on without a study."""
    with pytest.raises(CaseError) as caught:
        answered("a", "faulty", "b")
    assert caught.value.findings[0].code == "E123"
    assert [c for c in psutil.Process().children() if "workers import work" in " ".join(c.cmdline())] == []


@pytest.mark.medium
@pytest.mark.skipif(sys.platform == "win32", reason="kills by a signal of POSIX")
def test_workers_end_with_the_program_that_started_them() -> None:
    """Breaks if a killed study left its workers solving: they would hold memory and processors for hours."""
    program = (
        "from tests.unit.studies.test_workers import Answering, solved_by_workers, Point\n"
        "print('up', flush=True)\n"
        "list(solved_by_workers(Answering(), 'optimized', [(k, Point('', {}), 'lasts') for k in range(2)], 2))\n"
    )
    home = Path(__file__).parents[3]
    environment = os.environ | {"PYTHONPATH": str(home)}
    starter = subprocess.Popen([sys.executable, "-c", program], cwd=home, env=environment, stdout=subprocess.PIPE)
    assert starter.stdout is not None
    with starter.stdout:
        assert starter.stdout.readline() == b"up\n"
    started: list[psutil.Process] = []
    while len(started) < 2:
        started = psutil.Process(starter.pid).children()
        time.sleep(0.05)
    starter.kill()
    starter.wait()
    _, alive = psutil.wait_procs(started, timeout=60.0)
    assert alive == []


@pytest.mark.slow
def test_figures_are_the_same_with_any_number_of_workers_in_any_order(bench: Workbench) -> None:
    """Breaks if a solve started from the one before it: a table would hang on the machine, or on where it was stopped.

    Sizes are found anew for prices, limits and machines, so that costs, sides and coefficients of the model change.
    """
    points = [
        *(Point(f"cost {c}", {"technologies.chillers.capex_per_kw": c}) for c in (300.0, 900.0)),
        *(Point(f"cop {c}", {"technologies.chillers.rated_cop": c}) for c in (5.5, 7.0)),
        *(Point(f"rate {c}", {RATE: c}) for c in (0.05, 0.11)),
    ]
    alone = Evaluator(bench, "optimized").outcomes(points)
    assert {o.status for o in alone} == {"screening"}
    both = Evaluator(bench, "optimized", workers=2).outcomes(points[::-1])[::-1]
    assert [repr(o) for o in both] == [repr(o) for o in alone]


def test_few_alternatives_are_solved_by_few_processes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Breaks if three alternatives were spread over sixty processors, or sixty workers over the memory of ten."""
    memory = type("Memory", (), {"available": 100e9})
    monkeypatch.setattr(module.os, "sched_getaffinity", lambda _: set(range(60)), raising=False)
    monkeypatch.setattr("psutil.virtual_memory", lambda: memory)
    assert [sensible_workers(n) for n in (0, 1, 3, 4, 40, 1000)] == [1, 1, 1, 2, 20, 60]
    monkeypatch.setattr(memory, "available", 2.5e9)
    assert sensible_workers(1000) == 2
    monkeypatch.setattr(memory, "available", 0.1e9)
    assert sensible_workers(1000) == 1
