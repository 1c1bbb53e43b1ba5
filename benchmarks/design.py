"""Routes to a design of D1 over the full year, each a process; one JSON line with CPU seconds (all children counted).

python design.py full [--method hipo]          HiPO to 1e-8: the reference; `--method steps` solves by time structure
python design.py screening [--days 20]         typical days, then 8760 hours with the sizes fixed; the whole year only
python design.py certified [--method steps]    loose full-year solve, sizes fixed, dispatch, bound in numpy
python design.py all [--reps 3]                full, screening, certified and full by steps in turn, each a process
                                               every route: [--seed 7]; full and certified: [--hours 8760]
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import d1
import d1_days
import numpy as np

LOOSE = {"steps": 1e-3, "hipdlp": 1e-4, "hipo": 1e-3, "ipx": 1e-3}
DISPATCH = "steps"
ROUNDED_UP = 1 + 2e-4
"""Factor on the sizes of a loose solve, whose rows hold to its tolerance only: without it an hour is short by 1 kWh."""


class Clock:
    """CPU seconds since the start, and by stage; says each stage as it ends."""

    def __init__(self):
        self.start = self.last = time.process_time()
        self.stages = {}

    def lap(self, name):
        """Close a stage."""
        now = time.process_time()
        self.stages[name] = round(now - self.last, 2)
        self.last = now
        print(f"{name}: {self.stages[name]} CPU s", file=sys.stderr, flush=True)

    def total(self):
        """Return CPU seconds since the start."""
        return round(time.process_time() - self.start, 2)


def solve(lp, method, tolerance=None):
    """Return the answer of the product to a program."""
    from edsim.lp import HighsSession, SolverOptions

    return HighsSession(lp, SolverOptions(method=method, optimality_tolerance=tolerance)).solve()


def full(d, a, clock):
    """Return the optimum of all hours with its bound."""
    from edsim.lp import safe_lower_bound

    lp = d1_days.year(d)
    clock.lap("build")
    r = solve(lp, a.method or "hipo")
    clock.lap("solve")
    lower = safe_lower_bound(lp, lp.cost, r.row_dual, d1_days.box(d, lp))
    clock.lap("bound")
    out = {"status": r.status, "method": r.method, "iterations": r.iterations, "objective": r.objective}
    return out | {"residual": r.primal_residual, "lower_bound": lower}


def dispatch(lp, capacities, clock):
    """Return cost and unserved energy of the year with the sizes fixed."""
    slack = d1_days.fixed(d1_days.with_slack(lp), capacities)
    r = solve(slack, DISPATCH)
    clock.lap("dispatch")
    return {
        "dispatch_method": r.method,
        "upper_bound": r.objective,
        "unserved": float(r.values()[lp.num_cols :].sum()),
        "residual": r.primal_residual,
    }


def screening(d, a, clock):
    """Return the design found on typical days, dispatched over the year."""
    lp = d1_days.year(d)
    clock.lap("build")
    grid = d1_days.choose(d, a.days)
    clock.lap("days")
    small = d1_days.typical(d, grid)
    r = solve(small, a.sizing)
    clock.lap("sizing")
    out = {"days": grid.n_periods, "typical_objective": r.objective}
    return out | dispatch(lp, r.values()[: len(d1.CAPACITIES)], clock)


def certified(d, a, clock):
    """Return the design of a loose solve, dispatched over the year, and its gap."""
    from edsim.lp import safe_lower_bound

    lp = d1_days.year(d)
    clock.lap("build")
    method = a.method or "steps"
    r = solve(lp, method, a.tolerance or LOOSE[method])
    clock.lap("loose")
    lower = safe_lower_bound(lp, lp.cost, r.row_dual, d1_days.box(d, lp))
    clock.lap("bound")
    out = {"method": r.method, "iterations": r.iterations, "lower_bound": lower}
    sizes = np.minimum(ROUNDED_UP * r.values()[: len(d1.CAPACITIES)], lp.col_upper[: len(d1.CAPACITIES)])
    out |= dispatch(lp, sizes, clock)
    return out | {"certified_gap": (out["upper_bound"] - lower) / out["upper_bound"]}


def in_turn(reps, seed):
    """Run the routes in turn, each a process; print a line per run and the medians of the ratios to the first."""
    routes = {"full": ["full"], "screening": ["screening"], "certified": ["certified"]}
    routes["full by steps"] = ["full", "--method", "steps"]
    seconds = {name: [] for name in routes}
    for _ in range(reps):
        for name, words in routes.items():
            command = [sys.executable, __file__, *words, "--seed", str(seed)]
            done = subprocess.run(command, capture_output=True, text=True, check=True)
            print(name, done.stdout.splitlines()[-1], flush=True)
            seconds[name].append(json.loads(done.stdout.splitlines()[-1])["cpu_s"])
    for name, own in seconds.items():
        ratio = statistics.median(a / b for a, b in zip(own, seconds["full"], strict=True))
        print(f"{name}: median {statistics.median(own):.1f} CPU s, {ratio:.2f} of full (n = {reps})")


def main():
    """Run a route, or all in turn."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("route", choices=["full", "screening", "certified", "all"])
    p.add_argument("--hours", type=int, default=d1.HOURS)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--days", type=int, default=20)
    p.add_argument("--sizing", default="hipo")
    p.add_argument("--method", choices=sorted(LOOSE))
    p.add_argument("--tolerance", type=float)
    p.add_argument("--reps", type=int, default=1)
    a = p.parse_args()
    if a.route == "all":
        in_turn(a.reps, a.seed)
        return
    d = d1.make(0, a.hours, a.seed)
    clock = Clock()
    out = {"full": full, "screening": screening, "certified": certified}[a.route](d, a, clock)
    known = {k: float(v) if isinstance(v, np.floating) else v for k, v in out.items()}
    print(json.dumps({"route": a.route, "hours": a.hours, "cpu_s": clock.total(), **known, "stages": clock.stages}))


if __name__ == "__main__":
    main()
