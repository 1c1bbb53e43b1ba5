"""Milestone years by hand: what is built stays and is paid from then on."""

from dataclasses import replace

import numpy as np
import pytest

from edsim.core.errors import InfeasibleError
from edsim.optimization.growth.milestones import Milestone, size_milestones
from edsim.optimization.model.model import build
from tests.unit.optimization.conftest import flat

SUN = {"pv_kw_per_kwp": {"pv": flat(0.2)}}


def year_of(make, system, price, load=10.0):
    """Return grid at `price` and PV that pays from 0.1 per kWh on: 1752 kWh per kWp and 175.2 a year."""
    pv = make("pv", id="pv", capex_per_kwp=3504.0, lifetime_a=20.0, fixed_om_frac=0.0, max_capacity_kwp=100.0)
    grid = make("grid", id="grid", tariff="power", capex_per_kw=0.0)
    return system([grid, pv], {"electricity": flat(load)}, flat(price), **SUN)


def solve(make, system, grid, years, weights):
    milestones = [Milestone(5 * k, year_of(make, system, *terms), grid) for k, terms in enumerate(years)]
    return size_milestones(milestones, np.array(weights)).solutions


def pv_of(solutions):
    return [s.capacities["pv", "capacity_kwp"] for s in solutions]


def test_one_milestone_is_the_plain_model(make, system, one_day):
    s = year_of(make, system, 0.3)
    (found,) = size_milestones([Milestone(0, s, one_day)], np.array([7.0])).solutions
    plain = build(s, one_day).solve()
    assert found.objective == pytest.approx(plain.objective, rel=1e-9)
    assert found.marginal_prices["energy_center", "electricity"] == pytest.approx(
        plain.marginal_prices["energy_center", "electricity"]
    )


def test_sizes_grow_with_the_demand(make, system, one_day):
    """Proves: at 0.3 per kWh 10 kW take 50 kWp, 20 kW later take 100; nothing is built before it is needed."""
    found = solve(make, system, one_day, [(0.3, 10.0), (0.3, 20.0)], [1.0, 1.0])
    assert pv_of(found) == pytest.approx([50.0, 100.0])
    assert found[0].accounts["capex_annuity"] == pytest.approx(50 * 175.2)


@pytest.mark.parametrize(("weights", "built"), [((1.0, 1.0), 50.0), ((1.0, 9.0), 0.0)])
def test_what_is_built_stays_and_is_paid(make, system, one_day, weights, built):
    """Proves: PV that saves 0.3 per kWh now must be kept, and paid, when power falls to 0.02.

    A kWp earns 525.6 - 175.2 = 350.4 a year now and loses 175.2 - 35.04 = 140.16 a year later: with equal weights it
    pays (350.4 > 140.16), with nine later years to one early one it does not (350.4 < 1261). If sizes could shrink, it
    would be built in both cases.
    """
    found = solve(make, system, one_day, [(0.3, 10.0), (0.02, 10.0)], weights)
    assert pv_of(found) == pytest.approx([built, built], abs=1e-6)


def test_early_sizes_may_exceed_what_a_later_year_could_use(make, system, one_day):
    """Proves: 100 kWp bought for 20 kW now are kept when only 1 kW is left to serve.

    A bound derived from the demand of each year alone would allow the later year 20 times 1 kW and so forbid, or
    silently clip, what stands there.
    """
    found = solve(make, system, one_day, [(0.9, 20.0), (0.9, 1.0)], [9.0, 1.0])
    assert pv_of(found) == pytest.approx([100.0, 100.0])
    assert found[1].accounts["capex_annuity"] == pytest.approx(100 * 175.2)


def test_milestones_that_cannot_be_served_or_differ_are_refused(make, system, one_day):
    base = year_of(make, system, 0.1)
    dark = replace(base, demand={("energy_center", "electricity"): flat(10_000.0)})
    limited = replace(
        dark, technologies=(make("grid", id="grid", tariff="power", max_connection_kw=5.0), base.technologies[1])
    )
    with pytest.raises(InfeasibleError, match="every milestone"):
        size_milestones([Milestone(0, base, one_day), Milestone(5, limited, one_day)], np.ones(2))
    fewer = replace(base, technologies=base.technologies[:1])
    with pytest.raises(ValueError, match="same machines"):
        size_milestones([Milestone(0, base, one_day), Milestone(5, fewer, one_day)], np.ones(2))
    with pytest.raises(ValueError, match="positive weights"):
        size_milestones([Milestone(0, base, one_day)], np.ones(2))
