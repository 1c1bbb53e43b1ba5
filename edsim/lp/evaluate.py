"""Evaluate a Pyomo expression, with or without index placeholders, to arrays of columns and coefficients.

Every array broadcasts over ``(sum axes …, row axes …)``: rows are trailing axes, each symbolic sum adds a leading axis.
A row template over 8760 steps costs as many numpy calls as the rule has operators, whatever the number of rows.
"""

# ruff: noqa: SLF001 - Pyomo gives no public access to the identity and the set of a placeholder
from collections.abc import Callable, Sequence
from math import prod
from typing import Any

import numpy as np
import numpy.typing as npt
from pyomo.core.base.expression import NamedExpressionData
from pyomo.core.base.param import Param, ParamData, ScalarParam
from pyomo.core.base.var import IndexedVar, VarData
from pyomo.core.expr import numeric_expr as nx
from pyomo.core.expr.template_expr import (
    GetItemExpression,
    IndexTemplate,
    TemplateSumExpression,
)

from edsim.lp.arrayed import ArrayParam
from edsim.lp.indexing import IntArray, SetCatalog, SetInfo, as_values
from edsim.lp.linear import Axis, Frame, Linear, Term, collapse, total
from edsim.lp.templates import NotTemplatableError

NATIVE = (int, float, np.integer, np.floating)
UNARY: dict[str, Callable[[Any], Any]] = {
    "exp": np.exp,
    "log": np.log,
    "log10": np.log10,
    "sqrt": np.sqrt,
    "sin": np.sin,
    "cos": np.cos,
    "tan": np.tan,
    "tanh": np.tanh,
    "ceil": np.ceil,
    "floor": np.floor,
    "abs": np.abs,
}


class Evaluator:
    """Turns expressions into `Linear`; remembers position arrays so that equal addresses are the same object."""

    def __init__(self, first_column: Callable[[Any], int], catalog: SetCatalog) -> None:
        """Take the function that gives a variable component's first column, and the sets met so far."""
        self._first_column = first_column
        self._catalog = catalog
        self._ranges: dict[tuple[int, int], IntArray] = {}
        self._combined: dict[tuple[int, ...], tuple[Any, IntArray]] = {}
        self._converted: dict[tuple[int, ...], tuple[Any, IntArray]] = {}
        self._lookups: dict[tuple[int, int], tuple[Any, npt.NDArray[Any]]] = {}
        self._values: dict[int, tuple[Any, npt.NDArray[Any]]] = {}
        self._handlers: dict[type, Callable[[Any, Frame], Linear]] = {}
        self.injective: set[int] = set()

    # ------------------------------------------------------------------ frames
    def frame(self, indices: Sequence[IndexTemplate], index_set: Any) -> tuple[Frame, tuple[int, ...]]:
        """Return the frame and shape of the rows of a component over `index_set`."""
        if not indices:
            return Frame({}, 0), ()
        factors = self._catalog.factors(index_set)
        shape = tuple(f.size for f in factors)
        axes: dict[int, Axis] = {}
        position = 0
        for k, info in enumerate(factors):
            places = self._range(info.size, len(factors) - 1 - k)
            for coordinate in range(info.dimen):
                axes[indices[position]._id] = Axis(info, places, coordinate)
                position += 1
        if position != len(indices):
            raise NotTemplatableError("the index set has members of different lengths")
        return Frame(axes, len(factors)), shape

    def _range(self, size: int, trailing: int) -> IntArray:
        key = (size, trailing)
        found = self._ranges.get(key)
        if found is None:
            found = self._ranges[key] = np.arange(size, dtype=np.int64).reshape((size,) + (1,) * trailing)
            self.injective.add(id(found))
        return found

    # -------------------------------------------------------------- dispatch
    def evaluate(self, node: Any, frame: Frame) -> Linear:
        """Return the linear form of an expression node.

        Raises
        ------
        NotTemplatableError
            The node is of a kind that arrays cannot express, or not linear.
        KeyError
            An index is not a member of the set it addresses.
        """
        kind = type(node)
        handler = self._handlers.get(kind)
        if handler is None:
            handler = self._handlers[kind] = self._handler_for(kind)
        return handler(node, frame)

    def _handler_for(self, kind: type) -> Callable[[Any, Frame], Linear]:
        table: tuple[tuple[type | tuple[type, ...], Callable[[Any, Frame], Linear]], ...] = (
            (NATIVE, lambda node, _: Linear(node)),
            (str, lambda node, _: Linear(node)),
            (VarData, self._variable),
            (IndexTemplate, self._placeholder),
            (GetItemExpression, self._item),
            (TemplateSumExpression, self._sum),
            ((nx.SumExpression, nx.LinearExpression), self._add),
            (nx.NegationExpression, lambda node, frame: self.evaluate(node.arg(0), frame).scaled(-1.0)),
            (nx.ProductExpression, self._product),
            (nx.DivisionExpression, self._quotient),
            (nx.PowExpression, self._power),
            (nx.UnaryFunctionExpression, self._unary),
            (NamedExpressionData, lambda node, frame: self.evaluate(node.arg(0), frame)),
            ((ParamData, ScalarParam), lambda node, _: Linear(_number(node))),
        )
        for kinds, handler in table:
            if issubclass(kind, kinds):
                return handler
        raise NotTemplatableError(f"{kind.__name__} has no array form")

    # -------------------------------------------------------------- leaves
    def _variable(self, node: Any, _frame: Frame) -> Linear:
        owner = node.parent_component()
        start = self._first_column(owner)
        if owner.is_indexed():
            index = node.index()
            start += self.concrete_place(owner.index_set(), index)
        return Linear(0.0, [Term(id(owner), start, None, 1.0)])

    def axes(self, index_set: Any) -> tuple[Sequence[Any], ...]:
        """Return the members of each factor of an index set."""
        return tuple(f.values for f in self._catalog.factors(index_set))

    def concrete_place(self, index_set: Any, index: Any) -> int:
        """Return the flat position of an index value."""
        members = index if isinstance(index, tuple) else (index,)
        place = used = 0
        for info in self._catalog.factors(index_set):
            value = members[used] if info.dimen == 1 else members[used : used + info.dimen]
            place = place * info.size + info.position(value)
            used += info.dimen
        return place

    def _placeholder(self, node: IndexTemplate, frame: Frame) -> Linear:
        axis = self._axis(node, frame)
        return Linear(axis.info.coordinate(axis.places, axis.coordinate))

    @staticmethod
    def _axis(node: IndexTemplate, frame: Frame) -> Axis:
        try:
            return frame.axes[node._id]
        except KeyError:
            raise NotTemplatableError("a placeholder left its rule") from None

    def _item(self, node: Any, frame: Frame) -> Linear:
        owner, *args = node.args
        if isinstance(owner, IndexedVar):
            offset, places = self._address(owner, args, frame)
            return Linear(0.0, [Term(id(owner), self._first_column(owner) + offset, places, 1.0)])
        if not isinstance(owner, Param):
            raise NotTemplatableError(f"{type(owner).__name__} cannot be addressed by arrays")
        offset, places = self._address(owner, args, frame)
        return Linear(self._param(owner, offset, places))

    def _param(self, owner: Any, offset: int, places: IntArray | None) -> Any:
        values = self.param_values(owner)
        if places is None:
            return _checked(owner, values[offset])
        if offset == 0:
            key = (id(owner), id(places))
            found = self._lookups.get(key)
            if found is None:
                found = self._lookups[key] = (places, _checked(owner, values[places]))
            return found[1]
        return _checked(owner, values[places + offset])

    def param_values(self, owner: Any) -> npt.NDArray[Any]:
        """Return a parameter's values, flat in the order of its index set; NaN where it has none."""
        key = id(owner)
        found = self._values.get(key)
        if found is None:
            if isinstance(owner, ArrayParam):
                values = owner.array.ravel()
            else:
                values = as_values([_value_or_nan(owner, index) for index in owner.index_set()])
            found = self._values[key] = (owner, values)
        return found[1]

    # ------------------------------------------------------------- addresses
    def _address(self, owner: Any, args: Sequence[Any], frame: Frame) -> tuple[int, IntArray | None]:
        """Return the flat place of ``owner[args]`` as a number plus an array (None when all indices are concrete)."""
        flat = _flatten(args)
        factors = self._catalog.factors(owner.index_set())
        if sum(f.dimen for f in factors) != len(flat):
            msg = f"{owner.name} takes {sum(f.dimen for f in factors)} indices, got {len(flat)}"
            raise KeyError(msg)
        offset, parts = 0, []
        stride = prod(f.size for f in factors)
        used = 0
        for info in factors:
            stride = stride // info.size if info.size else 0
            chosen = flat[used : used + info.dimen]
            used += info.dimen
            place = self._place(owner, info, chosen, frame)
            if isinstance(place, np.ndarray):
                parts.append((place, stride))
            else:
                offset += stride * place
        return offset, self._combine(parts)

    def _combine(self, parts: list[tuple[IntArray, int]]) -> IntArray | None:
        if not parts:
            return None
        if len(parts) == 1 and parts[0][1] == 1:
            return parts[0][0]
        key = tuple(x for array, stride in parts for x in (id(array), stride))
        found = self._combined.get(key)
        if found is None:
            total = np.asarray(sum(array * stride for array, stride in parts), np.int64)
            found = self._combined[key] = (parts, total)
            if all(id(array) in self.injective for array, _ in parts):
                self.injective.add(id(total))
        return found[1]

    def _place(self, owner: Any, info: SetInfo, chosen: Sequence[Any], frame: Frame) -> int | IntArray:
        if all(isinstance(a, IndexTemplate) for a in chosen):
            axes = [self._axis(a, frame) for a in chosen]
            same = all(
                info.matches(a.info) and a.coordinate == k and a.places is axes[0].places for k, a in enumerate(axes)
            )
            if same:
                return axes[0].places
        try:
            if info.dimen == 1:
                return self._place_single(info, chosen[0], frame)
            return self._place_tuple(info, chosen, frame)
        except KeyError as exc:
            msg = f"index {exc.args[0]!r} is not valid for {owner.name}"
            raise KeyError(msg) from None

    def _place_single(self, info: SetInfo, arg: Any, frame: Frame) -> int | IntArray:
        if isinstance(arg, IndexTemplate):
            axis = self._axis(arg, frame)
            key = (id(axis.places), id(axis.info), axis.coordinate, id(info))
            found = self._converted.get(key)
            if found is None:
                places = info.positions(axis.info.coordinate(axis.places, axis.coordinate))
                found = self._converted[key] = (axis, places)
                if axis.info.dimen == 1 and id(axis.places) in self.injective:
                    self.injective.add(id(places))
            return found[1]
        value = self._index_value(arg, frame)
        if not isinstance(value, np.ndarray):
            return info.position(value)
        entry = self._converted.get((id(value), id(info)))
        if entry is None:
            entry = self._converted[id(value), id(info)] = (value, info.positions(value))
        return entry[1]

    def _place_tuple(self, info: SetInfo, chosen: Sequence[Any], frame: Frame) -> int | IntArray:
        values = [self._index_value(a, frame) for a in chosen]
        if not any(isinstance(v, np.ndarray) for v in values):
            return info.position(tuple(values))
        grids = np.broadcast_arrays(*[np.asarray(v) for v in values])
        members = zip(*[g.ravel().tolist() for g in grids], strict=True)
        return np.fromiter((info.position(m) for m in members), np.int64, grids[0].size).reshape(grids[0].shape)

    def _index_value(self, arg: Any, frame: Frame) -> Any:
        if isinstance(arg, (IndexTemplate, *NATIVE)) or hasattr(arg, "is_expression_type"):
            form = self.evaluate(arg, frame)
            if form.terms:
                raise NotTemplatableError("a variable is used as an index")
            return form.const
        return arg

    # ------------------------------------------------------------- operators
    def _add(self, node: Any, frame: Frame) -> Linear:
        const: Any = 0.0
        terms: list[Term] = []
        for arg in node.args:
            part = self.evaluate(arg, frame)
            const = const + part.const
            terms.extend(part.terms)
        return Linear(const, terms)

    def _product(self, node: Any, frame: Frame) -> Linear:
        left, right = (self.evaluate(a, frame) for a in node.args)
        if left.terms and right.terms:
            raise NotTemplatableError("product of two variables")
        return left.scaled(right.const) if left.terms else right.scaled(left.const)

    def _quotient(self, node: Any, frame: Frame) -> Linear:
        top, bottom = (self.evaluate(a, frame) for a in node.args)
        if bottom.terms:
            raise NotTemplatableError("division by a variable")
        if np.any(np.asarray(bottom.const) == 0):
            raise NotTemplatableError("division by zero")
        return top.scaled(1.0 / bottom.const)

    def _power(self, node: Any, frame: Frame) -> Linear:
        base, exponent = (self.evaluate(a, frame) for a in node.args)
        if base.terms or exponent.terms:
            raise NotTemplatableError("power of a variable")
        return Linear(np.power(np.asarray(base.const, np.float64), exponent.const))

    def _unary(self, node: Any, frame: Frame) -> Linear:
        inner = self.evaluate(node.arg(0), frame)
        function = UNARY.get(node.getname())
        if inner.terms or function is None:
            raise NotTemplatableError(f"{node.getname()} of a variable")
        return Linear(function(np.asarray(inner.const, np.float64)))

    def _sum(self, node: Any, frame: Frame) -> Linear:
        sizes: list[int] = []
        axes = dict(frame.axes)
        depth = frame.sum_ndim
        for group in node.template_iters():
            factors = self._catalog.factors(group[0]._set)
            if sum(f.dimen for f in factors) != len(group):
                raise NotTemplatableError("a sum runs over a set with members of different lengths")
            used = 0
            for info in factors:
                places = self._range(info.size, frame.row_ndim + depth)
                for coordinate in range(info.dimen):
                    axes[group[used]._id] = Axis(info, places, coordinate)
                    used += 1
                sizes.append(info.size)
                depth += 1
        if 0 in sizes:
            return Linear()
        inner = self.evaluate(node._local_args_[0], Frame(axes, frame.row_ndim, depth))
        base = frame.row_ndim + frame.sum_ndim
        terms = [collapse(t, base, sizes) for t in inner.terms]
        return Linear(total(inner.const, base, sizes), terms)


def _flatten(args: Sequence[Any]) -> list[Any]:
    flat: list[Any] = []
    for a in args:
        if isinstance(a, tuple):
            flat.extend(_flatten(a))
        else:
            flat.append(a)
    return flat


def _number(param: Any) -> Any:
    value = param.value
    if value is None:
        msg = f"parameter {param.name} has no value"
        raise KeyError(msg)
    return value


def _value_or_nan(owner: Any, index: Any) -> Any:
    try:
        value = owner[index]
    except (ValueError, KeyError):  # Pyomo's answer for an entry without value or default
        return float("nan")
    if isinstance(value, ParamData):
        return float("nan") if value.value is None else value.value
    return value


def _checked(owner: Any, values: Any) -> Any:
    numeric = isinstance(values, (np.ndarray, np.generic)) and np.issubdtype(values.dtype, np.floating)
    if numeric and not isinstance(owner, ArrayParam) and np.any(np.isnan(values)):
        msg = f"parameter {owner.name} has no value for some of the indices used"
        raise KeyError(msg)
    return values
