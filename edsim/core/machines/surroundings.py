"""Looking up what a machine needs from its conditions; what is missing is an error in the user's words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

import numpy as np

from edsim.core.errors import DataError, Finding
from edsim.core.tariff import Tariff
from edsim.core.technology import Array, Conditions, Refrigerant, SourceConditions

T = TypeVar("T")


def _find(table: Mapping[str, T], name: str, user: str, what: str, hint: str) -> T:
    """Return ``table[name]`` or raise E601 naming what is known."""
    if name in table:
        return table[name]
    raise DataError.of(
        [
            Finding(
                code="E601",
                field=f"technologies.{user}",
                what=f"the technology needs the {what} {name!r}, which is not there",
                got=name,
                allowed=", ".join(sorted(table)) or "none is defined",
                hint=hint,
            )
        ]
    )


def supply_temp_c(conditions: Conditions, carrier: str, user: str) -> float:
    """Return the supply temperature of `carrier` at the node of the machine `user`, °C."""
    return _find(
        conditions.supply_temp_c,
        carrier,
        user,
        "supply temperature of the carrier",
        "add a network with this carrier or state it under settings.carrier_temps_c",
    )


def supply_by_step_c(conditions: Conditions, carrier: str, user: str) -> Array:
    """Return the supply temperature of `carrier` by step, °C: that of the design, or as it follows the weather."""
    known = conditions.supply_by_step_c.get(carrier)
    return np.full(conditions.grid.n, supply_temp_c(conditions, carrier, user)) if known is None else known


def return_temp_c(conditions: Conditions, carrier: str, user: str) -> float:
    """Return the return temperature of `carrier` at the node of the machine `user`, °C."""
    return _find(
        conditions.return_temp_c,
        carrier,
        user,
        "return temperature of the carrier",
        "add a network with this carrier or state it under settings.carrier_temps_c",
    )


def tariff(conditions: Conditions, name: str, user: str) -> Tariff:
    """Return the electricity tariff `name`."""
    return _find(conditions.tariffs, name, user, "tariff", "add it under tariffs or correct the tariff of the grid")


def fuel(conditions: Conditions, name: str, user: str) -> Tariff:
    """Return the price and factors of the fuel `name`."""
    return _find(conditions.fuels, name, user, "fuel", "add it under fuels or correct the fuel of the supply")


def refrigerant(conditions: Conditions, name: str, user: str) -> Refrigerant:
    """Return the properties of the refrigerant `name`."""
    return _find(conditions.refrigerants, name, user, "refrigerant", "add it under refrigerants or correct the name")


def source(conditions: Conditions, name: str, user: str) -> SourceConditions:
    """Return availability and temperature of the heat or cold source `name`."""
    return _find(conditions.sources, name, user, "source", "add it under sources or correct the source of the machine")


def require_downhill(user: str, warm: tuple[str, float], cold: tuple[str, float], approach_k: float) -> None:
    """Refuse a heat flow that would run uphill.

    Parameters
    ----------
    user
        Id of the machine.
    warm, cold
        Name and temperature (°C) of what gives and of what takes the heat.
    approach_k
        Least temperature difference.

    Raises
    ------
    DataError
        E605 when the giving side is not warmer by the approach.
    """
    if warm[1] - cold[1] >= approach_k:
        return
    raise DataError.of(
        [
            Finding(
                code="E605",
                field=f"technologies.{user}",
                what="heat would flow uphill",
                got=f"{warm[0]} at {warm[1]:g} °C to {cold[0]} at {cold[1]:g} °C",
                allowed=f"{warm[0]} at least {approach_k:g} K warmer than {cold[0]}",
                hint="change the temperatures of the carriers, or use a heat pump",
            )
        ]
    )
