"""The physical limit: a matrix written by hand with numpy, one hand-over of arrays."""

import d1
import numpy as np

INF = float("inf")


def load():
    """Import what build and hand-over need."""
    import highspy

    return highspy


class Matrix:
    """Columns and rows appended in blocks; every term has one entry per row."""

    def __init__(self):
        self.columns, self.rows = [], []
        self.num_cols = 0

    def cols(self, n, upper=INF, cost=0.0):
        """Add `n` columns and return their numbers."""
        self.columns.append((np.broadcast_to(upper, (n,)), np.broadcast_to(cost, (n,))))
        start, self.num_cols = self.num_cols, self.num_cols + n
        return np.arange(start, self.num_cols, dtype=np.int32)

    def add(self, n, lower, upper, *terms):
        """Add `n` rows; a term is (column or columns, coefficient or coefficients)."""
        indices, data = np.empty((n, len(terms)), np.int32), np.empty((n, len(terms)))
        for k, (column, coefficient) in enumerate(terms):
            indices[:, k], data[:, k] = column, coefficient
        self.rows.append((indices, data, np.broadcast_to(lower, (n,)), np.broadcast_to(upper, (n,))))

    def arrays(self):
        """Return the matrix by rows, sides, upper bounds and costs."""
        counts = np.concatenate([np.full(len(i), i.shape[1], np.int32) for i, *_ in self.rows])
        indptr = np.zeros(len(counts) + 1, np.int32)
        np.cumsum(counts, out=indptr[1:])
        indices, data = (np.concatenate([r[k].ravel() for r in self.rows]) for k in (0, 1))
        lower, upper = (np.concatenate([r[k] for r in self.rows]).astype(float) for k in (2, 3))
        col_upper, cost = (np.concatenate([c[k] for c in self.columns]).astype(float) for k in (0, 1))
        return indptr, indices, data, lower, upper, col_upper, cost


def build(d):
    """Return the arrays of the program."""
    m, T = Matrix(), d.hours
    cap = {k: m.cols(1, d.capacity_max[k], d.capacity_cost[k])[0] for k in d1.CAPACITIES}
    peak = m.cols(d.months, INF, d.demand_charge)
    v = {"gi": m.cols(T, d.grid_max, d.price), "ge": m.cols(T, d.export_max, -d.export_price)}
    for name in d1.FLOWS:
        v[name] = m.cols(T, INF, d.flow_cost.get(name, 0.0))
    heat_to_power = d1.CHP_HEAT_EFF / d1.CHP_ELECTRIC_EFF
    electricity = [(v["gi"], 1), (v["ge"], -1), (v["pv"], 1), (v["bd"], 1), (v["bc"], -1), (v["chp"], 1)]
    electricity += [(v[k], -d.power_per_cold[k]) for k in ("ch1", "ch2")]
    electricity += [(v["ac"], -d.absorption_power), (v["hp"], -1 / d.cop["hp"])]
    cold = [(v["ch1"], 1), (v["ch2"], 1), (v["ac"], 1), (v["cd"], 1), (v["cc"], -1)]
    heat = [(v["wh"], 1), (v["gb"], 1), (v["chp"], heat_to_power), (v["hp"], 1), (v["hd"], 1), (v["hc"], -1)]
    heat += [(v["ac"], -1 / d1.ABSORPTION_COP)]
    demand = d.demand
    if d.nodes is not None:
        demand = dict.fromkeys("ech", 0.0)
        for n in range(len(d.nodes.pv_max)):
            _building(m, d, n, electricity, cold, heat)
    for key, terms in (("e", electricity), ("c", cold), ("h", heat)):
        m.add(T, demand[key], demand[key], *terms)
    m.add(T, 0, 0, (v["gas"], 1), (v["gb"], -1 / d1.BOILER_EFF), (v["chp"], -1 / d1.CHP_ELECTRIC_EFF))
    m.add(T, -INF, 0, (v["pv"], 1), (cap["pv"], -d.pv_avail))
    m.add(T, -INF, 0, (v["wh"], 1), (cap["wh"], -d.heat_avail))
    for flow, size in d1.LIMITS.items():
        m.add(T, -INF, 0, (v[flow], 1), (cap[size], -1))
    for level, charge, discharge, eff, loss in d1.STORES:
        s = v[level]
        m.add(T, 0, 0, (s, 1), (np.roll(s, 1), -(1 - loss)), (v[charge], -eff), (v[discharge], 1 / eff))
    m.add(T, -INF, 0, (v["gi"], 1), (peak[d.month], -1))
    return m.arrays()


def _building(m, d, n, electricity, cold, heat):
    """Add columns and rows of a building; the balances receive its flows."""
    b, T = d.nodes, d.hours
    fc, fh, npv, lch, lhp = (m.cols(T) for _ in range(5))
    fi, fx = m.cols(T, b.line_max[n]), m.cols(T, b.line_max[n])
    sizes = [(b.pipe_cost["c"][n], INF), (b.pipe_cost["h"][n], INF), (b.pv_cost, b.pv_max[n])]
    sizes += [(b.chiller_cost, INF), (b.heat_pump_cost, INF)]
    Pc, Ph, Cpv, Cl, Ch = (m.cols(1, upper, cost)[0] for cost, upper in sizes)
    m.add(T, b.demand["c"][n], b.demand["c"][n], (fc, 1 - b.loss["c"][n]), (lch, 1))
    m.add(T, b.demand["h"][n], b.demand["h"][n], (fh, 1 - b.loss["h"][n]), (lhp, 1))
    local = [(fi, 1 - b.loss["e"][n]), (fx, -1), (npv, 1), (lch, -1 / d.cop["lch"]), (lhp, -1 / d.cop["lhp"])]
    m.add(T, b.demand["e"][n], b.demand["e"][n], *local)
    for flow, size, factor in ((fc, Pc, 1), (fh, Ph, 1), (npv, Cpv, d.pv_avail), (lch, Cl, 1), (lhp, Ch, 1)):
        m.add(T, -INF, 0, (flow, 1), (size, -factor))
    electricity += [(fi, -1), (fx, 1 - b.loss["e"][n])]
    cold.append((fc, -1))
    heat.append((fh, -1))


def hand_over(arrays):
    """Return the HiGHS object that holds the arrays."""
    import highspy

    indptr, indices, data, lower, upper, col_upper, cost = arrays
    h = highspy.Highs()
    h.setOptionValue("output_flag", False)
    n = len(cost)
    shape = (n, len(lower), len(data), int(highspy.MatrixFormat.kRowwise), int(highspy.ObjSense.kMinimize), 0.0)
    h.passModel(*shape, cost, np.zeros(n), col_upper, lower, upper, indptr, indices, data, np.zeros(n, np.int32))
    return h
