"""The remark on a network that is laid without a map of streets; read without numpy."""

from __future__ import annotations

from edsim.core.errors import Finding


def no_streets(field: str, got: str = "") -> Finding:
    """Return the remark at `field`; `got` is the factor that lengthens straight lines, where it is known."""
    what = "no streets given: trenches follow straight lines with a detour factor"
    return Finding("W401", what, field=field, got=got, severity="warning")


def nothing_left(network: str, forbidden: int, given: int) -> Finding:
    """Return the fault of a network whose streets are all forbidden or covered by obstacles."""
    return Finding(
        "E414",
        f"network {network}: no street is left to lay pipes in",
        field=f"networks.{network}.streets",
        got=f"{forbidden} of {given} streets forbidden",
        hint="allow some of them, look at the obstacles, or leave streets out for straight lines",
    )
