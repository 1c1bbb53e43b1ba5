"""Texts of small cases: one hall with its own machines, a network for it, and a district of two offices."""


def _head(name: str, price_year: int) -> str:
    return f"""\
schema_version: 1
name: {name}
city: {{name: Medellin, country: COL, lat_deg: 6.2447, lon_deg: -75.5741, elevation_m: 1490, utc_offset_h: -5}}
currency: USD
price_year: {price_year}
buildings:
"""


_CHILLED_WATER = """\
networks:
  - id: cold
    carrier: chilled_water
    service: cooling
    plants: [{id: energy_center, lat_deg: 6.2452, lon_deg: -75.5743}]
    supply_temp_c: 5.5
    return_temp_c: 13.5
"""
HALL = (
    _head("One building", 2020)
    + """\
  - {id: hall, use: office, floor_area_m2: 12000, storeys: 10, lat_deg: 6.2449, lon_deg: -75.574, bau: {cooling: split}}
technologies:
  - {id: grid, kind: grid, tariff: main}
  - {id: split, kind: split_ac}
tariffs: [{id: main, energy_per_kwh: 0.16}]
emissions: {grid_kg_per_kwh: 0.165, grid_basis: inventory}
finance: {discount_rate_frac: 0.08}
"""
)
NETWORK = (
    "\n"
    + _CHILLED_WATER
    + """\
variants: {district: {}}
settings: {typical_days: 2}
"""
)
TWO_OFFICES = (
    _head("Two offices", 2025)
    + """\
  - {id: one, use: office, floor_area_m2: 12000, storeys: 10, lat_deg: 6.2449, lon_deg: -75.5740, bau: {cooling: old}}
  - {id: two, use: office, floor_area_m2: 9000, storeys: 8, lat_deg: 6.2455, lon_deg: -75.5746, bau: {cooling: old}}
"""
    + _CHILLED_WATER
    + """\
technologies:
  - {id: grid, kind: grid, tariff: main}
  - {id: chillers, kind: vapour_chiller, refrigerant: R-134a}
  - {id: dry, kind: vapour_chiller, compressor: screw_vsd, condenser: air, refrigerant: R-134a}
  - {id: towers, kind: cooling_tower}
  - {id: old, kind: individual_chiller, node: building, compressor: screw, condenser: water, refrigerant: R-22}
tariffs:
  - {id: main, energy_per_kwh: 0.16, demand_per_kw_month: 6, time_of_use: [{per_kwh: 0.24, hours: [18, 19, 20]}]}
emissions: {grid_kg_per_kwh: 0.165, grid_basis: combined_margin}
finance: {discount_rate_frac: 0.08, water_price_per_m3: 1.9, contingency_frac: 0.1}
variants:
  bau: {baseline: frozen}
  district: {}
  capped: {on_request: true, changes: {technologies: {grid: {max_connection_kw: 3000}}}}
settings: {typical_days: 4}
"""
)
