"""The capacity the table of equipment states for a machine with several sizes."""

from types import SimpleNamespace

import numpy as np
import pytest

from edsim.core.technology import SourceConditions
from edsim.optimization.types import Flow
from edsim.report.figures.flows import parts
from edsim.results.tables import equipment_table
from edsim.technologies.grid import Grid
from edsim.technologies.loop_station import LoopStation
from edsim.technologies.waste_heat_recovery import WasteHeatRecovery

HOURS = 8760
WARM = SourceConditions(np.full(HOURS, 1e3), np.full(HOURS, 40.0))


def row_of(machine, sizes, flows):
    """Return the row of equipment of a machine with its sizes bought and its ports carrying so many kW."""
    made = tuple(
        Flow(
            machine.id,
            machine.kind,
            p.name,
            "n",
            machine.carrier_of(p),
            p.direction,
            "kW",
            np.full(HOURS, flows[p.name]),
        )
        for p in machine.ports
        if p.name in flows
    )
    finance = SimpleNamespace(contingency_frac=0.0, engineering_frac=0.0)
    run = SimpleNamespace(
        name="v",
        plant=(machine,),
        individual=(),
        stages=(),
        flows=made,
        capacity=lambda _id, size: sizes.get(size, 0.0),
        district=SimpleNamespace(case=SimpleNamespace(finance=finance)),
        conditions=SimpleNamespace(sources={machine.drawn_source: WARM}),
    )
    return equipment_table([run]).iloc[0]


def told(row, sizes):
    """Return what the report says of the parts of a row."""
    import pandas as pd

    table = pd.DataFrame([{"technology": row["technology"], "quantity": k, "value": v} for k, v in sizes.items()])
    lang = SimpleNamespace(number=lambda value, digits: f"{value:.{digits}f}")
    return parts(SimpleNamespace(of=lambda *_: table, t=str, lang=lang), "v", row)


@pytest.mark.parametrize(
    ("direct", "lift", "words"), [(0.0, 150.0, " (heat pump)"), (100.0, 150.0, " (heat pump 150 kW)"), (100.0, 0.0, "")]
)
def test_a_waste_heat_pump_counts_in_the_capacity(direct, lift, words):
    """Proves: 100 kW direct and 150 kW lifted are 250 kW that give 2190 MWh in 8760 h; the pump alone is 150 kW.

    If ignored: a heat pump of 700 million stands in the plan with 0 kW, and in no list of what to build.
    """
    machine = WasteHeatRecovery(id="w", source="s", capex_per_kw=10.0, lift_capex_per_kw=20.0)
    sizes = {"capacity_kw": direct, "lift_kw": lift}
    flows = {"heat": direct, "lifted_heat": lift, "compressor": lift / 3.0}
    row = row_of(machine, sizes, {k: v for k, v in flows.items() if v})
    assert row["capacity"] == direct + lift
    assert row["capex"] == pytest.approx(10.0 * direct + 20.0 * lift)
    assert row["output_kwh"] == pytest.approx((direct + lift) * HOURS)
    assert row["full_load_hours"] == pytest.approx(HOURS)
    assert told(row, sizes) == words


def test_a_station_that_only_cools_shows_its_cooling():
    """Proves: without heat the capacity of a loop station is that of its cooling. If ignored: it is not built."""
    sizes = {"capacity_kw": 0.0, "cooling_capacity_kw": 80.0, "stations": 1.0}
    row = row_of(LoopStation(id="l"), sizes, {"cooling": 40.0, "cooling_power": 8.0})
    assert (row["capacity"], row["unit"], row["full_load_hours"]) == (80.0, "kW", 4380.0)
    assert told(row, sizes) == " (cooling)"


def test_a_connection_has_no_efficiency():
    """Proves: 80 kW bought and 10 kW sold are no performance of 8. If ignored: the report tells a COP of the grid."""
    row = row_of(Grid(id="g", tariff="t"), {"connection_kw": 100.0}, {"import": 80.0, "export": 10.0})
    assert (row["output_kwh"], row["input_kwh"]) == (80.0 * HOURS, 10.0 * HOURS)
    assert np.isnan(row["performance"])
