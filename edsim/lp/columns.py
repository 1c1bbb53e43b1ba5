"""Columns of a model: one run per variable component, with bounds and integrality as arrays."""

# ruff: noqa: SLF001 - Pyomo gives no public access to declared domains, bounds and to the elements that exist

from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.core.base.var import VarData

from edsim.core.errors import DataError, Finding
from edsim.lp.arrayed import BoundedVar
from edsim.lp.evaluate import Evaluator
from edsim.lp.indexing import SetCatalog
from edsim.lp.matrix import INF, FloatArray, Layout
from edsim.lp.templates import NotTemplatableError, call_symbolically

Bounds = tuple[Any, Any]


class ColumnTable:
    """Hands out column numbers to variable components in the order they are met."""

    def __init__(self, catalog: SetCatalog) -> None:
        self._catalog = catalog
        self._starts: dict[int, int] = {}
        self._vars: list[tuple[Any, int, tuple[int, ...]]] = []
        self.count = 0

    def start_of(self, var: Any) -> int:
        """Return the first column of a variable component, giving it columns at the first call."""
        start = self._starts.get(id(var))
        if start is None:
            start = self._starts[id(var)] = self.count
            shape = self._catalog.shape(var.index_set()) if var.is_indexed() else ()
            self._vars.append((var, start, shape))
            self.count += int(np.prod(shape, dtype=np.int64))
        return start

    def layouts(self) -> dict[str, Layout]:
        """Return the place of every variable component."""
        out = {}
        for var, start, shape in self._vars:
            axes = tuple(f.values for f in self._catalog.factors(var.index_set())) if shape or var.is_indexed() else ()
            out[var.name] = Layout(var.name, start, shape, axes)
        return out

    def bounds(self, evaluator: Evaluator) -> tuple[FloatArray, FloatArray, npt.NDArray[np.uint8]]:
        """Return lower bounds, upper bounds and integrality of all columns.

        Raises
        ------
        DataError
            E509, a domain that is neither an interval nor consecutive integers; or a fixed variable without a value.
        """
        lower, upper = np.empty(self.count), np.empty(self.count)
        integrality = np.zeros(self.count, np.uint8)
        for var, start, shape in self._vars:
            span = slice(start, start + int(np.prod(shape, dtype=np.int64)))
            if var.is_indexed():
                self._declared(var, shape, evaluator, (lower[span], upper[span], integrality[span]))
            for index, data in var._data.items():
                place = start if index is None else start + evaluator.concrete_place(var.index_set(), index)
                lower[place], upper[place], integrality[place] = _of_element(data)
        return lower, upper, integrality

    def _declared(
        self, var: Any, shape: tuple[int, ...], evaluator: Evaluator, out: tuple[FloatArray, FloatArray, Any]
    ) -> None:
        """Write the bounds an indexed variable was declared with."""
        if len(var._data) == int(np.prod(shape, dtype=np.int64)):
            return
        lower, upper, integrality = out
        domain_low, domain_high, integrality[:] = self._domain(var)
        low, high = self._declared_bounds(var, shape, evaluator)
        lower[:], upper[:] = np.maximum(domain_low, low), np.minimum(domain_high, high)

    @staticmethod
    def _domain(var: Any) -> tuple[Any, Any, Any]:
        """Return least and largest value and whether only integers are allowed, for all elements or one by one."""
        if var._rule_domain.constant():
            return _of_domain(var._rule_domain(var.parent_block(), None, var), var.name)
        block = var.parent_block()
        each = [_of_domain(var._rule_domain(block, index, var), var.name) for index in var.index_set()]
        low, high, integer = np.array(each, np.float64).reshape(-1, 3).T
        return low, high, integer

    def _declared_bounds(self, var: Any, shape: tuple[int, ...], evaluator: Evaluator) -> Bounds:
        if isinstance(var, BoundedVar):
            return var.bound_arrays()
        rule = var._rule_bounds
        if rule is None:
            return -INF, INF
        if rule.constant():
            return _opened(rule(var.parent_block(), None))
        if not rule.contains_indices():
            try:
                return self._bounds_by_template(var, shape, evaluator)
            except NotTemplatableError:
                pass
        pairs = [_opened(rule(var.parent_block(), index)) for index in var.index_set()]
        return np.array([p[0] for p in pairs], np.float64), np.array([p[1] for p in pairs], np.float64)

    def _bounds_by_template(self, var: Any, shape: tuple[int, ...], evaluator: Evaluator) -> Bounds:
        template = call_symbolically(var._rule_bounds, var.parent_block(), var.index_set())
        if not isinstance(template.expression, tuple):
            raise NotTemplatableError("bounds are not a pair")
        frame, _ = evaluator.frame(template.indices, var.index_set())
        out = []
        for side, open_side in zip(template.expression, (-INF, INF), strict=True):
            form = None if side is None else evaluator.evaluate(side, frame)
            if form is not None and form.terms:
                raise NotTemplatableError("a bound holds a variable")
            value = open_side if form is None else form.const
            out.append(np.broadcast_to(np.asarray(value, np.float64), shape).ravel())
        return out[0], out[1]


def _opened(pair: Any) -> tuple[float, float]:
    from pyomo.core.expr.numvalue import value

    low, high = (None, None) if pair is None else pair
    return (-INF if low is None else float(value(low))), (INF if high is None else float(value(high)))


def _of_domain(domain: Any, name: str) -> tuple[float, float, int]:
    low, high, step = domain.get_interval()
    if step not in {0, 1}:
        finding = Finding(
            "E509",
            "the variable's domain is neither an interval nor consecutive integers",
            field=name,
            got=str(domain),
            allowed="Reals, NonNegativeReals, Integers, Binary and their like",
        )
        raise DataError.of([finding])
    return (-INF if low is None else float(low)), (INF if high is None else float(high)), int(step)


def _of_element(data: VarData) -> tuple[float, float, int]:
    """Return bounds and integrality of one variable element; a fixed one has equal bounds."""
    if data.fixed:
        if data.value is None:
            raise DataError.of([Finding("E509", "the variable is fixed but has no value", field=data.name)])
        integer = _of_domain(data.domain, data.name)[2]
        return float(data.value), float(data.value), integer
    low, high, integer = _of_domain(data.domain, data.name)
    own_low, own_high = data.bounds
    return (
        max(low, -INF if own_low is None else own_low),
        min(high, INF if own_high is None else own_high),
        integer,
    )
