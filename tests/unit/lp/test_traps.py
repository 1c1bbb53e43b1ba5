"""The traps of the solver, by number: each was measured, each would give a wrong or no answer without its guard.

1 a badly scaled objective called optimal; 2 a solver that is wrong though it says optimal; 3 a time limit not kept;
4 a changed thread count; 5 signals without effect; 6 an irreducible infeasible subset that never ends.
"""

import os
import signal
import subprocess
import sys
import textwrap
import time
from dataclasses import replace
from pathlib import Path
from threading import Event, Timer

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError, SolverError
from edsim.lp import HighsSession, SolverOptions, running, solve_arrays

ROOT = Path(__file__).resolve().parents[3]


@pytest.mark.parametrize("factor", [1e-6, 1e-9, 1e9])
def test_trap_1_badly_scaled_objective(district, factor):
    """Proves: costs of 1e-9 give the true optimum. If ignored: HiGHS says optimal at a cost up to twice too high."""
    lp = district(0, 48)
    expected = solve_arrays(lp).objective
    assert solve_arrays(replace(lp, cost=lp.cost * factor)).objective == pytest.approx(factor * expected, rel=1e-9)


@pytest.mark.medium
def test_trap_3_time_limit_bites(district):
    """Proves: the limit holds, also on a second run of one session (HiGHS counts the time of all runs)."""
    session = HighsSession(district(3, 2016))
    for _ in range(2):
        started = time.process_time()
        result = session.solve(SolverOptions(method="simplex", time_limit_s=0.5))
        assert time.process_time() - started < 3.0
        assert result.status == "time_limit"
        assert result.x is None
    with pytest.raises(SolverError, match="time_limit"):
        result.values()


def test_trap_4_thread_count_may_change(district):
    """Proves: another thread count in one process still solves. If ignored: status Not Set, objective 0."""
    for threads in (1, 2, 1):
        result = solve_arrays(district(0, 48), SolverOptions(threads=threads))
        assert result.status == "optimal"


@pytest.mark.medium
def test_trap_3_time_limit_of_interior_point_gives_no_objective(district):
    """Proves: HiPO stopped by time has no result. If ignored: it reports an objective of 0."""
    result = solve_arrays(district(3, 2016), SolverOptions(method="hipo", time_limit_s=0.3))
    assert result.status == "time_limit"
    assert result.objective is None


SLOWLY = pytest.mark.slow


@pytest.mark.parametrize(
    "method",
    ["simplex", *(pytest.param(m, marks=SLOWLY) for m in ("hipo", "ipx", "hipdlp"))],
)
def test_cancel_from_another_thread(district, method):
    session = HighsSession(district(3, 2016), SolverOptions(method=method, optimality_tolerance=1e-8))
    timer = Timer(0.4, session.cancel)
    timer.start()
    started = time.process_time()
    result = session.solve()
    assert time.process_time() - started < 3.4
    assert result.status == "interrupted"


INTERRUPTED = """
    import signal, sys
    sys.path[:0] = [{root!r}, {benchmarks!r}]
    import d1
    from contenders import edsim_
    from edsim.lp import HighsSession, SolverOptions
    def stop(*_):
        raise SystemExit(130)
    signal.signal(signal.SIGTERM, stop)
    session = HighsSession(edsim_.build(d1.make(3, 4032)), SolverOptions(method={method!r}))
    print("solving", flush=True)
    session.solve()
"""


def cpu_s_of(pid: int) -> float:
    """Return the processor time of a process so far: other work on the machine does not count."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@pytest.mark.slow
@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads the processor time of a process from /proc")
@pytest.mark.parametrize("method", ["simplex", "hipo", "hipdlp"])
@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_trap_5_signals_end_a_solve_within_three_seconds(method, sent):
    """Proves: Ctrl-C and SIGTERM work during a solve. If ignored: HiGHS holds the process to the end."""
    code = textwrap.dedent(INTERRUPTED).format(root=str(ROOT), benchmarks=str(ROOT / "benchmarks"), method=method)
    child = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with child:
        assert child.stdout.readline() == b"solving\n"
        time.sleep(1.0)
        before_s = cpu_s_of(child.pid)
        os.kill(child.pid, sent)
        _, status, used = os.wait4(child.pid, 0)
        child.returncode = code = os.waitstatus_to_exitcode(status)
        assert used.ru_utime + used.ru_stime - before_s < 3.0
        assert code in {130, -signal.SIGINT, 1}


@pytest.mark.medium
def test_trap_2_two_methods_agree(district):
    """Proves: two methods that share no steps agree to 1e-9. If ignored: one method's false optimum goes unseen."""
    lp = district(0, 168)
    simplex, interior = (solve_arrays(lp, SolverOptions(method=m)) for m in ("simplex", "ipx"))
    assert simplex.objective == pytest.approx(interior.objective, rel=1e-8)
    assert max(simplex.primal_residual, interior.primal_residual) < 1e-6


@pytest.mark.medium
@pytest.mark.parametrize("waits", [True, False])
def test_trap_3_a_solver_that_never_stops_is_abandoned(district, monkeypatch, waits):
    """Proves: the watchdog returns without the solver's consent, and the session is not used again.

    One solver works on and is abandoned by its processor time, the other waits for ever, by the clock.
    """
    may_stop, stopped = Event(), Event()

    def endless(_):
        while not may_stop.wait(10.0 if waits else 0.0):
            pass
        stopped.set()

    monkeypatch.setattr(running, "solve_thread", endless)
    monkeypatch.setattr(running, "WATCHDOG_GRACE_S", 0.2)
    monkeypatch.setattr(running, "WALL_PER_CPU", 2.0 if waits else 1000.0)
    session = HighsSession(district(0, 48))
    result = session.solve(SolverOptions(time_limit_s=0.2))
    assert not stopped.is_set()
    may_stop.set()
    assert result.status == "time_limit"
    assert result.x is None
    with pytest.raises(SolverError, match="open a new session"):
        session.solve()


def uses(monkeypatch, seconds):
    """Let a solve have used so much of the processor, whatever the machine does."""
    monkeypatch.setattr(running, "processor_clock", lambda: lambda: seconds)


def test_trap_3_a_solve_that_gets_no_processor_is_not_ended(district, monkeypatch):
    """Proves: the limit counts what the solve itself used. If ignored: a busy machine ends it without a design.

    The clock is far past the limit; the solve has used nothing of it and is let go on to its optimum.
    """
    uses(monkeypatch, 0.0)
    monkeypatch.setattr(running, "WALL_PER_CPU", 1e6)
    lp = district(0, 168)
    result = solve_arrays(lp, SolverOptions(method="simplex", time_limit_s=1e-3))
    assert result.status == "optimal"
    assert result.objective == pytest.approx(solve_arrays(lp, SolverOptions(method="simplex")).objective, rel=1e-9)


@pytest.mark.medium
@pytest.mark.parametrize("method", ["simplex", "hipo"])
def test_trap_3_a_solve_that_used_its_processor_seconds_ends(district, monkeypatch, method):
    """Proves: used-up processor seconds end a solve through its callbacks, and it is not abandoned.

    The next solve of the session has a limit of its own. If ignored: the limit is never kept, or ends all that follow.
    """
    uses(monkeypatch, 1.0)
    monkeypatch.setattr(running, "WALL_PER_CPU", 1e6)
    session = HighsSession(district(0, 672), SolverOptions(method=method))
    result = session.solve(SolverOptions(method=method, time_limit_s=0.5))
    assert (result.status, result.x, result.message) == ("time_limit", None, "Time limit reached")
    assert session.solve(SolverOptions(method=method, time_limit_s=2.0)).status == "optimal"


@pytest.mark.slow
def test_trap_6_an_infeasible_year_is_explained_by_slack():
    """Proves: 8760 h with too little boiler say how many kW are missing, in seconds.

    Boilers of 700 kW serve 1000 kW in one hour: 300 kW are short. If an irreducible infeasible subset were sought
    instead: minutes, and an arbitrary hour.
    """
    from edsim.core.registry import load_kinds
    from edsim.core.tariff import Tariff
    from edsim.core.technology import Conditions
    from edsim.core.timegrid import full_year
    from edsim.optimization.sizing.certify import DesignOptions, design
    from edsim.optimization.system import System

    kinds = load_kinds("edsim.technologies")
    year = np.ones(8760)
    demand = 500.0 * year
    demand[3000] = 1000.0
    gas = Tariff(0.05 * year, 0 * year, np.zeros(12), 0.0, 0.2 * year, 1.0)
    around = Conditions(
        full_year(),
        25.0 * year,
        20.0 * year,
        101325.0,
        supply_temp_c={"hot_water": 90.0},
        return_temp_c={"hot_water": 70.0},
        fuels={"natural_gas": gas},
    )
    machines = (
        kinds["boiler"](id="boilers", max_capacity_kw=700.0),
        kinds["fuel_supply"](id="gas", fuel="natural_gas"),
    )
    system = System(machines, {("energy_center", "hot_water"): demand}, {"energy_center": around}, 0.08, 1.0, 100.0)
    started = time.process_time()
    with pytest.raises(InfeasibleError, match=r"short by up to 300 kW \(day 126, 0:00\) in 1 hours") as caught:
        design(system, DesignOptions(mode="full_year"))
    assert time.process_time() - started < 20.0
    assert "boilers.max_capacity_kw = 700" in str(caught.value)


def test_trap_6_no_irreducible_subset_over_a_year():
    """Proves: no part of the product asks HiGHS for an irreducible infeasible subset, which takes minutes on a year."""
    asked = [p for p in (ROOT / "edsim").rglob("*.py") if "getIis" in p.read_text(encoding="utf-8")]
    assert asked == []
