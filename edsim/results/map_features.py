"""What a run draws on the map: trenches, plants and buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edsim.network.places.geojson import to_geojson

if TYPE_CHECKING:
    from edsim.results.variant import VariantRun


def map_features(main: VariantRun) -> dict[str, Any]:
    """Return trenches, nodes and buildings of a variant as one FeatureCollection (GeoJSON, WGS84)."""
    served = main.district.served()
    laid = (*main.district.designs, *main.district.mains)
    features = [f for d in laid for f in to_geojson(d)["features"]]
    features += [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [b.lon_deg, b.lat_deg]},
            "properties": {
                "feature": "building",
                "id": b.id,
                "name": b.name or b.id,
                "use": b.use,
                "floor_area_m2": b.floor_area_m2,
                "connected": any(key[0] == b.id for key in served),
            },
        }
        for b in main.district.case.buildings
        if b.lat_deg is not None and b.lon_deg is not None
    ]
    return {"type": "FeatureCollection", "features": features}
