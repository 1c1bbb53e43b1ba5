"""Random districts with everything that goes wrong on maps: a valid network or a finding, never a traceback."""

from collections.abc import Iterable
from dataclasses import replace

import numpy as np
import pytest
from shapely.geometry import LineString, Point, Polygon

from edsim.core.errors import EdsimError
from edsim.network import (
    ExistingPipe,
    Fluid,
    LengthOnlyTrench,
    NetworkBuilding,
    NetworkDesign,
    NetworkEconomics,
    NetworkPlant,
    NetworkRequest,
    NetworkTemperatures,
    PipeRules,
    StreetLine,
    design_network,
    low_delta_t_curve,
)

LON, LAT, M_PER_DEG = -75.57, 6.25, 111_000.0
DAY = 0.55 - 0.45 * np.cos(2.0 * np.pi * (np.arange(8760) % 24) / 24.0)
TEMPERATURES = {
    "chilled_water": NetworkTemperatures(5.0, 13.0, 1.5, 60.0, *low_delta_t_curve()),
    "hot_water": NetworkTemperatures(80.0, 50.0, 4.0, 60.0),
    "ambient_two_pipe": NetworkTemperatures(14.0, 10.0, 1.0, 50.0),
    "ambient_one_pipe": NetworkTemperatures(14.0, 10.0, 1.0, 50.0),
}


def place(x_m: float, y_m: float) -> tuple[float, float]:
    return LON + x_m / M_PER_DEG, LAT + y_m / M_PER_DEG


def square(x_m: float, y_m: float, half_m: float) -> tuple[tuple[float, float], ...]:
    return tuple(place(x_m + a * half_m, y_m + b * half_m) for a, b in ((-1, -1), (1, -1), (1, 1), (-1, 1)))


def awkward(seed: int) -> NetworkRequest:
    """Return a district with duplicates, points without length, crossing streets, obstacles or lengths only."""
    rng = np.random.default_rng(seed)
    n, span, kind = int(rng.integers(1, 12)), float(rng.choice([60.0, 300.0, 800.0])), int(rng.integers(0, 6))
    spots = rng.uniform(0.0, span, (n, 2))
    if n > 1 and rng.random() < 0.3:
        spots[1] = spots[0]
    home = spots[0] if rng.random() < 0.25 else rng.uniform(-50.0, span + 50.0, 2)
    carrier = str(rng.choice(list(TEMPERATURES)))
    buildings = tuple(
        NetworkBuilding(
            f"b{i}",
            *place(*at),
            connection=str(rng.choice(["must_connect", "optional", "forbidden"], p=[0.7, 0.2, 0.1])),
            avoided_cost_per_a=float(rng.choice([0.0, 5e3, 1e5])),
            footprint=square(*at, 8.0) if rng.random() < 0.6 else (),
        )
        for i, at in enumerate(spots)
    )
    demand = rng.choice([0.0, 1.0, 40.0, 400.0, 3000.0], n, p=[0.1, 0.2, 0.3, 0.3, 0.1])[:, None] * DAY
    ends = [(place(*rng.uniform(-20.0, span + 20.0, 2)), place(*rng.uniform(-20.0, span + 20.0, 2))) for _ in range(7)]
    streets = (*(StreetLine(e) for e in ends), StreetLine(ends[0]), StreetLine((place(5.0, 5.0), place(5.0, 5.0))))
    base = NetworkRequest(
        id="net",
        carrier=carrier,
        buildings=buildings,
        demand_kw=demand,
        plants=(NetworkPlant("plant", *place(*home)),),
        temperatures=TEMPERATURES[carrier],
        pipes=PipeRules("pe100_sdr11" if carrier.startswith("ambient") else "steel_series1", "moist_sand"),
        economics=NetworkEconomics(0.08, 30.0, 0.15, 0.04, 1.0, 0.5),
        dry_bulb_temp_c=np.full(8760, 24.0),
        streets=() if kind == 0 else streets,
        obstacles=(square(*home, 20.0), square(*rng.uniform(0.0, span, 2), 20.0)) if kind == 1 else (),
        existing_pipes=(ExistingPipe(ends[1], int(rng.choice([20, 100, 300]))),) if kind == 2 else (),
        max_connection_m=1000.0,
        time_limit_s=1.0,
        gap_target_frac=0.05,
        cooling_kw=demand[::-1].copy() if carrier.startswith("ambient") else None,
    )
    return by_length(base, rng) if kind == 3 else base


def by_length(request: NetworkRequest, rng: np.random.Generator) -> NetworkRequest:
    """Return the same district without a map, some trenches without length or to nowhere."""
    trenches = [LengthOnlyTrench("plant", "j", 30.0), LengthOnlyTrench("j", "b0", float(rng.choice([0.0, 12.0, 50.0])))]
    trenches += [
        LengthOnlyTrench(f"b{i}", f"b{int(rng.integers(0, i))}", float(rng.uniform(1.0, 200.0)))
        for i in range(1, len(request.buildings))
    ]
    if rng.random() < 0.2:
        trenches.append(LengthOnlyTrench("b0", "nowhere", 9.0))
    lost = tuple(replace(b, lon=float("nan"), lat=float("nan")) for b in request.buildings)
    return replace(request, trenches=tuple(trenches), streets=(), buildings=lost)


def assert_valid(request: NetworkRequest, design: NetworkDesign) -> None:
    """Assert a forest from the plant, pipes that do not shrink towards it, clear obstacles and finite numbers."""
    edges = design.edges
    above = dict(zip(edges.to_node, edges.from_node, strict=True))
    assert len(above) == len(edges)
    kinds = {node.id: node.kind for node in design.nodes}
    for consumer in (node.id for node in design.nodes if node.kind == "consumer"):
        at = consumer
        for _ in range(len(edges) + 1):
            at = above.get(at, at)
        assert kinds[at] == "producer"
    into = {node: k for k, node in enumerate(edges.to_node)}
    for k, node in enumerate(edges.from_node):
        if node in into and not (edges.existing_dn[k] or edges.existing_dn[into[node]]):
            assert edges.inner_diameter_mm[into[node]] >= edges.inner_diameter_mm[k]
    assert (edges.length_m > 0.0).all()
    for name in ("heat_gain_kw", "pump_power_kw", "plant_heat_kw", "worst_supply_temp_c", "plant_flow_kg_per_s"):
        assert np.isfinite(getattr(design, name)).all(), name
    sites = [Point(p.lon, p.lat) for p in (*request.plants, *request.buildings)]
    for polygon in (Polygon(o).buffer(-1e-7) for o in request.obstacles):
        if not any(polygon.contains(site) for site in sites):
            assert all(LineString(g).intersection(polygon).length * M_PER_DEG < 1.0 for g in edges.geometry)


def assert_friction(request: NetworkRequest, design: NetworkDesign) -> None:
    """Assert the gradient of turbulent trenches by Colebrook's formula, iterated from scratch."""
    mean = 0.5 * (request.temperatures.supply_c + request.temperatures.return_c)
    density, viscosity = float(Fluid.water().density(mean)), float(Fluid.water().viscosity(mean))
    bore, speed = design.edges.inner_diameter_mm / 1000.0, design.edges.velocity_m_per_s
    rough = (0.01e-3 if design.catalogue.startswith("pe") else 0.1e-3) / bore
    reynolds = density * speed * bore / viscosity
    x = np.full(len(bore), 7.0)
    for _ in range(80):
        x = -2.0 * np.log10(rough / 3.71 + 2.51 * x / np.maximum(reynolds, 4000.0))
    fast = reynolds > 4000.0
    wanted = density * speed**2 / (2.0 * bore * x**2)
    np.testing.assert_allclose(design.edges.pressure_gradient_pa_per_m[fast], wanted[fast], rtol=1e-3)


def check(seeds: Iterable[int]) -> int:
    """Check many districts; return how many could be laid out."""
    laid = 0
    for seed in seeds:
        request = awkward(seed)
        try:
            design = design_network(request)
        except EdsimError:  # a finding with its code; anything else is a traceback
            continue
        assert_valid(request, design)
        assert_friction(request, design)
        laid += 1
    return laid


def test_awkward_districts():
    """Proves: of six random districts four end in valid networks, one of each carrier, two in findings.

    If ignored: a traceback on real maps.
    """
    assert check((0, 4, 5, 11, 17, 29)) == 4


@pytest.mark.slow
def test_many_awkward_districts():
    """Proves: the same for three hundred."""
    assert check(range(300)) >= 150
