"""The Pyomo words models are written in.

Drop-in replacements that behave like Pyomo's own and are fast to compile: `Constraint` and `Objective` keep the
template of their rule and expand to Pyomo rows only when something asks for a row; `Var` creates no element until one
is touched; `ArrayParam` and `bounded_var` read numpy arrays.

A rule is called when the component is attached to a constructed block, as in Pyomo; a rule that needs index values
(branches, Python lookups, modulo, `Constraint.Skip` on a condition) is expanded row by row.
"""

import logging
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from edsim.core.errors import DataError, Finding
from edsim.lp.indexing import SetCatalog
from edsim.lp.templates import NotTemplatableError, Template, call_symbolically

# ruff: noqa: I001 - Pyomo is imported after the version check in `templates`
import pyomo.environ as pe
from pyomo.core.base.component import ActiveComponent
from pyomo.core.base.constraint import IndexedConstraint, ScalarConstraint
from pyomo.core.base.objective import ScalarObjective
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr.template_expr import (
    IndexTemplate,
    NPV_Numeric_GetItemExpression,
    Numeric_GetItemExpression,
)

Block = pe.Block
ConcreteModel = pe.ConcreteModel
Param = pe.Param
RangeSet = pe.RangeSet
Reals = pe.Reals
Set = pe.Set

logger = logging.getLogger(__name__)
INF = float("inf")
_SYMBOLIC = frozenset({IndexTemplate, NPV_Numeric_GetItemExpression})


def _is_symbolic(args: Any) -> bool:
    """Return whether an index holds a placeholder and only plain values beside it."""
    if args.__class__ is tuple:
        found = False
        for a in args:
            if a.__class__ in _SYMBOLIC:
                found = True
            elif a.__class__ is not int and a.__class__ is not str:
                return False
        return found
    return args.__class__ in _SYMBOLIC


class _Templated:
    """A component whose rows exist as a template until something asks for them.

    `_data`, Pyomo's dictionary of rows, is a property: its first reading expands the template, so any Pyomo writer or
    solver sees ordinary rows.
    """

    _template: Template | None = None
    _rows: dict[Any, Any]

    @property
    def template(self) -> Template | None:
        """Return the template; None once the rows have been expanded."""
        return self._template

    @property
    def _data(self) -> dict[Any, Any]:
        if self._template is not None:
            self.expand()
        return self._rows

    @_data.setter
    def _data(self, rows: dict[Any, Any]) -> None:
        self._rows = rows

    def expand(self) -> None:
        """Replace the template by ordinary Pyomo rows."""
        raise NotImplementedError

    def keep_template(self, rule: Any) -> bool:
        """Call the rule symbolically; return whether that worked."""
        if not hasattr(rule, "_fcn"):  # not a function: an expression, a mapping of rows …
            return False
        index_set = self.index_set() if self.is_indexed() else None  # type: ignore[attr-defined]  # a Pyomo component
        try:
            template = call_symbolically(rule, self.parent_block(), index_set)  # type: ignore[attr-defined]
        except NotTemplatableError as exc:
            logger.debug("%s is expanded row by row: %s", self.name, exc)  # type: ignore[attr-defined]
            return False
        if template.expression is None or template.expression is pe.Constraint.Skip:
            return False
        self._template = template
        return True

    def _create_objects_for_deepcopy(self, memo: Any, component_list: Any) -> Any:
        template, self._template = self._template, None  # a clone keeps the template; copying must not expand it
        try:
            return super()._create_objects_for_deepcopy(memo, component_list)  # type: ignore[misc]
        finally:
            self._template = template

    def activate(self) -> None:
        """Include the component in the model."""
        if self._template is None:
            super().activate()  # type: ignore[misc]
        else:
            ActiveComponent.activate(self)

    def deactivate(self) -> None:
        """Leave the component out of the model."""
        if self._template is None:
            super().deactivate()  # type: ignore[misc]
        else:
            ActiveComponent.deactivate(self)


class Constraint(pe.Constraint):  # type: ignore[misc]  # Pyomo ships no types
    """Pyomo's `Constraint`, kept as a template where the rule allows."""

    def __new__(cls, *args: Any, **_kwds: Any) -> Any:
        """Return the indexed or the scalar kind."""
        if cls is not Constraint:
            return super().__new__(cls)
        kind = _IndexedRows if args else _ScalarRow
        return kind.__new__(kind)


class _IndexedRows(_Templated, IndexedConstraint, Constraint):  # type: ignore[misc]
    _constructed: bool

    def construct(self, data: Any = None) -> None:
        """Call the rule, symbolically if possible."""
        if self._constructed:
            return
        rule = self._rule
        if not hasattr(rule, "_fcn"):
            super().construct(data)
            return
        self._constructed = True
        for anonymous in self._anonymous_sets or ():
            anonymous.construct()
        if self.index_set().isfinite() and not self.keep_template(rule):
            self._add_rows()

    def expand(self) -> None:
        """Call the rule for every index."""
        self._template = None
        self._add_rows()
        if not self.active:
            self.deactivate()

    def _add_rows(self) -> None:
        block, rule = self.parent_block(), self._rule
        for index in self.index_set():
            row = _settled(rule(block, index), self, index)
            if row is not pe.Constraint.Skip:
                self._setitem_when_not_present(index, row)


class _ScalarRow(_Templated, ScalarConstraint, Constraint):  # type: ignore[misc]
    _constructed: bool

    def construct(self, data: Any = None) -> None:
        """Call the rule, symbolically if possible."""
        if self._constructed:
            return
        if not hasattr(self._rule, "_fcn"):
            super().construct(data)
            return
        self._constructed = True
        if not self.keep_template(self._rule):
            self._add_row()

    def expand(self) -> None:
        """Call the rule for the one row."""
        self._template = None
        self._add_row()

    def _add_row(self) -> None:
        row = _settled(self._rule(self.parent_block(), None), self, None)
        if row is not pe.Constraint.Skip:
            self._setitem_when_not_present(None, row)


def _settled(row: Any, component: Any, index: Any) -> Any:
    """Return the row, with a comparison that is already true turned into a skip and a false one into an error."""
    if isinstance(row, (bool, np.bool_)):
        if row:
            return pe.Constraint.Skip
        raise trivially_false(component.name if index is None else f"{component.name}[{index}]")
    return row


def trivially_false(name: str, detail: str = "") -> DataError:
    """Return the error for a row without variables that cannot hold."""
    what = "the constraint has no variable and can never hold"
    error = DataError.of([Finding("E508", what, field=name, got=detail, hint="check the data it compares")])
    return DataError(error.message, error.findings)


class Objective(ScalarObjective):  # type: ignore[misc]  # Pyomo ships no types
    """Pyomo's scalar `Objective`, kept as a template where the rule allows."""

    _template: Template | None = None
    _constructed: bool

    @property
    def template(self) -> Template | None:
        """Return the template; None once Pyomo has asked for the expression."""
        return self._template

    @property
    def _args_(self) -> Any:
        if self._template is not None:
            self._template = None
            self.set_value(self.rule(self.parent_block(), None))
        return self._expression

    @_args_.setter
    def _args_(self, value: Any) -> None:
        self._template = None
        self._expression = value

    def __getstate__(self) -> Any:
        """Return the state for copying, without expanding the template."""
        template, self._template = self._template, None
        try:
            state = super().__getstate__()
        finally:
            self._template = template
        state[-1]["_template"] = template
        return state

    def construct(self, data: Any = None) -> None:
        """Call the rule, symbolically if possible."""
        if self._constructed:
            return
        rule = self.rule
        if not hasattr(rule, "_fcn"):
            super().construct(data)
            return
        try:
            template = call_symbolically(rule, self.parent_block(), None)
        except NotTemplatableError as exc:
            logger.debug("objective %s is expanded term by term: %s", self.name, exc)
            super().construct(data)
            return
        if template.expression is None:
            super().construct(data)
            return
        self._constructed = True
        self.set_value(0.0)
        self.set_sense(self._init_sense(self.parent_block(), None))
        self._template = template


class Var(pe.Var):  # type: ignore[misc]  # Pyomo ships no types
    """Pyomo's `Var`; indexed ones hold no elements until one is touched (``dense=False``)."""

    def __new__(cls, *args: Any, **kwds: Any) -> Any:
        """Return the indexed kind, or Pyomo's scalar variable."""
        if cls is not Var:
            return super().__new__(cls)
        if args:
            return _IndexedColumns.__new__(_IndexedColumns)
        return pe.Var(**{k: v for k, v in kwds.items() if k != "dense"})


class _IndexedColumns(IndexedVar, Var):  # type: ignore[misc]
    def __init__(self, *args: Any, **kwds: Any) -> None:
        kwds.setdefault("dense", False)
        super().__init__(*args, **kwds)

    def __getitem__(self, args: Any) -> Any:
        if _is_symbolic(args):
            return Numeric_GetItemExpression((self, *args) if args.__class__ is tuple else (self, args))
        return super().__getitem__(args)


class ArrayParam(IndexedParam):  # type: ignore[misc]  # Pyomo ships no types
    """An immutable `Param` whose values are a numpy array.

    Parameters
    ----------
    sets
        Index sets.
    array
        Values, shaped like the sets; float or integer (integers may serve as indices).
    """

    _constructed: bool

    def __init__(self, *sets: Any, array: npt.ArrayLike) -> None:
        if not sets:
            msg = "ArrayParam needs an index set"
            raise ValueError(msg)
        super().__init__(*sets, within=pe.Any)
        self._ctype = pe.Param
        self._catalog = SetCatalog()
        values = np.asarray(array)
        self.array = values if np.issubdtype(values.dtype, np.integer) else values.astype(np.float64)

    def construct(self, data: Any = None) -> None:
        """Construct the index sets and check the shape.

        Raises
        ------
        ValueError
            The array is not shaped like the sets.
        """
        if self._constructed:
            return
        assert data is None, "the values are given as an array"
        for anonymous in self._anonymous_sets or ():
            anonymous.construct()
        shape = self._catalog.shape(self.index_set())
        if self.array.shape != shape:
            msg = f"{self.name}: the array has shape {self.array.shape}, the index sets {shape}"
            raise ValueError(msg)
        self._constructed = True

    def __getitem__(self, args: Any) -> Any:
        if _is_symbolic(args):
            return NPV_Numeric_GetItemExpression((self, *args) if args.__class__ is tuple else (self, args))
        return super().__getitem__(args)

    def __len__(self) -> int:
        return int(self.array.size)

    def __contains__(self, index: Any) -> bool:
        return index in self.index_set()

    def keys(self, sort: Any = None) -> Any:
        """Return the indices."""
        del sort
        return iter(self.index_set())

    def _getitem_when_not_present(self, index: Any) -> Any:
        return self.array[places_of(self._catalog, self.index_set(), index)].item()


def places_of(catalog: SetCatalog, index_set: Any, index: Any) -> tuple[int, ...]:
    """Return the position of `index` along each factor of the index set."""
    factors = catalog.factors(index_set)
    members = index if isinstance(index, tuple) else (index,)
    places, used = [], 0
    for info in factors:
        value = members[used] if info.dimen == 1 else members[used : used + info.dimen]
        places.append(info.position(value))
        used += info.dimen
    return tuple(places)


class BoundedVar(_IndexedColumns):
    """A variable whose bounds are numbers or arrays; see `bounded_var`."""

    def __init__(self, sets: Sequence[Any], lower: npt.ArrayLike, upper: npt.ArrayLike, domain: Any) -> None:
        super().__init__(*sets, domain=domain, bounds=self._bounds_of)
        self.lower_values = np.asarray(lower, np.float64)
        self.upper_values = np.asarray(upper, np.float64)
        self._catalog = SetCatalog()

    def construct(self, data: Any = None) -> None:
        """Construct the index sets and remember the place of their members."""
        super().construct(data)
        self._catalog.factors(self.index_set())

    def bound_arrays(self) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Return lower and upper bounds, flat in the order of the index set.

        Raises
        ------
        ValueError
            A bound does not broadcast to the shape of the index sets.
        """
        shape = self._catalog.shape(self.index_set())
        try:
            lower, upper = (np.broadcast_to(b, shape) for b in (self.lower_values, self.upper_values))
        except ValueError:
            msg = (
                f"{self.name}: bounds of shape {self.lower_values.shape} and {self.upper_values.shape} "
                f"do not fit the index sets {shape}"
            )
            raise ValueError(msg) from None
        return lower.ravel(), upper.ravel()

    def _bounds_of(self, _block: Any, *index: Any) -> tuple[float | None, float | None]:
        places = places_of(self._catalog, self.index_set(), index)
        shape = self._catalog.shape(self.index_set())
        lower = float(np.broadcast_to(self.lower_values, shape)[places])
        upper = float(np.broadcast_to(self.upper_values, shape)[places])
        return (None if lower == -INF else lower), (None if upper == INF else upper)


def bounded_var(*sets: Any, lower: npt.ArrayLike = 0.0, upper: npt.ArrayLike = INF, domain: Any = Reals) -> Any:
    """Return a variable with bounds given as numbers or as arrays over its index sets.

    Parameters
    ----------
    sets
        Index sets; none for a scalar variable.
    lower, upper
        Bounds, broadcast to the shape of the sets; ±inf for none. Unit: the variable's.
    domain
        Pyomo domain; its own bounds also hold.
    """
    if sets:
        return BoundedVar(sets, lower, upper, domain)
    low, high = float(np.asarray(lower)), float(np.asarray(upper))
    bounds = (None if low == -INF else low, None if high == INF else high)
    return pe.Var(bounds=bounds, domain=domain)
