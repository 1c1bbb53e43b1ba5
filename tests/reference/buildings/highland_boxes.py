"""Boxes in the highlands (Bogotá at 2,548 m, Antananarivo at 1,276 m) against EnergyPlus 25.2.

As the humid boxes, but with a coil that dries as it comes and an adiabatic floor. Cooling here is a small difference of
the sun and gains on one side and what glass loses to thin, cool air and a cold sky on the other, so that films of glass
and what panes absorb count. edsim gets the clear pair as it is made, U = 2.9 W/(m²K) and g = 0.76 in mild air
(rated 2.73 and 0.769). To run them anew:
``python -m tests.reference.buildings.highland_boxes ENERGYPLUS_FOLDER WEATHER_FOLDER``.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import ZoneSpec, simulate_zones
from edsim.profiles.weather import Weather
from tests.reference.bestest.table import reference_file
from tests.reference.buildings import energyplus_boxes as plain
from tests.reference.buildings.energyplus_model import run
from tests.reference.buildings.make_energyplus_boxes import model

Array = NDArray[np.float64]

SITES = {"Bogota": "COL_Bogota.802220_IWEC.epw", "Antananarivo": "MDG_Antananarivo.670830_IWEC.epw"}
RESULTS = Path(__file__).with_name("highland_boxes.npz")
_CLEAR_PAIR = {"u_w_per_m2_k": 2.9, "g_frac": 0.76}
_DRIES_AS_IT_COMES = "coil as it comes"
_FOUR_SIDES = ((0.0, 0.4), (90.0, 0.4), (180.0, 0.4), (270.0, 0.4))
_LIGHT = replace(plain.BOXES["same, adiabatic floor"], people=(1000.0, 0.4, 0.4), equipment_w=2000.0)
BOXES = {
    "light, clear pairs": _LIGHT,
    "light, single glass": replace(_LIGHT, glass="single"),
    "heavy, single glass on four sides": replace(
        _LIGHT, wall=(plain.BLOCK,), roof=(plain.INSULATION, plain.CONCRETE), glass="single", window_frac=_FOUR_SIDES
    ),
    "set back, outdoor air": replace(
        plain.BOXES["set back at night, coated glass"],
        glass="double",
        window_frac=_FOUR_SIDES,
        ground=False,
        people=(1000.0, 0.4, 0.4),
        equipment_w=2000.0,
    ),
}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a box is from EnergyPlus: year and latent part as fractions, CV(RMSE) of the hours."""

    site: str
    box: str
    energyplus_kwh: float
    total_frac: float
    latent_frac: float
    hourly_cv_frac: float

    @property
    def held(self) -> bool:
        """Whether the bars of the humid boxes are held."""
        return (
            abs(self.total_frac) <= plain.ANNUAL_BAR_FRAC
            and abs(self.latent_frac) <= plain.LATENT_BAR_FRAC
            and self.hourly_cv_frac <= plain.HOURLY_BAR_FRAC
        )


def zone(name: str) -> ZoneSpec:
    """Return a box of the highlands, clear pairs as made."""
    made = BOXES[name].zone(name)
    if BOXES[name].glass != "double":
        return made
    return replace(made, windows=tuple(replace(w, **_CLEAR_PAIR) for w in made.windows))


def compare(site: str, weather: Weather) -> Iterator[Comparison]:
    """Yield the comparison of every box at a site."""
    found = simulate_zones([zone(name) for name in BOXES], weather)
    with np.load(RESULTS) as stored:
        hourly, latent = stored[f"{site}_total_10w"] / 100.0, stored[f"{site}_latent_kwh"]
    for i, name in enumerate(BOXES):
        other, ours = hourly[i], found.cooling_kw[i]
        yield Comparison(
            site,
            name,
            float(other.sum()),
            float(ours.sum() / other.sum() - 1),
            float(found.latent_kw[i].sum() / latent[i] - 1),
            float(np.sqrt(np.mean((ours - other) ** 2)) / other.mean()),
        )


def main(energyplus: Path, weather: Path) -> None:
    """Run all boxes at both sites and write the results."""
    stored: dict[str, Array] = {}
    for site, file in SITES.items():
        totals, latents = [], []
        for box in BOXES.values():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                epw = reference_file(weather, file, folder)
                made = model(_DRIES_AS_IT_COMES, box, folder)
                total, latent = run(energyplus / "energyplus", made, epw.resolve(), folder)
            totals.append(np.rint(100.0 * total))
            latents.append(latent)
        stored[f"{site}_total_10w"] = np.array(totals, dtype=np.uint16)
        stored[f"{site}_latent_kwh"] = np.array(latents)
    np.savez_compressed(RESULTS, **stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
