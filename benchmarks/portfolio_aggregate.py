"""Time to add up 500 made-up runs: `python benchmarks/portfolio_aggregate.py [RUNS]` prints the seconds of each step.

The bar is 2 s for reading, checking digests, converting and adding up (without the page and the workbook).
"""

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from edsim.bundle.tables import connect
from edsim.portfolio.analysis import AnalysisOptions, analyze
from tests.unit.portfolio.synthetic import Made, write_run

CITIES = ("Bogotá", "Medellín", "Cali", "Barranquilla", "Cartagena", "Bucaramanga", "Montería", "Cúcuta", "Neiva")
SECTORS = ("commercial", "public_administration", "health", "industry", "residential")


def main() -> None:
    """Write runs, add them up three times and print the times."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 500
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        start = time.perf_counter()
        with connect() as session:
            for k in range(count):
                made = Made(
                    f"run-{k:04d}",
                    city=CITIES[k % len(CITIES)],
                    sector=SECTORS[k % len(SECTORS)],
                    npv=1000.0 - 3.0 * k,
                    ghg_t=20.0 + k % 37,
                    lat_deg=1.0 + 0.01 * k,
                    padding=300,
                )
                write_run(root, made, session)
        print(f"wrote {count} runs in {time.perf_counter() - start:.1f} s")
        analyze(root, AnalysisOptions(draws=100))
        seconds, cpu = [], time.process_time()
        for _ in range(3):
            start = time.perf_counter()
            found = analyze(root, AnalysisOptions(budget=1e5, draws=1000))
            seconds.append(time.perf_counter() - start)
        cpu = (time.process_time() - cpu) / 3
        print(f"added up {len(found.measures)} runs in {min(seconds):.2f} s (best of 3), {cpu:.2f} s of processor time")


if __name__ == "__main__":
    main()
