"""Findings on fields that hold another kind of value than the one asked for."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from typing import TypeVar

import numpy as np

from edsim.core.errors import Finding

Item = TypeVar("Item")


def other_kind(code: str, where: str, got: object, allowed: str) -> Finding:
    """Return the finding on a field that holds something else."""
    return Finding(code, "this field holds something else", field=where, got=type(got).__name__, allowed=allowed)


def item_findings(
    items: Iterable[object], kind: type[Item], code: str, where: str, within: Callable[[Item], Iterable[Finding]]
) -> Iterator[Finding]:
    """Yield the items of a list that are of another kind, and what is wrong within the others."""
    for i, item in enumerate(items):
        if isinstance(item, kind):
            yield from within(item)
        else:
            yield other_kind(code, f"{where}[{i}]", item, kind.__name__)


def word_findings(word: object, words: Collection[str], code: str, what: str, where: str) -> Iterator[Finding]:
    """Yield a word that is none of those asked for."""
    if not isinstance(word, str) or word not in words:
        yield Finding(code, what, field=where, got=str(word)[:40], allowed=", ".join(sorted(words)))


def flag_findings(flag: object, where: str) -> Iterator[Finding]:
    """Yield what is neither true nor false."""
    if not isinstance(flag, bool | np.bool_ | int):
        yield other_kind("E310", where, flag, "bool")
