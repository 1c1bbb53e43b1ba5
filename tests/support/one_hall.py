"""Case text of a single building with its own machines, and of a chilled-water network for it."""

HALL = """\
schema_version: 1
name: One building
city: {name: Medellin, country: COL, lat_deg: 6.2447, lon_deg: -75.5741, elevation_m: 1490, utc_offset_h: -5}
currency: USD
price_year: 2020
buildings:
  - {id: hall, use: office, floor_area_m2: 12000, storeys: 10, lat_deg: 6.2449, lon_deg: -75.574, bau: {cooling: split}}
technologies:
  - {id: grid, kind: grid, tariff: main}
  - {id: split, kind: split_ac}
tariffs: [{id: main, energy_per_kwh: 0.16}]
emissions: {grid_kg_per_kwh: 0.165, grid_basis: inventory}
finance: {discount_rate_frac: 0.08}
"""
NETWORK = """
networks:
  - id: cold
    carrier: chilled_water
    service: cooling
    plants: [{id: energy_center, lat_deg: 6.2452, lon_deg: -75.5743}]
    supply_temp_c: 5.5
    return_temp_c: 13.5
variants: {district: {}}
settings: {typical_days: 2}
"""
