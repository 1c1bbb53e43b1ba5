"""Random small models: the compiled matrix is the one Pyomo's own standard form gives, and so is the optimum."""

from types import SimpleNamespace
from typing import Any

import numpy as np
import pyomo.environ as pe
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import edsim.lp as elp
from edsim.lp import HighsSession, compile_model

EDSIM = SimpleNamespace(
    Var=elp.Var,
    Constraint=elp.Constraint,
    Objective=elp.Objective,
    array=lambda *sets, values: elp.ArrayParam(*sets, array=values),
    bounded=elp.bounded_var,
)


def _plain_param(*sets: Any, values: np.ndarray) -> Any:
    def value(_m: Any, *index: int) -> Any:
        return np.asarray(values)[tuple(i - s.first() for i, s in zip(index, sets, strict=True))].item()

    return pe.Param(*sets, initialize=value, within=pe.Any)


def _plain_bounded(*sets: Any, lower: np.ndarray, upper: np.ndarray, domain: Any = pe.Reals) -> Any:
    def pair(_m: Any, *index: int) -> tuple[float, float]:
        place = tuple(i - s.first() for i, s in zip(index, sets, strict=True))
        shape = tuple(len(s) for s in sets)
        return tuple(float(np.broadcast_to(b, shape)[place]) for b in (lower, upper))

    return pe.Var(*sets, bounds=pair, domain=domain)


PLAIN = SimpleNamespace(
    Var=pe.Var, Constraint=pe.Constraint, Objective=pe.Objective, array=_plain_param, bounded=_plain_bounded
)


@st.composite
def recipes(draw: Any) -> dict[str, Any]:
    whole = st.integers(-3, 3)
    units, steps = draw(st.integers(1, 3)), draw(st.integers(1, 4))

    def grid(*shape: int) -> np.ndarray:
        return np.array(draw(st.lists(whole, min_size=int(np.prod(shape)), max_size=int(np.prod(shape))))).reshape(
            shape
        )

    return {
        "units": units,
        "steps": steps,
        "first": draw(st.integers(0, 2)),
        "a": grid(units, steps),
        "b": grid(steps),
        "w": grid(units),
        "cost": grid(steps),
        "upper": np.abs(grid(units, steps)) + 1.0,
        "prev": np.array(draw(st.permutations(range(steps)))),
        "features": draw(st.sets(st.sampled_from(sorted(FEATURES)), min_size=1, max_size=5)),
        "integer": draw(st.booleans()),
        "fix": draw(st.one_of(st.none(), st.integers(0, 3))),
        "drop": draw(st.booleans()),
    }


def build(words: Any, r: dict[str, Any]) -> Any:
    m = pe.ConcreteModel()
    m.I, m.T = pe.RangeSet(0, r["units"] - 1), pe.RangeSet(r["first"], r["first"] + r["steps"] - 1)
    m.a, m.b, m.w = (
        words.array(m.I, m.T, values=r["a"]),
        words.array(m.T, values=r["b"]),
        words.array(m.I, values=r["w"]),
    )
    m.cost = words.array(m.T, values=r["cost"])
    m.prev = words.array(m.T, values=r["prev"] + r["first"])
    m.x = words.bounded(m.I, m.T, lower=np.zeros(()), upper=r["upper"])
    m.y = words.Var(m.T, bounds=(-2, 4), domain=pe.Integers if r["integer"] else pe.Reals)
    m.z = words.Var(bounds=(-5, 5))
    m.sub = pe.Block()
    m.sub.deep = pe.Block()
    m.sub.deep.q = words.Var(m.I, bounds=lambda b, i: (-1, b.model().w[i] + 4))
    m.sub.deep.limit = words.Constraint(m.I, rule=lambda b, i: b.q[i] + b.model().z <= 6)
    for name in sorted(r["features"]):
        m.add_component(name, FEATURES[name](words, m, r))
    if r["fix"] is not None:
        m.y[min(r["fix"], r["steps"] - 1) + r["first"]].fix(1)
    if r["drop"]:
        m.sub.deep.limit.deactivate()
    m.obj = words.Objective(
        rule=lambda m: (
            sum(m.cost[t] * m.y[t] for t in m.T) + sum(m.w[i] * m.x[i, t] for i in m.I for t in m.T) + 2 * m.z + 1
        )
    )
    return m


FEATURES: dict[str, Any] = {
    "balance": lambda w, m, _: w.Constraint(m.T, rule=lambda m, t: sum(m.x[i, t] for i in m.I) - m.y[t] == m.b[t]),
    "listed": lambda w, m, r: w.Constraint(
        m.T, rule=lambda m, t: sum(m.a[i, t] * m.x[i, t] for i in range(r["units"])) <= 5 + m.z
    ),
    "linked": lambda w, m, _: w.Constraint(m.T, rule=lambda m, t: m.y[t] >= 0.5 * m.y[m.prev[t]] - m.b[t] * m.z - 4),
    "product": lambda w, m, _: w.Constraint(m.I, m.T, rule=lambda m, i, t: m.x[i, t] <= m.a[i, t] * m.z + 9),
    "ranged": lambda w, m, _: w.Constraint(m.T, rule=lambda m, t: pe.inequality(-9, m.y[t] + m.x[0, t] - m.b[t], 9)),
    "tuple": lambda w, m, _: w.Constraint(m.I, m.T, rule=lambda m, i, t: (-8, m.x[i, t] - m.sub.deep.q[i], 8 + i)),
    "total": lambda w, _m, _r: w.Constraint(
        rule=lambda m: sum(m.w[i] * sum(m.a[i, t] * m.x[i, t] for t in m.T) for i in m.I) <= 30 + m.z
    ),
    "swept": lambda w, m, _: w.Constraint(m.I, rule=lambda m, i: sum(m.b[t] * m.z + m.y[t] for t in m.T) >= -40 - i),
    "branch": lambda w, m, _: w.Constraint(
        m.T, rule=lambda m, t: m.y[t] <= 3 if t == m.T.first() else m.y[t] + m.z <= 7
    ),
    "skipped": lambda w, m, _: w.Constraint(m.T, rule=lambda m, t: pe.Constraint.Skip if t % 2 else m.y[t] >= -1.5),
    "looked_up": lambda w, m, r: w.Constraint(m.T, rule=lambda m, t: m.y[t] <= {r["first"]: 2}.get(t, 3) + m.z),
    "divided": lambda w, m, _: w.Constraint(
        m.T, rule=lambda m, t: -(m.y[t] - m.z) / 4 + m.x[0, t] ** 1 <= 2 ** abs(m.b[t])
    ),
}


def rows_of_pyomo(m: Any) -> tuple[dict[str, tuple[dict[str, float], float, float]], dict[str, float], float]:
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    form = LinearStandardFormCompiler().write(m, mixed_form=True, set_sense=None)
    names = [v.name for v in form.columns]
    rows: dict[str, tuple[dict[str, float], float, float]] = {}
    matrix = form.A.tocsr()
    for k, (row, side) in enumerate(zip(form.rows, form.rhs, strict=True)):
        span = slice(matrix.indptr[k], matrix.indptr[k + 1])
        entries = {names[j]: v for j, v in zip(matrix.indices[span], matrix.data[span], strict=True) if v}
        _, low, high = rows.get(row.constraint.name, (None, -np.inf, np.inf))
        rows[row.constraint.name] = (
            entries,
            side if row.bound_type <= 0 else low,
            side if row.bound_type >= 0 else high,
        )
    cost = dict(zip(names, form.c.toarray().ravel(), strict=True))
    return rows, {k: v for k, v in cost.items() if v}, float(form.c_offset[0])


def rows_of_compiled(lp: Any) -> dict[str, tuple[dict[str, float], float, float]]:
    """Return the rows with fixed columns moved to the sides."""
    fixed = lp.col_lower == lp.col_upper
    rows = {}
    for i in range(lp.num_rows):
        span = slice(lp.indptr[i], lp.indptr[i + 1])
        j, v = lp.indices[span], lp.data[span]
        assert len(set(j.tolist())) == len(j)
        shift = float(v[fixed[j]] @ lp.col_lower[j[fixed[j]]])
        entries = {lp.column_name(int(c)): float(k) for c, k in zip(j, v, strict=True) if not fixed[c]}
        rows[lp.row_name(i)] = (entries, lp.row_lower[i] - shift, lp.row_upper[i] - shift)
    return rows


def same(ours: tuple[Any, float, float], theirs: tuple[Any, float, float]) -> bool:
    """Return whether two rows are one, perhaps multiplied by -1."""
    entries, low, high = ours
    mirrored = ({k: -v for k, v in entries.items()}, -high, -low)
    return any(
        c[0] == pytest.approx(theirs[0], abs=1e-12) and c[1:] == pytest.approx(theirs[1:], abs=1e-12)
        for c in ((entries, low, high), mirrored)
    )


@pytest.mark.medium
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(recipes())
def test_compiled_matrix_is_pyomos_standard_form(r: dict[str, Any]) -> None:
    """Proves: every construct of the vocabulary compiles to the rows Pyomo itself would write, and the same optimum."""
    lp = compile_model(build(EDSIM, r))
    plain = build(PLAIN, r)
    theirs, cost, offset = rows_of_pyomo(plain)
    ours = rows_of_compiled(lp)
    for name, (entries, low, high) in ours.items():
        if entries:
            assert name in theirs
            assert same((entries, low, high), theirs[name]), name
    assert {n for n, row in ours.items() if row[0]} == {n for n, row in theirs.items() if row[0]}
    fixed = lp.col_lower == lp.col_upper
    ours_cost = {lp.column_name(j): lp.cost[j] for j in np.flatnonzero(lp.cost) if not fixed[j]}
    assert ours_cost == pytest.approx(cost)
    assert lp.offset + float(lp.cost[fixed] @ lp.col_lower[fixed]) == pytest.approx(offset)
    for var in plain.component_data_objects(pe.Var):
        if not var.fixed:
            assert (lp.col_lower[column(lp, var)], lp.col_upper[column(lp, var)]) == pytest.approx(var.bounds)
            assert lp.integrality[column(lp, var)] == var.is_integer()
    compare_optimum(lp, plain)


def column(lp: Any, var: Any) -> int:
    ids = lp.column(var.parent_component().name)
    if var.index() is None:
        return int(ids)
    index = var.index() if isinstance(var.index(), tuple) else (var.index(),)
    firsts = [s.first() for s in var.parent_component().index_set().subsets()]
    return int(ids[tuple(i - f for i, f in zip(index, firsts, strict=True))])


def compare_optimum(lp: Any, plain: Any) -> None:
    from scipy.optimize import Bounds, LinearConstraint, milp
    from scipy.sparse import csr_matrix

    ours = HighsSession(lp).solve()
    from pyomo.repn.plugins.standard_form import LinearStandardFormCompiler

    form = LinearStandardFormCompiler().write(plain, mixed_form=True, set_sense=None)
    kinds = np.array([row.bound_type for row in form.rows])
    low, high = np.where(kinds <= 0, form.rhs, -np.inf), np.where(kinds >= 0, form.rhs, np.inf)
    bounds = Bounds([v.lb for v in form.columns], [v.ub for v in form.columns])
    theirs = milp(
        form.c.toarray().ravel(),
        bounds=bounds,
        constraints=[LinearConstraint(csr_matrix(form.A), low, high)] if len(kinds) else [],
        integrality=[v.is_integer() for v in form.columns],
    )
    if theirs.status == 0:
        assert ours.status == "optimal"
        expected = theirs.fun + float(form.c_offset[0])
        assert ours.objective == pytest.approx(expected, rel=1e-6, abs=1e-6)
    else:
        assert ours.status == "infeasible"
