"""How far designs stand apart, and which of many a menu shows: the best and those that differ most from it."""

from collections.abc import Mapping, Sequence

from edsim.studies.plans import Plan, Size

MOST_DESIGNS = 5
DIFFERENT_FRAC = 0.15
"""Least distance between two designs of a menu."""
TRACE = 1e-3
"""A size below this (kW, kWh, m2) is none."""


def largest_sizes(designs: Sequence[Plan]) -> dict[Size, float]:
    """Return size → its largest value among the designs; sizes none of them has are left out."""
    every = [design.sizes for design in designs]
    largest = {size: max(sizes[size] for sizes in every) for size in every[0]}
    return {size: value for size, value in largest.items() if value > TRACE}


def distance_frac(a: Plan, b: Plan, largest: Mapping[Size, float]) -> float:
    """Return the largest difference of a size between two designs, over its largest value."""
    return max(_differences(a, b, largest), default=0.0)


def most_different(designs: Sequence[Plan]) -> list[Plan]:
    """Return the first design, which is the best, and up to four more that differ most from those chosen before."""
    largest = largest_sizes(designs)
    chosen = [designs[0]]
    while len(chosen) < MOST_DESIGNS:
        rest = [d for d in designs if min(distance_frac(d, c, largest) for c in chosen) >= DIFFERENT_FRAC]
        if not rest:
            break
        chosen.append(max(rest, key=lambda d: min(sum(_differences(d, c, largest)) for c in chosen)))
    return chosen


def _differences(a: Plan, b: Plan, largest: Mapping[Size, float]) -> list[float]:
    """Return the differences of the sizes of two designs, each over its largest value."""
    one, other = a.sizes, b.sizes
    return [abs(one[size] - other[size]) / value for size, value in largest.items()]
