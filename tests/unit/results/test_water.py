"""The water every kind of user takes, alone in its case, comes back from the stored tables."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from edsim.core.technology import Operation
from edsim.optimization.district.individual import IndividualRun
from edsim.optimization.types import Flow
from edsim.results.audit_money import water_cost
from edsim.results.tables import monthly_table
from edsim.technologies.cooling_tower import CoolingTower
from edsim.technologies.individual_boiler import IndividualBoiler
from edsim.technologies.individual_chiller import IndividualChiller
from edsim.technologies.steam_boiler import SteamBoiler

HOURS = 8760
LOAD_KW, PRICE = 100.0, 3.0
CONDITIONS = SimpleNamespace(
    dry_bulb_temp_c=np.full(HOURS, 30.0),
    wet_bulb_temp_c=np.full(HOURS, 25.4),
    pressure_pa=101325.0,
    supply_temp_c={"steam": 180.0},
    return_temp_c={"steam": 90.0},
    water_price_per_m3=PRICE,
)
CASE = SimpleNamespace(
    fuels=(),
    finance=SimpleNamespace(water_price_per_m3=PRICE, plant_water_price_per_m3=None, blow_down_price_per_m3=0.0),
)


def of_plant(machine, port, carrier, direction):
    """Return a run whose plant is one machine that carries the load through its main port all year."""
    flow = Flow(machine.id, machine.kind, port, "n", carrier, direction, "kW", np.full(HOURS, LOAD_KW))
    return (machine,), (), (flow,)


def of_building(machine, service):
    """Return a run whose one machine serves a building all year."""
    demand = np.full(HOURS, LOAD_KW)
    year = machine.serve(service, demand, CONDITIONS)
    assert isinstance(year, Operation)
    return (), (IndividualRun("b", service, machine, demand, year, ""),), ()


STEAM_M3_PER_KWH = 3.6 / (2777.2 - 377.0) * (0.3 + 0.03 / 0.97)
"""Water for 30 % condensate lost and 3 % blow-down of saturated steam of 180 °C, condensate of 90 °C."""
USERS = {
    "steam_boiler": (of_plant(SteamBoiler(id="s"), "steam", "steam", "out"), STEAM_M3_PER_KWH),
    "cooling_tower": (of_plant(CoolingTower(id="t"), "heat", "condenser_water", "in"), None),
    "individual_boiler": (of_building(IndividualBoiler(id="i"), "steam"), STEAM_M3_PER_KWH),
    "individual_boiler_hot": (of_building(IndividualBoiler(id="i"), "hot_water"), 0.0),
    "individual_chiller": (of_building(IndividualChiller(id="c", condenser="water"), "cooling"), None),
}


@pytest.mark.parametrize("user", USERS)
def test_the_water_of_every_user_re_adds_from_the_tables(user):
    """Proves: 876 MWh of steam take 434.6 m³ with no tower beside; evaporating users 1.2 to 3 m³/MWh.

    If ignored: the water of a boiler is paid for and stands in no table, and the audit ends the run.
    """
    (plant, individual, flows), per_kwh = USERS[user]
    run = SimpleNamespace(
        name="v",
        plant=plant,
        individual=individual,
        flows=flows,
        conditions=CONDITIONS,
        district=SimpleNamespace(case=CASE),
    )
    table: pd.DataFrame = monthly_table([run])
    again = water_cost({"monthly": table}, CASE) / PRICE / (LOAD_KW * HOURS)
    if per_kwh is None:
        assert 1.2e-3 < again < 3e-3
    else:
        assert again == pytest.approx(per_kwh, rel=1e-3, abs=1e-12)
    january = table.loc[table["month"] == 1, "water_m3"].iloc[0]
    assert january == pytest.approx(table["water_m3"].sum() * 744 / HOURS)


def test_the_plant_pays_its_own_water_and_what_it_drains():
    """Proves: a tower at five cycles drains E/4 less drift; at 0.5 for make-up and 4 for blow-down it pays 0.5 M + 4 B.

    By hand at 30 °C, wet bulb 25.4 °C: M = E + B + D, B = E/4 - D, so that M = 5/4 E and B = M/5 - D. The buildings'
    3.0 is for their own machines alone. If ignored: a well would cost what city water costs, and drains nothing.
    """
    tower = CoolingTower(id="t", cycles=5.0, drift_frac=0.0)
    use, drained = tower.water_m3_per_kwh(CONDITIONS), tower.blow_down_m3_per_kwh(CONDITIONS)
    np.testing.assert_allclose(drained, use / 5.0)
    own = SimpleNamespace(**{**vars(CONDITIONS), "water_price_per_m3": 0.5, "blow_down_price_per_m3": 4.0})
    np.testing.assert_allclose(tower.water_cost_per_kwh(own), use * (0.5 + 4.0 / 5.0))
    boiler = SteamBoiler(id="s")
    assert boiler.blow_down_m3_per_kwh(CONDITIONS) == pytest.approx(3.6 / (2777.2 - 377.0) * 0.03 / 0.97, rel=1e-3)
    plant, _, flows = of_plant(tower, "heat", "condenser_water", "in")
    _, individual, _ = of_building(IndividualChiller(id="c", condenser="water"), "cooling")
    terms = SimpleNamespace(water_price_per_m3=PRICE, plant_water_price_per_m3=0.5, blow_down_price_per_m3=4.0)
    case = SimpleNamespace(fuels=(), finance=terms)
    run = SimpleNamespace(name="v", plant=plant, individual=individual, flows=flows, conditions=CONDITIONS)
    run.district = SimpleNamespace(case=case)
    table = monthly_table([run])
    made = float((use * LOAD_KW).sum())
    assert table["plant_water_m3"].sum() == pytest.approx(made)
    assert table["plant_blow_down_m3"].sum() == pytest.approx(made / 5.0)
    others = float(individual[0].operation.water_m3_per_h.sum())
    assert table["water_m3"].sum() == pytest.approx(made + others)
    assert water_cost({"monthly": table}, case) == pytest.approx(others * PRICE + made * (0.5 + 0.8))
