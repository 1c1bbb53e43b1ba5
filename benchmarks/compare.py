"""Build D1 with several contenders, interleaved, each run a process; medians and ratios to the first as one table.

python compare.py [--nodes N] [--hours T] [--reps R] [--peers PYTHON] raw edsim_ linopy_ pypsa_ oemof_
"""

import argparse
import json
import statistics
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
OWN = {"raw", "edsim_"}


def run_once(name: str, nodes: int, hours: int, peers: str) -> dict:
    python = sys.executable if name in OWN else peers
    command = [python, str(HERE / "run_one.py"), name, "--nodes", str(nodes), "--hours", str(hours)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=HERE.parent, env=_environment())
    if done.returncode:
        sys.exit(f"{name} failed:\n{done.stderr[-2000:]}")
    return json.loads([line for line in done.stdout.splitlines() if line.startswith("{")][-1])


def _environment() -> dict[str, str]:
    import os

    return os.environ | {"PYTHONPATH": str(HERE.parent)}


def table(runs: dict[str, list[dict]]) -> str:
    lines = ["| contender | n | import | build | hand-over | build+hand-over | ratio | peak MB | rows | nonzeros |"]
    lines.append("|" + "---|" * 10)
    base = [r["build_cpu_s"] + r["hand_over_cpu_s"] for r in next(iter(runs.values()))]
    for name, rows in runs.items():
        mid = {k: statistics.median(r[k] for r in rows) for k in rows[0] if k != "contender"}
        both = [r["build_cpu_s"] + r["hand_over_cpu_s"] for r in rows]
        ratio = statistics.median(b / a for a, b in zip(base, both, strict=True))
        cells = [name, len(rows), *(f"{mid[k]:.3f}" for k in ("import_cpu_s", "build_cpu_s", "hand_over_cpu_s"))]
        cells += [f"{statistics.median(both):.3f}", f"{ratio:.2f}", f"{mid['peak_rss_mb']:.0f}"]
        cells += [f"{mid['rows']:.0f}", f"{mid['nonzeros']:.0f}"]
        lines.append("| " + " | ".join(map(str, cells)) + " |")
    return "\n".join(lines)


def main() -> None:
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("contenders", nargs="+")
    p.add_argument("--nodes", type=int, default=0)
    p.add_argument("--hours", type=int, default=8760)
    p.add_argument("--reps", type=int, default=5)
    p.add_argument("--peers", default=sys.executable, help="Python with the peers installed")
    a = p.parse_args()
    runs: dict[str, list[dict]] = {c: [] for c in a.contenders}
    for _ in range(a.reps):
        for name in a.contenders:
            runs[name].append(run_once(name, a.nodes, a.hours, a.peers))
    print(f"D1, {a.hours} h, {a.nodes} nodes, CPU seconds, medians of {a.reps} interleaved runs")
    print(table(runs))


if __name__ == "__main__":
    main()
