"""Price variants of one design: with fixed sizes against a loop that builds and solves; a live model solved again.

python price_variants.py [--case DIR] [--variant district] [--count 1000] [--loop 3] [--solves 50]

CPU seconds of this process. The loop prepares the system, builds the typical-day and the full-year model, sizes,
dispatches and evaluates the same indicators as the fast path gives (no tables, no district company, no audit); it is
run `--loop` times and its median taken for each of the variants. A live model solved again is what
fronts, near-optimal designs and diagnoses work with; alternatives of a sweep start each from the beginning.
"""

import argparse
import statistics
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent


def points(bench, count):
    """Return alternatives drawn over four prices and rates."""
    import numpy as np

    from edsim.studies.vary import Point

    rng, tariff = np.random.default_rng(1), bench.case.tariffs[0]
    ranges = {
        f"tariffs.{tariff.id}.energy_per_kwh": (0.5 * tariff.energy_per_kwh, 2.0 * tariff.energy_per_kwh),
        "finance.discount_rate_frac": (0.04, 0.14),
        f"tariffs.{tariff.id}.demand_per_kw_month": (0.0, 12.0),
        "finance.water_price_per_m3": (0.5, 4.0),
    }
    return [Point(str(i), {k: float(rng.uniform(*v)) for k, v in ranges.items()}) for i in range(count)]


def cpu(function):
    """Return CPU seconds and the result of a call."""
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def problem(bench, case):
    """Return the system of an alternative, its goal and its objective."""
    from edsim import workflow
    from edsim.optimization.model.criteria import least_cost
    from edsim.studies.workbench import system_of

    prepared, _ = bench.varied(case)
    goal = workflow.goal_of(prepared.project)
    return system_of(prepared.district), goal, least_cost(goal.carbon_price_per_t)


def rebuilt(bench, point):
    """One turn of the loop: everything after the networks built, solved and evaluated anew."""
    from edsim.studies.fields import with_values
    from edsim.studies.plant import LivePlant

    case = with_values(bench.case, point.values, variants=(bench.variant,))
    system, goal, _ = problem(bench, case)
    plant = LivePlant(system, case.settings.typical_days, case.settings.time_limit_s)
    solution, _ = plant.optimize(system, goal)
    return bench.indicators(case, bench.solved_with(case, solution, "rebuilt"))


def main() -> None:
    """Print both comparisons."""
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("--case", default=str(HERE.parent / "cases" / "medellin-alpujarra"))
    p.add_argument("--variant", default="district")
    p.add_argument("--count", type=int, default=1000)
    p.add_argument("--loop", type=int, default=3)
    p.add_argument("--solves", type=int, default=50)
    a = p.parse_args()

    from edsim.optimization.model.model import build
    from edsim.studies.fields import with_values
    from edsim.studies.pricing import price_model
    from edsim.studies.sweep import Evaluator
    from edsim.studies.workbench import Workbench
    from edsim.workflow import load_case

    bench = Workbench(load_case(a.case), a.variant)
    bench.base_indicators()  # part of the preparation, as the first design is
    wanted = points(bench, a.count)
    learn, model = cpu(lambda: price_model(bench, wanted))
    assert model is not None
    evaluator = Evaluator(bench, "fixed")
    evaluator.prices = model
    quick, _ = cpu(lambda: model.evaluate(wanted))
    tables, _ = cpu(lambda: evaluator.outcomes(wanted))
    loop = statistics.median(cpu(lambda q=q: rebuilt(bench, q))[0] for q in wanted[: a.loop])
    per = loop * a.count
    print(f"{a.count} price variants, sizes fixed: {quick:.3f} CPU s evaluated, {tables:.3f} with outcomes,")
    print(f"  {learn:.2f} to learn; loop of build, solve, evaluate: {loop:.2f} CPU s each, {per:.0f} in all")
    ratios = (per / quick, per / tables, per / (learn + tables))
    print("  times faster: {:,.0f} evaluated, {:,.0f} with outcomes, {:,.0f} with learning".format(*ratios))

    few = wanted[: a.solves]
    cases = [with_values(bench.case, q.values, variants=(a.variant,)) for q in few]
    solved = [(system, objective) for system, _, objective in (problem(bench, case) for case in cases)]
    grid, options = bench.plant.grid, bench.plant.solver
    cold = [cpu(lambda s=s, g=g: build(s, grid).solve(g, options=options))[0] for s, g in solved]
    live = build(bench.system, grid)
    live.solve(problem(bench, bench.case)[2], options=options)
    warm = [cpu(lambda s=s, g=g: (live.update(s), live.solve(g, options=options)))[0] for s, g in solved]
    share = statistics.median(w / c for w, c in zip(warm, cold, strict=True))
    print(f"{len(few)} solved again on typical days by a live model: warm {statistics.median(warm):.4f} CPU s, "
          f"cold {statistics.median(cold):.4f} CPU s, median ratio {share:.2f}")  # fmt: skip


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    main()
