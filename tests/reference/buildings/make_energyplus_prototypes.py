"""Run EnergyPlus on the whole buildings and write ``energyplus_prototypes.npz`` anew.

Not run by the tests; EnergyPlus and the folders are those of :mod:`tests.reference.buildings.make_energyplus_boxes`::

    python -m tests.reference.buildings.make_energyplus_prototypes ENERGYPLUS_FOLDER WEATHER_FOLDER

The largest building takes half a minute a site. The header of the Ahmedabad file has commas for decimal points, which
EnergyPlus does not read: they are mended in a copy.
"""

import sys
import tempfile
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from tests.reference.bestest.table import reference_file
from tests.reference.buildings.energyplus_model import (
    Ideal,
    Model,
    Objects,
    face,
    frame,
    gain,
    glass,
    leaks,
    run,
    system,
    window,
)
from tests.reference.buildings.prototypes import (
    GROUND_C,
    GROUND_SLAB,
    PARTITION,
    PROTOTYPES,
    RESULTS,
    SITES,
    SLAB,
    Cell,
    Prototype,
    Storey,
    azimuth_deg,
)

Array = NDArray[np.float64]

_BROKEN, _MENDED = "23.015,72.592,5,5,49", "23.015,72.592,5.5,49"


def model(made: Prototype, folder: Path) -> dict[str, Objects]:
    """Return the EnergyPlus model (epJSON) of a building."""
    m = Model(folder)
    frame(m, GROUND_C)
    m.construction("wall", made.wall)
    m.construction("roof", made.roof, made.roof_absorptance_frac)
    m.construction("slab", SLAB)
    m.construction("ground", GROUND_SLAB)
    m.construction("partition", PARTITION)
    glass(m, made.glass)
    for number, level in enumerate(made.levels):
        for cell in made.cells:
            _shell(m, made, level, cell, number * made.height_m)
            _room(m, made, level, cell)
    return m.objects


def _shell(m: Model, made: Prototype, level: Storey, cell: Cell, base: float) -> None:
    zone, top = f"{level.name} {cell.name}", base + made.height_m
    m.add("Zone", zone, multiplier=level.count)
    for a, b in cell.edges():
        outline = [(*a, top), (*a, base), (*b, base), (*b, top)]
        other = made.neighbor((a, b))
        if other:
            name, beyond = f"{zone} to {other.name}", f"{level.name} {other.name} to {cell.name}"
            face(m, name, ("Wall", "partition", beyond), outline, zone)
            continue
        azimuth = round(azimuth_deg((a, b)))
        name = f"{zone} facade {azimuth}"
        face(m, name, ("Wall", "wall", "Outdoors"), outline, zone)
        if azimuth in made.window_frac:
            window(m, name, (a, b), made.window_frac[azimuth], (base, top))
    up, down = [(*p, top) for p in cell.corners], [(*p, base) for p in reversed(cell.corners)]
    lid = ("Roof", "roof", "Outdoors") if level.roof else ("Ceiling", "slab", "Adiabatic")
    face(m, f"{zone} lid", lid, up, zone)
    face(m, f"{zone} base", ("Floor", *(("ground", "Ground") if level.ground else ("slab", "Adiabatic"))), down, zone)
    m.add(
        "InternalMass",
        f"mass {zone}",
        construction_name="partition",
        zone_or_zonelist_name=zone,
        surface_area=made.partition_m2_per_m2 * cell.area_m2,
    )


def _room(m: Model, made: Prototype, level: Storey, cell: Cell) -> None:
    zone, use, area = f"{level.name} {cell.name}", cell.use, cell.area_m2
    convective, radiant, latent = use.gains_w_per_m2()
    for name, heat, shares in (("air", convective, (0, 0)), ("warmth", radiant, (1, 0)), ("moisture", latent, (0, 1))):
        gain(m, zone, name, float(area * heat.max()), shares, heat / heat.max())
    leaks(m, zone, made.infiltration_ach)
    held = made.max_relative_humidity_frac
    drying = "Humidistat" if held < 1.0 else "ConstantSupplyHumidityRatio"
    system(m, zone, Ideal(use.set_point_c(), held, area * use.air_l_per_s_m2 * use.on, drying))


def weather_of(site: str, weather: Path, folder: Path) -> Path:
    """Return the weather file of a site as EnergyPlus reads it."""
    file = reference_file(weather, SITES[site], folder)
    text = file.read_bytes()
    mended = folder / "site.epw"
    mended.write_bytes(text.replace(_BROKEN.encode(), _MENDED.encode(), 1))
    return mended.resolve()


def main(energyplus: Path, weather: Path) -> None:
    """Run all buildings at all sites and write the results."""
    stored: dict[str, Array] = {}
    for site in SITES:
        totals, latents = [], []
        for made in PROTOTYPES.values():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                epw = weather_of(site, weather, folder)
                total, latent = run(energyplus / "energyplus", model(made, folder), epw, folder)
            totals.append(total)
            latents.append(latent)
        stored[f"{site}_total_kw"] = np.array(totals, dtype=np.float16)
        stored[f"{site}_latent_kwh"] = np.array(latents)
    np.savez_compressed(RESULTS, **stored)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
