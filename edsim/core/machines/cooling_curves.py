"""Vapour-compression machines: power and capacity by condenser temperature, supply temperature and part load.

The form is that of DOE-2: ``power = rated power * capacity ratio * input ratio * part-load fraction`` with

- capacity and input ratio of the condenser-entering temperature (water from the tower, or outdoor air), tables per
  compressor, normalized at the rating point of AHRI 550/590 (29.4 °C water, 35 °C air, 6.7 °C chilled water);
- the input ratio also follows the lift ``(Tc - Te) / Te`` of a machine of constant Carnot efficiency when the chilled
  water is warmer or colder than 6.7 °C (condensing Tc above, evaporating Te below the water by fixed differences);
- the part-load table of :mod:`edsim.core.machines.part_load`, at constant condenser temperature.

Valid for condenser-entering water of 15 to 40 °C and air of 15 to 50 °C, supply of -10 to 20 °C. Below the table the
ratios stay at its first point (head pressure is kept up); above it they continue with the last slope. Capacity above
the rated one is not used: machines are bought for the capacity they have at rating conditions. Source: table
``edsim/data/technologies/chiller_curves.csv`` with its sources.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from edsim.core.resources import data_path
from edsim.core.units import KELVIN

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

Array: TypeAlias = "NDArray[np.float64]"

RATING_TEMP_C = {"water": 29.4, "air": 35.0}
"""Condenser-entering temperature of the rating point (AHRI 550/590)."""
RATING_SUPPLY_TEMP_C = 6.7
"""Chilled-water supply of the rating point (AHRI 550/590)."""
CONDENSING_ABOVE_ENTERING_K = {"water": 7.0, "air": 12.0}
"""Condensing over entering temperature: 5.6 K range plus approach for water; engineering practice."""
EVAPORATING_BELOW_SUPPLY_K = 1.5
"""Evaporating below leaving chilled water of a flooded evaporator; engineering practice."""

_LEAST_CAPACITY_FRAC = 0.3
_MOST_OF_IDEAL = 0.75
"""Share of Carnot's COP at rating that no machine passes; the best have 7.9 of 12.3 (IPCC AR4 WG3 6.4.4.3)."""


@dataclass(frozen=True, slots=True)
class CoolingCurves:
    """Behavior of one type of machine.

    Attributes
    ----------
    condenser
        ``water`` or ``air``.
    rated_cop
        Cooling over compressor power at the rating point.
    load_frac, power_frac : (4,)
        Part load of one machine, ending at (1, 1).
    entering_temp_c, input_ratio, capacity_ratio : (4,)
        Normalized to 1 at the rating temperature.
    """

    condenser: str
    rated_cop: float
    load_frac: Array
    power_frac: Array
    entering_temp_c: Array
    input_ratio: Array
    capacity_ratio: Array


@cache
def curve_rows(compressor: str, condenser: str) -> tuple[dict[str, str], ...]:
    """Return the rows of the table of curves on a compressor and condenser type.

    Raises
    ------
    ValueError
        When the table has no such combination.
    """
    with data_path("technologies", "chiller_curves.csv").open(encoding="utf-8", newline="") as file:
        every = list(csv.DictReader(file))
    rows = tuple(r for r in every if (r["compressor"], r["condenser"]) == (compressor, condenser))
    if not rows:
        known = ", ".join(sorted({f"{r['compressor']} with {r['condenser']}" for r in every}))
        raise ValueError(
            f"no curves for {compressor} with {condenser} condenser: name another compressor; known: {known}"
        )
    return rows


def require_machine(compressor: str, condenser: str, rated_cop: float | None) -> None:
    """Refuse machines without curves and COPs beyond physics.

    Parameters
    ----------
    compressor, condenser
        Type of the machine.
    rated_cop
        COP at the rating point; None for that of the type.

    Raises
    ------
    ValueError
        When the table has no such type, or the COP is above 0.75 of the ideal between leaving water of 6.7 °C and what
        enters the condenser: 9.2 with water, 7.4 with air. Above it the second law would be broken on the hottest days.
    """
    curve_rows(compressor, condenser)
    ideal = (RATING_SUPPLY_TEMP_C + KELVIN) / (RATING_TEMP_C[condenser] - RATING_SUPPLY_TEMP_C)
    most = _MOST_OF_IDEAL * ideal
    if rated_cop is not None and rated_cop > most:
        raise ValueError(
            f"rated_cop {rated_cop:g} is beyond physics with {condenser} condenser: at most {most:.1f}; "
            "BTU/h/W (EER) is 3.412 times the COP"
        )


@cache
def cooling_curves(compressor: str, condenser: str) -> CoolingCurves:
    """Return the curves of a compressor and condenser type.

    Raises
    ------
    ValueError
        When the table has no such combination.
    """
    rows = curve_rows(compressor, condenser)

    def table(name: str) -> tuple[Array, Array]:
        pairs = sorted((float(r["at"]), float(r["value"])) for r in rows if r["quantity"] == name)
        at, value = np.array(pairs).T
        return at, value

    load, power = table("power_frac")
    temp, inputs = table("input_ratio")
    _, capacity = table("capacity_ratio")
    rating = RATING_TEMP_C[condenser]
    return CoolingCurves(
        condenser=condenser,
        rated_cop=next(float(r["value"]) for r in rows if r["quantity"] == "rated_cop"),
        load_frac=load,
        power_frac=power,
        entering_temp_c=temp,
        input_ratio=inputs / np.interp(rating, temp, inputs),
        capacity_ratio=capacity / np.interp(rating, temp, capacity),
    )


def _table_value(at: ArrayLike, x: Array, y: Array) -> Array:
    """Interpolate; below the table its first value, above it its last slope."""
    t = np.asarray(at, dtype=float)
    slope = (y[-1] - y[-2]) / (x[-1] - x[-2])
    return np.asarray(np.interp(t, x, y) + np.maximum(t - x[-1], 0.0) * slope)


def lift_ratio(condenser: str, entering_temp_c: ArrayLike, supply_temp_c: ArrayLike) -> Array:
    """Return power per cooling at `supply_temp_c` over that at the rating supply, for constant Carnot efficiency.

    ``(Tc - Te) / Te`` over its value at 6.7 °C supply and the same condenser; about -3 % per K of warmer supply.
    """
    condensing = np.maximum(np.asarray(entering_temp_c, dtype=float), 15.0) + CONDENSING_ABOVE_ENTERING_K[condenser]
    evaporating = np.asarray(supply_temp_c, dtype=float) - EVAPORATING_BELOW_SUPPLY_K
    reference = RATING_SUPPLY_TEMP_C - EVAPORATING_BELOW_SUPPLY_K
    least_lift_k = 5.0

    def per_cooling(te: Array | float) -> Array:
        return np.asarray(np.maximum(condensing - te, least_lift_k) / (te + KELVIN))

    return per_cooling(evaporating) / per_cooling(reference)


def input_ratio(curves: CoolingCurves, entering_temp_c: ArrayLike, supply_temp_c: ArrayLike) -> Array:
    """Return full-load power per cooling over that of the rating point.

    Below the table the condenser is held at its first point, for the temperature of the supply too: a machine never
    draws more because it is colder outside.
    """
    by_condenser = _table_value(entering_temp_c, curves.entering_temp_c, curves.input_ratio)
    held = np.maximum(np.asarray(entering_temp_c, dtype=float), curves.entering_temp_c[0])
    return by_condenser * lift_ratio(curves.condenser, held, supply_temp_c)


def capacity_frac(curves: CoolingCurves, entering_temp_c: ArrayLike) -> Array:
    """Return available over rated capacity, between 0.3 and 1."""
    ratio = _table_value(entering_temp_c, curves.entering_temp_c, curves.capacity_ratio)
    return np.clip(ratio, _LEAST_CAPACITY_FRAC, 1.0)
