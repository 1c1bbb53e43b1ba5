"""Variables and parameters over numpy arrays: no Python object per element."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from edsim.lp.indexing import SetCatalog

# Pyomo ships no types:
# mypy: allow-subclassing-any
# ruff: noqa: I001 - Pyomo is imported after the version check in `templates`
import pyomo.core as pe
from pyomo.core.base.param import IndexedParam
from pyomo.core.base.var import IndexedVar
from pyomo.core.expr.template_expr import (
    IndexTemplate,
    NPV_Numeric_GetItemExpression,
    Numeric_GetItemExpression,
)

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


class Var(pe.Var):
    """Pyomo's `Var`; indexed ones hold no elements until one is touched (``dense=False``)."""

    def __new__(cls, *args: Any, **kwds: Any) -> Any:
        """Return the indexed kind, or Pyomo's scalar variable."""
        if cls is not Var:
            return super().__new__(cls)
        if args:
            return _IndexedColumns.__new__(_IndexedColumns)
        return pe.Var(**{k: v for k, v in kwds.items() if k != "dense"})


class _IndexedColumns(IndexedVar, Var):
    def __init__(self, *args: Any, **kwds: Any) -> None:
        kwds.setdefault("dense", False)
        super().__init__(*args, **kwds)

    def __getitem__(self, args: Any) -> Any:
        if _is_symbolic(args):
            return Numeric_GetItemExpression((self, *args) if args.__class__ is tuple else (self, args))
        return super().__getitem__(args)


class ArrayParam(IndexedParam):
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


def bounded_var(*sets: Any, lower: npt.ArrayLike = 0.0, upper: npt.ArrayLike = INF, domain: Any = pe.Reals) -> Any:
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
