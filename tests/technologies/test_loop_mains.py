"""Mains of an ambient loop: what they exchange with the ground and cost, and how they are laid out."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from edsim.case.loading import load
from edsim.case.schema import Case
from edsim.case.variants import apply_variant
from edsim.core.errors import EdsimError
from edsim.core.registry import load_kinds
from edsim.optimization.district.loop_mains import lay_loop_mains
from edsim.profiles.types import Profiles, SourceProfile
from edsim.profiles.weather.types import Weather
from edsim.technologies.grid import Grid
from edsim.technologies.heat_pump import HeatPump
from edsim.technologies.loop_mains import LoopMains
from edsim.workflow import prepare_phases

LOOP = Path(__file__).parents[1] / "cases" / "ambient_loop"


def flow(solution, technology, port):
    """Return the hourly flow of one port."""
    return next(f.values for f in solution.flows if (f.technology, f.port) == (technology, port))


def test_mains_lose_heat_and_are_paid_for(model, surroundings, tariff):
    """Proves: 1000 m of a 25/18 °C loop in ground of 12 °C lose 1 W/m/K * (43 - 24) K * 1000 m = 19 kW in every hour.

    At 900 a meter and no interest they cost 900 000 / 40 a year, and 0.5 % upkeep. If ignored: a loop would reach every
    building for nothing.
    """
    cool = surroundings(12.0, 10.0, tariffs={"grid": tariff(0.1)})
    mains = LoopMains(id="mains", min_length_m=1000.0, capex_per_m=900.0)
    source = HeatPump(id="hp", source="air", carriers={"heat": "ambient_water"}, capex_per_kw=0.0, fixed_om_frac=0.0)
    grid = Grid(id="grid", tariff="grid", capex_per_kw=0.0, fixed_om_frac=0.0)
    s = model((mains, source, grid), {"ambient_water": 100.0}, cool).solve()
    np.testing.assert_allclose(flow(s, "mains", "ground_loss"), 19.0)
    np.testing.assert_allclose(flow(s, "hp", "heat"), 119.0)
    assert s.capacities["mains", "length_m"] == pytest.approx(1000.0)
    assert s.accounts["capex_annuity"] == pytest.approx(900_000 / 40)
    assert s.accounts["om_fixed"] == pytest.approx(4500.0)


def test_ground_warmer_than_the_loop_heats_it(surroundings):
    """Proves: at 30 °C ground a 25/18 °C loop gains 17 W per meter. If ignored: the tropics would cool a loop free."""
    warm = LoopMains(id="mains", min_length_m=1.0, exchange_w_per_m_k=1.0).prepare(surroundings(30.0, 25.0))
    assert warm == pytest.approx({"loss_per_m": 0.0, "gain_per_m": 0.017})


def air_of(temp_c: float) -> Weather:
    """Return a year of one air temperature."""
    air, nothing = np.full(8760, temp_c), np.zeros(8760)
    pressure, humid = np.full(8760, 75_000.0), np.full(8760, 0.6)
    site = ("Bogota", "made up", 4.65, -74.08, 2560.0, -5.0)
    return Weather(*site, air, humid, pressure, nothing, nothing, nothing, nothing, nothing, 0.01 * humid, air - 4.0)


@pytest.fixture(scope="module")
def loop() -> Case:
    """Return the loop of the ambient case."""
    return apply_variant(load(LOOP, load_kinds("edsim.technologies")), "loop")


def needs(case: Case, heating_kw: tuple[float, ...], cooling_kw: tuple[float, ...]) -> Profiles:
    """Return constant demands of hospital, hotel and homes."""
    names, nothing = tuple(b.id for b in case.buildings), np.zeros((3, 8760))
    demand = {"heating": np.array(heating_kw)[:, None] + nothing, "cooling": np.array(cooling_kw)[:, None] + nothing}
    demand["electricity"] = nothing
    sources = {s.id: SourceProfile(nothing[0], nothing[0]) for s in case.sources}
    return Profiles(air_of(13.0), names, demand, nothing, nothing, np.ones(3), sources=sources)


def with_mains(case: Case, **changes: object) -> Case:
    """Return the case with other mains."""
    machines = (t.model_copy(update=changes) if t.kind == "loop_mains" else t for t in case.technologies)
    return case.model_copy(update={"technologies": tuple(machines)})


def laid(case: Case, profiles: Profiles) -> LoopMains:
    """Return the mains as they are laid out."""
    return next(t for t in lay_loop_mains(case, profiles)[0].technologies if isinstance(t, LoopMains))


MIXED = (300.0, 100.0, 200.0), (100.0, 300.0, 0.0)


def test_mains_are_laid_out_to_every_station(loop):
    """Proves: three stations get a tree of their distances, at pipe and trench prices; stated lengths are left alone.

    The three buildings stand 154, 246 and 192 m from the center; civil works follow `cost_factor`. If ignored: the
    mains of a loop would cost nothing.
    """
    profiles = needs(loop, *MIXED)
    after, (design,) = lay_loop_mains(loop, profiles)
    found = next(t for t in after.technologies if isinstance(t, LoopMains))
    assert 246.0 < found.min_length_m < 700.0
    assert 700.0 < found.capex_per_m < 2500.0
    assert 0.3 < found.exchange_w_per_m_k < 2.5
    civil = design.capex_civil / found.min_length_m
    assert laid(with_mains(loop, cost_factor=0.5), profiles).capex_per_m == pytest.approx(
        found.capex_per_m - 0.5 * civil
    )
    stated = {**loop.provenance, "technologies.mains.min_length_m": loop.provenance["technologies.mains.lat_deg"]}
    known = loop.model_copy(update={"provenance": stated})
    assert lay_loop_mains(known, profiles) == (known, ())


def test_one_pipe_is_a_warm_and_a_cold_one_for_one_station_and_wider_for_several(loop):
    """Proves: to one station one pipe goes out warm and comes back cold, which is the pair: same cost, same exchange.

    For three stations of which one gives back what the others draw the pair carries differences, the single pipe the
    larger side everywhere: same trenches, dearer, and no longer the exchange of the pair. If ignored: `pipes: 1` would
    change nothing, or be free.
    """
    one = with_mains(loop, pipes=1)
    single = needs(loop, (300.0, 0.0, 0.0), (0.0, 0.0, 0.0))
    pair, alone = laid(loop, single), laid(one, single)
    assert (alone.min_length_m, alone.capex_per_m) == (pair.min_length_m, pair.capex_per_m)
    assert alone.exchange_w_per_m_k == pytest.approx(pair.exchange_w_per_m_k, rel=0.01)
    pair, ring = laid(loop, needs(loop, *MIXED)), laid(one, needs(loop, *MIXED))
    assert ring.min_length_m == pair.min_length_m
    assert ring.capex_per_m > 1.02 * pair.capex_per_m
    assert abs(ring.exchange_w_per_m_k / pair.exchange_w_per_m_k - 1.0) > 0.02


def changed(folder: Path, *changes: tuple[str, str], columns: str = "") -> Path:
    """Return a copy of the case with words replaced, and with a column added to its buildings."""
    shutil.copytree(LOOP, folder, dirs_exist_ok=True)
    text = (LOOP / "case.yaml").read_text(encoding="utf-8")
    for before, after in changes:
        assert before in text
        text = text.replace(before, after)
    (folder / "case.yaml").write_text(text, encoding="utf-8")
    rows = (LOOP / "buildings.csv").read_text(encoding="utf-8").splitlines()
    if columns:
        added = (f"{row},{cell}" for row, cell in zip(rows, columns.split(","), strict=True))
        (folder / "buildings.csv").write_text("\n".join(added) + "\n", encoding="utf-8")
    return folder


def told(folder: Path) -> list[str]:
    """Return what is said of a case."""
    try:
        return [f.text() for f in load(folder, load_kinds("edsim.technologies")).warnings]
    except EdsimError as error:
        return [f.text() for f in error.findings]


@pytest.mark.parametrize("pipes", ["3", "0", "1.5"])
def test_other_numbers_of_pipes_are_refused(pipes, tmp_path):
    """Proves: a loop has one pipe or two. If ignored: a slip is laid as two."""
    found = told(changed(tmp_path, ("kind: loop_mains", f"kind: loop_mains, pipes: {pipes}")))
    assert any("technologies.mains.pipes" in f for f in found), found


@pytest.mark.medium
def test_milestones_lay_the_mains_whole_and_say_so(loop, tmp_path):
    """Proves: every milestone has the mains of the largest demand; homes that join later are warned of, others not.

    If ignored: the pipes of a loop that grows are neither laid nor paid for.
    """
    years = "milestones: [{year: 2030}, {year: 2035, demand_factor: {heating: 1.5, cooling: 1.5}}]\nvariants:"
    folder = changed(tmp_path, ("variants:", years))
    grows = apply_variant(load(folder, load_kinds("edsim.technologies")), "loop")
    wanted = laid(loop, needs(loop, *(tuple(1.5 * q for q in side) for side in MIXED)))
    for district in prepare_phases(grows, needs(loop, *MIXED)):
        mains = next(t for t in district.case.technologies if isinstance(t, LoopMains))
        assert (mains.min_length_m, mains.capex_per_m) == (wanted.min_length_m, wanted.capex_per_m)
        assert len(district.mains) == 1
    assert not any("[W1848" in f for f in told(folder))
    late = told(changed(tmp_path, ("variants:", years), columns="connection_year,,,2035"))
    assert [f for f in late if "[W1848" in f and "homes" in f and "2030" in f], late


@pytest.mark.parametrize(
    ("before", "after", "wanted"),
    [
        ("  - {id: mains, kind: loop_mains, lat_deg: 4.6503, lon_deg: -74.0812}\n", "", "[W1846"),
        ("lat_deg: 4.6503, lon_deg: -74.0812}", "lat_deg: 4.6503}", "[E1847"),
        ("kind: loop_mains, lat_deg: 4.6503, lon_deg: -74.0812}", "kind: loop_mains, min_length_m: 600}", ""),
    ],
)
def test_a_loop_without_mains_or_their_place_is_said(before, after, wanted, tmp_path):
    """Proves: stations without mains are warned of, mains that cannot be laid out are refused, stated lengths are fine.

    If ignored: the pipes of a loop would be forgotten, or a run would stop in the middle.
    """
    found = told(changed(tmp_path, (before, after)))
    about = [f for f in found if "[W1846" in f or "[E1847" in f]
    assert all(wanted in f for f in about), found
    assert bool(about) is bool(wanted), found
