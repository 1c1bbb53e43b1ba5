"""Run random districts by seed, each in a process of its own: time, proof, unserved demand and residuals of each.

python -m benchmarks.random_districts SEED [SEED ...] [--limit SECONDS] [--keep FOLDER]
"""

import argparse
import json
import resource
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.support.random_district import random_district


def write(seed: int, folder: Path) -> Path:
    """Write the case of a seed and return its folder."""
    case = folder / f"district-{seed}"
    case.mkdir(parents=True, exist_ok=True)
    (case / "case.yaml").write_text(json.dumps(random_district(seed), indent=1), encoding="utf-8")  # JSON is YAML
    return case


def line(seed: int, case: Path, limit_s: float) -> dict:
    """Run a case by the command line and return what came of it."""
    out = case.with_name(case.name + "-result")
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "edsim", "run", str(case), "--out", str(out)]
    try:
        done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=limit_s)
    except subprocess.TimeoutExpired as stopped:
        return {"seed": seed, "stopped_after_s": limit_s, "last": (stopped.stderr or b"")[-300:].decode()}
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    text = done.stdout + done.stderr
    (case.with_suffix(".log")).write_text(text, encoding="utf-8")
    found = {"seed": seed, "code": done.returncode, "cpu_s": round(cpu_s, 1)}
    if done.returncode:
        return found | {"message": text.strip().splitlines()[-3:]}
    proof = json.loads((out / "certificate.json").read_text(encoding="utf-8"))
    fields = ("status", "gap_frac", "unserved_kwh", "max_balance_residual_frac", "money_residual_frac")
    return found | {name: {k: value.get(k) for k in fields} for name, value in proof.items() if isinstance(value, dict)}


def main() -> None:
    """Print a line of JSON per seed."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("seeds", type=int, nargs="+")
    p.add_argument("--limit", type=float, default=1200.0, help="seconds by the clock for a district")
    p.add_argument("--keep", type=Path, help="folder for cases and results")
    a = p.parse_args()
    with tempfile.TemporaryDirectory() as made:
        for seed in a.seeds:
            print(json.dumps(line(seed, write(seed, a.keep or Path(made)), a.limit)), flush=True)


if __name__ == "__main__":
    main()
