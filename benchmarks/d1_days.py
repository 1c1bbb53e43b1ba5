"""D1 on typical days with linked stores, its full-year dispatch with a slack, and its finite box: for `design.py`."""

from dataclasses import replace

import d1
import numpy as np
from contenders import edsim_

LEVEL_LIMIT = {"bs": "bE", "cs": "cE", "hs": "hE"}
SLACK_PRICE = 50.0
"""Money per kWh-unit of demand not served in the dispatch, far above any supply."""


def year(d):
    """Return the compiled D1 of all hours."""
    return edsim_.build(d)


def choose(d, days):
    """Return the grid of typical days that the product chooses for D1's series."""
    from edsim.core.technology import Conditions, SourceConditions, Tariff
    from edsim.core.timegrid import full_year
    from edsim.optimization.sizing.aggregate import choose_days
    from edsim.optimization.system import System

    none, no_month = np.zeros(d1.HOURS), np.zeros(12)
    around = Conditions(
        full_year(),
        d.power_per_cold["ch1"],
        d.cop["hp"],
        101325.0,
        tariffs={"grid": Tariff(d.price, d.export_price, no_month, 0.0, none, 0.0)},
        sources={"waste": SourceConditions(d.heat_avail, none)},
        pv_kw_per_kwp={"roof": d.pv_avail},
    )
    demand = {("plant", k): v for k, v in d.demand.items()}
    return choose_days(System((), demand, {"plant": around}, 0.06, 1.0, SLACK_PRICE), days)


def typical(d, grid):
    """Return the compiled D1 on typical days: stores linked over the year, a day counts in each month it stands for."""
    from edsim.lp import ArrayParam, Constraint, RangeSet, Var, compile_model

    t = replace(
        d,
        hours=grid.n,
        month=np.full(grid.n, 11),
        demand={k: grid.sample(v) for k, v in d.demand.items()},
        price=grid.sample(d.price),
        export_price=grid.sample(d.export_price),
        pv_avail=grid.sample(d.pv_avail),
        heat_avail=grid.sample(d.heat_avail),
        power_per_cold={k: grid.sample(v) for k, v in d.power_per_cold.items()},
        cop={k: grid.sample(v) for k, v in d.cop.items()},
    )
    m = edsim_.model(t)
    m.del_component("max_peak")
    months = np.repeat(np.arange(12), d1.MONTH_HOURS // 24)
    pairs = np.unique(np.stack([grid.day_to_period, months]), axis=1)
    m.PAIR = RangeSet(0, pairs.shape[1] * 24 - 1)
    m.pair_step = ArrayParam(m.PAIR, array=(pairs[0][:, None] * 24 + np.arange(24)).ravel())
    m.pair_month = ArrayParam(m.PAIR, array=np.repeat(pairs[1], 24))
    m.typical_peak = Constraint(m.PAIR, rule=lambda m, p: m.gi[m.pair_step[p]] <= m.peak[m.pair_month[p]])
    m.D, m.P = RangeSet(0, 364), RangeSet(0, grid.n_periods - 1)
    m.carried = ArrayParam(m.T, array=(np.arange(grid.n) % 24 != 0).astype(float))
    m.before = ArrayParam(m.T, array=grid.previous)
    m.day_of_step = ArrayParam(m.T, array=grid.period)
    m.day_type = ArrayParam(m.D, array=grid.day_to_period)
    m.end_of_day = ArrayParam(m.D, array=grid.day_to_period * 24 + 23)
    m.next_day = ArrayParam(m.D, array=np.roll(np.arange(365), -1))
    for store in d1.STORES:
        _link(m, store, Constraint, Var)
    lp = compile_model(m)
    cost, lower = lp.cost.copy(), lp.col_lower.copy()
    for layout in lp.columns.values():
        if layout.shape == (grid.n,):
            cost[layout.start : layout.start + grid.n] *= grid.weight
    for level, size in LEVEL_LIMIT.items():
        lower[lp.columns_of(level)] = -d.capacity_max[size]
    return replace(lp, cost=cost, col_lower=lower)


def _link(m, store, constraint, var):
    """Replace the cyclic level by one within the day and one over days (Kotzur et al., Applied Energy 213, 2018)."""
    name, charge, discharge, eff, loss = store
    for old in (f"store_{name}", f"max_{name}"):
        m.del_component(old)
    s, c, q = getattr(m, name), getattr(m, charge), getattr(m, discharge)
    high, low = var(m.P, bounds=(0, None)), var(m.P, bounds=(None, 0))
    start = var(m.D, bounds=(0, None))
    setattr(m, f"{name}_high", high)
    setattr(m, f"{name}_low", low)
    setattr(m, f"{name}_start", start)
    size, kept_day = m.cap[LEVEL_LIMIT[name]], (1 - loss) ** 24
    rows = {
        "within": (
            m.T,
            lambda m, t: s[t] == (1 - loss) * m.carried[t] * s[m.before[t]] + eff * c[t] - q[t] / eff,
        ),
        "top": (m.T, lambda m, t: s[t] <= high[m.day_of_step[t]]),
        "bottom": (m.T, lambda m, t: s[t] >= low[m.day_of_step[t]]),
        "over": (m.D, lambda m, k: start[m.next_day[k]] == kept_day * start[k] + s[m.end_of_day[k]]),
        "full": (m.D, lambda m, k: start[k] + high[m.day_type[k]] <= size),
        "empty": (m.D, lambda m, k: kept_day * start[k] + low[m.day_type[k]] >= 0),
    }
    for row, (over, rule) in rows.items():
        setattr(m, f"{name}_{row}", constraint(over, rule=rule))


def with_slack(lp):
    """Return the program with a priced slack in each hour's balances of power, cold and heat."""
    from scipy.sparse import csr_matrix, hstack

    from edsim.lp.matrix import Layout

    rows = np.concatenate([lp.rows_of(f"balance_{k}") for k in "ech"])
    a = csr_matrix((lp.data, lp.indices, lp.indptr), shape=(lp.num_rows, lp.num_cols))
    slack = csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), shape=(lp.num_rows, len(rows)))
    joined = csr_matrix(hstack([a, slack]))
    n = len(rows)
    return replace(
        lp,
        indptr=joined.indptr.astype(np.int32),
        indices=joined.indices.astype(np.int32),
        data=joined.data,
        col_lower=np.append(lp.col_lower, np.zeros(n)),
        col_upper=np.append(lp.col_upper, np.full(n, np.abs(lp.row_upper[rows]))),
        integrality=np.append(lp.integrality, np.zeros(n, np.uint8)),
        cost=np.append(lp.cost, np.full(n, SLACK_PRICE)),
        columns={**lp.columns, "not_served": Layout("not_served", lp.num_cols, (3, n // 3), (range(3), range(n // 3)))},
    )


def fixed(lp, capacities):
    """Return the program with the capacities (first columns of D1) fixed."""
    lower, upper = lp.col_lower.copy(), lp.col_upper.copy()
    n = len(d1.CAPACITIES)
    lower[:n] = upper[:n] = np.clip(capacities, lower[:n], upper[:n])
    return replace(lp, col_lower=lower, col_upper=upper)


def box(d, lp):
    """Return finite bounds every feasible point satisfies, for the Lagrangian bound."""
    from edsim.lp import implied_bounds

    lower, upper = implied_bounds(lp)
    upper[lp.columns_of("peak")] = d.grid_max
    return lower, upper
