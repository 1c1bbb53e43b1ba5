"""The compiler on models small enough to write the matrix by hand."""

import logging
import pickle

import numpy as np
import pyomo.environ as pe
import pytest

from edsim.core.errors import DataError
from edsim.lp import (
    ArrayParam,
    Block,
    CompiledLP,
    ConcreteModel,
    Constraint,
    Objective,
    RangeSet,
    Set,
    Var,
    bounded_var,
    compile_model,
)
from edsim.lp.compile import logger as compile_logger
from edsim.lp.vocabulary import logger as vocabulary_logger


def dense(lp: CompiledLP) -> np.ndarray:
    out = np.zeros((lp.num_rows, lp.num_cols))
    rows = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    assert len(set(zip(rows.tolist(), lp.indices.tolist(), strict=True))) == lp.nnz, "a column is stored twice in a row"
    out[rows, lp.indices] = lp.data
    return out


def store_model(steps: int = 3) -> pe.ConcreteModel:
    m = ConcreteModel()
    m.T = RangeSet(0, steps - 1)
    m.prev = ArrayParam(m.T, array=np.roll(np.arange(steps), 1))
    m.cost = ArrayParam(m.T, array=np.arange(1.0, steps + 1))
    m.level = Var(m.T, bounds=(0, 10))
    m.charge = Var(m.T, bounds=(0, None))
    m.store = Constraint(m.T, rule=lambda m, t: m.level[t] == 0.9 * m.level[m.prev[t]] + m.charge[t])
    m.obj = Objective(rule=lambda m: sum(m.cost[t] * m.charge[t] for t in m.T) + 5)
    return m


def test_previous_step_rows_and_objective():
    """Proves: prev[t] is looked up in the array and rows come in set order. If ignored: stores would not be cyclic."""
    lp = compile_model(store_model())
    expected = [[1, 0, -0.9, -1, 0, 0], [-0.9, 1, 0, 0, -1, 0], [0, -0.9, 1, 0, 0, -1]]
    assert dense(lp).tolist() == expected
    assert lp.row_lower.tolist() == lp.row_upper.tolist() == [0, 0, 0]
    assert lp.cost.tolist() == [0, 0, 0, 1, 2, 3]
    assert lp.offset == 5
    assert lp.col_upper.tolist() == [10, 10, 10, np.inf, np.inf, np.inf]


def test_a_row_naming_a_column_twice_is_merged():
    """Proves: with one step, prev[0] is 0 and both entries are one. If ignored: HiGHS refuses the duplicate entry."""
    lp = compile_model(store_model(steps=1))
    assert dense(lp) == pytest.approx(np.array([[0.1, -1.0]]))


def test_no_rule_is_called_per_row_and_no_element_is_made():
    """Proves: one call per rule and no variable elements. If ignored: building 8760 steps costs 8760 calls."""
    calls = []
    m = ConcreteModel()
    m.I, m.T = RangeSet(0, 3), RangeSet(0, 49)
    m.x = Var(m.I, m.T, bounds=(0, None))

    def rule(m, i, t):
        calls.append((i, t))
        return m.x[i, t] <= 5

    m.limit = Constraint(m.I, m.T, rule=rule)
    lp = compile_model(m)
    assert len(calls) == 1
    assert len(m.x._data) == 0
    assert lp.num_rows == lp.num_cols == 200


def test_sums_over_sets_and_over_python_lists():
    """Proves: symbolic sums, concrete integer indices and an empty list build the same balance."""
    m = ConcreteModel()
    m.I, m.T = RangeSet(0, 2), RangeSet(0, 1)
    m.x = Var(m.I, m.T, bounds=(0, None))
    m.demand = ArrayParam(m.T, array=[4.0, 6.0])
    none: list[int] = []
    m.by_set = Constraint(m.T, rule=lambda m, t: sum(m.x[i, t] for i in m.I) == m.demand[t])
    m.by_list = Constraint(
        m.T, rule=lambda m, t: sum(m.x[i, t] for i in (0, 1, 2)) - sum(m.x[i, t] for i in none) == m.demand[t]
    )
    lp = compile_model(m)
    rows = dense(lp)
    assert (rows[:2] == rows[2:]).all()
    assert rows[0].tolist() == [1, 0, 1, 0, 1, 0]
    assert lp.row_lower.tolist() == [4, 6, 4, 6]


def test_a_sum_whose_column_does_not_depend_on_its_index_adds_coefficients():
    m = ConcreteModel()
    m.I, m.T = RangeSet(0, 2), RangeSet(0, 1)
    m.w = ArrayParam(m.I, array=[1.0, 2.0, 4.0])
    m.y = Var(m.T)
    m.row = Constraint(m.T, rule=lambda m, t: sum(m.w[i] * m.y[t] for i in m.I) + sum(2 for i in m.I) <= 20)
    lp = compile_model(m)
    assert dense(lp).tolist() == [[7, 0], [0, 7]]
    assert lp.row_upper.tolist() == [14, 14]


@pytest.mark.parametrize(
    "rule",
    [
        lambda m, t: m.x[t] <= (1 if t == 0 else 2),
        lambda m, t: m.x[t] <= {0: 1, 1: 2, 2: 2}[t],
        lambda m, t: m.x[t] <= {0: 1}.get(t, 2),
        lambda m, t: m.x[t] <= (1 if t in {0, 9} else 2),
        lambda m, t: m.x[t] <= (1 if t in m.Z else 2),
        lambda m, t: m.x[t] <= 1 + min(t % 3, 1),
        lambda m, t: Constraint.Skip if t > 2 else m.x[t] <= (1, 2, 2)[t],
    ],
)
def test_rules_that_need_index_values_are_expanded_row_by_row(rule, caplog):
    """Proves: branches, lookups, modulo and Skip work as in Pyomo, with a note. If ignored: one value for all rows."""
    m = ConcreteModel()
    m.T, m.Z = RangeSet(0, 2), Set(initialize=[0])
    m.x = Var(m.T)
    with caplog.at_level(logging.DEBUG, logger=vocabulary_logger.name):
        m.c = Constraint(m.T, rule=rule)
    assert "row by row" in caplog.text
    assert m.c.template is None
    assert compile_model(m).row_upper.tolist() == [1, 2, 2]


def test_an_expression_arrays_cannot_hold_falls_back_while_compiling(caplog):
    m = ConcreteModel()
    m.T = RangeSet(0, 1)
    m.x, m.y = Var(m.T), Var(m.T)
    m.double = pe.Expression(m.T, rule=lambda m, t: 2 * m.x[t])
    m.c = Constraint(m.T, rule=lambda m, t: m.double[t] + m.y[t] <= 3)
    with caplog.at_level(logging.DEBUG, logger=compile_logger.name):
        lp = compile_model(m)
    assert "row by row" in caplog.text
    assert dense(lp).tolist() == [[2, 0, 1, 0], [0, 2, 0, 1]]


def test_mixed_generator_is_not_taken_for_a_symbolic_sum():
    """Proves: a Python list inside a set sum is summed in full. If ignored: only its first value would count."""
    m = ConcreteModel()
    m.T, m.I = RangeSet(0, 1), RangeSet(0, 1)
    m.x = Var(m.I, m.T)
    m.c = Constraint(m.T, rule=lambda m, t: sum(k * m.x[i, t] for i in m.I for k in (1, 10)) <= 1)
    assert dense(compile_model(m)).tolist() == [[11, 0, 11, 0], [0, 11, 0, 11]]


def test_ranged_inequality_sides_and_orientation():
    """Proves: the side with variables is the body, so a balance's dual is the price of its demand."""
    m = ConcreteModel()
    m.T = RangeSet(0, 1)
    m.x, m.y = Var(m.T), Var()
    m.a = Constraint(m.T, rule=lambda m, t: pe.inequality(1, m.x[t] + 2, 5))
    m.b = Constraint(m.T, rule=lambda m, t: m.x[t] + m.y >= 3)
    m.c = Constraint(m.T, rule=lambda m, t: (None, m.x[t], 7))
    m.d = Constraint(rule=lambda m: m.y >= sum(m.x[t] for t in m.T))
    lp = compile_model(m)
    assert lp.row_lower.tolist() == [-1, -1, 3, 3, -np.inf, -np.inf, -np.inf]
    assert lp.row_upper.tolist() == [3, 3, np.inf, np.inf, 7, 7, 0]
    assert dense(lp)[2].tolist() == [1, 0, 1]
    assert dense(lp)[6].tolist() == [1, 1, -1]


def test_blocks_names_ids_and_pickling():
    m = ConcreteModel()
    m.T = RangeSet(1, 2)
    m.K = Set(initialize=["a", "b"])
    m.plant = Block()
    m.plant.unit = Block()
    m.plant.unit.x = Var(m.K, m.T, bounds=(0, 1))
    m.plant.unit.c = Constraint(m.T, rule=lambda b, t: b.x["b", t] <= 1)
    lp = pickle.loads(pickle.dumps(compile_model(m)))
    assert lp.column(m.plant.unit.x).tolist() == [[0, 1], [2, 3]]
    assert lp.columns_of("plant.unit.x") == slice(0, 4)
    assert lp.column_name(2) == "plant.unit.x[b,1]"
    assert lp.row_name(1) == "plant.unit.c[2]"
    assert lp.rows_of(m.plant.unit.c).tolist() == [0, 1]
    assert lp.indices.tolist() == [2, 3]
    with pytest.raises(KeyError, match="no variable 'q'"):
        lp.column("q")


def test_fixed_deactivated_integer_and_element_bounds():
    m = ConcreteModel()
    m.T = RangeSet(0, 2)
    m.x = Var(m.T, bounds=(0, 9))
    m.n = Var(m.T, domain=pe.NonNegativeIntegers, bounds=lambda _m, t: (None, t))
    m.u = Var(domain=pe.Binary)
    m.off = Constraint(m.T, rule=lambda m, t: m.x[t] <= 1)
    m.part = Constraint(m.T, rule=lambda m, t: m.x[t] <= 2)
    m.x[1].fix(4)
    m.x[2].setub(6)
    m.off.deactivate()
    m.part[1].deactivate()
    lp = compile_model(m)
    assert lp.col_lower.tolist() == [0, 4, 0, 0, 0, 0, 0]
    assert lp.col_upper.tolist() == [9, 4, 6, 0, 1, 2, 1]
    assert lp.integrality.tolist() == [0, 0, 0, 1, 1, 1, 1]
    assert lp.rows_of("part").tolist() == [0, -1, 1]
    assert lp.row_name(1) == "part[2]"
    assert "off" not in lp.rows


def test_bounds_from_arrays_and_rules():
    m = ConcreteModel()
    m.I, m.T = RangeSet(0, 1), RangeSet(0, 2)
    m.cap = ArrayParam(m.I, m.T, array=np.arange(6.0).reshape(2, 3))
    m.a = bounded_var(m.I, m.T, lower=[[-1.0], [-2.0]], upper=m.cap.array)
    m.b = Var(m.I, m.T, bounds=lambda m, i, t: (0, 2 * m.cap[i, t]))
    m.c = bounded_var(upper=3)
    lp = compile_model(m)
    assert lp.col_lower.tolist() == [-1, -1, -1, -2, -2, -2] + [0] * 7
    assert lp.col_upper.tolist() == [0, 1, 2, 3, 4, 5, 0, 2, 4, 6, 8, 10, 3]
    assert m.a[1, 2].bounds == (-2, 5)
    m.d = bounded_var(m.T, upper=[1.0, 2.0])
    with pytest.raises(ValueError, match="do not fit the index sets"):
        compile_model(m)


def test_rows_without_variables():
    """Proves: rows that hold are dropped, one that cannot is named. If ignored: infeasible without a reason."""
    m = ConcreteModel()
    m.T = RangeSet(0, 2)
    m.x = Var(m.T, bounds=(0, 1))
    m.w = ArrayParam(m.T, array=[1.0, 0.0, 1.0])
    m.right = ArrayParam(m.T, array=[1.0, 0.0, 1.0])
    m.c = Constraint(m.T, rule=lambda m, t: m.w[t] * m.x[t] == m.right[t])
    m.scalar = Constraint(rule=lambda m: sum(m.x[t] for t in ()) <= 3)
    lp = compile_model(m)
    assert lp.rows_of("c").tolist() == [0, -1, 1]
    assert lp.num_rows == 2
    m.bad = Constraint(rule=lambda m: sum(m.x[t] for t in ()) >= 3)
    with pytest.raises(DataError, match=r"bad: .*E508"):
        compile_model(m)
    m.bad.deactivate()
    m.right.array[1] = 2.0
    with pytest.raises(DataError, match=r"c\[1\].*can never hold.*E508"):
        compile_model(m)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (lambda m: setattr(m, "c", Constraint(m.T, rule=lambda m, t: m.x[t] * m.y <= 1)), r"c\[0\].*not linear"),
        (lambda m: setattr(m, "o", Objective(rule=lambda m: m.y, sense=pe.maximize)), "maximized"),
        (lambda m: setattr(m, "o", Objective(rule=lambda m: m.y * m.y)), "objective is not linear"),
        (lambda m: (setattr(m, "o", Objective(expr=m.y)), setattr(m, "p", Objective(expr=m.y))), "several objectives"),
        (lambda m: setattr(m, "z", Var(m.T, domain=pe.Set(initialize=[1, 5]))), "neither an interval"),
        (lambda m: setattr(m, "s", pe.SOSConstraint(var=m.x, sos=1)), "SOSConstraint"),
    ],
)
def test_what_is_not_a_linear_program_is_refused_by_name(spoil, match):
    m = ConcreteModel()
    m.T = RangeSet(0, 1)
    m.x, m.y = Var(m.T), Var()
    spoil(m)
    with pytest.raises(DataError, match=match):
        compile_model(m)


def test_an_index_outside_its_set_is_an_error():
    m = ConcreteModel()
    m.T = RangeSet(0, 2)
    m.x = Var(m.T)
    m.c = Constraint(m.T, rule=lambda m, t: m.x[t + 1] <= 1)
    with pytest.raises(KeyError, match="not valid for x"):
        compile_model(m)


def test_sets_of_tuples_and_name_lookups():
    m = ConcreteModel()
    m.ARC = Set(initialize=[("a", "b"), ("b", "c")], dimen=2)
    m.N, m.T = Set(initialize=["a", "b", "c"]), RangeSet(0, 1)
    m.flow, m.level = Var(m.ARC, m.T), Var(m.N)
    m.c = Constraint(m.ARC, m.T, rule=lambda m, i, j, t: m.flow[i, j, t] <= m.level[j])
    m.total = Constraint(m.T, rule=lambda m, t: sum(m.flow[i, j, t] for i, j in m.ARC) <= 9)
    lp = compile_model(m)
    expected = [[1, 0, 0, 0, 0, -1, 0], [0, 1, 0, 0, 0, -1, 0], [0, 0, 1, 0, 0, 0, -1], [0, 0, 0, 1, 0, 0, -1]]
    assert dense(lp)[:4].tolist() == expected
    assert dense(lp)[4].tolist() == [1, 0, 1, 0, 0, 0, 0]
    assert lp.row_name(2) == "c[b,c,0]"


def test_the_same_model_can_be_expanded_by_pyomo():
    """Proves: a Pyomo reader sees ordinary rows. If ignored: another solver would be handed an empty model."""
    m = store_model()
    assert len(list(m.component_data_objects(pe.Constraint, active=True))) == 3
    assert m.store.template is None
    assert (dense(compile_model(m)) == dense(compile_model(store_model()))).all()
    for step in m.T:
        m.charge[step].set_value(1.0)
    assert pe.value(m.obj) == 11
    assert compile_model(m).cost.tolist() == compile_model(store_model()).cost.tolist()


def test_a_clone_compiles_to_the_same_matrix():
    m = store_model()
    copy = m.clone()
    assert copy.store.template is not None
    assert (dense(compile_model(copy)) == dense(compile_model(m))).all()
    assert compile_model(copy).cost.tolist() == compile_model(m).cost.tolist()
    copy.level[1].setub(3)
    assert compile_model(copy).col_upper[1] == 3
    assert compile_model(m).col_upper[1] == 10


def test_another_pyomo_is_refused(monkeypatch):
    import pyomo

    from edsim.lp.templates import require_pyomo

    monkeypatch.setattr(pyomo, "__version__", "6.11.2")
    with pytest.raises(DataError, match=r"Pyomo 6\.11\.2.*6\.10\.x.*E500"):
        require_pyomo()
