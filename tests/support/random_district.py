"""Random districts by seed: a case of three to eight buildings with any mixture of plant, tariff and growth."""

import random
from typing import Any

from tests.support.chance import dice

Values = dict[str, Any]
CITIES = {
    "Medellin": (6.245, -75.574, 1490),
    "Barranquilla": (11.0, -74.81, 30),
    "Bogota": (4.65, -74.08, 2560),
    "Cali": (3.45, -76.53, 995),
}
USES = ("office", "hotel", "hospital", "retail", "university", "multi_family")


def _bank(rng: random.Random, size_kw: float) -> Values:
    """Return what a bank of machines may state: whole units with least load and starts, a fixed cost, a reserve."""
    found: Values = {}
    if rng.random() < 0.35:
        found |= {"units": "integer", "unit_capacity_kw": round(size_kw / rng.randint(2, 5), -1) or 10.0}
        if rng.random() < 0.4:
            found |= {"min_part_load_frac": rng.choice([0.2, 0.4])}
        if rng.random() < 0.3:
            found |= {"start_up_cost": rng.choice([5.0, 30.0])}
    if rng.random() < 0.2:
        found |= {"fixed_capex": 40000.0}
    if rng.random() < 0.2:
        found |= {"units": found.get("units", 3), "spare_units": 1}
    return found


def _of_gas(rng: random.Random, peak_kw: float, *, heated: bool) -> list[Values]:
    """Return boilers and perhaps engines, absorption chillers, a store and heat pumps."""
    found: list[Values] = [{"kind": "fuel_supply", "fuel": "natural_gas"}, {"kind": "boiler", "fuel": "natural_gas"}]
    if rng.random() < 0.6:
        found += [{"kind": "chp", "mover": "engine", "fuel": "natural_gas", **_bank(rng, peak_kw / 3)}]
    if rng.random() < 0.5:
        driven = {"kind": "absorption_chiller", "effect": "single", "driven_by": "hot_water"}
        found += [driven | _bank(rng, peak_kw / 2)]
    found += [{"kind": "hot_water_store"}] * (rng.random() < 0.4)
    return found + [{"kind": "heat_pump", "source": "air", "refrigerant": "R-134a"}] * (heated and rng.random() < 0.5)


def _machines(rng: random.Random, *, heated: bool, node: str, peak_kw: float) -> list[Values]:
    """Return what a plant is offered."""
    wet = rng.random() < 0.6
    grid: Values = {"kind": "grid", "tariff": "power"} | ({"max_export_kw": None} if rng.random() < 0.4 else {})
    grid |= {"ratchet_frac": 0.6} if rng.random() < 0.15 else {}
    chiller: Values = {"kind": "vapour_chiller", "condenser": "water" if wet else "air", **_bank(rng, peak_kw)}
    chiller |= {"compressor": "centrifugal" if wet else "screw", "refrigerant": "R-134a"}
    found = [grid, chiller]
    found += [{"kind": "chilled_water_store"}] * (rng.random() < 0.5) + [{"kind": "battery"}] * (rng.random() < 0.4)
    found += [{"kind": "ice_store"}] * (rng.random() < 0.3)
    found += [{"kind": "pv", "mounting": "roof", "area_m2": 2500}] * (rng.random() < 0.6)
    if rng.random() < 0.35 or heated:
        found += _of_gas(rng, peak_kw, heated=heated)
    if wet or any(k["kind"] in {"ice_store", "absorption_chiller"} for k in found):
        found += [{"kind": "cooling_tower"}]
    return [{"id": f"{k['kind']}_{node}", **k, "node": node} for k in found]


def random_district(seed: int) -> Values:
    """Return the values of a case: three to eight buildings, one or two plants, one or two milestones, any tariff."""
    rng = dice(seed)
    name = rng.choice(list(CITIES))
    lat, lon, height = CITIES[name]
    heated = rng.random() < 0.35
    places = [(round(lat + rng.uniform(-4e-3, 4e-3), 5), round(lon + rng.uniform(-4e-3, 4e-3), 5)) for _ in range(10)]
    old = {"cooling": "splits"} | ({"heating": "own_boiler", "hot_water": "own_boiler"} if heated else {})
    buildings = [
        {"id": f"b{k}", "use": rng.choice(USES), "floor_area_m2": rng.choice([3000, 8000, 20000]), "storeys": 5}
        | {"lat_deg": places[k][0], "lon_deg": places[k][1], "bau": old}
        | ({"connect": "optional"} if rng.random() < 0.15 else {})
        for k in range(rng.randint(3, 8))
    ]
    plants = ["energy_center", "second"][: 1 + (rng.random() < 0.25)]
    peak_kw = 0.06 * sum(b["floor_area_m2"] for b in buildings) / len(plants)
    spots = [{"id": p, "lat_deg": places[8 + k][0], "lon_deg": places[8 + k][1]} for k, p in enumerate(plants)]
    nets = [{"id": "cold", "carrier": "chilled_water", "service": "cooling", "supply_temp_c": 6, "return_temp_c": 14}]
    if heated:
        nets += [{"id": "warm", "carrier": "hot_water", "service": ["heating", "hot_water"]}]
        nets[-1] |= {"supply_temp_c": 80, "return_temp_c": 55}
    kinds = [t for p in plants for t in _machines(rng, heated=heated, node=p, peak_kw=peak_kw)]
    kinds += [{"id": "splits", "kind": "split_ac", "node": "building", "refrigerant": "R-410A"}]
    fired = {"id": "own_boiler", "kind": "individual_boiler", "node": "building", "fuel": "natural_gas"}
    kinds += [fired] * heated
    tariff = {"id": "power", "energy_per_kwh": rng.choice([0.1, 0.16]), "export_per_kwh": rng.choice([0.0, 0.05])}
    tariff |= {"demand_per_kw_month": rng.choice([0, 6, 12])}
    if rng.random() < 0.6:
        tariff |= {"time_of_use": [{"per_kwh": 0.26, "hours": list(range(rng.randint(10, 17), 21))}]}
    if tariff["demand_per_kw_month"] and rng.random() < 0.25:
        tariff |= {"demand_load_factor_frac": 0.57}
    growth = [{"year": 2027}, {"year": 2034, "demand_factor": {"cooling": 1.3}}] if rng.random() < 0.25 else []
    case: Values = {
        "schema_version": 1,
        "name": f"Random district {seed}",
        "city": {"name": name, "country": "COL", "lat_deg": lat, "lon_deg": lon, "elevation_m": height}
        | {"utc_offset_h": -5},
        "currency": "USD",
        "price_year": 2025,
        "weather": {"normals": name, "seed": seed},
        "buildings": buildings,
        "networks": [n | {"plants": spots} for n in nets],
        "technologies": kinds,
        "tariffs": [tariff],
        "fuels": [{"id": "natural_gas", "price_per_kwh": rng.choice([0.03, 0.055]), "ghg_kg_per_kwh": 0.202}],
        "emissions": {"grid_kg_per_kwh": 0.165, "grid_basis": "combined_margin"},
        "finance": {"discount_rate_frac": 0.08, "horizon_a": 20},
        "milestones": growth,
        "variants": {"bau": {"baseline": "frozen"}, "district": {}},
        "settings": {"typical_days": 6, "carrier_temps_c": {} if heated else {"hot_water": [90, 75]}},
    }
    return {k: v for k, v in case.items() if v}
