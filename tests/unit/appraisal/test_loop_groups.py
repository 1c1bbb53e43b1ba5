"""Groups of services of an ambient loop: who does not draw from it needs none of it."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path

import pytest

from edsim import workflow
from edsim.appraisal.services.coalitions import coalition_costs

CASE = Path(__file__).parents[2] / "cases" / "ambient_loop"
SERVICES = ("cooling", "hot_water", "electricity")


@pytest.mark.medium
def test_every_group_of_an_ambient_loop_is_costed() -> None:
    """Proves: all groups have a plant, and electricity alone costs its meters, connections and energy, without a loop.

    If ignored: the loop of a group without heat and cold loses heat nobody can make up, no group is costed, and the
    default method silently gives way to one by which lamps and plugs pay for the loop.
    """
    case = workflow.variant_case(workflow.load_case(CASE), "loop")
    district = workflow.prepare(case)
    demand = {service: float(district.profiles.demand[service].sum()) for service in SERVICES}
    costs = coalition_costs(district, demand)
    assert set(costs) == {frozenset(g) for n in (1, 2, 3) for g in combinations(SERVICES, n)}
    price = {t.id: t.energy_per_kwh for t in case.tariffs}
    plugs = list(zip(case.buildings, district.profiles.demand["electricity"], strict=True))
    bought = sum(price[b.tariff or case.tariffs[0].id] * float(kw.sum()) for b, kw in plugs)
    connected_kw = sum(float(kw.max()) for _, kw in plugs)
    connections = connected_kw * 204.94 * 0.08 / (1 - 1.08**-40)  # USD/kW over 40 years at 8 %
    assert costs[frozenset({"electricity"})] == pytest.approx(bought + connections, rel=0.01)
    assert costs[frozenset(SERVICES)] < 1.001 * sum(costs[frozenset({s})] for s in SERVICES)
