"""Build D1 with one contender in this process and print one JSON line.

python run_one.py CONTENDER [--nodes N] [--hours T] [--seed S] [--solve]
"""

import argparse
import importlib
import json
import resource
import time

import d1
import numpy as np


def main() -> None:
    """Build, hand over, and solve if asked."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("contender")
    p.add_argument("--nodes", type=int, default=0)
    p.add_argument("--hours", type=int, default=d1.HOURS)
    p.add_argument("--seed", type=int, default=7)
    p.add_argument("--solve", action="store_true", help="solve with dual simplex and print the optimum")
    a = p.parse_args()
    district = d1.make(a.nodes, a.hours, a.seed)
    contender = importlib.import_module(f"contenders.{a.contender}")
    marks = [time.process_time()]
    contender.load()
    marks.append(time.process_time())
    model = contender.build(district)
    marks.append(time.process_time())
    h = contender.hand_over(model)
    marks.append(time.process_time())
    names = ("import_cpu_s", "build_cpu_s", "hand_over_cpu_s")
    out = {"contender": a.contender, "nodes": a.nodes, "hours": a.hours}
    out |= {k: round(b - c, 4) for k, b, c in zip(names, marks[1:], marks, strict=False)}
    out |= {"rows": h.getNumRow(), "cols": h.getNumCol(), "nonzeros": h.getNumNz()}
    out["peak_rss_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
    if a.solve:
        h.setOptionValue("solver", "simplex")
        h.run()
        factor = getattr(model, "cost", None)
        cost = h.getInfo().objective_function_value
        out["status"] = h.modelStatusToString(h.getModelStatus())
        out["objective"] = cost if factor is None else float(factor @ np.array(h.getSolution().col_value))
    print(json.dumps(out))


if __name__ == "__main__":
    main()
