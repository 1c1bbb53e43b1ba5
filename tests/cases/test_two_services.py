"""A whole run with heating and hot water on the same pipes, beside a building that takes heat alone."""

from pathlib import Path

import numpy as np
import pytest

from edsim.app import run

pytestmark = pytest.mark.medium
FOLDER = Path(__file__).parent / "two_services"


@pytest.fixture(scope="module")
def solved():
    return run(FOLDER)


@pytest.fixture(scope="module")
def tables(solved):
    return solved.appraisal.tables


def test_networks_replace_both_machines_where_they_serve(tables):
    """Proves: BAU loses boiler and heater of the hotel and the homes; the office keeps its heater, on both sides.

    If ignored: hot water stays on machines of the buildings in every variant, or is paid twice.
    """
    buildings = tables["buildings"].set_index("building")["network_services"]
    assert buildings.to_dict() == {
        "hotel": "heating, hot_water, cooling",
        "hall": "heating, cooling",
        "homes": "heating, hot_water",
    }
    networks = tables["networks"].set_index("network")
    assert networks["services"].to_dict() == {"heat": "heating, hot_water", "cold": "cooling"}
    assert networks["trench_m"].to_dict() == pytest.approx({"heat": 230.0, "cold": 150.0})
    demand = tables["energy_balance"].query("kind == 'demand'").set_index(["variant", "node", "service"])["kwh"]
    for service in ("heating", "hot_water", "cooling"):
        by_variant = demand.xs(service, level="service").groupby("variant").sum()
        assert by_variant["district"] == pytest.approx(by_variant["bau"])
    taps = tables["buildings"].set_index("building")["hot_water_kwh"]
    assert demand["district", "heat", "hot_water"] == pytest.approx(taps["hotel"] + taps["homes"])
    assert demand["district", "buildings", "hot_water"] == pytest.approx(taps["hall"])
    own = tables["capacities"].query("variant == 'district' and node == 'buildings'")
    assert set(own["technology"]) == {"heater"}
    delivered = demand["district", "heat", "heating"] + demand["district", "heat", "hot_water"]
    assert networks.loc["heat", "delivered_kwh"] == pytest.approx(delivered, rel=1e-6)


def test_costs_of_services_add_up(tables):
    """Proves: levelized costs of heating, hot water and cooling times energy are the life-cycle cost of each side.

    If ignored: pipes that carry two services are paid by both, or by none.
    """
    kpis = tables["kpis"].set_index("id")
    balance = tables["energy_balance"].query("kind == 'demand'")
    factors = float((1.08 ** -np.arange(1.0, 21.0)).sum())
    for column, variant in (("bau", "bau"), ("value", "district")):
        kwh = balance[balance["variant"] == variant].groupby("service")["kwh"].sum()
        costs = {"heating": "lcoh", "hot_water": "lcohw", "cooling": "lcoc"}
        paid = sum(kpis.loc[kpi, column] * kwh[service] for service, kpi in costs.items()) * factors
        assert paid == pytest.approx(kpis.loc["life_cycle_cost", column], rel=1e-6)


def test_shares_of_heat_are_apart(tables):
    """Proves: by energy one kWh of heat and of hot water cost the same; alone each would cost more than together."""
    rows = tables["allocation"].query("method == 'energy'").set_index("product")
    assert rows.loc["heating", "unit_cost"] == pytest.approx(rows.loc["hot_water", "unit_cost"])
    chosen = tables["allocation"].query("chosen").set_index("product")
    heat = chosen.loc[["heating", "hot_water"]]
    assert heat["alone_cost_per_a"].sum() > heat["cost_per_a"].sum()
    assert chosen["share_frac"].sum() == pytest.approx(1.0)
