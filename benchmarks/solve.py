"""Solve D1 by method and number of nodes, each run a process; a line per solve, then CPU seconds as one table.

python solve.py [--hours 168] [--nodes 1,5,20,50] [--methods simplex,ipx,hipo,steps]

A method that does not end optimal, or whose optimum differs from the others' by more than 1e-6, is said below the table
and the command ends with 1.
"""

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path

from compare import exponent

HERE = Path(__file__).resolve().parent


def solve_once(nodes: int, hours: int, method: str) -> dict:
    """Solve in this process and return what is shown."""
    import d1
    from contenders import edsim_

    from edsim.lp import HighsSession, SolverOptions

    lp = edsim_.build(d1.make(nodes, hours))
    session = HighsSession(lp, SolverOptions(method=method))
    before = time.process_time()
    r = session.solve()
    keys = {"status": r.status, "objective": r.objective, "residual": r.primal_residual, "iterations": r.iterations}
    return {"nodes": nodes, "nonzeros": lp.nnz, "method": r.method, "cpu_s": time.process_time() - before} | keys


def in_a_process(nodes: int, hours: int, method: str) -> dict:
    """Return one solve made in a process of its own."""
    command = [sys.executable, __file__, "--one", "--hours", str(hours), "--nodes", str(nodes), "--methods", method]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True, cwd=HERE.parent)
    return json.loads(done.stdout.splitlines()[-1])


def table(found: dict[tuple[int, str], dict], nodes: list[int], methods: list[str]) -> list[str]:
    """Return the table of CPU seconds, nodes by methods, the last row the growth exponents on nonzeros."""
    lines = ["| nodes | nonzeros | " + " | ".join(methods) + " |", "|" + "---|" * (len(methods) + 2)]
    for n in nodes:
        own = [found[n, m] for m in methods]
        lines.append(f"| {n} | {own[0]['nonzeros']} | " + " | ".join(f"{r['cpu_s']:.2f}" for r in own) + " |")
    if len(nodes) > 1:
        sizes = [found[n, methods[0]]["nonzeros"] for n in nodes]
        grown = [f"{exponent(sizes, [found[n, m]['cpu_s'] for n in nodes]):.2f}" for m in methods]
        lines.append("| exponent | | " + " | ".join(grown) + " |")
    return lines


def faults(found: dict[tuple[int, str], dict], nodes: list[int]) -> list[str]:
    """Return what did not end optimal, or ended elsewhere than the median of the methods."""
    said = [f"{m}, {n} nodes: {r['status']}" for (n, m), r in found.items() if r["status"] != "optimal"]
    for n in nodes:
        own = {m: r["objective"] for (k, m), r in found.items() if k == n and r["status"] == "optimal"}
        middle = statistics.median(own.values()) if own else 0.0
        said += [f"{m}, {n} nodes: {v!r} is not {middle!r}" for m, v in own.items() if abs(v - middle) > 1e-6 * middle]
    return said


def main() -> int:
    """Solve for every number of nodes and method; return 1 where they disagree."""
    p = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    p.add_argument("--hours", type=int, default=168)
    p.add_argument("--nodes", default="1,5,20,50")
    p.add_argument("--methods", default="simplex,ipx,hipo,steps")
    p.add_argument("--one", action="store_true", help="solve in this process and print JSON")
    a = p.parse_args()
    if a.one:
        print(json.dumps(solve_once(int(a.nodes), a.hours, a.methods)))
        return 0
    nodes, methods = [int(n) for n in a.nodes.split(",")], a.methods.split(",")
    found = {}
    for n in nodes:
        for m in methods:
            found[n, m] = r = in_a_process(n, a.hours, m)
            print(
                f"{n} nodes, {m} (ran {r['method']}): {r['cpu_s']:.2f} CPU s, {r['status']}, {r['objective']!r}",
                flush=True,
            )
    print(f"D1, {a.hours} h, CPU s of each solve", *table(found, nodes, methods), *faults(found, nodes), sep="\n")
    return 1 if faults(found, nodes) else 0


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    raise SystemExit(main())
