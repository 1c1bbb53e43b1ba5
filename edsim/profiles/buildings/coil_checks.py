"""Checks of the air handling of a zone."""

from collections.abc import Iterator
from math import inf
from typing import get_args

import numpy as np

from edsim.core.errors import Finding
from edsim.profiles.buildings.kinds import all_numbers, flag_findings, range_findings, word_findings
from edsim.profiles.buildings.spec import COIL_LESS, Coil, Economizer, System, ZoneSpec
from edsim.profiles.numbers import number_array

_FRAC, _FLOW_L_PER_S = (0.0, 1.0), (0.0, 1e7)
_OF_COILS = ("reheat", "supply_l_per_s", "min_supply_l_per_s")
_MOST_SUPPLY_L_PER_S_M2 = 1000.0
_LEAST_SHARE = 1.0 - 1e-9  # of the outdoor air, rounding aside
_COIL_RANGES = {
    "apparatus_dew_point_c": (-60.0, 25.0),
    "bypass_frac": (0.0, 0.99),
    "supply_l_per_s": _FLOW_L_PER_S,
    "min_supply_l_per_s": _FLOW_L_PER_S,
    "economizer_max_l_per_s": _FLOW_L_PER_S,
    "economizer_max_outdoor_temp_c": (-100.0, inf),
    "economizer_max_outdoor_enthalpy_kj_per_kg": (-100.0, inf),
    "recovery_sensible_frac": _FRAC,
    "recovery_latent_frac": _FRAC,
    "doas_supply_temp_c": (0.0, 40.0),
    "fan_w_per_l_per_s": (0.0, 20.0),
    "fan_heat_frac": _FRAC,
}


def coil_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    """Yield what is wrong with the air handling of a zone: its fields, and its flows beside the outdoor air."""
    coil, where = zone.coil, f"{name}.coil"
    yield from _capacity_findings(zone, name)
    found = [
        *word_findings(coil.system, get_args(System), "E317", "unknown kind", f"{where}.system"),
        *word_findings(coil.economizer, get_args(Economizer), "E317", "unknown kind", f"{where}.economizer"),
        *flag_findings(coil.reheat, f"{where}.reheat"),
        *flag_findings(coil.economizer_alone, f"{where}.economizer_alone"),
    ]
    yield from found
    yield from range_findings(coil, where, _COIL_RANGES, "E317")
    if found or not all_numbers(coil, _COIL_RANGES):
        return
    if coil.system == "cav" and not coil.supply_l_per_s > 0:
        what = "a constant-volume system needs its supply flow"
        yield Finding("E317", what, field=f"{where}.supply_l_per_s", got="0", allowed="> 0")
    yield from _unused_findings(coil, where)
    if coil.economizer != "none" and not coil.economizer_max_l_per_s > 0:
        got = f"{coil.economizer_max_l_per_s:g}"
        yield Finding(
            "E317", "an economizer needs its flow", field=f"{where}.economizer_max_l_per_s", got=got, allowed="> 0"
        )
    yield from _flow_findings(zone, name)


def _unused_findings(coil: Coil, where: str) -> Iterator[Finding]:
    """Yield fields that an air system without economizer, windows or an air system without coil would not use."""
    windows = coil.system == "natural_ventilation"
    if coil.economizer == "none" or windows:
        limits = ("economizer_max_outdoor_temp_c", "economizer_max_outdoor_enthalpy_kj_per_kg")
        stated = [f for f in limits if not windows and getattr(coil, f) != inf]
        stated += ["economizer_max_l_per_s"] if coil.economizer_max_l_per_s > 0 and not windows else []
        for field in (*stated, *(["economizer_alone"] if coil.economizer_alone else [])):
            what, hint = (
                "an air system without economizer does not use this field",
                "leave it out, or choose an economizer",
            )
            yield Finding("E317", what, field=f"{where}.{field}", got=str(getattr(coil, field)), hint=hint)
    for field in _OF_COILS if coil.system in COIL_LESS else ():
        if getattr(coil, field):
            what, hint = "a system without coil does not use this field", "leave it out, or choose a system with a coil"
            yield Finding("E317", what, field=f"{where}.{field}", got=str(getattr(coil, field)), hint=hint)


def _flow_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    """Yield flows of the coil that go neither with the outdoor air, which is a part of them, nor with the floor."""
    coil, air = zone.coil, number_array(zone.outdoor_air_l_per_s)
    most = float(air.max()) if air is not None and air.size and np.isfinite(air).all() else 0.0
    supply = coil.supply_l_per_s
    if coil.system == "cav" and 0 < supply < _LEAST_SHARE * most:
        yield Finding(
            "E317",
            "a constant-volume system supplies less air than it takes from outdoors",
            field=f"{name}.coil.supply_l_per_s",
            got=f"{supply:g} l/s",
            allowed=f"at least {most:g}, the greatest outdoor_air_l_per_s",
            hint="supply is outdoor air and return air together; give the same for all outdoor air",
        )
    if coil.economizer != "none" and coil.system != "natural_ventilation":
        total = coil.economizer_max_l_per_s
        if 0 < total < _LEAST_SHARE * most:
            yield Finding(
                "E317",
                "an economizer takes less air than the outdoor air it adds to",
                field=f"{name}.coil.economizer_max_l_per_s",
                got=f"{total:g} l/s",
                allowed=f"at least {most:g}, the greatest outdoor_air_l_per_s",
                hint="it is the greatest total outdoor air flow, not what comes on top of the least one",
            )
    area = zone.floor_area_m2
    for field in ("supply_l_per_s", "min_supply_l_per_s"):
        flow = getattr(coil, field)
        if isinstance(area, int | float) and flow > _MOST_SUPPLY_L_PER_S_M2 * area > 0:
            yield Finding(
                "E317",
                "supply air beyond any use",
                field=f"{name}.coil.{field}",
                got=f"{flow / area:g} l/(s m2)",
                allowed=f"at most {_MOST_SUPPLY_L_PER_S_M2:g}",
                hint="supply air is in l/s, not in m3/h or for all zones",
            )


def _capacity_findings(zone: ZoneSpec, name: str) -> Iterator[Finding]:
    """Yield a total capacity of a system that has none."""
    total = number_array(zone.total_cooling_capacity_kw)
    if total is None or not np.isfinite(total).any() or (zone.coil.system == "cav" and not zone.coil.reheat):
        return
    yield Finding(
        "E317",
        "a limit of sensible plus latent cooling needs a constant-volume coil without reheat",
        field=f"{name}.total_cooling_capacity_kw",
        got=zone.coil.system + (" with reheat" if zone.coil.reheat else ""),
        allowed="cav",
        hint="give cooling_capacity_kw, the limit of sensible cooling, for other systems",
    )
