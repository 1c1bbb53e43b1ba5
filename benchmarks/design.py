"""Routes to a design of D1 over the full year, each a process; one JSON line with CPU seconds (all children counted).

python design.py full                          HiPO to 1e-8: the reference
python design.py screening [--days 30]         typical days, then 8760 hours with the sizes fixed
python design.py certified [--method hipdlp]   loose full-year solve, sizes fixed, dispatch, bound in numpy
"""

import argparse
import json
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import d1
import d1_days
import numpy as np

LOOSE = {"hipdlp": 1e-4, "hipo": 1e-3, "ipx": 1e-3}


class Clock:
    """CPU seconds since the start, and by stage."""

    def __init__(self):
        self.start = self.last = time.process_time()
        self.stages = {}

    def lap(self, name):
        now = time.process_time()
        self.stages[name] = round(now - self.last, 2)
        self.last = now

    def total(self):
        return round(time.process_time() - self.start, 2)


def solve(lp, method, tolerance=None):
    from edsim.lp import HighsSession, SolverOptions

    return HighsSession(lp, SolverOptions(method=method, optimality_tolerance=tolerance)).solve()


def full(d, _, clock):
    lp = d1_days.year(d)
    clock.lap("build")
    r = solve(lp, "hipo")
    clock.lap("solve")
    return {"status": r.status, "objective": r.objective, "residual": r.primal_residual}


def dispatch(lp, capacities, clock):
    """Return cost and unserved energy of the year with the sizes fixed."""
    slack = d1_days.fixed(d1_days.with_slack(lp), capacities)
    r = solve(slack, "hipo")
    clock.lap("dispatch")
    return {
        "upper_bound": r.objective,
        "unserved": float(r.values()[lp.num_cols :].sum()),
        "residual": r.primal_residual,
    }


def screening(d, a, clock):
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
    from edsim.lp import safe_lower_bound

    lp = d1_days.year(d)
    clock.lap("build")
    r = solve(lp, a.method, a.tolerance or LOOSE[a.method])
    clock.lap("loose")
    lower = safe_lower_bound(lp, lp.cost, r.row_dual, d1_days.box(d, lp))
    clock.lap("bound")
    out = {"method": r.method, "iterations": r.iterations, "lower_bound": lower}
    out |= dispatch(lp, r.values()[: len(d1.CAPACITIES)], clock)
    return out | {"certified_gap": (out["upper_bound"] - lower) / out["upper_bound"]}


def main():
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("route", choices=["full", "screening", "certified"])
    p.add_argument("--hours", type=int, default=d1.HOURS)
    p.add_argument("--days", type=int, default=30)
    p.add_argument("--sizing", default="auto")
    p.add_argument("--method", default="hipdlp", choices=sorted(LOOSE))
    p.add_argument("--tolerance", type=float)
    a = p.parse_args()
    d = d1.make(0, a.hours)
    clock = Clock()
    out = {"full": full, "screening": screening, "certified": certified}[a.route](d, a, clock)
    known = {k: float(v) if isinstance(v, np.floating) else v for k, v in out.items()}
    print(json.dumps({"route": a.route, "hours": a.hours, "cpu_s": clock.total(), **known, "stages": clock.stages}))


if __name__ == "__main__":
    main()
