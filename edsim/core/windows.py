"""Hours of the day, days of the week and months, written as lists or as texts such as ``6-9, 14``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from pydantic import BeforeValidator

_TYPED = str.maketrans({"–": "-", "—": "-", "−": "-", "“": None, "”": None})
"""Dashes and quotation marks of word processors."""
_LARGEST = 366
"""Largest number a range may hold, so that a slip of the keyboard is not counted out."""


def ranges(text: str) -> Iterator[int]:
    """Yield the numbers of ``6-9, 14`` : 6, 7, 8, 9, 14.

    Raises
    ------
    ValueError
        The text holds anything else.
    """
    for part in text.replace(";", ",").translate(_TYPED).split(","):
        if not part.strip():
            continue
        first, dash, last = part.partition("-")
        try:
            low, high = int(first), int(last) if dash else int(first)
        except ValueError:
            raise ValueError(f"write numbers and ranges such as 6-9, 14: got {text!r}") from None
        if high < low:
            raise ValueError(f"a range runs upwards, from 22 to 5 in two parts as 22-23, 0-5: got {part.strip()!r}")
        if not 0 <= low <= high <= _LARGEST:
            raise ValueError(f"numbers of hours, days and months are 0 to {_LARGEST}: got {part.strip()[:20]!r}")
        yield from range(low, high + 1)


def written(numbers: Iterable[int]) -> str:
    """Return whole numbers as a text that :func:`ranges` reads: ``6-9, 14``."""
    ordered = sorted(set(numbers))
    firsts = [n for n in ordered if n - 1 not in ordered]
    lasts = [n for n in ordered if n + 1 not in ordered]
    return ", ".join(f"{a}-{z}" if z > a else f"{a}" for a, z in zip(firsts, lasts, strict=True))


def _read(value: Any) -> Any:
    if isinstance(value, int) and not isinstance(value, bool):
        return (value,)
    return tuple(ranges(value)) if isinstance(value, str) else value


Numbers = Annotated[tuple[int, ...], BeforeValidator(_read)]
"""Whole numbers, as a list, as a text with ranges, or one alone."""
