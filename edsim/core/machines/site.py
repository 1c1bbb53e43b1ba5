"""Conditions of a node with its sun, wind and demand, for machines that need more than temperatures."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from edsim.core.carriers import is_of
from edsim.core.errors import DataError, EdsimError, Finding
from edsim.core.hours import HOURS_PER_YEAR
from edsim.core.technology import Array, Conditions, Technology


@dataclass(frozen=True, slots=True)
class SiteConditions(Conditions):
    """Conditions with irradiance, wind and demand.

    Attributes
    ----------
    irradiance_w_per_m2
        Technology id → irradiance on its plane, beam and diffuse, either the full year or on the grid.
    wind_speed_m_per_s
        Wind 10 m above ground, the full year or on the grid; empty when unknown.
    demand_kw
        Carrier → demand that must be served at the node, always the full year (compressed air in Nm³/h).
    tower_approach_k
        Approach of the cooling towers at the node, the largest of several; 0 where there is none.
    water_sources
        Sources that cool the condenser water of the node and the approach to each, K; empty where towers do.
    blow_down_price_per_m3
        Sewer charge on the blow-down of towers and boilers.
    """

    irradiance_w_per_m2: Mapping[str, Array] = field(default_factory=dict)
    wind_speed_m_per_s: Array = field(default_factory=lambda: np.zeros(0))
    demand_kw: Mapping[str, Array] = field(default_factory=dict)
    tower_approach_k: float = 0.0
    water_sources: tuple[tuple[str, float], ...] = ()
    blow_down_price_per_m3: float = 0.0


def _on_steps(series: Array, conditions: Conditions) -> Array:
    """Return a series on the grid of the conditions, sampled when it is the full year."""
    values = np.asarray(series, dtype=float)
    return values if len(values) == conditions.grid.n else conditions.grid.sample(values)


def plane_irradiance_w_per_m2(conditions: Conditions, technology: str) -> Array:
    """Return irradiance on the plane of a technology by step, W/m².

    Raises
    ------
    DataError
        E604 when none was computed for it.
    """
    known = conditions.irradiance_w_per_m2 if isinstance(conditions, SiteConditions) else {}
    if technology not in known:
        raise _missing(technology, "irradiance on its plane")
    return _on_steps(known[technology], conditions)


def wind_speed_m_per_s(conditions: Conditions, technology: str) -> Array:
    """Return wind speed 10 m above ground by step.

    Raises
    ------
    DataError
        E604 when the weather has none.
    """
    series = conditions.wind_speed_m_per_s if isinstance(conditions, SiteConditions) else np.zeros(0)
    if not len(series):
        raise _missing(technology, "wind speed")
    return _on_steps(series, conditions)


def demand_kw(conditions: Conditions, carrier: str) -> Array:
    """Return the demand of `carrier` at the node over the full year, kW; zero where there is none."""
    known = conditions.demand_kw if isinstance(conditions, SiteConditions) else {}
    return np.asarray(known.get(carrier, np.zeros(HOURS_PER_YEAR)), dtype=float)


def demand_of_levels_kw(conditions: Conditions, carrier: str) -> Array:
    """Return the demand of `carrier` and all its levels at the node over the full year, kW."""
    known = conditions.demand_kw if isinstance(conditions, SiteConditions) else {}
    return sum((demand_kw(conditions, name) for name in known if is_of(name, carrier)), np.zeros(HOURS_PER_YEAR))


def tower_approach_k(technologies: Sequence[Technology], node: str) -> float:
    """Return the approach of the towers on the condenser water of a node, the largest of several; 0 without a tower."""
    found = (t.cooling_water_approach_k() for t in technologies if t.node == node)
    return max((k for k in found if k is not None), default=0.0)


def water_sources(technologies: Sequence[Technology], node: str) -> tuple[tuple[str, float], ...]:
    """Return source and approach of every intake on the condenser water of a node."""
    found = (t.cooling_water_source() for t in technologies if t.node == node)
    return tuple(one for one in found if one is not None)


def cooling_water_temp_c(conditions: Conditions, approach_k: float) -> Array:
    """Return the condenser water a machine that counts on `approach_k` above wet bulb gets, °C by step.

    Never colder than the towers of its node send it. Where intakes stand in their place it is that of the warmest
    source and its approach; beside towers, the warmest of both.
    """
    if isinstance(conditions, SiteConditions) and conditions.water_sources:
        sent = [conditions.sources[name].temp_c + own_k for name, own_k in conditions.water_sources]
        if conditions.tower_approach_k > 0.0:
            sent.append(conditions.wet_bulb_temp_c + conditions.tower_approach_k)
        return np.asarray(np.max(sent, axis=0))
    tower = conditions.tower_approach_k if isinstance(conditions, SiteConditions) else 0.0
    return np.asarray(conditions.wet_bulb_temp_c + max(approach_k, tower))


def _missing(technology: str, what: str) -> EdsimError:
    return DataError.of(
        [
            Finding(
                code="E604",
                field=f"technologies.{technology}",
                what=f"the technology needs the {what}, which the weather of the case does not give",
                hint="use a weather file with this series, or remove the technology",
            )
        ]
    )
