"""Score of the zone model on BESTEST: ``python -m tests.reference.bestest.table FOLDER`` prints the table.

FOLDER (or the environment variable EDSIM_REFERENCE_WEATHER) holds 725650TYCST.epw, plain or compressed (.xz, .gz).
"""

import csv
import gzip
import lzma
import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from edsim.profiles.buildings import ZoneResult, ZoneSpec, simulate_zones
from edsim.profiles.weather import Weather, read_epw
from tests.reference.bestest.cases import case
from tests.reference.bestest.indepth import indepth_case

HERE = Path(__file__).parent
WEATHER_FILE = "725650TYCST.epw"
VARIABLE = "EDSIM_REFERENCE_WEATHER"


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure of one case with its published range."""

    case: str
    quantity: str
    low: float
    high: float
    value: float

    @property
    def inside(self) -> bool:
        """Whether the value lies within the range of the six programs."""
        return self.low <= self.value <= self.high

    @property
    def miss(self) -> float:
        """Distance to the nearest bound: K for temperatures, else a fraction of the bound; 0 inside."""
        distance = max(self.low - self.value, self.value - self.high, 0.0)
        bound = self.low if self.value < self.low else self.high
        return distance if self.quantity.endswith("temp_c") else distance / abs(bound)


def reference_file(folder: Path, name: str, target: Path) -> Path:
    """Return a plain copy of a reference file that may be compressed; FileNotFoundError when there is none."""
    for suffix, opener in ((".xz", lzma.open), (".gz", gzip.open)):
        packed = folder / f"{name}{suffix}"
        if packed.is_file():
            plain = target / name
            with opener(packed, "rb") as stream:
                plain.write_bytes(stream.read())
            return plain
    plain = folder / name
    if not plain.is_file():
        raise FileNotFoundError(f"{name} is not in {folder} (plain, .xz or .gz)")
    return plain


def read_reference_weather(folder: Path, name: str = WEATHER_FILE) -> Weather:
    """Return a weather file of the reference folder."""
    with tempfile.TemporaryDirectory() as scratch:
        return read_epw(reference_file(folder, name, Path(scratch)))


Simulate = Callable[[Sequence[ZoneSpec], Weather], ZoneResult]


def score(weather: Weather, ranges: str = "ranges.csv", simulate: Simulate = simulate_zones) -> list[Figure]:
    """Return all figures of a table of ranges: the 48 of cases 600 to 950, those of ``ranges_more.csv`` or in depth."""
    with (HERE / ranges).open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    names = sorted({r["case"] for r in rows})
    made = indepth_case if ranges == "ranges_indepth.csv" else case
    result = simulate([made(n) for n in names], weather)
    return [
        Figure(
            r["case"],
            r["quantity"],
            float(r["min"]),
            float(r["max"]),
            _value(result, names.index(r["case"]), r["quantity"]),
        )
        for r in rows
    ]


def _value(result: ZoneResult, i: int, quantity: str) -> float:
    temp = result.air_temp_c[i]
    values = {
        "annual_heating_mwh": result.heating_kw[i].sum() / 1000,
        "annual_cooling_mwh": result.sensible_kw[i].sum() / 1000,
        "peak_heating_kw": result.heating_kw[i].max(),
        "peak_cooling_kw": result.sensible_kw[i].max(),
        "max_temp_c": temp.max(),
        "min_temp_c": temp.min(),
        "mean_temp_c": temp.mean(),
    }
    return float(values[quantity])


def markdown(figures: list[Figure]) -> str:
    """Return the table as Markdown with a summary line."""
    lines = ["| case | quantity | range of six programs | edsim | |", "|---|---|---|---|---|"]
    for f in figures:
        unit = " K" if f.quantity.endswith("temp_c") else " %"
        size = f.miss if unit == " K" else 100 * f.miss
        note = "" if f.inside else f"{'below' if f.value < f.low else 'above'} by {size:.1f}{unit}"
        lines.append(f"| {f.case} | {f.quantity} | {f.low:g} to {f.high:g} | {f.value:.3f} | {note} |")
    inside = sum(f.inside for f in figures)
    return "\n".join([*lines, "", f"Inside the range of the six reference programs: {inside} of {len(figures)}."])


if __name__ == "__main__":
    where = sys.argv[1] if len(sys.argv) > 1 else os.environ[VARIABLE]
    sys.stdout.write(markdown(score(read_reference_weather(Path(where)))) + "\n")
