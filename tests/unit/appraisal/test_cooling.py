"""Cooling of a variant beside heat: whose electricity it is, and what a heat-recovery chiller counts for."""

from types import SimpleNamespace

import numpy as np
import pytest

from edsim.appraisal.cooling import chiller_capacity_kw, cooling_electricity_kwh
from edsim.optimization.types import Flow
from edsim.report.labels import is_chiller
from edsim.results.tables import equipment_table
from edsim.technologies.cooling_tower import CoolingTower
from edsim.technologies.heat_recovery_chiller import HeatRecoveryChiller
from edsim.technologies.loop_station import LoopStation


def _flow(technology, kind, port, carrier, direction, kw):
    return Flow(technology, kind, port, "plant", carrier, direction, "kW", np.full(8760, kw))


FLOWS = (
    _flow("hrc", "heat_recovery_chiller", "cooling", "chilled_water", "out", 120.0),
    _flow("hrc", "heat_recovery_chiller", "electricity", "electricity", "in", 60.0),
    _flow("hrc", "heat_recovery_chiller", "heat", "hot_water", "out", 180.0),
    _flow("chiller", "vapour_chiller", "cooling", "chilled_water", "out", 500.0),
    _flow("chiller", "vapour_chiller", "compressor", "electricity", "in", 90.0),
    _flow("chiller", "vapour_chiller", "rejected_cooling", "condenser_water", "out", 590.0),
    _flow("tower", "cooling_tower", "electricity", "electricity", "in", 7.0),
    _flow("ice", "ice_store", "compressor", "electricity", "in", 11.0),
    _flow("ice", "ice_store", "discharge", "chilled_water", "out", 30.0),
    _flow("boiler", "boiler", "electricity", "electricity", "in", 3.0),
    _flow("boiler", "boiler", "heat", "hot_water", "out", 40.0),
    _flow("cold pumps", "pump", "electricity", "electricity", "in", 5.0),
    _flow("hot pumps", "pump", "electricity", "electricity", "in", 2.0),
    _flow("station", "loop_station", "cooling", "chilled_water", "out", 50.0),
    _flow("station", "loop_station", "cooling_power", "electricity", "in", 1.0),
    _flow("station", "loop_station", "heat", "hot_water", "out", 80.0),
    _flow("station", "loop_station", "heating_power", "electricity", "in", 25.0),
    _flow("station", "loop_station", "loop_return", "ambient_water", "out", 51.0),
)


def _run():
    """Return a variant of a heat-recovery chiller of 200 kW of heat and a station on a loop, all year at one load."""
    sizes = {"capacity_kw": 200.0, "cooling_capacity_kw": 60.0, "stations": 1.0}
    finance = SimpleNamespace(contingency_frac=0.0, engineering_frac=0.0)
    designs = (SimpleNamespace(id="cold", carrier="chilled_water"), SimpleNamespace(id="hot", carrier="hot_water"))
    run = SimpleNamespace(
        name="district",
        plant=(HeatRecoveryChiller(id="hrc"), LoopStation(id="station"), CoolingTower(id="tower")),
        individual=(),
        capacity=lambda _technology, size: sizes[size],
        district=SimpleNamespace(designs=designs, case=SimpleNamespace(buildings=(), finance=finance)),
        flows=FLOWS,
    )
    run.stages = (SimpleNamespace(run=run),)
    return run


def test_electricity_of_cooling_is_that_of_cooling():
    """Proves: 60 kW for 120 kW of cold and 180 of heat count with 24; pumps and boilers of hot water count nothing.

    If ignored: the COP of the district carries the hot water of its networks, that of BAU does not.
    """
    assert cooling_electricity_kwh(_run()) / 8760 == pytest.approx(0.4 * 60.0 + 90.0 + 7.0 + 11.0 + 5.0 + 1.0)


def test_a_heat_recovery_chiller_is_rated_in_heat():
    """Proves: 200 kW of heat are 200 x 120 / 180 kW of cooling, 7884 full-load hours and a COP of 300 / 60."""
    assert chiller_capacity_kw(_run()) == pytest.approx(200.0 * 120.0 / 180.0 + 60.0)
    rows = equipment_table([_run()]).set_index("technology")
    assert rows.loc["hrc", "output_kwh"] == pytest.approx(180.0 * 8760)
    assert rows.loc["hrc", "full_load_hours"] == pytest.approx(0.9 * 8760)
    assert rows.loc["hrc", "performance"] == pytest.approx(5.0)
    assert rows.loc["station", "performance"] == pytest.approx(130.0 / 26.0)
    assert is_chiller("vapour_chiller")
    assert not is_chiller("heat_recovery_chiller")
