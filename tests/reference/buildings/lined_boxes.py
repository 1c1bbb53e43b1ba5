"""Boxes lined with painted gypsum board, shut at night: the moisture of furnishings against EnergyPlus 25.2.

EnergyPlus was run for edsim with its model of effective penetration depth (EMPD) on walls, roof and partitions: gypsum
board of 12.5 mm (factor 8, sorption 0.0069 phi^0.9066 + 0.0404 phi^22.1121 of the example in its reference) behind
paint of 0.1 m of still air; the floor is sealed. edsim gets the same layers and the moisture storage of its building
list, six times that of the air. To run them anew:
``python -m tests.reference.buildings.lined_boxes ENERGYPLUS_FOLDER WEATHER_FOLDER``.
"""

import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Layer, ZoneSpec, simulate_zones
from edsim.profiles.weather import Weather
from tests.reference.bestest.table import reference_file
from tests.reference.buildings import energyplus_boxes as plain
from tests.reference.buildings.energyplus_model import Objects, run
from tests.reference.buildings.make_energyplus_boxes import model

Array = NDArray[np.float64]

SITES = {name: plain.SITES[name] for name in ("Singapore", "Miami")}
RESULTS = Path(__file__).with_name("lined_boxes.npz")
STORAGE = 6.0
_BOARD, _HALF = Layer(0.0125, 0.2, 800.0, 1000.0), Layer(0.025, 0.2, 800.0, 1000.0)
_OPEN = (plain.HOUR_OF_DAY >= 7) & (plain.HOUR_OF_DAY < 19) & plain.WEEKDAY
_SHUT = replace(
    plain.BOXES["set back at night, coated glass"],
    wall=(plain.BLOCK, _BOARD),
    roof=(plain.INSULATION, plain.CONCRETE, _BOARD),
    cooling_set_c=np.where(_OPEN, 24.0, 60.0),
)
BOXES = {"shut at night": _SHUT, "leaky and full": replace(_SHUT, infiltration_ach=1.0, people=(1500.0, 0.4, 0.5))}
_PAINTED, _SEALED = (0.0001, 1000.0), (0.01, 1.0e6)
_ABSORBING = {"wall_1": _PAINTED, "roof_2": _PAINTED, "partition_0": _PAINTED, "floor_1": _SEALED}


@dataclass(frozen=True, slots=True)
class Comparison:
    """How far a box is from EnergyPlus: year, latent part and peak as fractions, CV(RMSE) of the hours."""

    site: str
    box: str
    energyplus_kwh: float
    total_frac: float
    latent_frac: float
    hourly_cv_frac: float
    peak_frac: float

    @property
    def held(self) -> bool:
        """Whether the bars of the humid boxes are held."""
        bars = ((self.total_frac, 0.05), (self.latent_frac, 0.10), (self.hourly_cv_frac, 0.20))
        return all(abs(value) <= bar for value, bar in bars)


def zone(name: str, moisture_storage: float = STORAGE) -> ZoneSpec:
    """Return a lined box."""
    made = BOXES[name].zone(name)
    surfaces = (*made.surfaces[:-1], replace(made.surfaces[-1], layers=(_BOARD,)))
    return replace(made, surfaces=surfaces, moisture_capacity_multiplier=moisture_storage)


def compare(site: str, weather: Weather, moisture_storage: float = STORAGE) -> Iterator[Comparison]:
    """Yield the comparison of every box at a site."""
    stored = np.load(RESULTS)
    found = simulate_zones([zone(name, moisture_storage) for name in BOXES], weather)
    for i, name in enumerate(BOXES):
        other, ours = stored[f"{site}_total_10w"][i] / 100.0, found.cooling_kw[i]
        yield Comparison(
            site,
            name,
            float(other.sum()),
            float(ours.sum() / other.sum() - 1),
            float(found.latent_kw[i].sum() / stored[f"{site}_latent_kwh"][i] - 1),
            float(np.sqrt(np.mean((ours - other) ** 2)) / other.mean()),
            float(ours.max() / other.max() - 1),
        )


def _model(name: str, folder: Path) -> dict[str, Objects]:
    """Return the EnergyPlus model of a lined box."""
    made = model(name, BOXES[name], folder)
    made["Material"]["partition_0"] |= {
        "thickness": _HALF.thickness_m,
        "conductivity": _HALF.conductivity_w_per_m_k,
        "density": _HALF.density_kg_per_m3,
        "specific_heat": _HALF.specific_heat_j_per_kg_k,
    }
    made["HeatBalanceAlgorithm"]["h"]["algorithm"] = "MoisturePenetrationDepthConductionTransferFunction"
    sorption = dict(zip("abcd", (0.0069, 0.9066, 0.0404, 22.1121), strict=True))
    made["MaterialProperty:MoisturePenetrationDepth:Settings"] = {
        material: {
            "water_vapor_diffusion_resistance_factor": 8.0,
            "coating_layer_thickness": thickness_m,
            "coating_layer_water_vapor_diffusion_resistance_factor": factor,
            **{f"moisture_equation_coefficient_{letter}": value for letter, value in sorption.items()},
        }
        for material, (thickness_m, factor) in _ABSORBING.items()
    }
    return made


def main(energyplus: Path, weather: Path) -> None:
    """Run all boxes at all sites and write the results."""
    stored: dict[str, Array] = {}
    for site, file in SITES.items():
        totals, latents = [], []
        for name in BOXES:
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                epw = reference_file(weather, file, folder)
                total, latent = run(energyplus / "energyplus", _model(name, folder), epw.resolve(), folder)
            totals.append(np.rint(100.0 * total))
            latents.append(latent)
        stored[f"{site}_total_10w"] = np.array(totals, dtype=np.uint16)
        stored[f"{site}_latent_kwh"] = np.array(latents)
    np.savez_compressed(RESULTS, **stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
