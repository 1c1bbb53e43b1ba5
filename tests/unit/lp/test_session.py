"""The solver session: results, warm changes, mixed-integer solves, what is refused, another process."""

from dataclasses import replace

import highspy
import numpy as np
import pytest

from edsim.core.errors import DataError, InfeasibleError, SolverError
from edsim.lp import (
    CompiledLP,
    ConcreteModel,
    Constraint,
    HighsSession,
    Objective,
    RangeSet,
    SolverOptions,
    Var,
    compile_model,
    engines,
    implied_bounds,
    primal_residual,
    safe_lower_bound,
    solve_arrays,
    solve_in_process,
)

INF = float("inf")


def program(rows, row_bounds, col_bounds, cost, integrality=None, offset=0.0) -> CompiledLP:
    a = np.array(rows, float)
    places = [np.flatnonzero(r) for r in a]
    indptr = np.concatenate([[0], np.cumsum([len(p) for p in places])])
    indices = np.concatenate(places) if places else []
    data = np.concatenate([r[p] for r, p in zip(a, places, strict=True)]) if places else []
    return CompiledLP.from_arrays((indptr, indices, data), row_bounds, col_bounds, cost, integrality, offset)


def supply() -> CompiledLP:
    """Two sources at 1 and 3 per kW serve 10 kW; the cheap one gives at most 6 kW. Optimum 6·1 + 4·3 = 18."""
    return program([[1, 1]], (10, 10), (0, [6, 20]), [1, 3])


# ------------------------------------------------------------------------------ results
@pytest.mark.parametrize("method", ["simplex", "ipx", "hipo"])
def test_answer_and_prices_by_hand(method):
    """Proves: demand's price is the marginal source's 3, the cheap source's limit is worth -2."""
    result = solve_arrays(supply(), SolverOptions(method=method, crossover=True))
    assert result.status == "optimal"
    assert result.usable
    assert result.objective == pytest.approx(18)
    assert result.values() == pytest.approx([6, 4])
    assert result.row_dual == pytest.approx([3])
    assert result.col_dual == pytest.approx([-2, 0])
    assert result.gap_frac == pytest.approx(0, abs=1e-9)


def test_objective_is_recomputed_with_its_constant():
    assert solve_arrays(replace(supply(), offset=5.0)).objective == pytest.approx(23)


def test_currency_does_not_change_the_plan(district):
    """Proves: costs in other currencies give the same sizes to 1e-6. If ignored: fixed tolerances decide."""
    base = district(0, 48)
    sizes = []
    for factor in (1.0, 4000.0, 0.004):
        result = solve_arrays(replace(base, cost=base.cost * factor))
        assert result.objective == pytest.approx(factor * solve_arrays(base).objective, rel=1e-9)
        sizes.append(result.values()[base.columns_of("cap")])
    assert sizes[1] == pytest.approx(sizes[0], rel=1e-6, abs=1e-9)
    assert sizes[2] == pytest.approx(sizes[0], rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
def test_units_of_flow_do_not_change_the_plan(unit):
    lp = program([[1, 1]], (10 * unit, 10 * unit), (0, np.array([6, 20]) * unit), [1, 3])
    assert solve_arrays(lp).values() / unit == pytest.approx([6, 4])


def test_infeasible_and_unbounded_are_not_results():
    result = solve_arrays(program([[1, 1]], (10, 10), (0, 4), [1, 3]))
    assert result.status == "infeasible"
    assert result.x is None
    assert result.objective is None
    with pytest.raises(InfeasibleError):
        result.values()


# ------------------------------------------------------------------------------ warm changes
def test_changes_are_solved_from_the_last_basis(district):
    """Proves: new costs, bounds and sides give the optimum of a fresh session. If ignored: stale answers in a sweep."""
    lp = district(0, 96)
    session = HighsSession(lp)
    cold = session.solve()
    dearer = lp.cost * np.where(lp.cost > 0, 1.05, 1.0)
    session.set_cost(dearer)
    warm = session.solve()
    assert warm.objective == pytest.approx(solve_arrays(replace(lp, cost=dearer)).objective, rel=1e-9)
    assert warm.iterations < 0.3 * cold.iterations
    caps = lp.column("cap")
    session.set_col_bounds(caps, warm.values()[caps], warm.values()[caps])
    assert session.solve().objective == pytest.approx(warm.objective, rel=1e-9)
    rows = lp.rows_of("balance_e")
    session.set_row_bounds(rows, 0.99 * lp.row_lower[rows], 0.99 * lp.row_upper[rows])
    changed = session.solve()
    assert changed.objective < warm.objective
    assert changed.objective == pytest.approx(solve_arrays(session.lp).objective, rel=1e-9)


def two_sources() -> CompiledLP:
    """Two sources at 1 and 3 per kW serve 10 kW, each up to 20 kW; emissions 2 and 0.5 per kW. Optimum 10 kW of x0."""
    return program([[1, 1]], (10, 10), (0, 20), [1, 3])


@pytest.mark.parametrize("unit", [1.0, 1e9, 1e-9])
def test_added_rows_cap_and_price_by_hand(unit):
    """Proves: a cap added as a row holds, whatever its unit, and carries its price.

    2 x0 + 0.5 x1 <= 11 with x0 + x1 = 10 gives x0 = 4, x1 = 6, cost 22; one unit of cap is worth
    (1 - 3) / (2 - 0.5) = -4/3. If ignored: a cap in large currency units is met only to the solver's tolerance.
    """
    session = HighsSession(two_sources())
    assert session.solve().objective == pytest.approx(10)
    (row,) = session.add_rows([[0, 1]], [[2 * unit, 0.5 * unit]], -INF, 11 * unit)
    result = session.solve()
    assert result.values() == pytest.approx([4, 6])
    assert result.row_dual[row] * unit == pytest.approx(-4 / 3)
    session.set_row_bounds([row], -INF, 8 * unit)
    assert session.solve().values() == pytest.approx([2, 8])
    session.set_row_bounds([row], -INF, INF)
    assert session.solve().values() == pytest.approx([10, 0])
    session.set_row_bounds([row], -INF, 11 * unit)
    session.solve()
    session.delete_rows([row])
    assert session.lp.num_rows == 1
    assert session.solve().values() == pytest.approx([10, 0])


def test_added_rows_leave_in_any_order():
    """Proves: deleting an earlier added row keeps the later one, by number and by name."""
    session = HighsSession(two_sources())
    rows = session.add_rows([[0], [1, 0]], [[1], [1, 2]], [-INF, -INF], [7, 16])
    assert rows.tolist() == [1, 2]
    assert session.solve().values() == pytest.approx([6, 4])
    session.delete_rows(rows[:1])
    assert session.lp.num_rows == 2
    session.set_row_bounds([1], -INF, 14)
    assert session.solve().values() == pytest.approx([4, 6])
    with pytest.raises(ValueError, match="belongs to the program"):
        session.delete_rows([0])


def test_rows_added_to_a_district_are_solved_warm(district):
    """Proves: a cost cap on another objective gives a fresh session's optimum, from the last basis."""
    lp = district(0, 96)
    session = HighsSession(lp)
    cold = session.solve()
    columns = np.flatnonzero(lp.cost)
    import_columns = lp.columns_of("gi")
    peak = np.zeros(lp.num_cols)
    peak[import_columns] = 1.0
    session.set_cost(peak)
    (row,) = session.add_rows([columns], [lp.cost[columns]], -INF, 1.05 * cold.objective)
    assert session.lp.row_name(int(row)) == "added_0"
    warm = session.solve()
    fresh = solve_arrays(session.lp)
    assert warm.objective == pytest.approx(fresh.objective, rel=1e-8, abs=1e-8)
    assert float(lp.cost @ warm.values()) <= 1.05 * cold.objective * (1 + 1e-9)
    session.set_row_bounds([row], -INF, 1.1 * cold.objective)
    again = session.solve()
    assert again.objective <= warm.objective
    assert again.iterations < 0.3 * cold.iterations


def test_a_deleted_row_that_does_not_bind_keeps_the_basis():
    session = HighsSession(two_sources())
    rows = session.add_rows([[0]], [[1]], -INF, 15)
    session.solve()
    session.delete_rows(rows)
    assert session.has_basis
    assert session.solve().iterations == 0


def test_the_same_cost_again_is_no_change():
    """Proves: setting the costs that hold already leaves the method of a re-solve to the changed bounds."""
    session = HighsSession(supply())
    session.solve()
    session.set_cost(np.array([1.0, 3.0]))
    session.set_col_bounds([0], 0, 5)
    assert session.solve().values() == pytest.approx([5, 5])


@pytest.mark.parametrize(
    ("index", "value", "match"),
    [
        ([[2]], [[1]], "outside the 2"),
        ([[0, 0]], [[1, 1]], "named twice"),
        ([[0]], [[np.nan]], "finite"),
        ([[0]], [[0]], "no coefficient"),
        ([[0], [1]], [[1]], "2 rows of columns"),
    ],
)
def test_bad_rows_are_refused(index, value, match):
    with pytest.raises(ValueError, match=match):
        HighsSession(supply()).add_rows(index, value, 0, 1)


def test_bad_changes_are_refused():
    session = HighsSession(supply())
    with pytest.raises(ValueError, match="2 columns"):
        session.set_cost(np.ones(3))
    with pytest.raises(DataError, match="E501"):
        session.set_cost(np.array([np.nan, 1]))
    with pytest.raises(ValueError, match="above upper"):
        session.set_col_bounds([0], 2, 1)
    with pytest.raises(ValueError, match="named twice"):
        session.set_col_bounds([0, 0], 0, 1)
    with pytest.raises(ValueError, match="the program has 1"):
        session.set_row_bounds([1], 0, 1)


# ------------------------------------------------------------------------------ mixed-integer
def knapsack(items: int = 40, seed: int = 3) -> CompiledLP:
    rng = np.random.default_rng(seed)
    weight = rng.integers(50, 150, (12, items))
    return program(weight, (-INF, weight.sum(axis=1) / 2), (0, 1), -rng.integers(50, 150, items), np.ones(items))


def test_mip_optimum_gap_and_start():
    lp = program([[3, 5, 7]], (-INF, 10), (0, 1), [-4, -6, -9], [1, 1, 1])  # 3 + 7 fit: -13
    session = HighsSession(lp, SolverOptions(mip_gap_frac=0.0))
    session.set_solution(np.array([1.0, 0.0, 1.0]))
    result = session.solve()
    assert result.status == "optimal"
    assert result.values() == pytest.approx([1, 0, 1])
    assert result.bound == pytest.approx(-13)
    assert result.row_dual is None


def test_mip_stopped_by_time_is_feasible_with_a_gap():
    """Proves: a stopped search is never called optimal and states its gap."""
    result = solve_arrays(knapsack(120), SolverOptions(time_limit_s=0.4, mip_gap_frac=0.0))
    assert result.status == "feasible"
    assert result.gap_frac > 0
    assert result.bound < result.objective
    assert result.message == "Time limit reached"


# ------------------------------------------------------------------------------ bounds that trust no solver
@pytest.mark.medium
def test_mip_stopped_by_its_nodes_is_the_same_plan_again():
    """Proves: a limit on nodes gives a plan with its gap, the same in every run; more nodes close it further.

    If ignored: only the clock ends a hard choice, and a loaded machine buys other units.
    """
    few, again, more = (solve_arrays(knapsack(), SolverOptions(mip_nodes=n, mip_gap_frac=0.0)) for n in (2, 2, 40))
    assert few.status == "feasible"
    assert few.gap_frac > more.gap_frac
    assert (few.objective, few.gap_frac) == (again.objective, again.gap_frac)
    assert np.array_equal(few.x, again.x)


def test_lower_bound_holds_for_any_multipliers(district):
    """Proves: the Lagrangian is below the optimum whatever the multipliers. If ignored: a false certificate."""
    lp = district(0, 48)
    result = solve_arrays(lp)
    low, high = implied_bounds(lp)
    high[lp.columns_of("peak")] = 40.0
    tight = safe_lower_bound(lp, lp.cost, result.row_dual, (low, high))
    assert tight == pytest.approx(result.objective, rel=1e-9)
    rng = np.random.default_rng(1)
    for spread in (1e-3, 0.1, 10.0):
        bound = safe_lower_bound(lp, lp.cost, result.row_dual + rng.normal(0, spread, lp.num_rows), (low, high))
        assert bound <= result.objective * (1 + 1e-12)
    loose = solve_arrays(lp, SolverOptions(method="hipdlp", optimality_tolerance=1e-4))
    assert loose.bound is None
    assert 0.9 * result.objective < safe_lower_bound(lp, lp.cost, loose.row_dual, (low, high)) <= result.objective


def test_lower_bound_needs_a_finite_box():
    lp = program([[1, 1]], (10, INF), (0, [6, INF]), [1, 3])
    assert safe_lower_bound(lp, lp.cost, np.array([3.0])) == pytest.approx(18)
    with pytest.raises(ValueError, match=r"no finite bound.*x1"):
        safe_lower_bound(lp, lp.cost, np.array([4.0]))


def test_implied_bounds_by_hand():
    """x0 <= 4 and x1 <= 2·x0 give x1 <= 8; x2 is free of rows."""
    lp = program([[-2, 1, 0]], (-INF, 0), (0, [4, INF, INF]), [0, 0, 0])
    _, upper = implied_bounds(lp)
    assert upper[1] == pytest.approx(8)
    assert upper[1] >= 8
    assert upper[2] == INF


def test_residual_by_hand():
    lp = supply()
    assert primal_residual(lp, np.array([6.0, 4.0])) == 0
    assert primal_residual(lp, np.array([6.0, 3.0])) == pytest.approx(0.1)
    assert primal_residual(lp, np.array([7.5, 2.5])) == pytest.approx(0.25)


@pytest.mark.parametrize("entry", [np.nan, np.inf, -np.inf])
def test_a_point_that_is_not_finite_violates_without_limit(entry):
    """Proves: NaN is no zero residual and no warning. If ignored: a stopped solve looks as if it met its rows."""
    assert primal_residual(supply(), np.array([6.0, entry]), 1e-6) == INF


# ------------------------------------------------------------------------------ what is refused before the solver
@pytest.mark.parametrize(
    ("lp", "match"),
    [
        (program([[1, 1]], (10, 10), (0, [6, 20]), [1, np.nan]), "cost of the variable is not finite.*E501"),
        (program([[1, np.inf]], (10, 10), (0, [6, 20]), [1, 1]), "r0, x1: a coefficient.*E501"),
        (program([[1, 1]], (np.nan, 10), (0, [6, 20]), [1, 1]), "r0: a bound.*E501"),
        (program([[1, 1]], (10, 10), ([0, 9], [6, 8]), [1, 1]), r"x1: .*\[9.0, 8.0\].*E502"),
        (program([[1, 1]], (11, 10), (0, [6, 8]), [1, 1]), "r0: .*E503"),
        (program([[1, -1]], (-INF, 0), (0, INF), [-1, 0]), "x0: .*no limit.*E504"),
        (program(np.zeros((0, 0)), (0, 0), (0, 0), []), "no variables.*E506"),
        (program([[1e-12, 1e5], [1, 1e-12]], (0, 1), (0, 1), [1, 1]), "too far apart.*E507"),
        (program([[1, 1]], (10, 10), (0, [6, 20]), [1e-9, 1e9]), "x0: costs lie too far apart.*E507"),
        (program([[1, 1]], (10, 10), (0, [6, 1e21]), [1, 1]), "x1: the bound is too large.*E507"),
    ],
)
def test_unanswerable_programs_are_refused_by_name(lp, match):
    with pytest.raises(DataError, match=match):
        HighsSession(lp)


@pytest.mark.parametrize(
    "lp",
    [program([[1, 1]], (10, 10), (0, 20), [0, 0]), replace(supply(), has_objective=False)],
    ids=["no cost", "no objective"],
)
def test_missing_objective_is_refused_before_the_solver(lp):
    """Proves: a model without an objective is no question. If ignored: any feasible plan is called optimal."""
    session = HighsSession(lp)
    with pytest.raises(DataError, match=r"no objective.*E505"):
        session.solve()
    session.set_cost(np.array([1.0, 3.0]))
    assert session.solve().usable


def test_empty_sets_are_refused_by_name():
    """Proves: a variable or relation over an empty set is named. If ignored: the model quietly lacks it."""
    m = ConcreteModel()
    m.T = RangeSet(0, -1)
    m.size = Var(bounds=(0, 5))
    m.flow = Var(m.T, bounds=(0, 1))
    m.limit = Constraint(m.T, rule=lambda m, t: m.flow[t] <= m.size)
    m.cost = Objective(expr=m.size)
    with pytest.raises(DataError, match=r"(?s)flow: the variable .* an empty set.*limit: the constraint"):
        HighsSession(compile_model(m))


def test_a_row_that_limits_a_negative_cost_is_enough():
    assert solve_arrays(program([[1]], (-INF, 5), (0, INF), [-1])).objective == pytest.approx(-5)


# ------------------------------------------------------------------------------ another process
def test_solve_in_another_process(district):
    lp = district(0, 48)
    first, second = solve_in_process(lp), solve_in_process(lp, 2 * lp.cost)
    assert second.result(60).objective == pytest.approx(2 * first.result(60).objective)
    assert first.done()


@pytest.mark.medium
def test_errors_come_back_from_the_process():
    with pytest.raises(DataError, match="E503"):
        solve_in_process(program([[1, 1]], (11, 10), (0, [6, 8]), [1, 1])).result(60)


def test_a_killed_process_is_an_error(district):
    handle = solve_in_process(district(3, 2016), options=SolverOptions(method="simplex"))
    with pytest.raises(TimeoutError):
        handle.result(0.01)
    handle.cancel()
    with pytest.raises(SolverError, match="ended without an answer"):
        handle.result(20)


def test_the_watchdog_kills_a_process_that_keeps_no_limit(district, monkeypatch):
    monkeypatch.setattr("edsim.lp.process.KILL_GRACE_S", -9999.5)
    with pytest.raises(SolverError, match="stopped at its time limit"):
        solve_in_process(district(3, 2016), options=SolverOptions(method="simplex", time_limit_s=100.0)).result(30)


# ------------------------------------------------------------------------------ choice of method
class _BrokenHipo:
    """A HiGHS whose HiPO ends with an error, as it did in a year of whole units with stores."""

    def __init__(self, highs):
        self._real = highs

    def __getattr__(self, name):
        _, engine = self._real.getOptionValue("solver")
        if name == "getModelStatus" and engine == "hipo":
            return lambda: highspy.HighsModelStatus.kSolveError
        return getattr(self._real, name)


def test_where_hipo_breaks_ipx_solves():
    """Proves: an error of one interior point is answered by the other. If ignored: a plant that exists is refused."""
    session = HighsSession(supply(), SolverOptions(method="hipo"))
    session._highs = _BrokenHipo(session._highs)
    result = session.solve()
    assert (result.status, result.method) == ("optimal", "ipx")
    assert result.objective == pytest.approx(18)


def test_what_ipx_leaves_off_its_rows_after_hipo_broke_is_moved_to_a_vertex(monkeypatch):
    """Proves: the answer of the second solve is held to its rows too. If ignored: balances stay open by 0.02 kW."""
    monkeypatch.setattr(HighsSession, "_misses", lambda *_: True)
    session = HighsSession(supply(), SolverOptions(method="hipo"))
    session._highs = _BrokenHipo(session._highs)
    assert session.solve().objective == pytest.approx(18)
    assert session._highs.getOptionValue("run_crossover")[1] == "on"


def test_a_tight_result_that_misses_its_rows_is_moved_to_a_vertex(monkeypatch):
    """Proves: what HiPO calls optimal 0.03 kW off a balance IPX solves with crossover, not where a bound is asked.

    If ignored: the audit finds balances that do not close, and a design that exists ends as a fault of the program.
    """
    monkeypatch.setattr(HighsSession, "_misses", lambda *_: True)
    session = HighsSession(supply(), SolverOptions(method="hipo"))
    run, runs = session._watch.run, []
    monkeypatch.setattr(session._watch, "run", lambda *a: runs.append(a) or run(*a))
    assert session.solve().objective == pytest.approx(18)
    assert (len(runs), session._highs.getOptionValue("run_crossover")[1]) == (2, "on")
    assert session._highs.getOptionValue("solver")[1] == "ipx"
    session.solve(SolverOptions(method="hipo", optimality_tolerance=1e-3))
    assert len(runs) == 3


def test_the_loose_bound_falls_back_to_ipx(district, monkeypatch):
    """Proves: without HiPO the bounding solve runs IPX, and its multipliers give a valid and useful bound."""
    monkeypatch.setattr(engines, "hipo_available", lambda: False)
    lp = district(0, 96)
    loose = solve_arrays(lp, SolverOptions(method="hipo", optimality_tolerance=1e-3))
    assert loose.method == "ipx"
    optimum = solve_arrays(lp).objective
    low, high = implied_bounds(lp)
    high[lp.columns_of("peak")] = 40.0
    bound = safe_lower_bound(lp, lp.cost, loose.row_dual, (low, high))
    assert 0.98 * optimum <= bound <= optimum * (1 + 1e-9)


def test_method_by_size(district, monkeypatch):
    small = district(0, 96)
    assert engines.choose_engine(small, SolverOptions()) == "simplex"
    year = replace(small, data=np.zeros(700_000), columns={})
    assert engines.choose_engine(year, SolverOptions()) == "hipo"
    assert engines.choose_engine(year, SolverOptions(), has_basis=True) == "simplex"
    monkeypatch.setattr(engines, "hipo_available", lambda: False)
    assert engines.choose_engine(year, SolverOptions()) == "ipx"
    assert engines.choose_engine(year, SolverOptions(method="hipo")) == "ipx"


@pytest.mark.parametrize("bad", [{"time_limit_s": 0.0}, {"threads": 0}, {"mip_gap_frac": 1.0}, {"mip_nodes": 0}])
def test_bad_options_are_refused(bad):
    with pytest.raises(ValueError, match=next(iter(bad))):
        SolverOptions(**bad)


def test_a_method_that_does_not_exist_is_named_with_those_that_do():
    """Proves: a slip in the name of a method is said where it is made. If ignored: HiGHS refuses it, in its words."""
    with pytest.raises(ValueError, match=r"method must be one of auto, simplex.*got 'hippo'"):
        SolverOptions(method="hippo")
