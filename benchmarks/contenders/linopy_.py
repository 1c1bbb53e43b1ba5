"""linopy: labelled arrays of variables, `to_highspy` hand-over."""

import warnings

import d1


def load():
    """Import what build and hand-over need."""
    import highspy
    import linopy

    return highspy, linopy


class Writer:
    """The model with short helpers for series over time and nodes."""

    def __init__(self, d):
        import linopy
        import pandas as pd

        self.m = linopy.Model()
        self.t = pd.RangeIndex(d.hours, name="t")
        self.n = pd.RangeIndex(0 if d.nodes is None else len(d.nodes.pv_max), name="n")

    def series(self, values, *axes):
        """Return an array over the given axes."""
        import xarray

        return xarray.DataArray(values, coords=list(axes))

    def var(self, name, *axes, upper=float("inf")):
        """Return a new variable, not negative."""
        return self.m.add_variables(lower=0, upper=upper, coords=list(axes), name=name)


def build(d):
    """Return the linopy model."""
    import pandas as pd

    w = Writer(d)
    t = w.t
    cap = {k: w.m.add_variables(lower=0, upper=d.capacity_max[k], name=f"cap_{k}") for k in d1.CAPACITIES}
    peak = w.var("peak", pd.RangeIndex(d.months, name="month"))
    v = {k: w.var(k, t) for k in d1.FLOWS}
    v["gi"], v["ge"] = w.var("gi", t, upper=d.grid_max), w.var("ge", t, upper=d.export_max)
    sums = _sums(w, d, v)
    cost = (w.series(d.price, t) * v["gi"]).sum() - (w.series(d.export_price, t) * v["ge"]).sum()
    cost = cost + (d.demand_charge * peak).sum()
    for flow, price in d.flow_cost.items():
        cost = cost + (price * v[flow]).sum()
    for k, c in cap.items():
        cost = cost + d.capacity_cost[k] * c
    if d.nodes is None:
        for key, total in sums.items():
            w.m.add_constraints(total == w.series(d.demand[key], t), name=f"balance_{key}")
    else:
        cost = cost + _buildings(w, d, sums)
    _plant(w, d, v, cap, peak)
    w.m.add_objective(cost)
    return w.m


def _sums(w, d, v):
    """Return what the plant gives to each balance."""
    t = w.t
    e = v["gi"] - v["ge"] + v["pv"] + v["bd"] - v["bc"] + v["chp"] - w.series(1 / d.cop["hp"], t) * v["hp"]
    for k in ("ch1", "ch2"):
        e = e - w.series(d.power_per_cold[k], t) * v[k]
    heat = v["wh"] + v["gb"] + d1.CHP_HEAT_EFF / d1.CHP_ELECTRIC_EFF * v["chp"] + v["hp"] + v["hd"] - v["hc"]
    return {
        "e": e - d.absorption_power * v["ac"],
        "c": v["ch1"] + v["ch2"] + v["ac"] + v["cd"] - v["cc"],
        "h": heat - (1 / d1.ABSORPTION_COP) * v["ac"],
    }


def _plant(w, d, v, cap, peak):
    """Add the rows of the plant: limits by size, stores, monthly peaks."""
    m, t = w.m, w.t
    m.add_constraints(v["gas"] - v["gb"] / d1.BOILER_EFF - v["chp"] / d1.CHP_ELECTRIC_EFF == 0, name="gas_use")
    m.add_constraints(v["pv"] - w.series(d.pv_avail, t) * cap["pv"] <= 0, name="max_pv")
    m.add_constraints(v["wh"] - w.series(d.heat_avail, t) * cap["wh"] <= 0, name="max_wh")
    for flow, size in d1.LIMITS.items():
        m.add_constraints(v[flow] - cap[size] <= 0, name=f"max_{flow}")
    for level, charge, discharge, eff, loss in d1.STORES:
        change = v[level] - (1 - loss) * v[level].roll(t=1) - eff * v[charge] + (1 / eff) * v[discharge]
        m.add_constraints(change == 0, name=f"store_{level}")
    m.add_constraints(v["gi"] - peak.sel(month=w.series(d.month, t)) <= 0, name="max_peak")


def _buildings(w, d, sums):
    """Add the rows of the buildings and the balances with them; return their cost."""
    m, t, n, b = w.m, w.t, w.n, d.nodes
    fc, fh, npv, lch, lhp = (w.var(k, n, t) for k in ("fc", "fh", "npv", "lch", "lhp"))
    line = w.series(b.line_max[:, None] + 0 * b.demand["e"], n, t)
    fi, fx = (w.var(k, n, t, upper=line) for k in ("fi", "fx"))
    Pc, Ph, Cl, Ch = (w.var(k, n) for k in ("Pc", "Ph", "Clch", "Clhp"))
    Cpv = w.var("Cpv", n, upper=w.series(b.pv_max, n))
    keep = {k: w.series(1 - b.loss[k], n) for k in "ech"}
    need = {k: w.series(b.demand[k], n, t) for k in "ech"}
    m.add_constraints(keep["c"] * fc + lch == need["c"], name="node_c")
    m.add_constraints(keep["h"] * fh + lhp == need["h"], name="node_h")
    local = keep["e"] * fi - fx + npv - w.series(1 / d.cop["lch"], t) * lch - w.series(1 / d.cop["lhp"], t) * lhp
    m.add_constraints(local == need["e"], name="node_e")
    for name, flow, size in (("fc", fc, Pc), ("fh", fh, Ph), ("lch", lch, Cl), ("lhp", lhp, Ch)):
        m.add_constraints(flow - size <= 0, name=f"max_{name}")
    m.add_constraints(npv - w.series(d.pv_avail, t) * Cpv <= 0, name="max_npv")
    m.add_constraints(sums["e"] - fi.sum("n") + (keep["e"] * fx).sum("n") == 0, name="balance_e")
    m.add_constraints(sums["c"] - fc.sum("n") == 0, name="balance_c")
    m.add_constraints(sums["h"] - fh.sum("n") == 0, name="balance_h")
    pipes = (w.series(b.pipe_cost["c"], n) * Pc).sum() + (w.series(b.pipe_cost["h"], n) * Ph).sum()
    machines = (b.pv_cost * Cpv).sum() + (b.chiller_cost * Cl).sum() + (b.heat_pump_cost * Ch).sum()
    return pipes + machines


def hand_over(m):
    """Return the HiGHS object that holds the model."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        h = m.to_highspy()
    h.setOptionValue("output_flag", False)
    return h
