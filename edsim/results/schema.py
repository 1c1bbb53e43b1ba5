"""The named result tables: one definition of every column, its unit and its meaning.

Tables are pandas data frames with exactly these columns in this order. They are what the audit checks, the bundle
stores, the report shows and other programs read; the data dictionary of a run is written from here.
"""

from __future__ import annotations

from edsim.results.columns import Column, Kind, TableSchema
from edsim.results.columns import integer as _i
from edsim.results.columns import number as _n
from edsim.results.columns import text as _t
from edsim.results.finance_schema import FINANCE_TABLES
from edsim.results.heat_schema import HEAT_TABLES
from edsim.results.phase_schema import PHASE_TABLES

__all__ = ["TABLES", "Column", "Kind", "TableSchema"]

_VARIANT = _t("variant", "Variant of the case; bau is business-as-usual.")

_ALL = (
    TableSchema(
        "kpis",
        "One row per project variant and indicator, beside BAU; docs/reference/kpis.md defines each.",
        (
            _VARIANT,
            _t("id", "Identifier of the indicator."),
            _t("label", "Name in the language of the run."),
            _t("unit", "Unit of the three values."),
            _n("bau", "", "Value of business-as-usual."),
            _n("value", "", "Value of the variant."),
            _n("difference", "", "bau - value: positive is a saving."),
            _n("difference_frac", "frac", "difference / bau; empty where bau is 0."),
        ),
    ),
    TableSchema(
        "capacities",
        "Installed capacity of every machine group.",
        (
            _VARIANT,
            _t("technology", "Id in the case."),
            _t("kind", "Technology kind."),
            _t("node", "Energy center or building."),
            _t("quantity", "What is sized: capacity_kw, capacity_kwh ..."),
            _n("value", "", "Installed."),
            _t("unit", "Unit of the value."),
        ),
    ),
    TableSchema(
        "equipment",
        "What each machine group costs and does in a year.",
        (
            _VARIANT,
            _t("technology", "Id in the case."),
            _t("kind", "Technology kind."),
            _t("label", "Name shown."),
            _t("node", "Energy center or building."),
            _n(
                "capacity", "", "Main capacity; of waste heat direct heat and heat pump together, each in `capacities`."
            ),
            _t("unit", "Unit of the capacity."),
            _n("existing", "", "Part of the capacity that stands already."),
            _n(
                "capex",
                "currency",
                "Investment of all sizes; of BAU machines at buildings their price new, of standing ones elsewhere 0.",
            ),
            _n("fixed_om_per_a", "currency/a", "Fixed operation and maintenance."),
            _n("output_kwh", "", "Product the machine is rated in: kWh/a; Nm3/a where the capacity is in Nm3/h."),
            _n("input_kwh", "kWh/a", "Energy drawn by all input ports."),
            _n("full_load_hours", "h/a", "Output over capacity."),
            _n(
                "performance",
                "",
                "Output over electricity, fuel or driving heat drawn, not heat of a loop (COP, efficiency; Nm3/kWh of "
                "air); heat and cold count both; none of grids and of machines that draw auxiliary electricity alone.",
            ),
            _n("lifetime_a", "a", "Technical life."),
            _t("quality", "Tier of the data."),
            _n(
                "discharge_temp_c",
                "degC",
                "Warmest water sent back to a source of cold, coldest to one of heat, in the hours of use; of machines "
                "on water alone.",
            ),
        ),
    ),
    TableSchema(
        "flows",
        "What each flow column of the hourly table is.",
        (
            _VARIANT,
            _t("column", "Column of the hourly table."),
            _t("technology", "Id of the machine group, building or network; 'demand', 'unserved' for those."),
            _t("kind", "Technology kind, or demand, network, unserved, level, meter."),
            _t("port", "Port of the technology."),
            _t("node", "Node of the balance."),
            _t("carrier", "Carrier of the balance."),
            _t(
                "direction",
                "in: drawn from the node; out: fed to the node; state: level of a store; meter: no balance.",
            ),
            _t("unit", "kW, kWh, Nm3/h or Nm3."),
        ),
    ),
    TableSchema(
        "hourly",
        "Every flow in each of the 8760 hours, a block of rows per variant; empty where the variant has no such flow.",
        (_VARIANT, _i("hour", "h", "Hour of the year, 0-8759, interval-beginning, local standard time.")),
        open_columns="One column per row of the flows table, in its unit.",
    ),
    TableSchema(
        "conditions",
        "What the hours of the plants were computed with, a block of 8760 rows per variant that has a plant.",
        (_VARIANT, _i("hour", "h", "Hour of the year, 0-8759, interval-beginning, local standard time.")),
        open_columns="`site`: dry and wet bulb; `ground.NETWORK`: at its pipes; `source.ID`; `NODE.condenser_water_c`; "
        "`NODE.MACHINE.NAME`: the hourly numbers of the machine's equations, named as on the page of its kind.",
    ),
    TableSchema(
        "meter_loads",
        "What each building draws from the grid in each hour, plugs and its own machines: what its bill counts.",
        (_VARIANT, _i("hour", "h", "Hour of the year, 0-8759, interval-beginning, local standard time.")),
        open_columns="One column per building, kW; of the energy center see the grid's column of table hourly.",
    ),
    TableSchema(
        "energy_balance",
        "Yearly sums of each flow by node and carrier: the rows of a Sankey diagram.",
        (
            _VARIANT,
            _t("node", "Node."),
            _t("carrier", "Carrier."),
            _t("direction", "in (drawn) or out (fed)."),
            _t("technology", "Machine group, demand or network."),
            _t("kind", "Technology kind."),
            _n("kwh", "", "Yearly energy; a volume for compressed air."),
            _t("unit", "Unit of the sum: kWh/a, or Nm3/a for compressed air."),
            _t("service", "Service a demand is for; empty for machines and pipes."),
        ),
    ),
    TableSchema(
        "monthly",
        "Monthly totals and peaks at the grid connection and of the services.",
        (
            _VARIANT,
            _i("month", "", "1-12."),
            _n("cooling_kwh", "kWh", "Cooling delivered to buildings."),
            _n("electricity_kwh", "kWh", "Grid electricity for the services in the boundary."),
            _n("electricity_peak_kw", "kW", "Highest hourly import for the services in the boundary."),
            _n("fuel_kwh", "kWh LHV", "Fuel burnt."),
            _n("export_kwh", "kWh", "Electricity exported."),
            _n("pv_kwh", "kWh", "PV generation."),
            _n("water_m3", "m3", "Make-up water of plant and buildings."),
            _n("plant_water_m3", "m3", "Make-up water of the plant."),
            _n("plant_blow_down_m3", "m3", "Blow-down of the plant, part of its make-up water."),
        ),
    ),
    TableSchema(
        "buildings",
        "What each building needs, how it is served and what that costs.",
        (
            _t("building", "Id."),
            _t("name", "Name."),
            _t("use", "Archetype."),
            _n("floor_area_m2", "m2", "Gross floor area."),
            _n("conditioned_area_m2", "m2", "Cooled area."),
            _n("lat_deg", "deg", "Latitude."),
            _n("lon_deg", "deg", "Longitude."),
            Column("connected", "flag", "", "Served by a network in the main project variant."),
            _n("cooling_kwh", "kWh/a", "Cooling demand."),
            _n("cooling_latent_frac", "frac", "Latent share of the cooling demand."),
            _n("cooling_peak_kw", "kW", "Peak cooling demand."),
            _n("cooling_kwh_per_m2", "kWh/m2", "Cooling demand per conditioned area."),
            _n("cooling_w_per_m2", "W/m2", "Peak cooling demand per conditioned area."),
            _n("full_load_hours", "h/a", "Cooling demand over its peak."),
            _n("heating_kwh", "kWh/a", "Heating demand."),
            _n("heating_peak_kw", "kW", "Peak heating demand."),
            _n("heating_kwh_per_m2", "kWh/m2", "Heating demand per floor area."),
            _n("heating_w_per_m2", "W/m2", "Peak heating demand per floor area."),
            _n("hot_water_kwh", "kWh/a", "Hot water demand."),
            _n("hot_water_peak_kw", "kW", "Peak hot water demand."),
            _n("steam_kwh", "kWh/a", "Steam demand."),
            _n("compressed_air_nm3", "Nm3/a", "Compressed air demand."),
            _n("electricity_kwh", "kWh/a", "Electricity demand without cooling machines."),
            _t("bau_machine", "Individual cooling machine of BAU."),
            _n("bau_capacity_kw", "kW", "Its capacity."),
            _n("bau_electricity_kwh", "kWh/a", "Its electricity."),
            _n("bau_cop", "kWh/kWh", "Its seasonal COP, auxiliaries included."),
            _n("bau_cost_per_a", "currency/a", "Equivalent annual cost of cooling in BAU, its machine at its age."),
            _t("refrigerant", "Refrigerant of the BAU machine."),
            _n("refrigerant_charge_kg", "kg", "Its charge."),
            _t("network_services", "Services networks give it in the main project variant."),
            _t("networks", "Networks it hangs on in the main project variant."),
        ),
    ),
    TableSchema(
        "pipes",
        "Every pipe pair of the networks.",
        (
            _VARIANT,
            _t("network", "Id."),
            _t("edge", "Id of the trench."),
            _t("from_node", "Upstream node."),
            _t("to_node", "Downstream node."),
            _n("length_m", "m", "Trench length."),
            _i("dn", "mm", "Nominal diameter."),
            _n("inner_diameter_mm", "mm", "Inner diameter."),
            _n("peak_kw", "kW", "Coincident peak."),
            _n("velocity_m_per_s", "m/s", "At peak."),
            _n("pressure_gradient_pa_per_m", "Pa/m", "At peak, one pipe; none for pipes between plants."),
            _n("gain_or_loss_kwh", "kWh/a", "Heat taken up (cooling) or lost (heating), both pipes."),
            _n("capex", "currency", "Pipe and civil work."),
        ),
    ),
    TableSchema(
        "networks",
        "One row per network.",
        (
            _VARIANT,
            _t("network", "Id."),
            _t("carrier", "Carrier."),
            _n("trench_m", "m", "Trench length."),
            _i("connected_buildings", "", "Buildings served."),
            _n("peak_kw", "", "Coincident peak at the plant, gains included; its unit stands in the column unit."),
            _n("delivered_kwh", "", "Delivered to buildings; a volume for compressed air."),
            _n("gain_or_loss_kwh", "", "Heat gain or loss of pipes; leaks of compressed air, a volume."),
            _n("pumping_kwh", "kWh/a", "Pump electricity."),
            _n("linear_density_mwh_per_m", "MWh/m", "Delivered per trench meter and year."),
            _n("lift_bar", "bar", "Design pump head."),
            _n("capex_pipe", "currency", "Pipes."),
            _n("capex_civil", "currency", "Trench and paving."),
            _n("capex_ets", "currency", "Energy transfer stations."),
            _n("gap_frac", "frac", "Verified gap of the layout."),
            _t("unit", "kW for energy in kWh/a, Nm3/h for volumes in Nm3/a."),
            _i("plants", "", "Energy centers that feed it."),
            _n("link_m", "m", "Pipes between its plants, besides the trenches."),
            _n("link_gain_or_loss_kwh", "kWh/a", "Heat gain or loss of the pipes between plants."),
            _n("capex_links", "currency", "Pipes between its plants, civil works included."),
            _t("services", "Services it delivers."),
            _n("bypass_m3", "m3/a", "Water through bypasses that keep far stations at their temperature."),
            _n("bypass_pumping_kwh", "kWh/a", "Pump electricity bypasses need, in the check of all hours."),
            _n("bypass_gain_or_loss_kwh", "kWh/a", "Heat gain or loss of pipes because of bypasses, in that check."),
        ),
    ),
    TableSchema(
        "heat_contracts",
        "One row per purchase of waste heat: who sells what to whom at which terms; empty without one.",
        (
            _VARIANT,
            _t("technology", "Machine that takes the heat."),
            _t("source", "Source of the case."),
            _t("supplier", "Firm that sells the heat."),
            _n("temp_c", "degC", "Mean temperature of the source."),
            _n("price_per_kwh", "currency/kWh", "Contract price."),
            _i("exit_year", "", "Calendar year from which the supplier may leave; 0 for none stated."),
            _n("available_kwh", "kWh/a", "Heat the source gives in a year."),
            _n("taken_kwh", "kWh/a", "Heat taken from it."),
            _n("delivered_kwh", "kWh/a", "Heat delivered, work of the heat pump included."),
            _n("payment_per_a", "currency/a", "Paid to the supplier."),
        ),
    ),
    TableSchema(
        "levels",
        "One row per network and combination of temperature levels that was tried; empty without a choice.",
        (
            _VARIANT,
            _i("number", "", "Combination, in the order of trial."),
            _t("network", "Id."),
            _n("supply_temp_c", "degC", "Supply at the plant."),
            _n("return_temp_c", "degC", "Return at the plant."),
            _i("largest_dn", "", "Largest nominal diameter."),
            _n("mean_diameter_mm", "mm", "Inner diameter weighted by trench length."),
            _n("capex", "currency", "Pipes, trench and stations."),
            _n("delivered_kwh", "kWh/a", "Delivered to buildings."),
            _n("gain_or_loss_kwh", "kWh/a", "Heat gain or loss of pipes."),
            _n("pumping_kwh", "kWh/a", "Pump electricity."),
            _n("purchased_kwh", "kWh/a", "Electricity and fuel the plant buys, all networks together."),
            _n("purchased_cop", "", "Delivered by all networks over purchased."),
            _n("cost_per_a", "currency/a", "Plant on typical days and networks."),
            Column("chosen", "flag", "", "Whether this combination is kept."),
            _t("note", "Why it cannot be built."),
        ),
    ),
    TableSchema(
        "costs",
        "Cost by line: investment, first-year cost, present value.",
        (
            _VARIANT,
            _t("line", "Ledger line."),
            _n("investment", "currency", "At year 0."),
            _n("annual", "currency/a", "In the first year of operation."),
            _n("present_value", "currency", "Over the horizon, replacements and salvage included."),
        ),
    ),
    TableSchema(
        "cash_flows",
        "The one table every financial indicator is computed from; money out is negative. Salvage (lines salvage_*) is "
        "what the annuity at the case's discount rate leaves: discounted at another rate, these rows give another NPV "
        "than a run at that rate.",
        (
            _VARIANT,
            _t("perspective", "Whose cash."),
            _t("party", "Party."),
            _t("line", "Ledger line."),
            _i("year", "a", "Year of the study, 0 is commissioning."),
            _n("value", "currency", "Cash flow."),
            _t("currency", "ISO code."),
            _t("price_basis", "real or nominal, with price year."),
        ),
    ),
    TableSchema(
        "inventory",
        "GHG by frame, source and year.",
        (
            _VARIANT,
            _t("frame", "Accounting frame."),
            _t("source", "grid, fuel, heat, refrigerant or embodied."),
            _t("scope", "GHG Protocol scope."),
            _i("year", "a", "Year of the study, 1 is the first year of operation."),
            _n("kgco2e", "kgCO2e", "Emission."),
        ),
    ),
    TableSchema(
        "refrigerants",
        "Refrigerant ledger, mean of a year over the life of the machines.",
        (
            _VARIANT,
            _t("machine", "Machine group or building."),
            _t("refrigerant", "ASHRAE designation."),
            _n("charge_kg", "kg", "Installed."),
            _n("leak_kg_per_a", "kg/a", "Operating leak and share of the end-of-life loss."),
            _n("gwp_kg_per_kg", "kgCO2e/kg", "In the GWP set of the case."),
            _n("kgco2e_per_a", "kgCO2e/a", "Yearly emission."),
            _n("odp_kg_per_a", "kg CFC-11 eq./a", "Yearly ozone depletion."),
            Column(
                "montreal_gas", "flag", "", "Controlled by the Montreal Protocol (CFC, HCFC): outside the Kyoto basket."
            ),
        ),
    ),
    TableSchema(
        "published",
        "Published results of the real district beside ours.",
        (
            _t("id", "Identifier."),
            _t("label", "What was published."),
            _t("unit", "Unit."),
            _n("published", "", "Published value."),
            _n("ours", "", "Value of the main project variant."),
            _t("source", "Where it was published."),
            _t("comment", "Why they differ."),
        ),
    ),
    TableSchema(
        "assumptions",
        "Every input and default with its origin.",
        (
            _t("path", "Dotted path in the case."),
            _t("value", "Value used."),
            _t("unit", "Unit."),
            _t("source", "Origin."),
            _t("year", "Year of the source."),
            _t("quality", "Tier."),
            _t("where", "file:line:column, empty for defaults."),
        ),
    ),
)

TABLES: dict[str, TableSchema] = {t.name: t for t in (*_ALL, *HEAT_TABLES, *FINANCE_TABLES, *PHASE_TABLES)}
