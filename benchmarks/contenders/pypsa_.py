"""PyPSA: buses, generators, links and stores; linopy and `to_highspy` underneath.

The optimum is that of D1, the form is PyPSA's: a link is sized on its input side, so sizes and their costs are scaled
by the conversion factor; a store's power is a charging and a discharging link, tied by a hand-written row; the
monthly peak is a hand-written variable, for PyPSA has no demand charge.
"""

import logging

import d1

from contenders.linopy_ import hand_over

__all__ = ["build", "hand_over", "load"]

STORES = {"b": "e", "c": "c", "h": "h"}  # first letter of the store's flows -> its bus


def load():
    """Import what build and hand-over need."""
    import highspy
    import pypsa

    return highspy, pypsa


def build(d):
    """Return the linopy model that PyPSA writes, with peaks and ties added."""
    import pandas as pd
    import pypsa

    for package in ("pypsa", "linopy"):
        logging.getLogger(package).setLevel(logging.ERROR)
    n = pypsa.Network(snapshots=pd.RangeIndex(d.hours))
    n.add("Bus", ["e", "c", "h", "gas", *(f"{s}_level" for s in STORES)])
    _sources(n, d)
    _converters(n, d)
    _stores(n, d)
    if d.nodes is None:
        keys = list("ech")
        n.add("Load", keys, suffix="_demand", bus=keys, p_set=_frame(n, [d.demand[k] for k in keys], keys, "_demand"))
    else:
        _buildings(n, d)
    m = n.optimize.create_model(include_objective_constant=False)
    _peaks_and_ties(m, d)
    return m


def _frame(n, rows, names, suffix=""):
    """Return one column per component over the snapshots."""
    import numpy as np
    import pandas as pd

    return pd.DataFrame(np.asarray(rows).T, index=n.snapshots, columns=[f"{k}{suffix}" for k in names])


def _series(n, values):
    """Return values over the snapshots."""
    import pandas as pd

    return pd.Series(values, n.snapshots)


def _sources(n, d):
    """Add grid, export, gas, PV and waste heat."""
    most_gas = d.capacity_max["gb"] / d1.BOILER_EFF + d.capacity_max["chp"] / d1.CHP_ELECTRIC_EFF  # never binds
    n.add("Generator", "gi", bus="e", p_nom=d.grid_max, marginal_cost=_series(n, d.price))
    paid = {"marginal_cost": _series(n, d.export_price)}
    n.add("Generator", "ge", bus="e", p_nom=d.export_max, p_min_pu=-1.0, p_max_pu=0.0, **paid)
    n.add("Generator", "gas", bus="gas", p_nom=most_gas, marginal_cost=d.flow_cost["gas"])
    names = ["pv", "wh"]
    n.add(
        "Generator",
        names,
        bus=["e", "h"],
        p_nom_extendable=True,
        p_nom_max=[d.capacity_max[k] for k in names],
        capital_cost=[d.capacity_cost[k] for k in names],
        marginal_cost=[d.flow_cost.get(k, 0.0) for k in names],
        p_max_pu=_frame(n, [d.pv_avail, d.heat_avail], names),
    )


def _converters(n, d):
    """Add the machines as links."""
    inputs = {"ch1": ("e", "c", d.power_per_cold["ch1"]), "ch2": ("e", "c", d.power_per_cold["ch2"])}
    inputs["hp"] = ("e", "h", 1 / d.cop["hp"])
    for name, (source, sink, per_output) in inputs.items():
        largest = per_output.max()
        n.add(
            "Link",
            name,
            bus0=source,
            bus1=sink,
            efficiency=_series(n, 1 / per_output),
            p_max_pu=_series(n, per_output / largest),
            **_sized(d, name, 1 / largest),
        )
    n.add("Link", "gb", bus0="gas", bus1="h", efficiency=d1.BOILER_EFF, **_sized(d, "gb", d1.BOILER_EFF))
    cop, electric = d1.ABSORPTION_COP, d1.CHP_ELECTRIC_EFF
    fans = {"bus2": "e", "efficiency2": -d.absorption_power * cop}
    n.add("Link", "ac", bus0="h", bus1="c", efficiency=cop, **fans, **_sized(d, "ac", cop))
    heat = {"bus2": "h", "efficiency2": d1.CHP_HEAT_EFF}
    n.add("Link", "chp", bus0="gas", bus1="e", efficiency=electric, **heat, **_sized(d, "chp", electric))


def _sized(d, name, efficiency):
    """Return size limit and costs of a link on its input side; `efficiency` is that at the rated point."""
    return {
        "p_nom_extendable": True,
        "p_nom_max": d.capacity_max[name] / efficiency,
        "capital_cost": d.capacity_cost[name] * efficiency,
        "marginal_cost": d.flow_cost.get(name, 0.0) * efficiency,
    }


def _stores(n, d):
    """Add each store as a level with a link either way."""
    for level, charge, discharge, efficiency, loss in d1.STORES:
        kind = level[0]
        power, energy, inner = f"{kind}P", f"{kind}E", f"{kind}_level"
        n.add(
            "Store",
            level,
            bus=inner,
            e_nom_extendable=True,
            e_nom_max=d.capacity_max[energy],
            capital_cost=d.capacity_cost[energy],
            e_cyclic=True,
            standing_loss=loss,
        )
        size = {"p_nom_max": d.capacity_max[power], "capital_cost": d.capacity_cost[power]}
        ends = {"bus0": STORES[kind], "bus1": inner}
        n.add("Link", charge, **ends, efficiency=efficiency, p_nom_extendable=True, **size)
        per_input = {"efficiency": efficiency, "marginal_cost": d.flow_cost[discharge] * efficiency}
        n.add("Link", discharge, bus0=inner, bus1=STORES[kind], p_nom_extendable=True, **per_input)


def _buildings(n, d):
    """Add buses, demands, pipes, lines and machines of the buildings."""
    import numpy as np

    b = d.nodes
    ids = [str(i) for i in range(len(b.pv_max))]
    bus = {k: [f"{k}{i}" for i in ids] for k in "ech"}
    for key, buses in bus.items():
        n.add("Bus", buses)
        n.add("Load", buses, suffix="_demand", bus=buses, p_set=_frame(n, b.demand[key], buses, "_demand"))
        if key != "e":
            pipe = {"p_nom_extendable": True, "capital_cost": b.pipe_cost[key], "efficiency": 1 - b.loss[key]}
            n.add("Link", buses, suffix="_pipe", bus0=key, bus1=buses, **pipe)
    line = {"p_nom": b.line_max, "efficiency": 1 - b.loss["e"]}
    n.add("Link", ids, suffix="_fi", bus0="e", bus1=bus["e"], **line)
    n.add("Link", ids, suffix="_fx", bus0=bus["e"], bus1="e", **line)
    sun = _frame(n, np.tile(d.pv_avail, (len(ids), 1)), ids, "_npv")
    size = {"p_nom_extendable": True, "p_nom_max": b.pv_max, "capital_cost": b.pv_cost}
    n.add("Generator", ids, suffix="_npv", bus=bus["e"], p_max_pu=sun, **size)
    for name, key, cost in (("lch", "c", b.chiller_cost), ("lhp", "h", b.heat_pump_cost)):
        cop = d.cop[name]
        suffix = f"_{name}"
        n.add(
            "Link",
            ids,
            suffix=suffix,
            bus0=bus["e"],
            bus1=bus[key],
            p_nom_extendable=True,
            capital_cost=cost * cop.min(),
            efficiency=_frame(n, np.tile(cop, (len(ids), 1)), ids, suffix),
            p_max_pu=_frame(n, np.tile(cop.min() / cop, (len(ids), 1)), ids, suffix),
        )


def _peaks_and_ties(m, d):
    """Add the monthly peaks, and one power for both ways of a store."""
    import pandas as pd
    import xarray

    peak = m.add_variables(lower=0, coords=[pd.RangeIndex(d.months, name="month")], name="peak")
    month = xarray.DataArray(d.month, coords=[pd.RangeIndex(d.hours, name="snapshot")])
    grid = m.variables["Generator-p"].sel(name="gi", drop=True)
    m.add_constraints(grid - peak.sel(month=month) <= 0, name="monthly_peak")
    size = m.variables["Link-p_nom"]
    for level, charge, discharge, efficiency, _ in d1.STORES:
        both = efficiency * size.sel(name=discharge, drop=True) - size.sel(name=charge, drop=True)
        m.add_constraints(both == 0, name=f"one_power_{level}")
    m.objective = m.objective.expression + (d.demand_charge * peak).sum()
