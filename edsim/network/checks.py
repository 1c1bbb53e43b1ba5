"""Everything that can be wrong with a network request, found before any work is done."""

from typing import get_args

import numpy as np

from edsim.core.errors import DataError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.network.pipes.catalogue import load_catalogue
from edsim.network.request import (
    Connection,
    GasRules,
    LengthOnlyTrench,
    NetworkBuilding,
    NetworkEconomics,
    NetworkPlant,
    NetworkRequest,
    NetworkTemperatures,
    PipeRules,
    StreetLine,
)
from edsim.network.types import Carrier

LARGEST_BUILDING_KW = 500_000.0
_COLDEST_AIR_C, _HOTTEST_AIR_C = -90.0, 60.0
"""Air temperatures measured on Earth: -89.2 °C (Vostok 1983) to 56.7 °C (Death Valley 1913), archive of the WMO."""
_HOTTEST_STEAM_C = 220.0
"""Upper end of the viscosity fit of :mod:`edsim.network.gas.state`."""


def check_request(request: NetworkRequest) -> tuple[list[int], list[Finding]]:
    """Return the positions of the buildings worth routing to, and warnings.

    Raises
    ------
    DataError
        E402 existing pipes of unknown diameter, E403 arrays, E404 temperatures, E405 nothing to serve, E406 water that
        does not suit a building that must connect, E407 implausible size, E415 no plant, E416 duplicate ids.
    """
    if kinds := _kinds(request):
        raise DataError.of(kinds)
    faults = _shapes(request) + _identifiers(request) + _temperatures(request) + _numbers(request)
    faults = faults or _old_pipes(request)
    if faults:
        raise DataError.of(faults)
    wanted, notes = _wanted(request)
    errors = [f for f in notes if f.severity == "error"]
    if not wanted and not errors:
        errors = _broken(request) or [nobody_to_serve(request.id, "buildings")]
    if errors:
        raise DataError.of(errors)
    return wanted, notes


def _kinds(request: NetworkRequest) -> list[Finding]:
    """Return parts of another kind, series that are no numbers, and names that are not known."""
    parts: dict[str, tuple[type, tuple[object, ...]]] = {
        "temperatures": (NetworkTemperatures, (request.temperatures,)),
        "pipes": (PipeRules, (request.pipes,)),
        "economics": (NetworkEconomics, (request.economics,)),
        "gas": (GasRules, (request.gas,)),
        "buildings": (NetworkBuilding, tuple(request.buildings)),
        "plants": (NetworkPlant, tuple(request.plants)),
        "streets": (StreetLine, tuple(request.streets)),
        "trenches": (LengthOnlyTrench, tuple(request.trenches)),
    }
    faults = [
        Finding("E403", "of another kind", field=name, got=type(value).__name__, allowed=kind.__name__)
        for name, (kind, values) in parts.items()
        for value in values
        if not isinstance(value, kind)
    ]
    for name in ("demand_kw", "dry_bulb_temp_c"):
        try:
            np.asarray(getattr(request, name), dtype=float)
        except (TypeError, ValueError):
            faults.append(Finding("E403", "not numbers", field=name, allowed="an array of numbers"))
    if faults:
        return faults
    names: dict[str, tuple[str, tuple[str, ...]]] = {"carrier": (request.carrier, get_args(Carrier))}
    names |= {f"buildings.{b.id}.connection": (b.connection, get_args(Connection)) for b in request.buildings}
    return [
        Finding("E403", "unknown name", field=field, got=str(got), allowed=", ".join(known))
        for field, (got, known) in names.items()
        if got not in known
    ]


def _broken(request: NetworkRequest) -> list[Finding]:
    """Return the buildings that may be served and whose demand is no number in some hours."""
    missing = (~np.isfinite(request.station_kw)).sum(axis=1)
    return [
        Finding(
            "E403",
            "demand is not a number in some hours",
            field=f"buildings.{b.id}",
            got=f"{int(hours)} h",
            allowed="a number in every hour",
            hint="repair the profile",
        )
        for b, hours in zip(request.buildings, missing, strict=True)
        if hours and b.connection != "forbidden"
    ]


def nobody_to_serve(network: str, field: str) -> Finding:
    """Return E405 for a network without a building it may serve."""
    hint = "every building is forbidden, without demand or unsuited to the network's temperatures"
    return Finding("E405", f"network {network} has no building to serve", field=field, hint=hint)


def _shapes(request: NetworkRequest) -> list[Finding]:
    faults = []
    demand, air = np.asarray(request.demand_kw), np.asarray(request.dry_bulb_temp_c)
    if demand.shape != (len(request.buildings), HOURS_PER_YEAR):
        allowed = f"({len(request.buildings)}, {HOURS_PER_YEAR})"
        faults.append(
            Finding("E403", "demand has the wrong shape", field="demand_kw", got=str(demand.shape), allowed=allowed)
        )
    elif (np.isfinite(demand) & (demand < 0)).any():
        worst = request.buildings[int(np.argmin(np.nanmin(demand, axis=1)))].id
        hint = "give the heat or cold taken as a positive number; the carrier gives the direction"
        faults.append(Finding("E403", "demand is negative", field=f"demand_kw.{worst}", allowed=">= 0", hint=hint))
    if request.cooling_kw is not None:
        faults += _given_back(request)
    if air.shape != (HOURS_PER_YEAR,) or not np.isfinite(air).all():
        allowed = f"{HOURS_PER_YEAR} finite numbers"
        faults.append(
            Finding(
                "E403",
                "air temperature is not a full year",
                field="dry_bulb_temp_c",
                got=str(air.shape),
                allowed=allowed,
            )
        )
    elif (outside := air[(air < _COLDEST_AIR_C) | (air > _HOTTEST_AIR_C)]).size:
        hint = "temperatures are in °C; were they given in kelvin or °F?"
        allowed = f"{_COLDEST_AIR_C:g} to {_HOTTEST_AIR_C:g} °C"
        what, got = "implausible air temperature", f"{outside[0]:g}"
        faults.append(Finding("E403", what, field="dry_bulb_temp_c", got=got, allowed=allowed, hint=hint))
    if not request.plants:
        faults.append(
            Finding(
                "E415", f"network {request.id} has no plant", field="plants", hint="give at least one energy center"
            )
        )
    return faults


def _old_pipes(request: NetworkRequest) -> list[Finding]:
    """Return existing pipes of a diameter their series does not have."""
    catalogue, path = load_catalogue(request.pipes.catalogue), f"networks.{request.id}"
    given = [(f"{path}.existing_pipes", {p.dn for p in request.existing_pipes})]
    given.append((f"{path}.trenches", {t.existing_dn for t in request.trenches} - {0}))
    sizes = ", ".join(str(d) for d in catalogue.dn)
    return [
        Finding("E402", f"catalogue {catalogue.name} has no such DN", field=field, got=str(dn), allowed=sizes)
        for field, found in given
        for dn in sorted(found - set(catalogue.dn.tolist()))
    ]


def _given_back(request: NetworkRequest) -> list[Finding]:
    """Return faults of the heat buildings give back."""
    cold = np.asarray(request.cooling_kw)
    if not request.is_ambient:
        hint = "only ambient networks take heat back; give cooling a network of its own"
        return [
            Finding(
                "E403", "heat given back does not suit the carrier", field="cooling_kw", got=request.carrier, hint=hint
            )
        ]
    if cold.shape != np.asarray(request.demand_kw).shape:
        allowed = str(np.asarray(request.demand_kw).shape)
        return [
            Finding(
                "E403", "heat given back has the wrong shape", field="cooling_kw", got=str(cold.shape), allowed=allowed
            )
        ]
    if (np.isfinite(cold) & (cold < 0)).any():
        return [Finding("E403", "heat given back is negative", field="cooling_kw", allowed=">= 0")]
    return []


def _identifiers(request: NetworkRequest) -> list[Finding]:
    faults = []
    for what, ids in (("buildings", [b.id for b in request.buildings]), ("plants", [p.id for p in request.plants])):
        twice = sorted({i for i in ids if ids.count(i) > 1}) if len(set(ids)) < len(ids) else []
        faults += [Finding("E416", f"id occurs twice in {what}", field=f"{what}.{i}") for i in twice]
    return faults


def _temperatures(request: NetworkRequest) -> list[Finding]:
    t = request.temperatures
    faults = []
    place = "temperatures"
    if request.is_gas:
        return _gas(request)
    if not (np.isfinite(t.supply_c) and np.isfinite(t.return_c)) or t.delta_t_k < 0.5:
        got = f"supply {t.supply_c:g} °C, return {t.return_c:g} °C"
        faults.append(Finding("E404", "supply and return must differ by at least 0.5 K", field=place, got=got))
        return faults
    cooling = request.carrier == "chilled_water"
    if cooling != request.is_cooling and not request.carrier.startswith("ambient"):
        got = f"supply {t.supply_c:g} °C, return {t.return_c:g} °C"
        allowed = "supply below return" if cooling else "supply above return"
        faults.append(
            Finding("E404", f"temperatures do not suit {request.carrier}", field=place, got=got, allowed=allowed)
        )
    coldest, freezing = min(t.supply_c, t.return_c), request.fluid.freezing_temp_c
    if coldest < freezing + 1.0:
        hint = "use a glycol mix or raise the temperature"
        faults.append(
            Finding(
                "E404",
                "the liquid would freeze",
                field=place,
                got=f"{coldest:g} °C",
                allowed=f">= {freezing + 1:.1f} °C",
                hint=hint,
            )
        )
    catalogue = load_catalogue(request.pipes.catalogue)
    if max(t.supply_c, t.return_c) > catalogue.max_temp_c:
        allowed = f"<= {catalogue.max_temp_c:g} °C for {catalogue.name}"
        faults.append(
            Finding(
                "E404",
                "too hot for the pipe series",
                field=place,
                got=f"{max(t.supply_c, t.return_c):g} °C",
                allowed=allowed,
            )
        )
    share = np.asarray(t.part_load_delta_t_frac)
    load = np.asarray(t.part_load_frac)
    if len(share) != len(load) or len(load) < 2 or (np.diff(load) <= 0).any() or (share <= 0).any():
        hint = "loads ascending, both of the same length, shares above 0"
        faults.append(Finding("E404", "part-load curve is not usable", field=f"{place}.part_load_frac", hint=hint))
    return faults


def _gas(request: NetworkRequest) -> list[Finding]:
    """Return faults of a steam or compressed-air network's pressure, losses and pipe series."""
    t, gas, catalogue = request.temperatures, request.gas, load_catalogue(request.pipes.catalogue)
    faults = []
    if catalogue.medium != request.carrier:
        hint = "choose steam_steel for steam, compressed_air_steel for compressed air"
        faults.append(
            Finding(
                "E404",
                f"the pipe series does not suit {request.carrier}",
                field="pipes.catalogue",
                got=catalogue.name,
                hint=hint,
            )
        )
    if request.carrier == "steam" and not (
        100.0 <= t.supply_c <= min(_HOTTEST_STEAM_C, catalogue.max_temp_c) and 0.0 < t.return_c < t.supply_c
    ):
        got = f"steam at {t.supply_c:g} °C, condensate at {t.return_c:g} °C"
        allowed = f"saturated steam of 100 to {_HOTTEST_STEAM_C:g} °C, condensate colder and above 0 °C"
        faults.append(Finding("E404", "temperatures do not suit steam", field="temperatures", got=got, allowed=allowed))
    limits = {
        "gas.max_drop_frac": (gas.max_drop_frac, 0.001, 0.5),
        "gas.leakage_frac": (gas.leakage_frac, 0.0, 0.6),
        "gas.condensate_return_frac": (gas.condensate_return_frac, 0.0, 1.0),
    }
    if request.carrier == "compressed_air":
        limits["gas.pressure_bar"] = (gas.pressure_bar, 0.5, 40.0)
    faults += [
        Finding("E403", "outside its limits", field=name, got=str(value), allowed=f"{low:g} to {high:g}")
        for name, (value, low, high) in limits.items()
        if not low <= value <= high
    ]
    return faults


def _numbers(request: NetworkRequest) -> list[Finding]:
    e, p = request.economics, request.pipes
    values = {
        "economics.lifetime_a": e.lifetime_a,
        "economics.currency_per_usd": e.currency_per_usd,
        "economics.cost_level_frac": e.cost_level_frac,
        "pipes.max_gradient_pa_per_m": p.max_gradient_pa_per_m,
        "pipes.max_velocity_m_per_s": p.max_velocity_m_per_s,
        "pipes.local_loss_factor": p.local_loss_factor,
        "pipes.cover_m": p.cover_m,
        "pipes.pump_efficiency_frac": p.pump_efficiency_frac,
    }
    faults = [
        Finding("E403", "must be a positive number", field=name, got=str(value), allowed="> 0")
        for name, value in values.items()
        if not (np.isfinite(value) and value > 0)
    ]
    most = {  # what no network has: a unit is wrong
        "economics.discount_rate_frac": (e.discount_rate_frac, 1.0),
        "pipes.pump_efficiency_frac": (p.pump_efficiency_frac, 1.0),
        "pipes.cover_m": (p.cover_m, 20.0),
    }
    hint = "shares are expected as 0.08, not as 8 %, lengths in meters"
    return faults + [
        Finding("E403", "outside its limits", field=name, got=str(value), allowed=f"<= {limit:g}", hint=hint)
        for name, (value, limit) in most.items()
        if not value <= limit
    ]


def _wanted(request: NetworkRequest) -> tuple[list[int], list[Finding]]:
    peak = np.nan_to_num(request.station_kw, nan=-1.0).max(axis=1)
    broken = np.asarray(~np.isfinite(request.station_kw).all(axis=1))
    wanted, notes = [], []
    for i, b in enumerate(request.buildings):
        where = f"buildings.{b.id}"
        if b.connection == "forbidden":
            continue
        if broken[i]:
            hint = "repair the profile; the building is left out"
            notes.append(
                Finding(
                    "W402",
                    f"building {b.id}: demand is not a number in some hours",
                    field=where,
                    hint=hint,
                    severity="warning",
                )
            )
        elif peak[i] <= 0.0:
            notes.append(Finding("W402", f"building {b.id}: no demand, left out", field=where, severity="warning"))
        elif peak[i] > LARGEST_BUILDING_KW:
            hint = "demand is expected in kW; was it given in W?"
            notes.append(
                Finding(
                    "E407",
                    f"building {b.id}: implausible peak",
                    field=where,
                    got=f"{peak[i]:.0f} kW",
                    allowed=f"<= {LARGEST_BUILDING_KW:.0f} kW",
                    hint=hint,
                )
            )
        elif (note := _unsuited(request, b)) is not None:
            notes.append(note)
        else:
            wanted.append(i)
    return wanted, notes


def _unsuited(request: NetworkRequest, building: NetworkBuilding) -> Finding | None:
    """Return a finding when the network's water is too cold (heat) or too warm (cold) behind the station."""
    if building.required_temp_c is None or request.carrier == "compressed_air":
        return None
    t = request.temperatures
    given = t.supply_c + t.ets_approach_k if request.is_cooling else t.supply_c - t.ets_approach_k
    fits = given <= building.required_temp_c if request.is_cooling else given >= building.required_temp_c
    if fits:
        return None
    must = building.connection == "must_connect"
    return Finding(
        "E406" if must else "W403",
        f"building {building.id}: the network's water is not {'cold' if request.is_cooling else 'hot'} enough",
        field=f"buildings.{building.id}.required_temp_c",
        got=f"{given:.1f} °C behind the station",
        allowed=f"{'<=' if request.is_cooling else '>='} {building.required_temp_c:g} °C",
        hint="add a booster, change the network's temperature, or leave the building on its own supply",
        severity="error" if must else "warning",
    )
