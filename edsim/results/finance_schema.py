"""Result tables of the district company, its customers, other parties and accounting frames."""

from __future__ import annotations

from edsim.results.columns import Column, TableSchema, integer, number, text

_VARIANT = text("variant", "Variant of the case; bau is business-as-usual.")

FINANCE_TABLES = (
    TableSchema(
        "electricity_bills",
        "The bill of every electricity meter: plugs and machines of a building, and the energy center.",
        (
            _VARIANT,
            text("meter", "Building, or connection of the energy center."),
            text("tariff", "Tariff that prices it."),
            number("electricity_kwh", "kWh/a", "Drawn from the grid."),
            number("peak_kw", "kW", "Highest hour."),
            number("load_factor_frac", "frac", "Mean over highest hour."),
            number("energy_charge", "currency/a", "Energy, by time of use."),
            number("demand_charge", "currency/a", "Charge on the monthly peaks."),
            number("fixed_charge", "currency/a", "Fixed charge."),
            number("export_revenue", "currency/a", "Energy sold."),
            number("total", "currency/a", "Bill of a year."),
        ),
    ),
    TableSchema(
        "electricity_bill_lines",
        "Every line of the monthly bill of each electricity meter: what is counted, at which price.",
        (
            _VARIANT,
            text("meter", "Building, or connection of the energy center."),
            text("tariff", "Tariff that prices it."),
            integer("month", "", "1 to 12."),
            text("item", "energy (a line per price), demand, demand_band_1, ..., fixed, export, net_metering."),
            number("quantity", "", "Energy, highest billed hour, or 1 of a fixed charge; see unit."),
            text("unit", "Unit of the quantity: kWh or kW; empty for a fixed charge."),
            number("price", "", "Currency per unit; export is negative."),
            number("amount", "currency", "Quantity times price; the lines of a year add up to the bill."),
        ),
    ),
    TableSchema(
        "reconciliation",
        "The optimizer's money beside the ledger, and the steps from its yearly cost to the life-cycle cost.",
        (
            _VARIANT,
            text("step", "yearly: both ledgers in a year; present_value: steps that add up to the life-cycle cost."),
            text("line", "Line or step; unexplained is what is left over."),
            number("optimizer", "currency", "Account of the optimizer, per year."),
            number("ledger", "currency", "Ledger, per year or present value."),
            number("difference", "currency", "Ledger less optimizer."),
        ),
    ),
    TableSchema(
        "ghg_frames",
        "Emission over the horizon in each accounting frame; never to be added up.",
        (
            _VARIANT,
            text("frame", "Accounting frame."),
            text("grid_basis", "Basis of grid factor the frame asks for."),
            number("grid_kg_per_kwh", "kgCO2e/kWh", "Factor of year 1."),
            number("bau_t", "tCO2e", "BAU over the horizon."),
            number("value_t", "tCO2e", "Variant over the horizon."),
            number("reduction_t", "tCO2e", "BAU less variant."),
            number("reduction_t_per_a", "tCO2e/a", "Mean of a year of operation."),
            number("memo_t", "tCO2e", "Reduction outside the total: Montreal gases, biogenic."),
            number("indirect_t", "tCO2e", "By replication (frame gef)."),
            text("reason", "Why the frame is empty."),
        ),
    ),
    TableSchema(
        "climate_smart",
        "Life-cycle cost with damage, interruptions and carbon apart, present values in constant money.",
        (
            _VARIANT,
            text("line", "conventional, damage, unserved, carbon or total."),
            number("present_value", "currency", "Present value."),
        ),
    ),
    TableSchema(
        "funding",
        "Uses and sources of funds of the district company at close, nominal.",
        (
            _VARIANT,
            text("side", "use or source."),
            text("item", "Name."),
            number("amount", "currency", "Amount."),
            number("share_frac", "frac", "Share of all uses."),
            text(
                "limit",
                "Of the sized loan what limits it: dscr (cover ratio; of year N where that year alone does), gearing, "
                "uses or no_cash.",
            ),
        ),
    ),
    TableSchema(
        "pro_forma",
        "Yearly accounts of the district company, nominal; money out is negative.",
        (
            _VARIANT,
            text("kind", "cash: money that moves; memo: sub-total or tax computation."),
            text("line", "Line."),
            integer("year", "a", "Year of the study, 0 is close."),
            number("value", "currency", "Amount, nominal."),
        ),
    ),
    TableSchema(
        "debt_service",
        "Each loan by year, and the cover ratios of all loans together (loan: all).",
        (
            _VARIANT,
            text("loan", "Loan, or all."),
            integer("year", "a", "Year of the study."),
            number("interest", "currency", "Paid."),
            number("principal", "currency", "Paid back."),
            number("balance", "currency", "Owed at the end of the year."),
            number("cash_available", "currency", "Cash available for debt service; only for all."),
            number("dscr", "-", "Debt service cover ratio; only for all."),
            number("llcr", "-", "Loan life cover ratio at the start of the year; only for all."),
            number("plcr", "-", "Project life cover ratio at close; only for all, year 1."),
            number("gearing_frac", "frac", "Debt at the start of the year over the uses of funds; only for all."),
        ),
    ),
    TableSchema(
        "tariffs",
        "Prices of the service at the price level of the case: the tariff, floor, ceiling and what is affordable.",
        (
            _VARIANT,
            text("item", "Price or measure."),
            number("value", "", "Value."),
            text("unit", "Unit."),
            text("reason", "Why there is no value, or who decides it."),
        ),
    ),
    TableSchema(
        "customer_bills",
        "What each customer pays in BAU and under the district tariff, nominal.",
        (
            _VARIANT,
            text("customer", "Building."),
            number("contracted_kw", "kW", "Contracted capacity."),
            number("delivered_kwh", "kWh/a", "Energy delivered in a full year."),
            number(
                "bau_cost",
                "currency/a",
                "Own machines in the first year of service, for what joins then, capital levelized.",
            ),
            number("bill", "currency/a", "District bill of that year for what joins then, without connection charges."),
            number("saving_frac", "frac", "Saving in that year."),
            number("present_saving", "currency", "Present value of all savings, conversion and connection paid."),
            number("shortfall", "currency", "Present value that is missing to the promised saving; 0 for winners."),
            number("break_even_factor", "-", "Factor on the tariff at which the customer is indifferent."),
            number("payback_a", "a", "Of conversion and connection."),
        ),
    ),
    TableSchema(
        "perspectives",
        "Present value of each line for each party, project less BAU, at one common rate; payments cancel.",
        (
            _VARIANT,
            text("perspective", "company, customer, city, utility, lender, donor or economy."),
            text("party", "Party."),
            text("line", "Line; total is the sum of the party."),
            text("kind", "payment (between parties), resource or total."),
            number("present_value", "currency", "Nominal flows at the common nominal rate."),
        ),
    ),
    TableSchema(
        "incentives",
        "What each tax incentive adds to the owners' net present value, found by switching it off.",
        (
            _VARIANT,
            text("incentive", "Incentive."),
            number("value", "currency", "Value given all others."),
            text("source", "Legal basis."),
        ),
    ),
    TableSchema(
        "stress",
        "Returns after close when customers leave or connect late or costs rise, at the same tariff.",
        (
            _VARIANT,
            text("event", "What happens."),
            number("equity_npv", "currency", "Owners' net present value."),
            number("equity_irr_frac", "frac", "Owners' return; empty where undefined."),
            number("minimum_dscr", "-", "Lowest cover ratio."),
            number(
                "debt_change_frac",
                "frac",
                "Size of the change at which the lowest cover ratio is 1: share of the plan, of loans added to the "
                "rate; empty for events without a size and where no size does it.",
            ),
        ),
    ),
    TableSchema(
        "concessions",
        "What each source of funds of the company gives away, then all together.",
        (
            _VARIANT,
            text("source", "Source of funds; all is their sum."),
            text("kind", "Kind of source."),
            number("amount", "currency", "Money at close."),
            Column("public", "flag", "", "Money of donors or the state."),
            number("reference_rate_frac", "frac", "Donors' discount rate of the country (OECD-DAC), per year."),
            number("grant_element_frac", "frac", "Share of the loan that is a gift at that rate."),
            number("subsidy", "currency", "Present value given away: grants, grant elements, calls less fees."),
            number("leverage", "", "Private money per public money at close; only for all."),
        ),
    ),
    TableSchema(
        "hfc",
        "HFC under the Kigali Amendment: what is installed, what is bought to refill, what the country may consume.",
        (
            _VARIANT,
            integer("year", "a", "Year of the study."),
            integer("calendar_year", "", "Calendar year."),
            number("hfc_service_kgco2e", "kgCO2e/a", "HFC bought to replace losses of operation."),
            number("hfc_installed_kgco2e", "kgCO2e", "HFC charge of all machines, of a growing district built out."),
            number(
                "limit_frac", "frac", "Consumption allowed to the country, share of its baseline; empty if unknown."
            ),
        ),
    ),
    TableSchema(
        "allocation",
        "What each service of a plant costs and emits, by every method of sharing joint cost.",
        (
            _VARIANT,
            text("method", "energy, exergy, efficiency, residual (plant alone); separable, shapley (with networks)."),
            text("product", "Service."),
            number("share_frac", "frac", "Share; the shares of a method add up to 1."),
            number("delivered", "", "Delivered in a mean year, measures included, in its unit."),
            text("unit", "Unit of what is delivered: kWh, or Nm3 of compressed air."),
            number(
                "cost_per_a",
                "currency/a",
                "Equivalent annual cost of plant, measures and own network; adds up to the same.",
            ),
            number("unit_cost", "", "Levelized cost per unit delivered, currency."),
            number("ghg_kg_per_a", "kgCO2e/a", "Emissions of the plant, by the same shares."),
            number("alone_cost_per_a", "currency/a", "Of a least-cost plant for this service alone."),
            number("bau_cost_per_a", "currency/a", "Of the machines it replaces in BAU, at their age."),
            text("better_alone", "Group of services that would pay less with a plant of its own; empty if none."),
            Column("chosen", "flag", "", "The method used: finance.joint_cost_method, or what takes its place."),
        ),
    ),
    TableSchema(
        "network_costs",
        "Levelized cost by network where several deliver one service; of a service they add up to its levelized cost.",
        (
            _VARIANT,
            text("service", "Service."),
            text("network", "Network; empty for machines at buildings."),
            text("carrier", "Carrier of the network, a level of its own."),
            number("temp_c", "degC", "Mean of supply and return, of steam its heat over its entropy; empty for work."),
            number("delivered", "", "Delivered in a mean year, weighed by present value, in its unit."),
            text("unit", "Unit of what is delivered: kWh, or Nm3 of compressed air."),
            number(
                "share_frac",
                "frac",
                "Share of the plant: bought energy as traced, the rest by energy delivered.",
            ),
            number("network_cost_per_a", "currency/a", "Equivalent annual cost of its pipes and stations."),
            number("cost_per_a", "currency/a", "Network and share of the plant; at buildings, their machines."),
            number("unit_cost", "", "Levelized cost per unit delivered, currency."),
        ),
    ),
)
"""Tables beyond those every run fills."""
