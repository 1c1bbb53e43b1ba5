"""Values of a small district: offices with split units, electric chillers for a chilled-water network, a grid."""

from collections.abc import Mapping, Sequence
from typing import Any

PLACE = {"lat_deg": 6.245, "lon_deg": -75.574}


def office(name: str, **more: Any) -> dict[str, Any]:
    """Return the values of an office of five storeys; keywords replace or add some."""
    values = {"id": name, "use": "office", "floor_area_m2": 8000, "storeys": 5, "bau": {"cooling": "old"}}
    return values | PLACE | more


def small_district(name: str, buildings: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    """Return the values of a case with the given buildings."""
    return {
        "schema_version": 1,
        "name": name,
        "city": {"name": "Medellin", "country": "COL", "elevation_m": 1490, "utc_offset_h": -5, **PLACE},
        "currency": "USD",
        "price_year": 2025,
        "buildings": list(buildings),
        "networks": [
            {
                "id": "cold",
                "carrier": "chilled_water",
                "service": "cooling",
                "plants": [{"id": "energy_center", "lat_deg": 6.2455, "lon_deg": -75.5735}],
                "supply_temp_c": 6,
                "return_temp_c": 14,
            }
        ],
        "technologies": [
            {"id": "grid", "kind": "grid", "tariff": "power"},
            {"id": "chillers", "kind": "vapour_chiller", "condenser": "air", "compressor": "screw"},
            {"id": "old", "kind": "split_ac", "node": "building"},
        ],
        "tariffs": [{"id": "power", "energy_per_kwh": 0.16}],
        "emissions": {"grid_kg_per_kwh": 0.165, "grid_basis": "combined_margin"},
        "finance": {"discount_rate_frac": 0.08, "horizon_a": 20},
        "variants": {"bau": {"baseline": "frozen"}, "district": {}},
    }
