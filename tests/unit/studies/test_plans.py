"""Fronts, menus and the feeder of a district that grows; and that several processes change no figure."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from edsim.case.milestones import span_worth
from edsim.optimization.growth.joint_model import joint_model
from edsim.optimization.model.criteria import least_cost, minimize, value_of
from edsim.optimization.model.model import Model
from edsim.optimization.sizing.certify import DesignOptions
from edsim.optimization.sizing.goals import Goal, design_milestones_for
from edsim.report.studies.page import render_study
from edsim.studies.desks import desk_of
from edsim.studies.feeder import feeder_load_kw
from edsim.studies.growing_plans import GrowingDesk
from edsim.studies.headline import with_headline
from edsim.studies.near_optimal import near_optimal
from edsim.studies.phased_bench import PhasedBench
from edsim.studies.tradeoffs import front, pareto
from edsim.studies.utility import UtilityTerms, utility_view
from edsim.studies.workbench import Workbench
from edsim.workflow import load_case

GROWING = """
schema_version: 1
name: Growing
city: {name: Medellin, country: COL, lat_deg: 6.245, lon_deg: -75.574, elevation_m: 1490, utc_offset_h: -5}
currency: USD
price_year: 2025
weather: {normals: Medellin}
buildings:
  - {id: office, use: office, floor_area_m2: 8000, storeys: 5, lat_deg: 6.245, lon_deg: -75.574, bau: {cooling: splits}}
  - {id: clinic, use: hospital, floor_area_m2: 5000, storeys: 4, lat_deg: 6.2465, lon_deg: -75.5722,
     bau: {cooling: splits}, opening_year: 2032}
networks:
  - id: cold
    carrier: chilled_water
    service: cooling
    plants: [{id: energy_center, lat_deg: 6.2455, lon_deg: -75.5735}]
    supply_temp_c: 6
    return_temp_c: 14
technologies:
  - {id: grid, kind: grid, tariff: power}
  - {id: chillers, kind: vapour_chiller, condenser: air, compressor: screw}
  - {id: splits, kind: split_ac, node: building}
tariffs: [{id: power, energy_per_kwh: 0.16}]
emissions: {grid_kg_per_kwh: 0.165, grid_basis: combined_margin}
finance: {discount_rate_frac: 0.08, horizon_a: 20}
settings: {typical_days: 4}
milestones:
  - year: 2027
  - {year: 2032, demand_factor: {cooling: 1.1}, price_factor: {power: 1.15}, carbon_price_per_t: 30}
variants:
  bau: {baseline: frozen}
  district: {}
"""


@pytest.fixture(scope="module")
def growing(tmp_path_factory: pytest.TempPathFactory) -> PhasedBench:
    folder: Path = tmp_path_factory.mktemp("growing")
    (folder / "case.yaml").write_text(GROWING, encoding="utf-8")
    return PhasedBench(load_case(folder), "district")


@pytest.mark.slow
def test_one_milestone_of_a_joint_model_is_the_model_of_its_year(bench: Workbench) -> None:
    """Proves: objective, cap and price of the cap are those of the plain model, and a cap can be moved and taken away.

    If ignored: caps of a growing district hold for another quantity than they say.
    """
    plain, _ = bench.plant.sizing(bench.system)
    free = plain.solve(least_cost(20.0), options=bench.plant.solver)
    joint = joint_model([bench.system], [plain.grid], np.ones(1), [20.0], bench.plant.solver)
    for share in (0.9, 0.5):
        caps = {"water_m3": share * value_of(free, "water_m3")}
        alone = Model(plain.parts).solve(
            minimize("cost", carbon_price_per_t=20.0, caps=caps), options=bench.plant.solver
        )
        (found,), prices = joint.solve(lambda price, c=caps: minimize("cost", carbon_price_per_t=price, caps=c))
        assert value_of(found, "cost", 20.0) == pytest.approx(value_of(alone, "cost", 20.0), rel=1e-6)
        assert value_of(found, "water_m3") == pytest.approx(caps["water_m3"], rel=1e-5)
        assert prices["water_m3"] == pytest.approx(alone.cap_prices["water_m3"], rel=1e-3)
    (again,), _ = joint.solve(least_cost)
    assert value_of(again, "cost", 20.0) == pytest.approx(value_of(free, "cost", 20.0), rel=1e-6)


@pytest.mark.slow
def test_the_front_of_a_growing_district_holds_what_its_goals_find(growing: PhasedBench) -> None:
    """Proves: the cheap end is the plan of a run, and another goal within the cost of a point finds no less than it.

    The prices of the milestones differ, and one has a carbon price: a front of one of its years, or of plain sums,
    would miss both. No point lies below what the certified plan proves.
    """
    found = front(growing, ("cost", "grid_peak_kw"), 3).points
    assert len(found) == 3
    run = growing.base.runs[1].design
    assert run is not None
    assert found[0].first == pytest.approx(run.certificate.upper_bound, rel=2e-4)
    for earlier, later in pairwise(found):
        slope = (later.first - earlier.first) / (earlier.second - later.second)
        assert 0.9 * earlier.cap_price <= slope <= 1.1 * later.cap_price
    desk = desk_of(growing, growing.progress)
    assert isinstance(desk, GrowingDesk)
    share = found[1].first / found[0].first - 1.0
    goals = [Goal("grid_peak_kw", share, price) for price in desk.carbon_prices]
    systems = dict(zip(desk.names, desk.systems, strict=True))
    proof = design_milestones_for(systems, span_worth(growing.case), goals, DesignOptions(typical_days=4))[
        0
    ].certificate
    assert proof.lower_bound is not None
    assert proof.lower_bound <= found[1].second * (1 + 1e-6)
    assert found[1].second == pytest.approx(proof.upper_bound, rel=5e-3)
    for point in found:
        for machine in ("grid.connection_kw", "chillers.capacity_kw"):
            before, after = (point.year.sizes[(*machine.split("."), year)] for year in ("2027", "2032"))
            assert after >= before - 1e-6


@pytest.mark.slow
def test_figures_of_fronts_and_menus_are_the_same_with_any_number_of_workers(growing: PhasedBench) -> None:
    """Breaks if a solve started from the one before it, or answers were taken in the order they come."""
    fronts = [pareto(growing, "cost:peak", 3, workers=n) for n in (1, 2)]
    assert [repr(t.to_dict()) for t in fronts[0].tables.values()] == [
        repr(t.to_dict()) for t in fronts[1].tables.values()
    ]
    table = fronts[0].tables["front"]
    assert table["npv"].iloc[0] == pytest.approx(growing.base_indicators()["npv"][1], rel=1e-3, abs=500.0)
    menus = [near_optimal(growing, (0.02,), workers=n) for n in (1, 2)]
    for one, two in zip(menus[0].tables.values(), menus[1].tables.values(), strict=True):
        assert repr(one.to_dict()) == repr(two.to_dict())
    ranges = menus[0].tables["ranges"]
    assert set(ranges["milestone"]) == {"2027", "2032"}
    assert (ranges["low"] <= ranges["best"] * (1 + 1e-6)).all()
    assert (ranges["best"] <= ranges["high"] * (1 + 1e-6)).all()
    for result in (fronts[0], menus[0]):
        said = with_headline(result).headline
        assert "2032" in render_study(result.kind, result.about, result.tables, said)


@pytest.mark.medium
def test_the_feeder_of_a_growing_district_is_seen_year_by_year(growing: PhasedBench) -> None:
    """Proves: every milestone has its own hours, bill and sentence. If ignored: the last year passes for all."""
    result = with_headline(utility_view(growing, UtilityTerms(200.0)))
    bau, project = growing.base.runs
    for before, after in zip(bau.stages, project.stages, strict=True):
        part = result.tables["feeder"].query(f"milestone == '{after.year}'")
        assert part["after_kw"].tolist() == pytest.approx(feeder_load_kw(after.run, before.run).tolist())
        assert any(line.startswith(f"{after.year}: ") for line in result.headline)
    bill = result.tables["bill"].set_index(["milestone", "line"])["bau"]
    assert bill["2032", "electricity"] > 1.15 * bill["2027", "electricity"]
    assert "2027: " in render_study("utility", result.about, result.tables, result.headline)
