"""Compile a Pyomo model to arrays: one numpy pass per component instead of one Python pass per row."""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyomo.core as pe
from pyomo.core.expr.relational_expr import EqualityExpression, InequalityExpression, RangedExpression

from edsim.core.errors import DataError, Finding
from edsim.lp.assemble import EmptyRowError, MatrixBuilder, RowSides, add_listed_rows, add_template_rows
from edsim.lp.columns import ColumnTable
from edsim.lp.evaluate import Evaluator
from edsim.lp.indexing import SetCatalog
from edsim.lp.linear import Frame, Linear
from edsim.lp.matrix import INF, CompiledLP, FloatArray, Layout
from edsim.lp.templates import NotTemplatableError, Template
from edsim.lp.vocabulary import trivially_false

logger = logging.getLogger(__name__)
SCALAR = Frame({}, 0)


def compile_model(model: Any) -> CompiledLP:
    """Return the linear program a Pyomo model states.

    Active constraints become rows, every variable of an active block becomes columns (unused ones too), fixed variables
    columns with equal bounds. Rows without variables are dropped when they hold.

    Parameters
    ----------
    model
        A concrete Pyomo model or block, written with `edsim.lp` words or plain Pyomo.

    Raises
    ------
    DataError
        E508 a row without variables that cannot hold; E509 something that is not a linear program: a nonlinear
        expression, maximization, several objectives, a domain that is neither an interval nor integers.
    KeyError
        An index outside the set it addresses.
    """
    _refuse_unknown_components(model)
    catalog = SetCatalog()
    columns = ColumnTable(catalog)
    for var in model.component_objects(pe.Var, active=True, descend_into=True):
        columns.start_of(var)
    evaluator = Evaluator(columns.start_of, catalog)
    builder = MatrixBuilder()
    for constraint in model.component_objects(pe.Constraint, active=True, descend_into=True):
        _add_constraint(constraint, evaluator, builder)
    cost_terms, offset, stated = _objective(model, evaluator)
    col_lower, col_upper, integrality = columns.bounds(evaluator)
    indptr, indices, data, row_lower, row_upper = builder.arrays()
    cost = np.zeros(columns.count)
    for place, coefficient in cost_terms:
        np.add.at(cost, place, coefficient)
    return CompiledLP(
        indptr=indptr,
        indices=indices,
        data=data,
        row_lower=row_lower,
        row_upper=row_upper,
        col_lower=col_lower,
        col_upper=col_upper,
        integrality=integrality,
        cost=cost,
        offset=offset,
        has_objective=stated,
        columns=columns.layouts(),
        rows=builder.layouts,
    )


def not_linear(name: str, what: str) -> DataError:
    """Return the error for a part of a model that a linear program cannot express."""
    error = DataError.of(
        [Finding("E509", what, field=name, allowed="linear constraints and one objective to minimize")]
    )
    return DataError(error.message, error.findings)


def _refuse_unknown_components(model: Any) -> None:
    known = {
        pe.Var,
        pe.Constraint,
        pe.Objective,
        pe.Param,
        pe.Set,
        pe.RangeSet,
        pe.Block,
        pe.Expression,
        pe.Suffix,
        pe.BuildAction,
        pe.BuildCheck,
    }
    for block in model.block_data_objects(active=True, descend_into=True):
        for ctype in block.collect_ctypes(active=None, descend_into=False) - known:
            if any(True for _ in block.component_objects(ctype, active=True, descend_into=False)):
                raise not_linear(str(block.name), f"{ctype.__name__} components cannot be compiled")


# ---------------------------------------------------------------------------- rows
def _add_constraint(constraint: Any, evaluator: Evaluator, builder: MatrixBuilder) -> None:
    template = getattr(constraint, "template", None)
    if template is not None:
        try:
            _add_template(constraint, template, evaluator, builder)
        except NotTemplatableError as exc:
            logger.debug("%s is expanded row by row: %s", constraint.name, exc)
            constraint.expand()
        else:
            return
    _add_listed(constraint, evaluator, builder)


def _add_template(constraint: Any, template: Template, evaluator: Evaluator, builder: MatrixBuilder) -> None:
    relation = _as_relation(template.expression)
    index_set = constraint.index_set() if constraint.is_indexed() else None
    frame, shape = evaluator.frame(template.indices, index_set)
    form, sides = _row_form(relation, evaluator, frame)
    axes = () if index_set is None else evaluator.axes(index_set)
    try:
        first = builder.num_rows
        present = add_template_rows(builder, form, shape, sides, evaluator.injective)
    except EmptyRowError as exc:
        place = np.unravel_index(exc.position, shape)
        members = [axis[int(k)] for axis, k in zip(axes, place, strict=True)]
        label = f"[{','.join(map(str, members))}]" if members else ""
        raise trivially_false(constraint.name + label, str(exc)) from None
    builder.layouts[constraint.name] = Layout(constraint.name, first, shape, axes, present)


def _as_relation(expression: Any) -> Any:
    if isinstance(expression, tuple):
        from pyomo.core.expr.relational_expr import tuple_to_relational_expr

        return tuple_to_relational_expr(expression)
    return expression


def _row_form(relation: Any, evaluator: Evaluator, frame: Frame) -> tuple[Linear, RowSides]:
    """Return the variable part of a relation and its sides; the side that holds the variables is the body."""
    if isinstance(relation, RangedExpression):
        low, body, high = (evaluator.evaluate(a, frame) for a in relation.args)
        if low.terms or high.terms:
            raise NotTemplatableError("a range with a variable side")
        return body, RowSides(low.const - body.const, high.const - body.const)
    if isinstance(relation, (EqualityExpression, InequalityExpression)):
        if getattr(relation, "strict", False):
            raise NotTemplatableError("a strict inequality")
        left, right = (evaluator.evaluate(a, frame) for a in relation.args)
        equal = isinstance(relation, EqualityExpression)
        if not left.terms:
            low = left.const - right.const
            return right, RowSides(low, low if equal else INF)
        high = right.const - left.const
        body = Linear(0.0, left.terms + Linear(0.0, right.terms).scaled(-1.0).terms)
        return body, RowSides(high if equal else -INF, high)
    if isinstance(relation, (bool, np.bool_)):
        return Linear(), RowSides(0.0 if relation else INF, 0.0 if relation else INF)
    raise NotTemplatableError(f"the rule returned {type(relation).__name__}, not a comparison")


def _add_listed(constraint: Any, evaluator: Evaluator, builder: MatrixBuilder) -> None:
    keys: list[Any] = []
    entries: list[dict[int, float]] = []
    lower: list[float] = []
    upper: list[float] = []
    for index, row in constraint.items():
        if not row.active:
            continue
        coefficients, low, high = _listed_row(row, evaluator)
        keys.append(index)
        entries.append(coefficients)
        lower.append(low)
        upper.append(high)
    try:
        first = builder.num_rows
        present = add_listed_rows(builder, entries, lower, upper)
    except EmptyRowError as exc:
        index = keys[exc.position]
        name = constraint.name if index is None else f"{constraint.name}[{index}]"
        raise trivially_false(name, str(exc)) from None
    shape, axes, present = _listed_places(constraint, keys, present, evaluator)
    builder.layouts[constraint.name] = Layout(constraint.name, first, shape, axes, present)


def _listed_places(
    constraint: Any, keys: list[Any], present: Any, evaluator: Evaluator
) -> tuple[tuple[int, ...], tuple[Sequence[Any], ...], Any]:
    """Return shape, axes and positions of rows listed by key.

    On the index sets if they are finite and the keys in their order, else on the keys.
    """
    if not constraint.is_indexed():
        return (), (), present if keys else np.zeros(0, np.int64)
    kept = keys if present is None else [keys[int(k)] for k in present]
    index_set = constraint.index_set()
    if index_set.isfinite():
        factors = evaluator.axes(index_set)
        shape = tuple(len(a) for a in factors)
        places = np.array([evaluator.concrete_place(index_set, k) for k in kept], np.int64)
        if (np.diff(places) > 0).all():
            complete = len(places) == int(np.prod(shape, dtype=np.int64))
            return shape, factors, None if complete else places
    return (len(kept),), (kept,), None


def _listed_row(row: Any, evaluator: Evaluator) -> tuple[dict[int, float], float, float]:
    try:
        form, sides = _row_form(row.expr, evaluator, SCALAR)
    except NotTemplatableError:
        form, sides = _standard_row(row, evaluator)
    coefficients: dict[int, float] = {}
    for t in form.terms:
        coefficients[t.offset] = coefficients.get(t.offset, 0.0) + float(t.coefficient)
    return coefficients, float(sides.lower), float(sides.upper)


def _standard_row(row: Any, evaluator: Evaluator) -> tuple[Linear, RowSides]:
    """Return a row through Pyomo's own linear form, which treats fixed variables as numbers."""
    from pyomo.repn import generate_standard_repn

    form = generate_standard_repn(row.body, compute_values=True)
    if not form.is_linear() or (row.has_lb() and row.strict_lower) or (row.has_ub() and row.strict_upper):
        raise not_linear(row.name, "the constraint is not linear")
    body = Linear()
    for var, coefficient in zip(form.linear_vars, form.linear_coefs, strict=True):
        body.terms.extend(evaluator.evaluate(var, SCALAR).scaled(coefficient).terms)
    low, high = (INF * sign if side is None else side for side, sign in ((row.lb, -1), (row.ub, 1)))
    return body, RowSides(low - form.constant, high - form.constant)


# ---------------------------------------------------------------------- objective
def _objective(model: Any, evaluator: Evaluator) -> tuple[list[tuple[Any, FloatArray]], float, bool]:
    """Return the cost terms as (columns, coefficients), the constant, and whether there is an objective."""
    found = list(model.component_objects(pe.Objective, active=True, descend_into=True))
    if not found:
        return [], 0.0, False
    if len(found) > 1 or found[0].is_indexed():
        raise not_linear(", ".join(o.name for o in found), "the model has several objectives")
    objective = found[0]
    if objective.sense != pe.minimize:
        raise not_linear(objective.name, "the objective is to be maximized: negate it and minimize")
    template = getattr(objective, "template", None)
    expression = objective.expr if template is None else template.expression
    try:
        form = evaluator.evaluate(expression, SCALAR)
    except NotTemplatableError as exc:
        form = _standard_objective(objective, evaluator, exc)
    terms = []
    for t in form.terms:
        columns = np.asarray(t.offset if t.places is None else t.places + t.offset)
        terms.append(np.broadcast_arrays(columns, np.asarray(t.coefficient, np.float64)))
    return [(c, k) for c, k in terms], float(np.sum(form.const)), True


def _standard_objective(objective: Any, evaluator: Evaluator, reason: Exception) -> Linear:
    from pyomo.repn import generate_standard_repn

    form = generate_standard_repn(objective.expr, compute_values=True)
    if not form.is_linear():
        raise not_linear(objective.name, f"the objective is not linear ({reason})")
    body = Linear(form.constant)
    for var, coefficient in zip(form.linear_vars, form.linear_coefs, strict=True):
        body.terms.extend(evaluator.evaluate(var, SCALAR).scaled(coefficient).terms)
    return body
