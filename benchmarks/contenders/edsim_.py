"""edsim: ordinary Pyomo rules, compiled to arrays, one hand-over."""

import d1


def load():
    """Import what build and hand-over need."""
    import highspy

    import edsim.lp.compile
    import edsim.lp.highs

    return edsim, highspy


def model(d):
    """Return the Pyomo model (also solvable by any Pyomo solver)."""
    from edsim.lp import ArrayParam, ConcreteModel, Objective, RangeSet, Set, Var, bounded_var

    m = ConcreteModel()
    m.T, m.M = RangeSet(0, d.hours - 1), RangeSet(0, d.months - 1)
    m.K = Set(initialize=list(d1.CAPACITIES))
    m.cap = bounded_var(m.K, upper=[d.capacity_max[k] for k in d1.CAPACITIES])
    m.cap_cost = ArrayParam(m.K, array=[d.capacity_cost[k] for k in d1.CAPACITIES])
    m.peak = Var(m.M, bounds=(0, None))
    m.gi, m.ge = Var(m.T, bounds=(0, d.grid_max)), Var(m.T, bounds=(0, d.export_max))
    for name in d1.FLOWS:
        setattr(m, name, Var(m.T, bounds=(0, None)))
    series = {
        "price": d.price,
        "export_price": d.export_price,
        "pv_avail": d.pv_avail,
        "heat_avail": d.heat_avail,
        "e1": d.power_per_cold["ch1"],
        "e2": d.power_per_cold["ch2"],
        "cop_hp": d.cop["hp"],
        "prev": d.previous,
        "month": d.month,
    }
    for name, values in series.items():
        setattr(m, name, ArrayParam(m.T, array=values))
    if d.nodes is not None:
        _buildings(m, d)
    _plant(m)
    _balances(m, d)
    m.obj = Objective(rule=lambda m: yearly_cost(m, d))
    return m


def _buildings(m, d):
    """Declare columns and rows of the buildings."""
    from edsim.lp import ArrayParam, Constraint, RangeSet, Var, bounded_var

    b = d.nodes
    m.N = RangeSet(0, len(b.pv_max) - 1)
    for k in "ech":
        setattr(m, "nd_" + k, ArrayParam(m.N, m.T, array=b.demand[k]))
        setattr(m, "keep_" + k, ArrayParam(m.N, array=1 - b.loss[k]))
    m.cop_c, m.cop_h = ArrayParam(m.T, array=d.cop["lch"]), ArrayParam(m.T, array=d.cop["lhp"])
    m.pipe_c, m.pipe_h = ArrayParam(m.N, array=b.pipe_cost["c"]), ArrayParam(m.N, array=b.pipe_cost["h"])
    for name in ("fc", "fh", "npv", "lch", "lhp"):
        setattr(m, name, Var(m.N, m.T, bounds=(0, None)))
    for name in ("fi", "fx"):
        setattr(m, name, bounded_var(m.N, m.T, upper=b.line_max[:, None]))
    for name in ("Pc", "Ph", "Clch", "Clhp"):
        setattr(m, name, Var(m.N, bounds=(0, None)))
    m.Cpv = bounded_var(m.N, upper=b.pv_max)
    m.node_c = Constraint(m.N, m.T, rule=lambda m, n, t: m.keep_c[n] * m.fc[n, t] + m.lch[n, t] == m.nd_c[n, t])
    m.node_h = Constraint(m.N, m.T, rule=lambda m, n, t: m.keep_h[n] * m.fh[n, t] + m.lhp[n, t] == m.nd_h[n, t])
    m.node_e = Constraint(
        m.N,
        m.T,
        rule=lambda m, n, t: (
            m.keep_e[n] * m.fi[n, t] - m.fx[n, t] + m.npv[n, t] - m.lch[n, t] / m.cop_c[t] - m.lhp[n, t] / m.cop_h[t]
            == m.nd_e[n, t]
        ),
    )
    for flow, size in (("fc", "Pc"), ("fh", "Ph"), ("lch", "Clch"), ("lhp", "Clhp")):
        f, s = getattr(m, flow), getattr(m, size)
        setattr(m, "max_" + flow, Constraint(m.N, m.T, rule=lambda _, n, t, f=f, s=s: f[n, t] <= s[n]))
    m.max_npv = Constraint(m.N, m.T, rule=lambda m, n, t: m.npv[n, t] <= m.pv_avail[t] * m.Cpv[n])


def _plant(m):
    """Declare the rows of the plant: limits by size, stores, monthly peaks."""
    from edsim.lp import Constraint

    m.gas_use = Constraint(m.T, rule=lambda m, t: m.gas[t] == m.gb[t] / d1.BOILER_EFF + m.chp[t] / d1.CHP_ELECTRIC_EFF)
    m.max_pv = Constraint(m.T, rule=lambda m, t: m.pv[t] <= m.pv_avail[t] * m.cap["pv"])
    m.max_wh = Constraint(m.T, rule=lambda m, t: m.wh[t] <= m.heat_avail[t] * m.cap["wh"])
    for flow, size in d1.LIMITS.items():
        f = getattr(m, flow)
        setattr(m, "max_" + flow, Constraint(m.T, rule=lambda m, t, f=f, size=size: f[t] <= m.cap[size]))
    for level, charge, discharge, eff, loss in d1.STORES:
        s, c, q = getattr(m, level), getattr(m, charge), getattr(m, discharge)
        setattr(
            m,
            "store_" + level,
            Constraint(
                m.T,
                rule=lambda m, t, s=s, c=c, q=q, eff=eff, loss=loss: (
                    s[t] == (1 - loss) * s[m.prev[t]] + eff * c[t] - q[t] / eff
                ),
            ),
        )
    m.max_peak = Constraint(m.T, rule=lambda m, t: m.gi[t] <= m.peak[m.month[t]])


def _balances(m, d):
    """Declare the hourly balances of electricity, cold and heat."""
    from edsim.lp import ArrayParam, Constraint

    for k in "ech":
        setattr(m, "demand_" + k, ArrayParam(m.T, array=d.demand[k]))
    heat_to_power = d1.CHP_HEAT_EFF / d1.CHP_ELECTRIC_EFF

    def electricity(m, t):
        plant = m.gi[t] - m.ge[t] + m.pv[t] + m.bd[t] - m.bc[t] + m.chp[t] - m.hp[t] / m.cop_hp[t]
        plant = plant - m.e1[t] * m.ch1[t] - m.e2[t] * m.ch2[t] - d.absorption_power * m.ac[t]
        if d.nodes is None:
            return plant == m.demand_e[t]
        return plant == sum(m.fi[n, t] - m.keep_e[n] * m.fx[n, t] for n in m.N)

    def cold(m, t):
        plant = m.ch1[t] + m.ch2[t] + m.ac[t] + m.cd[t] - m.cc[t]
        return plant == (m.demand_c[t] if d.nodes is None else sum(m.fc[n, t] for n in m.N))

    def heat(m, t):
        plant = m.wh[t] + m.gb[t] + heat_to_power * m.chp[t] + m.hp[t] + m.hd[t] - m.hc[t]
        plant = plant - m.ac[t] / d1.ABSORPTION_COP
        return plant == (m.demand_h[t] if d.nodes is None else sum(m.fh[n, t] for n in m.N))

    m.balance_e, m.balance_c, m.balance_h = (Constraint(m.T, rule=r) for r in (electricity, cold, heat))


def yearly_cost(m, d):
    """Return the objective as an expression."""
    total = sum(m.price[t] * m.gi[t] - m.export_price[t] * m.ge[t] for t in m.T)
    for flow, price in d.flow_cost.items():
        f = getattr(m, flow)
        total += sum(price * f[t] for t in m.T)
    total += sum(m.cap_cost[k] * m.cap[k] for k in m.K) + d.demand_charge * sum(m.peak[i] for i in m.M)
    if d.nodes is not None:
        b = d.nodes
        total += sum(m.pipe_c[n] * m.Pc[n] + m.pipe_h[n] * m.Ph[n] + b.pv_cost * m.Cpv[n] for n in m.N)
        total += sum(b.chiller_cost * m.Clch[n] + b.heat_pump_cost * m.Clhp[n] for n in m.N)
    return total


def build(d):
    """Return the compiled program."""
    from edsim.lp import compile_model

    return compile_model(model(d))


def hand_over(lp):
    """Return the HiGHS object that holds the program."""
    from edsim.lp import HighsSession

    return HighsSession(lp)._highs
