"""Whole buildings with air handling in hot, humid climates against EnergyPlus 25.2: restaurant, hospital, offices.

Made as the whole buildings of :mod:`tests.reference.buildings.prototypes`, with what those lack: a restaurant whose
kitchen stands against a store without cooling, a hospital at 55 % with an enthalpy wheel and 6 l/(s m²) in its theatres
day and night, an office with free cooling by enthalpy and a wheel, and a school of bare concrete whose coils dry as
their supply temperature does. Densities and hours follow the DOE commercial reference buildings (Deru et al.,
NREL/TP-5500-46861, 2011) by judgement. The store floats: edsim simulates it first, and the kitchen against its air.
To run them anew: ``python -m tests.reference.buildings.served_buildings ENERGYPLUS_FOLDER WEATHER_FOLDER``.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Layer, Surface, ZoneSpec, simulate_zones
from edsim.profiles.weather import Weather
from tests.reference.buildings import prototypes as plain
from tests.reference.buildings.energyplus_model import Objects, run
from tests.reference.buildings.make_energyplus_prototypes import model, weather_of
from tests.reference.buildings.prototypes import ALWAYS, Comparison, Prototype, Storey, Use, course, ring, rows

Array = NDArray[np.float64]

SITES = {name: plain.SITES[name] for name in ("Miami", "Singapore")}
RESULTS = Path(__file__).with_name("served_buildings.npz")
_ECONOMIZER_L_PER_S_M2 = 20.0
_FILM = Layer(resistance_m2_k_per_w=0.13)
_STORE, _KITCHEN = "store", "kitchen"

_MEALS = course(*({0: 0.05, 9: 0.3, 11: 1.0, 15: 0.4, 18: 1.0, 22: 0.2, 23: 0.05},) * 3)
_OPEN = (_MEALS >= 0.3).astype(float)
_DINING = Use(1.4, 12.0, 8.0, 4.5, _MEALS, _OPEN, person_w=(80.0, 70.0), setback_c=28.0)
_COOKING = Use(10.0, 14.0, 120.0, 8.0, _MEALS, _OPEN, 0.15, (90.0, 95.0), 26.0, 30.0)
_STORING = Use(1000.0, 2.0, 0.1, 0.0, ALWAYS, np.zeros(8760), setback_c=99.0)
_WARDS = Use(10.0, 9.0, 8.0, 1.2, course(*({0: 0.7, 7: 1.0, 20: 0.8},) * 3), ALWAYS, 0.5, cooling_set_c=23.0)
_THEATRES = Use(
    12.0, 18.0, 40.0, 6.0, course({0: 0.1, 7: 1.0, 19: 0.1}, {0: 0.1, 8: 0.5, 13: 0.1}, {0: 0.1}), ALWAYS, 0.3,
    cooling_set_c=20.0,
)  # fmt: skip
_DESKS = replace(plain.DESKS, plug_w_per_m2=14.0)


@dataclass(frozen=True, slots=True)
class Served:
    """A building with its free cooling, its recovery (sensible, latent) and what its coils do."""

    made: Prototype
    economizer: Literal["none", "enthalpy"] = "none"
    recovery: tuple[float, float] = (0.0, 0.0)

    @property
    def held(self) -> bool:
        """Whether a humidity limit is held."""
        return self.made.max_relative_humidity_frac < 1.0

    def zones(self, level: Storey, weather: Weather) -> Iterator[ZoneSpec]:
        """Yield the zones of a storey for edsim."""
        found = {c.name: self._handled(plain.zone(self.made, level, c), c.area_m2) for c in self.made.cells}
        if _STORE in found:
            store = replace(found[_STORE], cooling_set_c=np.inf)
            wall_m2 = self.made.height_m * 22.0
            beside = _against(store, wall_m2, np.full(8760, 26.0))
            floats_c = simulate_zones([beside], weather).air_temp_c[0]
            found |= {_STORE: store, _KITCHEN: _against(found[_KITCHEN], wall_m2, floats_c)}
        yield from found.values()

    def _handled(self, zone: ZoneSpec, area_m2: float) -> ZoneSpec:
        coil = replace(
            zone.coil,
            system="ideal" if self.held else "vav",
            economizer=self.economizer,
            economizer_max_l_per_s=0.0 if self.economizer == "none" else _ECONOMIZER_L_PER_S_M2 * area_m2,
            recovery_sensible_frac=self.recovery[0],
            recovery_latent_frac=self.recovery[1],
        )
        return replace(zone, coil=coil)


def _against(zone: ZoneSpec, wall_m2: float, temp_c: Array) -> ZoneSpec:
    """Return a zone one of whose inner walls has air of a given temperature behind it."""
    wall = Surface((_FILM, *plain.PARTITION), wall_m2, "ground", ground_temp_c=temp_c)
    faces = list(zone.surfaces)
    inner = [s.boundary == "adiabatic" and s.tilt_deg == 90.0 and np.isclose(s.area_m2, wall_m2) for s in faces]
    faces[inner.index(True)] = wall
    return replace(zone, surfaces=tuple(faces))


_FACADES = (0.0, 90.0, 180.0, 270.0)
BUILDINGS = {
    "restaurant beside its store": Served(
        Prototype(
            rows(22.0, (("dining", 12.0, _DINING), (_KITCHEN, 7.0, _COOKING), (_STORE, 5.0, _STORING))),
            1,
            3.6,
            plain.BLOCK_WALL,
            plain.CONCRETE_ROOF,
            "double",
            {180.0: 0.4, 0.0: 0.1},
            infiltration_ach=0.5,
        )
    ),
    "hospital, 55 % and a wheel": Served(
        Prototype(
            rows(60.0, (("wards", 8.0, _WARDS), ("theatres", 6.0, _THEATRES), ("north", 8.0, _WARDS))),
            4,
            3.9,
            plain.MASS_WALL,
            plain.SCREED_ROOF,
            "coated",
            {180.0: 0.3, 0.0: 0.3},
            max_relative_humidity_frac=0.55,
        ),
        recovery=(0.7, 0.65),
    ),
    "office, free cooling and a wheel": Served(
        Prototype(
            ring(40.0, 30.0, 4.5, _DESKS),
            6,
            3.8,
            plain.STEEL_WALL,
            plain.DECK_ROOF,
            "coated",
            dict.fromkeys(_FACADES, 0.45),
        ),
        "enthalpy",
        (0.7, 0.6),
    ),
    "school of bare concrete": Served(
        Prototype(
            rows(70.0, (("south", 9.0, plain.PUPILS), ("corridor", 3.0, plain.HALLWAY), ("north", 9.0, plain.PUPILS))),
            3,
            3.6,
            plain.BLOCK_WALL,
            plain.CONCRETE_ROOF,
            "single",
            {0.0: 0.3, 180.0: 0.3},
            infiltration_ach=0.5,
        )
    ),
}


def compare(site: str, weather: Weather) -> Iterator[Comparison]:
    """Yield the comparison of every building at a site."""
    with np.load(RESULTS) as stored:
        hourly, latent = stored[f"{site}_total_kw"].astype(float), stored[f"{site}_latent_kwh"]
    for row, (name, served) in enumerate(BUILDINGS.items()):
        zones = [(level.count, z) for level in served.made.levels for z in served.zones(level, weather)]
        result = simulate_zones([z for _, z in zones], weather)
        own = np.array([count for count, _ in zones], dtype=float)
        yield plain.compared(
            name, served.made, own @ result.cooling_kw, own @ result.latent_kw, hourly[row], latent[row]
        )


def _model(served: Served, folder: Path) -> Mapping[str, Objects]:
    """Return the EnergyPlus model of a building."""
    objects = model(served.made, folder)
    areas = {c.name: c.area_m2 for c in served.made.cells}
    for name, ideal in objects["ZoneHVAC:IdealLoadsAirSystem"].items():
        if not served.held:
            ideal["dehumidification_control_type"] = "None"
        if served.economizer != "none":
            most = _ECONOMIZER_L_PER_S_M2 / 1000.0 * areas[name.split()[-1]]
            flow = {"cooling_limit": "LimitFlowRate", "maximum_cooling_air_flow_rate": most}
            ideal |= {"outdoor_air_economizer_type": "DifferentialEnthalpy", **flow}
        if any(served.recovery):
            names = ("sensible_heat_recovery_effectiveness", "latent_heat_recovery_effectiveness")
            ideal |= {"heat_recovery_type": "Enthalpy", **dict(zip(names, served.recovery, strict=True))}
    return objects


def main(energyplus: Path, weather: Path) -> None:
    """Run all buildings at both sites and write the results."""
    stored: dict[str, Array] = {}
    for site in SITES:
        totals, latents = [], []
        for served in BUILDINGS.values():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                epw = weather_of(site, weather, folder)
                total, latent = run(energyplus / "energyplus", dict(_model(served, folder)), epw, folder)
            totals.append(total)
            latents.append(latent)
        stored[f"{site}_total_kw"] = np.array(totals, dtype=np.float16)
        stored[f"{site}_latent_kwh"] = np.array(latents)
    np.savez_compressed(RESULTS, **stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
