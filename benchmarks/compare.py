"""Build D1 with several contenders, interleaved, each run a process; medians and ratios to the first as one table.

python compare.py [--nodes N[,N...]] [--hours T] [--reps R] [--peers PYTHON] [--oemof PYTHON] raw edsim_ linopy_ ...

With several numbers of nodes, also the growth exponent of CPU seconds on the nonzeros of the first contender, whose
matrix is the leanest form of the problem.
"""

import argparse
import json
import math
import os
import statistics
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

HERE = Path(__file__).resolve().parent
OWN = {"raw", "edsim_"}
Runs = dict[str, list[dict]]


def run_once(python: str, name: str, nodes: int, hours: int) -> dict:
    """Return the line of JSON of one run in a process of its own."""
    command = [python, str(HERE / "run_one.py"), name, "--nodes", str(nodes), "--hours", str(hours)]
    environment = os.environ | {"PYTHONPATH": str(HERE.parent)}
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parent, env=environment)
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads([line for line in done.stdout.splitlines() if line.startswith("{")][-1])


def total(run: dict) -> float:
    """Return the CPU seconds of build and hand-over."""
    return run["build_cpu_s"] + run["hand_over_cpu_s"]


def table(runs: Runs) -> str:
    """Return medians per contender; the ratio is the median of the ratios within a round."""
    titles = (
        "contender | n | import | build | hand-over | build+hand-over | min-max | ratio | peak MB | rows | nonzeros"
    )
    lines = [f"| {titles} |", "|" + "---|" * 11]
    base = [total(r) for r in next(iter(runs.values()))]
    for name, rows in runs.items():
        mid = {k: statistics.median(r[k] for r in rows) for k in rows[0] if k != "contender"}
        both = [total(r) for r in rows]
        ratio = statistics.median(b / a for a, b in zip(base, both, strict=True))
        cells = [name, len(rows), *(f"{mid[k]:.3f}" for k in ("import_cpu_s", "build_cpu_s", "hand_over_cpu_s"))]
        cells += [f"{statistics.median(both):.3f}", f"{min(both):.3f}-{max(both):.3f}", f"{ratio:.2f}"]
        cells += [f"{mid['peak_rss_mb']:.0f}", f"{mid['rows']:.0f}", f"{mid['nonzeros']:.0f}"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def exponent(sizes: Iterable[float], seconds: Iterable[float]) -> float:
    """Return the least-squares slope of the logarithm of CPU seconds on that of the sizes."""
    return statistics.linear_regression([math.log(n) for n in sizes], [math.log(max(s, 1e-3)) for s in seconds]).slope


def growth(by_nodes: dict[int, Runs]) -> str:
    """Return, per contender, the exponent of CPU seconds (median) on the nonzeros of the first."""
    names = list(next(iter(by_nodes.values())))
    sizes = [runs[names[0]][0]["nonzeros"] for runs in by_nodes.values()]
    medians = {k: [statistics.median(map(total, runs[k])) for runs in by_nodes.values()] for k in names}
    return "\n".join(f"{k}: growth exponent {exponent(sizes, cpu):.2f}" for k, cpu in medians.items())


def measure(contenders: dict[str, str], nodes: int, hours: int, reps: int) -> Runs:
    """Return the runs of every contender, one after the other in each round."""
    runs: Runs = {name: [] for name in contenders}
    for _ in range(reps):
        for name, python in contenders.items():
            runs[name].append(run_once(python, name, nodes, hours))
    return runs


def main() -> None:
    """Print a table per number of nodes, and how CPU seconds grow."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("contenders", nargs="+")
    p.add_argument("--nodes", default="0", help="one number or several with commas")
    p.add_argument("--hours", type=int, default=8760)
    p.add_argument("--reps", type=int, default=5)
    p.add_argument("--peers", default=sys.executable, help="Python with linopy and PyPSA")
    p.add_argument("--oemof", default=sys.executable, help="Python with oemof.solph")
    a = p.parse_args()
    pythons = {c: sys.executable if c in OWN else a.oemof if c == "oemof_" else a.peers for c in a.contenders}
    by_nodes = {}
    for nodes in map(int, a.nodes.split(",")):
        before = os.getloadavg()[0]
        by_nodes[nodes] = measure(pythons, nodes, a.hours, a.reps)
        print(f"D1, {a.hours} h, {nodes} nodes, CPU seconds, medians of {a.reps} interleaved runs", end="; ")
        print(f"load average {before:.1f} before, {os.getloadavg()[0]:.1f} after, {os.cpu_count()} cores")
        print(table(by_nodes[nodes]), flush=True)
    if len(by_nodes) > 1:
        print(growth(by_nodes))


if __name__ == "__main__":
    main()
