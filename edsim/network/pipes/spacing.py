"""Hot and chilled pipes in one trench: how much warmer the soil is there, and how far apart they should lie.

A pair of hot pipes that loses q per meter warms the soil at the axis distance E and axis depth Z by
``q·ln(1 + (2Z/E)²)/(4πk)`` (line source and its mirror image, as EN 13941-1 has it for the two pipes of a pair). The
chilled pair gains as much more as that is of the difference between soil and chilled water. The plan does not count
it; what it would be is said.
"""

from collections.abc import Sequence
from dataclasses import replace
from itertools import permutations

import numpy as np
from numpy.typing import NDArray

from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.schema import Case
from edsim.core.carriers import is_of
from edsim.core.errors import Finding
from edsim.network.from_case import known_by_length
from edsim.network.pipes.catalogue import default, load_catalogue, soil_properties
from edsim.network.pipes.ground import BuriedPipes, pair_loss
from edsim.network.places.beside import Dug
from edsim.network.types import NetworkDesign

Array = NDArray[np.float64]
ALLOWED_GAIN_FRAC = 0.10
"""More gain of chilled pipes from hot ones beside them than this is remarked."""
_LEAST_SHARED_M = 10.0
_APART_M = 1.0
"""Clear distance in a wide trench, told for comparison."""


def with_spacing_notes(case: Case, designs: Sequence[NetworkDesign], dry_bulb_temp_c: Array) -> list[NetworkDesign]:
    """Return the designs with W411 on chilled water that shares trenches with hot pipes too near to it.

    Parameters
    ----------
    case, designs
        Case and its networks.
    dry_bulb_temp_c : (8760,)
        Of the air; its mean is that of the soil.
    """
    specs, ground_c = {n.id: n for n in case.networks}, float(np.mean(dry_bulb_temp_c))
    found = {d.id: list(d.findings) for d in designs}
    for cold, hot in permutations(designs, 2):
        if is_of(cold.carrier, "chilled_water") and is_of(hot.carrier, "hot_water", "steam"):
            shared = _shared_m(case, cold, hot)
            if shared >= _LEAST_SHARED_M:
                found[cold.id] += _note((cold, specs[cold.id]), (hot, specs[hot.id]), ground_c, shared)
    return [replace(d, findings=tuple(found[d.id])) for d in designs]


def extra_gain_frac(
    temperatures_c: tuple[float, float], lost_w_per_m: float, soil_w_per_mk: float, axis_depth_m: float, apart_m: float
) -> float:
    """Return by how much chilled pipes gain more beside hot ones, share of what they gain alone.

    With the roles turned round it is by how much hot pipes lose more beside chilled ones.

    Parameters
    ----------
    temperatures_c
        Of the soil far away and of the chilled water on the mean; turned round, of the hot water and of the soil.
    lost_w_per_m
        Heat the pair of hot pipes loses; turned round, heat the chilled pair takes.
    soil_w_per_mk, axis_depth_m, apart_m
        Conductivity of the soil, depth of the axes with the surface correction, distance of the axes of both pairs.
    """
    ground, water = temperatures_c
    warmer = lost_w_per_m * np.log1p((2.0 * axis_depth_m / apart_m) ** 2) / (4.0 * np.pi * soil_w_per_mk)
    return float(warmer / max(ground - water, 1.0))


def _shared_m(case: Case, cold: NetworkDesign, hot: NetworkDesign) -> float:
    """Return the length along which two networks lie in one trench."""
    listed = known_by_length(case)
    dug = Dug().and_by(hot.edges, np.ones(len(hot.edges), dtype=bool), by_length=hot.id in listed)
    share = dug.shared_frac(cold.edges, by_length=cold.id in listed)
    return float((share * cold.edges.length_m).sum())


def _note(
    cold: tuple[NetworkDesign, NetworkSpec], hot: tuple[NetworkDesign, NetworkSpec], ground_c: float, shared_m: float
) -> list[Finding]:
    """Return the remark on two networks in one trench, none where they do no harm."""
    (chilled, spec), (warm, other) = cold, hot
    soil, clear = soil_properties(spec.soil)[0], default("pipe_spacing_m")
    lost, casing_warm = _loss_and_casing(warm, other, ground_c)
    taken, casing = _loss_and_casing(chilled, spec, ground_c)
    depth = spec.cover_m + 0.5 * casing + 0.0685 * soil
    about = (ground_c, 0.5 * (chilled.supply_temp_c + chilled.return_temp_c)), lost, soil, depth

    def gain(clear_m: float) -> float:
        return extra_gain_frac(*about, apart_m=casing + casing_warm + clear + clear_m)  # between the middles of pairs

    if gain(clear) <= ALLOWED_GAIN_FRAC:
        return []
    alone_kwh = 8.76 * max(-taken, 0.0) * shared_m
    now, apart = gain(clear) * alone_kwh, gain(_APART_M) * alone_kwh
    hot_c = 0.5 * (warm.supply_temp_c + warm.return_temp_c)
    cooled = extra_gain_frac(
        (hot_c, ground_c), max(-taken, 0.0), soil, depth, apart_m=casing + casing_warm + 2.0 * clear
    )
    finding = Finding(
        "W411",
        f"network {chilled.id}: chilled water shares {shared_m:.0f} m of trench with hot pipes of {warm.id}",
        field=f"networks.{chilled.id}",
        got=f"{clear:.2f} m between the casings: some {now:.0f} kWh/a more heat gain there ({gain(clear):.0%} more), "
        f"not computed; the hot pipes lose some {8.76 * lost * shared_m * cooled:.0f} kWh/a more ({cooled:.0%} more)",
        allowed=f"{_APART_M:g} m: {apart:.0f} kWh/a",
        hint="keep hot and chilled pipes apart in the trench, insulate the chilled ones better, or dig for each",
        severity="warning",
    )
    return [finding]


def _loss_and_casing(design: NetworkDesign, spec: NetworkSpec, ground_c: float) -> tuple[float, float]:
    """Return heat lost by both pipes, W/m, and diameter of a casing, m, on the mean over the length of a network."""
    catalogue = load_catalogue(design.catalogue)
    row = np.array([catalogue.index_of(int(dn)) for dn in design.edges.dn], dtype=np.int64)
    pipes = BuriedPipes.of(catalogue, soil_properties(spec.soil)[0], spec.cover_m, row)
    pair, length = pair_loss(pipes, default("pipe_spacing_m")), design.edges.length_m
    mean = 0.5 * (design.supply_temp_c + design.return_temp_c)
    lost = 2.0 * pair.symmetric_w_per_mk * (mean - ground_c)
    return float(np.average(lost, weights=length)), float(np.average(pipes.casing_m, weights=length))
