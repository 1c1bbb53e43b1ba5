"""Positions of index values inside Pyomo sets, as arrays."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from edsim.lp.templates import real_iteration

IntArray = npt.NDArray[np.int64]


@dataclass(slots=True)
class SetInfo:
    """Values of one set and the way back from value to position.

    Attributes
    ----------
    source
        The Pyomo set (kept, so that its id stays unique).
    size
        Number of members.
    dimen
        Length of a member: 1, or more for sets of tuples.
    first
        First value when the members are consecutive increasing integers, else None.
    values
        The members in order: a `range` when consecutive.
    """

    source: Any
    size: int
    dimen: int
    first: int | None
    values: Sequence[Any]
    _positions: dict[Hashable, int] | None = field(default=None, repr=False)

    def matches(self, other: "SetInfo") -> bool:
        """Return whether both sets are known to have the same members in the same order."""
        if self is other:
            return True
        return self.first is not None and self.first == other.first and self.size == other.size

    def position(self, value: Hashable) -> int:
        """Return the position of one value.

        Raises
        ------
        KeyError
            The value is not a member.
        """
        if self.first is not None and isinstance(value, (int, float, np.integer, np.floating)):
            place = int(value) - self.first
            if place + self.first == value and 0 <= place < self.size:
                return place
            raise KeyError(value)
        return self.lookup[value]

    def positions(self, values: npt.NDArray[Any]) -> IntArray:
        """Return the positions of an array of values (objects or numbers).

        Raises
        ------
        KeyError
            A value is not a member; the first such value is named.
        """
        if self.first is not None and values.dtype != object:
            places = np.asarray(values, dtype=np.int64) - self.first
            bad = (places < 0) | (places >= self.size) | (places + self.first != values)
            if bad.any():
                raise KeyError(values[bad].flat[0].item())
            return places
        flat = np.fromiter((self.position(v) for v in values.ravel().tolist()), np.int64, values.size)
        return flat.reshape(values.shape)

    @property
    def lookup(self) -> dict[Hashable, int]:
        """Return the map from member to position."""
        if self._positions is None:
            self._positions = {v: i for i, v in enumerate(self.values)}
        return self._positions

    def coordinate(self, places: IntArray, axis: int) -> npt.NDArray[Any]:
        """Return member values at `places`; for sets of tuples their coordinate `axis`."""
        if self.first is not None:
            return places + self.first if self.first else places
        column = list(self.values) if self.dimen == 1 else [v[axis] for v in self.values]
        return as_values(column)[places]


def as_values(items: Sequence[Any]) -> npt.NDArray[Any]:
    """Return the items as a numeric array when all are numbers, else as an object array."""
    if all(isinstance(v, (int, float, np.integer, np.floating)) for v in items):
        return np.asarray(items)
    out = np.empty(len(items), dtype=object)
    out[:] = items
    return out


def describe_set(index_set: Any) -> SetInfo:
    """Return the description of one finite set that is not a product."""
    size, dimen = len(index_set), index_set.dimen
    if not isinstance(dimen, int):
        dimen = 1
    if dimen == 1 and _is_plain_range(index_set):
        first = index_set.first() if size else 0
        return SetInfo(index_set, size, 1, first, range(first, first + size))
    members = list(index_set)
    if dimen == 1 and members and all(type(v) is int for v in members):
        first = members[0]
        if members == list(range(first, first + size)):
            return SetInfo(index_set, size, 1, first, range(first, first + size))
    return SetInfo(index_set, size, dimen, None, tuple(members))


def _is_plain_range(index_set: Any) -> bool:
    from pyomo.core.base.range import NumericRange
    from pyomo.core.base.set import RangeSet

    if getattr(index_set, "ctype", None) is not RangeSet:
        return False
    ranges = list(index_set.ranges())
    return (
        len(ranges) == 1
        and isinstance(ranges[0], NumericRange)
        and ranges[0].step == 1
        and isinstance(ranges[0].start, int)
    )


@dataclass(slots=True)
class SetCatalog:
    """Descriptions of the sets met so far, by identity."""

    _known: dict[int, tuple[Any, tuple[SetInfo, ...]]] = field(default_factory=dict)
    _parts: dict[int, SetInfo] = field(default_factory=dict)

    def factors(self, index_set: Any) -> tuple[SetInfo, ...]:
        """Return the factors of a product set, or the set itself, in order."""
        key = id(index_set)
        found = self._known.get(key)
        if found is None:
            found = self._known[key] = (index_set, tuple(self._part(s) for s in index_set.subsets()))
        return found[1]

    def shape(self, index_set: Any) -> tuple[int, ...]:
        """Return the sizes of the factors."""
        return tuple(f.size for f in self.factors(index_set))

    def _part(self, single: Any) -> SetInfo:
        key = id(single)
        info = self._parts.get(key)
        if info is None:
            with real_iteration():
                info = self._parts[key] = describe_set(single)
        return info

    def __deepcopy__(self, _memo: dict[int, Any]) -> "SetCatalog":
        """Return an empty catalog: a copied model has other sets."""
        return SetCatalog()
