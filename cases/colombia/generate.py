"""Write the illustrative studies of ten Colombian cities from three tables.

    python cases/colombia/generate.py [FOLDER]

Reads ``cities.csv``, ``studies.csv``, ``buildings.csv`` and the template ``case.yaml.in`` beside this file, and
writes one case folder per study to FOLDER (default: here). The same tables give the same files, byte for byte.
"""

from __future__ import annotations

import csv
import math
import sys
from pathlib import Path
from string import Template

HERE = Path(__file__).resolve().parent
COP_PER_USD = 4050
"""Mean of 2025; converts the unit costs of electricity of June 2025."""
NON_REGULATED_ABOVE_M2 = 10_000
"""Buildings above this area use about 55 MWh a month and more, and buy as non-regulated users."""
CONTRIBUTION = {
    "commercial": 1.20,
    "residential": 1.00,
    "health": 1.00,
    "public_administration": 1.00,
    "industry": 1.00,
}
"""Solidarity contribution on the regulated unit cost: commerce pays 20 %."""
MOST_NORTH_M = 320.0
"""The energy center stands 60 m north of the last building, at most this far from the middle."""

COLUMNS = (
    "id",
    "name",
    "use",
    "floor_area_m2",
    "storeys",
    "year_built",
    "lat_deg",
    "lon_deg",
    "conditioned_frac",
    "tariff",
    "bau.cooling",
    "bau_age_a",
    "quality",
    "source",
)
CASE = Template((HERE / "case.yaml.in").read_text(encoding="utf-8"))


def main(folder: Path) -> None:
    """Write every study to `folder`."""
    cities = {row["city"]: row for row in _table("cities.csv")}
    buildings = _table("buildings.csv")
    for number, study in enumerate(_table("studies.csv"), start=1):
        mine = [b for b in buildings if b["study"] == study["study"]]
        write_study(folder / study["study"], study, cities[study["city"]], mine, number)


def write_study(
    folder: Path, study: dict[str, str], city: dict[str, str], buildings: list[dict[str, str]], seed: int
) -> None:
    """Write case.yaml and buildings.csv of one study."""
    folder.mkdir(parents=True, exist_ok=True)
    lat, lon = float(study["lat_deg"]), float(study["lon_deg"])
    contribution = CONTRIBUTION[study["sector"]]
    roofs = sum(float(b["floor_area_m2"]) / float(b["storeys"]) for b in buildings)
    north = max(float(b["north_m"]) for b in buildings)
    plant = _place(lat, lon, 0.0, min(MOST_NORTH_M, north + 60.0))
    text = CASE.substitute(
        title=f"{city['name']}, {study['sector'].replace('_', ' ')}",
        city=study["city"],
        name=city["name"],
        sector=study["sector"],
        stage=study["stage"],
        study_year=study["study_year"],
        lat_deg=city["lat_deg"],
        lon_deg=city["lon_deg"],
        elevation_m=city["elevation_m"],
        plant_lat_deg=plant[0],
        plant_lon_deg=plant[1],
        pv_area_m2=round(roofs / 4, -1),
        cop_per_usd=COP_PER_USD,
        regulated_per_kwh=round(float(city["regulated_cop_per_kwh"]) * contribution / COP_PER_USD, 4),
        contribution=f"{contribution:.2f}",
        tariff_source=city["source"],
        tariff_quality=city["quality"],
        description=study["description"],
        seed=seed,
    )
    (folder / "case.yaml").write_text(text, encoding="utf-8", newline="\n")
    with (folder / "buildings.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for b in buildings:
            place = _place(lat, lon, float(b["east_m"]), float(b["north_m"]))
            large = float(b["floor_area_m2"]) > NON_REGULATED_ABOVE_M2
            writer.writerow(
                [
                    *(b[k] for k in ("id", "name", "use", "floor_area_m2", "storeys", "year_built")),
                    *place,
                    b["conditioned_frac"],
                    "non_regulated" if large else "regulated",
                    b["machine"],
                    b["machine_age_a"],
                    "estimate",
                    "Illustrative building of the sector, see cases/colombia/README.md",
                ]
            )


def _place(lat_deg: float, lon_deg: float, east_m: float, north_m: float) -> tuple[float, float]:
    """Return the point `east_m` and `north_m` from a point, degrees with six decimals (0.1 m)."""
    lat = lat_deg + north_m / 111_320.0
    return round(lat, 6), round(lon_deg + east_m / (111_320.0 * math.cos(math.radians(lat_deg))), 6)


def _table(name: str) -> list[dict[str, str]]:
    with (HERE / name).open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
