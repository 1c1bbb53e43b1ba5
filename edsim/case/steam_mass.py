"""Steam by mass: what a kilogram of the steam of a building gives up, for meters that count kg or tonnes."""

from __future__ import annotations

from edsim.case.offers import offered
from edsim.case.schema import Building, Case

_ATMOSPHERE_BAR = 1.013
_STEAM_C, _CONDENSATE_C = 170.4, 85.0
"""Levels where neither case nor machine states one: 7 bar gauge, as of `individual_boiler`."""


def steam_levels_c(case: Case, building: Building) -> tuple[float, float]:
    """Return saturated steam and condensate of a building, °C.

    The condensate is that of the case's steam: its network, else `carrier_temps_c`, else today's boiler. The steam has
    the pressure the building states, else that of the same.
    """
    from edsim.core.water import saturation_temp_c

    supply_c, condensate_c = _levels_of_case(case, building)
    if building.steam_pressure_bar is None:
        return supply_c, condensate_c
    return float(saturation_temp_c((building.steam_pressure_bar + _ATMOSPHERE_BAR) * 1e5)), condensate_c


def boiler_steam_c(case: Case, building: Building) -> tuple[float, float] | None:
    """Return steam and condensate of the network that offers a building steam, °C; None where no network does.

    Of a building that no network of steam offers any, it is that of the first of them; in BAU, of the network it has in
    the case.
    """
    if building.id in case.bau_steam_c:
        return case.bau_steam_c[building.id]
    networks = [n for n in case.networks if n.family == "steam"]
    its_own = [n for n in networks if "steam" in offered(case, n, building.id)]
    network = next(iter((*its_own, *networks)), None)
    return None if network is None else (network.supply_temp_c, network.return_temp_c)


def boilers_steam_c(case: Case) -> dict[str, tuple[float, float]]:
    """Return building → steam and condensate of its network, °C, of those that have one."""
    found = {b.id: boiler_steam_c(case, b) for b in case.buildings}
    return {name: levels for name, levels in found.items() if levels is not None}


def _levels_of_case(case: Case, building: Building) -> tuple[float, float]:
    """Return the levels at which the boiler of a building counts its steam, °C."""
    of_network = boiler_steam_c(case, building)
    if of_network is not None:
        return of_network
    levels = case.settings.carrier_temps_c.get("steam")
    if levels is not None:
        return levels[0], levels[1]
    today = _boiler_of(case, building)
    own = getattr(today, "steam_temp_c", _STEAM_C), getattr(today, "condensate_temp_c", _CONDENSATE_C)
    return float(own[0]), float(own[1])


def _boiler_of(case: Case, building: Building) -> object:
    """Return the machine that makes the steam of a building today, None without one."""
    return next((t for t in case.technologies if t.id == building.bau.get("steam")), None)


def heat_fired_per_steam(case: Case, building: Building) -> float:
    """Return what the steam boiler of a building today gives to water and steam per energy of steam, kWh/kWh.

    The feedwater of lost condensate and the blow-down, :func:`edsim.core.steam.raised`; 1 where no boiler is stated.
    """
    from edsim.core.steam import raised

    boiler = _boiler_of(case, building)
    back, purge = (getattr(boiler, name, None) for name in ("condensate_return_frac", "blow_down_frac"))
    if back is None or purge is None:
        return 1.0
    back = back if building.condensate_frac is None else building.condensate_frac
    return raised(*_levels_of_case(case, building), float(back), float(purge))[0]


def steam_kwh_per_kg(case: Case, building: Building) -> float:
    """Return the heat a kilogram of the steam of a building gives up, kWh/kg, as the steam carriers count it.

    ``(h_vapor(steam) - h_liquid(condensate)) / 3600``, :mod:`edsim.core.steam`: the feedwater of the boilers adds what
    lost condensate costs, so that it is not in the demand.
    """
    from edsim.core.steam import useful_kj_per_kg

    return useful_kj_per_kg(*steam_levels_c(case, building)) / 3600.0
