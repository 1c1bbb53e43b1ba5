"""Tables of a district that grows by milestones; empty for one that does not."""

from __future__ import annotations

from edsim.results.columns import TableSchema
from edsim.results.columns import integer as _i
from edsim.results.columns import number as _n
from edsim.results.columns import text as _t

_VARIANT = _t("variant", "Variant of the case; bau is business-as-usual.")
_YEAR = _i("year", "", "Calendar year of the milestone.")

PHASE_TABLES = (
    TableSchema(
        "milestones",
        "A district that grows: every milestone in its first year of operation.",
        (
            _VARIANT,
            _YEAR,
            _i("first_a", "a", "First year of operation of the study it stands for."),
            _i("last_a", "a", "Last year it stands for; years between are held at the first."),
            _i("connected_buildings", "", "Buildings a network serves."),
            _n("service_kwh", "kWh/a", "Delivered to all buildings; compressed air left out."),
            _n("grid_kwh", "kWh/a", "Grid electricity."),
            _n("fuel_kwh", "kWh/a", "Fuel, lower heating value."),
            _n("grid_peak_kw", "kW", "Highest hourly grid import."),
            _n("trench_m", "m", "Trenches laid by then."),
            _n("investment", "currency", "Bought when the milestone begins."),
            _n("yearly_cost", "currency/a", "Energy, water, operation and maintenance of its first year."),
            _n("kgco2e_per_a", "kgCO2e/a", "Energy of its first year, refrigerants in their mean year."),
            _n("unserved_kwh", "kWh/a", "Demand not served in its 8760 hours."),
        ),
    ),
    TableSchema(
        "phases",
        "A district that grows: what is installed, kept, replaced, connected and retired in which year, at what price.",
        (
            _VARIANT,
            _i("year", "", "Calendar year that begins with it; replacements fall between milestones."),
            _t("kind", "building, machine, own_machine, pipe, station or measure."),
            _t("item", "Building, machine, or network with the nominal diameter of its pipes."),
            _t("action", "open, connect, install, keep, replace or retire."),
            _n("quantity", "", "How much; of a building its peak demand."),
            _t("unit", "Unit of the quantity."),
            _n("investment", "currency", "Paid at the beginning of the year, engineering and contingency included."),
        ),
    ),
    TableSchema(
        "phase_flows",
        "What each flow column of the table phase_hourly is.",
        (
            _VARIANT,
            _YEAR,
            _t("column", "Column of phase_hourly."),
            _t("technology", "Id of the machine group, building or network."),
            _t("kind", "Technology kind, or demand, network, unserved, level, meter."),
            _t("port", "Port of the technology."),
            _t("node", "Node of the balance."),
            _t("carrier", "Carrier of the balance."),
            _t("direction", "in: drawn from the node; out: fed to it; state: level of a store; meter: no balance."),
            _t("unit", "kW, kWh, Nm3/h or Nm3."),
        ),
    ),
    TableSchema(
        "phase_hourly",
        "Every flow in each hour of the milestones before the last, which stands in the table hourly.",
        (_VARIANT, _YEAR, _i("hour", "h", "Hour of the year, 0-8759, interval-beginning, local standard time.")),
        open_columns="One column per row of phase_flows, in its unit.",
    ),
)
