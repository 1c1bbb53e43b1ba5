"""Boxes with air handling (Miami; Antananarivo at 1,276 m) against EnergyPlus 25.2: kitchens, wheels, economizers.

A restaurant with 3 kW of moisture and 400 l/s in 80 m², with and without an enthalpy wheel, and held at 55 %; constant
outdoor air behind a sensible wheel, and much of it held at 60 %; free cooling by dry bulb (held at 60 % and not) and by
enthalpy, and with a wheel; a gallery of 60 % glass on four sides under overhangs. EnergyPlus' ideal loads at 13 °C
without dehumidification control dry the air as their supply temperature does: that is `vav` of edsim, its coil at 13 °C
without bypass. With a humidistat they dry besides what its limit asks for: `ideal` with a humidity limit. With a
constant supply humidity ratio they would dry all air however little cooling it needs, as `ideal` does without a limit.
Clear pairs as made, as in the highland boxes. To run them anew:
``python -m tests.reference.buildings.air_boxes ENERGYPLUS_FOLDER WEATHER_FOLDER``.
"""

import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Coil, Surface, Window, ZoneSpec, simulate_zones
from edsim.profiles.weather import Weather
from tests.reference.bestest.table import reference_file
from tests.reference.buildings import energyplus_boxes as plain
from tests.reference.buildings.energyplus_model import Objects, run
from tests.reference.buildings.highland_boxes import Comparison
from tests.reference.buildings.make_energyplus_boxes import model

Array = NDArray[np.float64]

SITES = {"Miami": plain.SITES["Miami"], "Antananarivo": "MDG_Antananarivo.670830_IWEC.epw"}
RESULTS = Path(__file__).with_name("air_boxes.npz")
_ECONOMIZER_L_PER_S = 1000.0
_GAP_M = 0.2
_CLEAR_PAIR = {"u_w_per_m2_k": 2.9, "g_frac": 0.76}
_DRIES_AS_IT_COMES = "coil as it comes"


@dataclass(frozen=True, slots=True)
class Handled:
    """A box with what its air handling and its facades have besides."""

    box: plain.Box
    economizer: Literal["none", "dry_bulb", "enthalpy"] = "none"
    recovery: tuple[float, float] = (0.0, 0.0)
    overhang_m: float = 0.0

    def zone(self, name: str) -> ZoneSpec:
        """Return the box as a zone."""
        made = self.box.zone(name)
        held = self.box.max_relative_humidity_frac < 1.0
        coil = Coil(
            "ideal" if held else "vav",
            apparatus_dew_point_c=13.0,
            bypass_frac=0.0,
            economizer=self.economizer,
            economizer_max_l_per_s=0.0 if self.economizer == "none" else _ECONOMIZER_L_PER_S,
            recovery_sensible_frac=self.recovery[0],
            recovery_latent_frac=self.recovery[1],
        )
        glass = {} if self.box.glass != "double" else _CLEAR_PAIR
        windows = tuple(replace(self._shaded(w), **glass) for w in made.windows)
        return replace(made, coil=coil, windows=windows, surfaces=tuple(map(self._below, made.surfaces)))

    def _shaded(self, window: Window) -> Window:
        if not self.overhang_m:
            return window
        part = np.sqrt(dict(self.box.window_frac)[window.azimuth_deg])
        length = plain.LENGTH_M if window.azimuth_deg in {0.0, 180.0} else plain.WIDTH_M
        size = {"width_m": part * length, "height_m": part * plain.HEIGHT_M}
        return replace(window, overhang_depth_m=self.overhang_m, overhang_offset_m=_GAP_M, **size)

    def _below(self, face: Surface) -> Surface:
        """Return a wall with the overhang of its window, which shades all of it but a strip at the ceiling."""
        if not self.overhang_m or face.boundary != "outdoor" or face.tilt_deg != 90.0:
            return face
        part = np.sqrt(dict(self.box.window_frac)[face.azimuth_deg])
        height = _GAP_M + 0.5 * (1.0 + part) * plain.HEIGHT_M
        return replace(face, overhang_depth_m=self.overhang_m, height_m=float(height))


_OPEN = ((plain.HOUR_OF_DAY >= 9) & (plain.HOUR_OF_DAY < 23)).astype(float)
_AT_WORK = ((plain.HOUR_OF_DAY >= 8) & (plain.HOUR_OF_DAY < 18) & plain.WEEKDAY).astype(float)
_RESTAURANT = plain.Box(
    people=(6000.0, 0.35, 0.5),
    equipment_w=4000.0,
    glass="coated",
    infiltration_ach=0.5,
    outdoor_air_l_per_s=400.0 * _OPEN,
)
_CONSTANT = plain.Box(outdoor_air_l_per_s=80.0, equipment_always=True, equipment_w=1500.0, glass="single")
_OFFICE = plain.Box(
    window_frac=((180.0, 0.4), (0.0, 0.4)),
    equipment_w=3000.0,
    equipment_always=True,
    outdoor_air_l_per_s=40.0,
    ground=False,
)
_GALLERY = plain.Box(
    window_frac=((0.0, 0.6), (90.0, 0.6), (180.0, 0.6), (270.0, 0.6)), outdoor_air_l_per_s=40.0 * _AT_WORK
)
BOXES = {
    "restaurant": Handled(_RESTAURANT),
    "restaurant, enthalpy wheel": Handled(_RESTAURANT, recovery=(0.7, 0.65)),
    "restaurant held at 55 %": Handled(replace(_RESTAURANT, max_relative_humidity_frac=0.55)),
    "constant air, sensible wheel": Handled(_CONSTANT, recovery=(0.75, 0.0)),
    "much constant air held at 60 %": Handled(
        replace(_CONSTANT, outdoor_air_l_per_s=300.0, max_relative_humidity_frac=0.6)
    ),
    "free cooling by dry bulb, 60 %": Handled(replace(_OFFICE, max_relative_humidity_frac=0.6), "dry_bulb"),
    "free cooling by dry bulb": Handled(_OFFICE, "dry_bulb"),
    "free cooling by enthalpy": Handled(_OFFICE, "enthalpy"),
    "the same with an enthalpy wheel": Handled(_OFFICE, "enthalpy", (0.7, 0.65)),
    "gallery under overhangs": Handled(_GALLERY, overhang_m=1.5),
}


def compare(site: str, weather: Weather) -> Iterator[Comparison]:
    """Yield the comparison of every box at a site."""
    found = simulate_zones([made.zone(name) for name, made in BOXES.items()], weather)
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


def _model(made: Handled, folder: Path) -> Mapping[str, Objects]:
    """Return the EnergyPlus model of a box."""
    held = made.box.max_relative_humidity_frac < 1.0
    objects = model("" if held else _DRIES_AS_IT_COMES, made.box, folder)
    (ideal,) = objects["ZoneHVAC:IdealLoadsAirSystem"].values()
    if made.economizer != "none":
        kind = {"dry_bulb": "DifferentialDryBulb", "enthalpy": "DifferentialEnthalpy"}[made.economizer]
        flow = {"cooling_limit": "LimitFlowRate", "maximum_cooling_air_flow_rate": _ECONOMIZER_L_PER_S / 1000.0}
        ideal |= {"outdoor_air_economizer_type": kind, **flow}
    if any(made.recovery):
        names = ("sensible_heat_recovery_effectiveness", "latent_heat_recovery_effectiveness")
        kind = "Enthalpy" if made.recovery[1] else "Sensible"
        ideal |= {"heat_recovery_type": kind, **dict(zip(names, made.recovery, strict=True))}
    if made.overhang_m:
        objects["Shading:Overhang"] = {f"over {w}": _overhang(w, made) for w in objects["FenestrationSurface:Detailed"]}
    return objects


def _overhang(window: str, made: Handled) -> dict[str, Any]:
    sides = ("left_extension_from_window_door_width", "right_extension_from_window_door_width")
    return {
        "window_or_door_name": window,
        "height_above_window_or_door": _GAP_M,
        "tilt_angle_from_window_door": 90.0,
        "depth": made.overhang_m,
        **dict.fromkeys(sides, 5.0),
    }


def main(energyplus: Path, weather: Path) -> None:
    """Run all boxes at both sites and write the results."""
    stored: dict[str, Array] = {}
    for site, file in SITES.items():
        totals, latents = [], []
        for made in BOXES.values():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                epw = reference_file(weather, file, folder)
                total, latent = run(energyplus / "energyplus", dict(_model(made, folder)), epw.resolve(), folder)
            totals.append(np.rint(100.0 * total))
            latents.append(latent)
        stored[f"{site}_total_10w"] = np.array(totals, dtype=np.uint16)
        stored[f"{site}_latent_kwh"] = np.array(latents)
    np.savez_compressed(RESULTS, **stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
