"""A seasonal year made by hand and a small district on disk."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import yaml

from edsim.profiles.weather import Weather
from tests.support.weather import sunless_year

HOURS = 8760


def make_case() -> dict[str, Any]:
    """Return the values of a district of one office with chillers and a grid."""
    place = {"lat_deg": 6.245, "lon_deg": -75.574}
    return {
        "schema_version": 1,
        "name": "One office",
        "city": {"name": "Medellin", "country": "COL", "elevation_m": 1490, "utc_offset_h": -5, **place},
        "currency": "USD",
        "price_year": 2025,
        "buildings": [
            {"id": "tower", "use": "office", "floor_area_m2": 8000, "storeys": 5, "bau": {"cooling": "old"}, **place}
        ],
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


@pytest.fixture
def write_case(tmp_path: Path) -> Callable[..., Path]:
    """Return a writer of case folders; keywords replace top-level keys, `add` appends technologies."""

    def write(*, add: tuple[dict[str, Any], ...] = (), **keys: Any) -> Path:
        values = {**make_case(), **keys}
        values["technologies"] = [*values["technologies"], *add]
        (tmp_path / "case.yaml").write_text(yaml.safe_dump(values), encoding="utf-8")
        return tmp_path

    return write


@pytest.fixture(scope="session")
def seasonal() -> Weather:
    """Return a year of air at 20 °C mean with a half swing of 10 K, warmest at the end of June, without sun."""
    day = (np.arange(HOURS) + 0.5) / 24.0
    temp = 20.0 - 10.0 * np.cos(2 * np.pi * day / 365.0)
    return sunless_year(temp, 0.6, lat_deg=40.0)
