"""Solve D1 by method and number of nodes, each run a process; CPU seconds as one table.

python solve.py [--hours 168] [--nodes 1,5,20,50] [--methods simplex,hipo]
"""

import argparse
import json
import math
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def solve_once(nodes: int, hours: int, method: str) -> dict:
    import d1
    from contenders import edsim_

    from edsim.lp import HighsSession, SolverOptions

    lp = edsim_.build(d1.make(nodes, hours))
    session = HighsSession(lp, SolverOptions(method=method))
    before = time.process_time()
    r = session.solve()
    keys = {"status": r.status, "objective": r.objective, "residual": r.primal_residual, "iterations": r.iterations}
    return {"nodes": nodes, "nonzeros": lp.nnz, "method": r.method, "cpu_s": time.process_time() - before} | keys


def exponent(rows: list[dict]) -> float:
    """Return the slope of log CPU on log nonzeros."""
    xs, ys = ([math.log(max(r[k], 1e-3)) for r in rows] for k in ("nonzeros", "cpu_s"))
    mx, my = sum(xs) / len(xs), sum(ys) / len(ys)
    return sum((x - mx) * (y - my) for x, y in zip(xs, ys, strict=True)) / sum((x - mx) ** 2 for x in xs)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--hours", type=int, default=168)
    p.add_argument("--nodes", default="1,5,20,50")
    p.add_argument("--methods", default="simplex,hipo")
    p.add_argument("--one", action="store_true", help="solve in this process and print JSON")
    a = p.parse_args()
    if a.one:
        print(json.dumps(solve_once(int(a.nodes), a.hours, a.methods)))
        return
    columns = ("method", "nodes", "nonzeros", "CPU s", "status", "objective", "residual")
    print(f"D1, {a.hours} h")
    print("| " + " | ".join(columns) + " |")
    print("|" + "---|" * len(columns))
    for method in a.methods.split(","):
        rows = []
        for n in a.nodes.split(","):
            command = [sys.executable, __file__, "--one", "--hours", str(a.hours), "--nodes", n, "--methods", method]
            done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=HERE.parent)
            r = json.loads(done.stdout.splitlines()[-1])
            rows.append(r)
            tail = (
                f"{r['status']} | {r['objective']:.6f} | {r['residual']:.1e}"
                if r["objective"]
                else f"{r['status']} | |"
            )
            print(f"| {r['method']} | {n} | {r['nonzeros']} | {r['cpu_s']:.2f} | {tail} |", flush=True)
        if len(rows) > 1:
            print(f"growth exponent of {method} on nonzeros: {exponent(rows):.2f}")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    main()
