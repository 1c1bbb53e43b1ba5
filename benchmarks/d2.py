"""D2: D1 with on/off and a least load (two chillers, CHP) and a fixed investment per site; two routes, one JSON line.

python d2.py plain --limit 60 [--hours 1344]   one mixed-integer program, HiGHS as it is, stopped after so many CPU s
python d2.py edsim [--hours 1344]              relaxation, sites, weekly windows, dispatch, sizes again, bound in numpy
                                               both: [--seed 7]
python d2.py both [--seeds 7,8,9]              for each seed `edsim`, then `plain` stopped at its CPU s; a table

Sites are chosen by slope scaling: the relaxation with every fixed investment spread over the size it had in the round
before, the cheapest set kept; a mixed-integer choice of sites takes minutes at 1344 hours.
"""

import argparse
import json
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

import d1
import d1_days
import numpy as np
from contenders import edsim_
from design import Clock, solve

LEAST_LOAD = {"ch1": 0.25, "ch2": 0.3, "chp": 0.5}
_SITE = {  # money per site, before the annuity
    "pv": 150e3,
    "bE": 120e3,
    "ch1": 400e3,
    "ch2": 250e3,
    "ac": 350e3,
    "wh": 500e3,
    "gb": 100e3,
    "chp": 900e3,
    "hp": 450e3,
    "cE": 300e3,
    "hE": 250e3,
}
MONEY = 1000.0
WINDOW_LIMIT_S = 300.0
"""Wall-clock limit of a window, far above what one takes: one that bites finds worse plans on a loaded machine."""
SLIVER = 1e-4
"""A size below this share of its largest is not built."""


def site_cost(hours):
    """Return what each site costs over the hours."""
    factor = (d1.annuity(0.06, 20) + 0.02) * hours / d1.HOURS / MONEY
    return {k: v * factor for k, v in _SITE.items()}


def program(d, sizes=None):
    """Return D2 compiled without integrality; with `sizes` given, its dispatch with a slack.

    While a size is free, on/off is tied to the largest size; with the size fixed the ties are exact.
    """
    from edsim.lp import Constraint, Objective, Set, Var, compile_model

    m = edsim_.model(d)
    cost = site_cost(d.hours)
    m.SITES = Set(initialize=list(cost))
    m.site = Var(m.SITES, bounds=(0, 1))
    for k, least in LEAST_LOAD.items():
        on = Var(m.T, bounds=(0, 1))
        setattr(m, f"on_{k}", on)
        x, top = getattr(m, k), float(d.capacity_max[k] if sizes is None else sizes[k])
        setattr(m, f"on_most_{k}", Constraint(m.T, rule=lambda _, t, x=x, on=on, top=top: x[t] <= top * on[t]))
        exact = sizes is not None
        rule = _least_fixed(x, on, least * top) if exact else _least_free(m.cap[k], x, on, least, top)
        setattr(m, f"on_least_{k}", Constraint(m.T, rule=rule))
    for k in cost:
        top = d.capacity_max[k] if sizes is None else max(float(sizes[k]), 1e-9)
        setattr(m, f"site_{k}", Constraint(expr=m.cap[k] <= top * m.site[k]))
    m.del_component("obj")
    m.obj = Objective(rule=lambda m: edsim_.yearly_cost(m, d) + sum(v * m.site[k] for k, v in cost.items()))
    lp = compile_model(m)
    if sizes is None:
        return lp
    return d1_days.fixed(lp, [sizes[k] for k in d1.CAPACITIES])


def _least_free(size, x, on, least, top):
    """Return the rule of least load while the size is free."""
    return lambda _, t: x[t] - least * size - least * top * on[t] >= -least * top


def _least_fixed(x, on, least):
    """Return the rule of least load with the size fixed."""
    return lambda _, t: x[t] >= least * on[t]


def integrality(lp, *, running):
    """Return which columns are whole: sites, and what runs if asked."""
    out = np.zeros(lp.num_cols, np.uint8)
    out[lp.columns_of("site")] = 1
    if running:
        for k in LEAST_LOAD:
            out[lp.columns_of(f"on_{k}")] = 1
    return out


def plain(d, a, clock):
    """Return both bounds of one mixed-integer program in HiGHS, stopped after so many CPU seconds."""
    import highspy

    lp = program(d)
    clock.lap("build")
    h = highspy.Highs()
    h.silent()
    matrix = (lp.indptr, lp.indices, lp.data, integrality(lp, running=True).astype(np.int32))
    sides = (lp.col_lower, lp.col_upper, lp.row_lower, lp.row_upper)
    h.passModel(lp.num_cols, lp.num_rows, lp.nnz, 2, 1, 0.0, lp.cost, *sides, *matrix)
    limit, began = a.limit, time.process_time()

    def stop(event):
        if time.process_time() - began > limit:
            event.interrupt()

    h.cbMipInterrupt.subscribe(stop)
    h.cbSimplexInterrupt.subscribe(stop)
    h.run()
    clock.lap("solve")
    info = h.getInfo()
    return {"upper_bound": info.objective_function_value, "lower_bound": info.mip_dual_bound}


def choose_sites(lp, relaxed, rounds):
    """Return x with the best set of sites found by slope scaling, sizes anew for that set."""
    fixed = np.array(list(site_cost(lp_hours(lp)).values()))
    site = np.arange(lp.num_cols)[lp.columns_of("site")]
    cap = np.array([d1.CAPACITIES.index(k) for k in _SITE])
    top = lp.col_upper[cap]
    x, slope, best, chosen = relaxed.values(), fixed / top, np.inf, None
    for left in reversed(range(rounds + 1)):
        used = x[cap] > SLIVER * top
        true = float(lp.cost @ x - fixed @ x[site] + fixed[used].sum())
        if true < best:
            best, chosen = true, used
        if not left:
            break
        slope = np.where(used, fixed / np.maximum(x[cap], SLIVER * top), slope)
        cost = lp.cost.copy()
        cost[site] = 0.0
        cost[cap] += slope
        x = solve(replace(lp, cost=cost), "steps").values()
    low, high = lp.col_lower.copy(), lp.col_upper.copy()
    low[site] = high[site] = chosen.astype(float)
    return solve(replace(lp, col_lower=low, col_upper=high), "steps")


def size_again(lp, plan, sizes, x):
    """Return the cost with sizes free for the sites that stand and the units that run in `x`."""
    low, high = lp.col_lower.copy(), lp.col_upper.copy()
    site = lp.columns_of("site")
    low[site] = high[site] = np.array([float(sizes[k] > 0.0) for k in _SITE])
    for k in LEAST_LOAD:
        at = f"on_{k}"
        low[lp.columns_of(at)] = high[lp.columns_of(at)] = np.round(x[plan.columns_of(at)])
    found = solve(replace(lp, col_lower=low, col_upper=high), "steps")
    return found.objective if found.usable else np.inf


def lp_hours(lp):
    """Return the number of hours of a program."""
    return lp.columns["on_chp"].size


def edsim(d, a, clock):
    """Return both bounds of the route of the product."""
    from edsim.lp import safe_lower_bound
    from edsim.optimization.whole.commitment_windows import Staircase, WindowOptions, commit

    lp = program(d)
    clock.lap("build")
    relaxed = solve(lp, "steps")
    clock.lap("relaxation")
    lower = safe_lower_bound(lp, lp.cost, relaxed.row_dual, d1_days.box(d, lp))
    clock.lap("bound")
    sites = choose_sites(lp, relaxed, a.rounds)
    clock.lap("sites")
    n = len(d1.CAPACITIES)
    sizes = {k: 0.0 if v < 1e-6 else float(v) for k, v in zip(d1.CAPACITIES, sites.values()[:n], strict=True)}
    plan = program(d, sizes)
    step = plan.step_of_columns(d.hours)
    whole = integrality(plan, running=True).astype(bool)
    slack = d1_days.with_slack(plan)
    more = slack.num_cols - plan.num_cols
    dispatch = solve(slack, "auto")
    clock.lap("dispatch")
    step = np.concatenate([step, np.tile(np.arange(d.hours), 3)])
    running = np.concatenate([whole & (step[: plan.num_cols] >= 0), np.zeros(more, dtype=bool)])
    none = np.zeros(slack.num_cols, dtype=bool)
    stairs = Staircase(slack, step, running, none, none)
    x = commit(stairs, dispatch.values(), WindowOptions(gap_frac=a.window_gap, time_limit_s=WINDOW_LIMIT_S))
    clock.lap("windows")
    low, high = slack.col_lower.copy(), slack.col_upper.copy()
    low[running] = high[running] = x[running]
    final = solve(replace(slack, col_lower=low, col_upper=high), "auto")
    clock.lap("final dispatch")
    resized = size_again(lp, plan, sizes, x)
    clock.lap("sizes again")
    upper = min(resized, final.objective)
    out = {"upper_bound": upper, "lower_bound": lower, "relaxed_dispatch": dispatch.objective}
    out |= {"before_sizes_again": final.objective}
    out |= {"sites_objective": sites.objective, "sizes": sizes}
    return out | {"unserved": float(final.values()[plan.num_cols :].sum()), "residual": final.primal_residual}


def both(a):
    """Run edsim, then plain HiGHS stopped at the CPU seconds edsim took, for each seed; each a process."""
    print("| seed | edsim CPU s | cost | bound | gap | plain CPU s | cost | bound | gap | ratio of gaps |")
    print("|" + "---|" * 10)
    for seed in a.seeds.split(","):
        own = _apart(["edsim", "--rounds", str(a.rounds), "--window-gap", str(a.window_gap)], seed, a.hours)
        other = _apart(["plain", "--limit", str(own["cpu_s"])], seed, a.hours)
        cells = [seed]
        for r in (own, other):
            cells += [f"{r['cpu_s']:.1f}", f"{r['upper_bound']:.3f}", f"{r['lower_bound']:.3f}", f"{r['gap']:.2%}"]
        print("| " + " | ".join([*cells, f"{own['gap'] / other['gap']:.2f}"]) + " |", flush=True)
        print(f"unserved {own['unserved']:.2e}, residual {own['residual']:.1e}", file=sys.stderr, flush=True)


def _apart(words, seed, hours):
    """Return the line of JSON of one run in a process of its own."""
    command = [sys.executable, __file__, *words, "--seed", seed, "--hours", str(hours)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return json.loads(done.stdout.splitlines()[-1])


def main():
    """Run a route, or both for each seed."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("route", choices=["plain", "edsim", "both"])
    p.add_argument("--hours", type=int, default=1344)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--seeds", default="7,8,9")
    p.add_argument("--limit", type=float, default=60.0)
    p.add_argument("--rounds", type=int, default=3)
    p.add_argument("--window-gap", type=float, default=5e-3)
    a = p.parse_args()
    if a.route == "both":
        both(a)
        return
    clock = Clock()
    out = {"plain": plain, "edsim": edsim}[a.route](d1.make(0, a.hours, a.seed), a, clock)
    gap = (out["upper_bound"] - out["lower_bound"]) / out["upper_bound"]
    print(
        json.dumps(
            {
                "route": a.route,
                "hours": a.hours,
                "seed": a.seed,
                "cpu_s": clock.total(),
                "gap": gap,
                **out,
                "stages": clock.stages,
            }
        )
    )


if __name__ == "__main__":
    main()
