"""oemof.solph: buses, sources, converters and storages; handed over by Pyomo's persistent HiGHS interface (APPSI).

APPSI is the fastest of Pyomo's own ways into a HiGHS object and leaves it loaded, as the other contenders do. Charge
and discharge share one power through `invest_relation_input_output`; the monthly peak is written on the Pyomo model
by hand, for solph has no demand charge.
"""

import logging
import warnings

import d1

STORE_BUS = {"b": "e", "c": "c", "h": "h"}  # first letter of the store's flows -> its bus


def load():
    """Import what build and hand-over need."""
    import highspy
    import oemof.solph
    from pyomo.contrib.appsi.solvers import Highs

    return highspy, oemof.solph, Highs


def build(d):
    """Return the solph model."""
    import pandas as pd
    from oemof import solph

    logging.getLogger("oemof").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        index = pd.date_range("2023-01-01", periods=d.hours + 1, freq="h")
        system = solph.EnergySystem(timeindex=index, infer_last_interval=False)
        bus = {k: solph.Bus(label=k) for k in ("e", "c", "h", "gas")}
        system.add(*bus.values())
        grid = _sources(system, bus, d)
        _converters(system, bus, d)
        _stores(system, bus, d)
        if d.nodes is None:
            for key in "ech":
                system.add(_demand(f"demand_{key}", bus[key], d.demand[key]))
        else:
            for i in range(len(d.nodes.pv_max)):
                _building(system, bus, d, i)
        model = solph.Model(system)
    _peaks(model, d, grid, bus["e"])
    return model


def _investment(d, name):
    """Return the size of a machine as an investment."""
    from oemof import solph

    return solph.Investment(ep_costs=d.capacity_cost[name], maximum=d.capacity_max[name])


def _demand(label, bus, values):
    """Return a sink of fixed flow."""
    from oemof import solph

    flow = solph.Flow(nominal_capacity=1, fix=values.tolist())
    return solph.components.Sink(label=label, inputs={bus: flow})


def _sources(system, bus, d):
    """Add grid, gas, PV and waste heat; return the grid."""
    from oemof.solph import Flow
    from oemof.solph.components import Sink, Source

    bought = Flow(nominal_capacity=d.grid_max, variable_costs=d.price.tolist())
    sold = Flow(nominal_capacity=d.export_max, variable_costs=(-d.export_price).tolist())
    grid = Source(label="gi", outputs={bus["e"]: bought})
    system.add(grid, Sink(label="ge", inputs={bus["e"]: sold}))
    system.add(Source(label="gas_grid", outputs={bus["gas"]: Flow(variable_costs=d.flow_cost["gas"])}))
    for name, key, available in (("pv", "e", d.pv_avail), ("wh", "h", d.heat_avail)):
        price = d.flow_cost.get(name, 0.0)
        flow = Flow(nominal_capacity=_investment(d, name), max=available.tolist(), variable_costs=price)
        system.add(Source(label=name, outputs={bus[key]: flow}))
    return grid


def _converters(system, bus, d):
    """Add the machines that turn one carrier into another."""
    from oemof.solph import Flow
    from oemof.solph.components import Converter

    electric = d1.CHP_ELECTRIC_EFF
    # name: (output, factor of each further flow per unit of output); all but the heat of the CHP are inputs
    factors = {
        "ch1": ("c", {"e": d.power_per_cold["ch1"].tolist()}),
        "ch2": ("c", {"e": d.power_per_cold["ch2"].tolist()}),
        "hp": ("h", {"e": (1 / d.cop["hp"]).tolist()}),
        "gb": ("h", {"gas": 1 / d1.BOILER_EFF}),
        "ac": ("c", {"h": 1 / d1.ABSORPTION_COP, "e": d.absorption_power}),
        "chp": ("e", {"gas": 1 / electric, "h": d1.CHP_HEAT_EFF / electric}),
    }
    for name, (output, others) in factors.items():
        price = d.flow_cost.get(name, 0.0)
        outputs = {bus[output]: Flow(nominal_capacity=_investment(d, name), variable_costs=price)}
        if name == "chp":
            outputs[bus["h"]] = Flow()
        inputs = {bus[k]: Flow() for k in others if bus[k] not in outputs}
        per_output = {bus[k]: factor for k, factor in others.items()}
        system.add(Converter(label=name, inputs=inputs, outputs=outputs, conversion_factors=per_output))


def _stores(system, bus, d):
    """Add the three stores, each with one power for both ways."""
    from oemof.solph import Flow, Investment
    from oemof.solph.components import GenericStorage

    for level, _, discharge, efficiency, loss in d1.STORES:
        kind = level[0]
        own = bus[STORE_BUS[kind]]
        charging = Flow(nominal_capacity=_investment(d, f"{kind}P"))
        discharging = Flow(nominal_capacity=Investment(), variable_costs=d.flow_cost[discharge])
        system.add(
            GenericStorage(
                label=level,
                inputs={own: charging},
                outputs={own: discharging},
                nominal_capacity=_investment(d, f"{kind}E"),
                loss_rate=loss,
                inflow_conversion_factor=efficiency,
                outflow_conversion_factor=efficiency,
                balanced=True,
                invest_relation_input_output=1,
            )
        )


def _building(system, bus, d, i):
    """Add a building with pipes, line, PV, chiller and heat pump."""
    from oemof.solph import Bus, Flow, Investment
    from oemof.solph.components import Converter, Source

    b = d.nodes
    own = {k: Bus(label=f"{k}{i}") for k in "ech"}
    system.add(*own.values())

    def convert(label, source, sink, factors, source_size=None, sink_size=None):
        inputs = {source: Flow() if source_size is None else Flow(nominal_capacity=source_size)}
        outputs = {sink: Flow() if sink_size is None else Flow(nominal_capacity=sink_size)}
        system.add(Converter(label=f"{label}{i}", inputs=inputs, outputs=outputs, conversion_factors=factors))

    for key in "ch":
        pipe = Investment(ep_costs=b.pipe_cost[key][i])
        convert(f"pipe_{key}", bus[key], own[key], {own[key]: 1 - b.loss[key][i]}, source_size=pipe)
    arrives, line = 1 - b.loss["e"][i], b.line_max[i]
    convert("fi", bus["e"], own["e"], {own["e"]: arrives}, source_size=line)
    convert("fx", own["e"], bus["e"], {bus["e"]: arrives}, source_size=line)
    for name, key, cost in (("lch", "c", b.chiller_cost), ("lhp", "h", b.heat_pump_cost)):
        size = Investment(ep_costs=cost)
        convert(name, own["e"], own[key], {own["e"]: (1 / d.cop[name]).tolist()}, sink_size=size)
    roof = Investment(ep_costs=b.pv_cost, maximum=b.pv_max[i])
    system.add(Source(label=f"npv{i}", outputs={own["e"]: Flow(nominal_capacity=roof, max=d.pv_avail.tolist())}))
    system.add(*(_demand(f"demand_{k}{i}", own[k], b.demand[k][i]) for k in "ech"))


def _peaks(model, d, grid, bus):
    """Add the monthly peaks and their charge to the Pyomo model."""
    import pyomo.environ as pyo

    month = d.month.tolist()
    model.peak = pyo.Var(range(d.months), within=pyo.NonNegativeReals)
    model.monthly_peak = pyo.Constraint(model.TIMESTEPS, rule=lambda m, t: m.flow[grid, bus, t] <= m.peak[month[t]])
    model.objective.expr += d.demand_charge * sum(model.peak[i] for i in range(d.months))


def hand_over(model):
    """Return the HiGHS object that holds the model."""
    from pyomo.contrib.appsi.solvers import Highs

    solver = Highs()
    solver.set_instance(model)
    h = solver._solver_model
    h.setOptionValue("output_flag", False)
    return h
