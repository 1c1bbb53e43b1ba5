"""Faults that only follow from another one, left out so that the cause stands alone."""

from __future__ import annotations

from collections.abc import Iterable

from edsim.case.wording.messages import Fault

_LEVELS = frozenset({"E186", "E191"})
"""Temperatures of a carrier in the wrong order, or those of another one."""
_OF_THE_FIELD = frozenset({"E174", "E1873", "E1874"})
"""What temperatures so wrong could not do, told at the same field."""
_OF_LEVELS = frozenset({"E160"})
"""What machines could not do between such levels, told at the machines."""
_TWINS, _OF_TWINS = "E180", frozenset({"E189", "E1881"})
"""Two buildings of one id, and machines at a building that has lost its own by it."""
_RATES, _OF_RATE = frozenset({"E1823", "E1947"}), frozenset({"E193", "W182", "W1889", "W1890", "W1893"})
"""An impossible exchange rate, and amounts of money judged with it."""
_PRICE, _OF_PRICES = "E193", frozenset({"W1946", "W1948"})
"""A price of energy nobody pays, and prices of gas and electricity held against each other."""
_SERVICE = "E1863"
_OF_SERVICE = frozenset({"E1868", "W1867", "W1896"})
"""What a network misses that is told to deliver what its carrier cannot."""


def without_following(faults: Iterable[Fault]) -> list[Fault]:
    """Return `faults` without those that only follow from others among them."""
    found = list(faults)
    turned = {f.field for f in found if f.code in _LEVELS}
    misfit = any(f.code == _SERVICE for f in found)
    rate = any(f.code in _RATES for f in found)
    priced = any(f.code == _PRICE for f in found)
    twins = any(f.code == _TWINS and f.field.startswith("buildings.") for f in found)

    def follows(fault: Fault) -> bool:
        of_levels = bool(turned) and fault.code in _OF_LEVELS
        return (
            of_levels
            or (twins and fault.code in _OF_TWINS)
            or (fault.code in _OF_THE_FIELD and fault.field in turned)
            or (rate and fault.code in _OF_RATE)
            or (priced and fault.code in _OF_PRICES)
            or (misfit and fault.code in _OF_SERVICE)
        )

    return [f for f in found if not follows(f)]
