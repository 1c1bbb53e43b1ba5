"""Mains of an ambient loop: what they exchange with the ground and cost, and how they are laid out."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from edsim.case.loading import load
from edsim.core.errors import EdsimError
from edsim.core.registry import load_kinds
from edsim.optimization.loop_mains import lay_loop_mains
from edsim.technologies.grid import Grid
from edsim.technologies.heat_pump import HeatPump
from edsim.technologies.loop_mains import LoopMains


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


@pytest.mark.slow
def test_mains_are_laid_out_to_every_station():
    """Proves: three stations get a tree of their distances, at pipe and trench prices; stated lengths are left alone.

    The three buildings stand 154, 246 and 192 m from the center. If ignored: the mains of a loop would cost nothing.
    """
    from edsim.case.variants import apply_variant
    from edsim.profiles.district import make_profiles
    from edsim.workflow import load_case

    case = apply_variant(load_case(Path("tests/cases/ambient_loop")), "loop")
    profiles = make_profiles(case)
    laid = next(t for t in lay_loop_mains(case, profiles).technologies if isinstance(t, LoopMains))
    assert 246.0 < laid.min_length_m < 700.0
    assert 700.0 < laid.capex_per_m < 2500.0
    assert 0.3 < laid.exchange_w_per_m_k < 2.5
    stated = {**case.provenance, "technologies.mains.min_length_m": case.provenance["technologies.mains.lat_deg"]}
    assert lay_loop_mains(case.model_copy(update={"provenance": stated}), profiles).technologies == case.technologies


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
    origin = Path(__file__).parents[1] / "cases" / "ambient_loop"
    shutil.copytree(origin, tmp_path, dirs_exist_ok=True)
    text = (origin / "case.yaml").read_text(encoding="utf-8")
    assert before in text
    (tmp_path / "case.yaml").write_text(text.replace(before, after), encoding="utf-8")
    try:
        found = [f.text() for f in load(tmp_path, load_kinds("edsim.technologies")).warnings]
    except EdsimError as error:
        found = [f.text() for f in error.findings]
    about = [f for f in found if "[W1846" in f or "[E1847" in f]
    assert all(wanted in f for f in about), found
    assert bool(about) is bool(wanted), found
