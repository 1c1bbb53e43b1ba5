"""What a machine says of the temperatures of its carriers, so that a case is judged before anything is computed.

Everything here is plain Python on the fields of the machine: checking a case loads no numpy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

Level = str | tuple[str, float]
"""Supply temperature of a carrier, by the name of the carrier, or a named temperature of its own, °C."""


class Levels:
    """Statements on levels every technology may make; a machine without thermal carriers makes none."""

    needs_levels: ClassVar[tuple[str, ...]] = ()
    """Ports whose carriers must have temperatures, from a network or ``settings.carrier_temps_c``."""
    part_way: ClassVar[tuple[tuple[str, str], ...]] = ()
    """Ports that may reach their carrier's supply only in part, with the prepared array of that share by step."""

    def idle_ports(self) -> frozenset[str]:
        """Return the ports this instance never uses."""
        return frozenset()

    def heat_paths(self) -> tuple[tuple[Level, Level, float], ...]:
        """Return what gives heat, what takes it, and by how many K the first must be the warmer."""
        return ()

    def return_paths(self) -> tuple[tuple[str, str, float], ...]:
        """Return carriers in counterflow: what gives heat, what takes it, least K by which the first returns warmer."""
        return ()

    def cooling_water_approach_k(self) -> float | None:
        """Return how far above wet bulb the condenser water is that the machine sends out; None when it sends none."""
        return None

    def cooling_water_source(self) -> tuple[str, float] | None:
        """Return the source the condenser water is cooled by and the approach to it, K; None when it is not."""
        return None

    def level_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return ports with the lowest and highest supply temperature, °C, at which they carry anything."""
        return ()

    def curve_ranges(self) -> tuple[tuple[str, float, float], ...]:
        """Return ports with the lowest and highest supply temperature, °C, where the machine's figures hold."""
        return ()

    def own_levels(self) -> Mapping[str, tuple[float, float]]:
        """Return ports whose water has a supply and a return of the machine, °C, whatever its carrier has elsewhere."""
        return {}

    def too_warm(self, levels: Mapping[str, tuple[float, float]]) -> tuple[str, float, float] | None:
        """Return a carrier that cools only with a compressor because its warmer pipe is too warm, that and the limit.

        `levels` are supply and return of the carriers, °C; None where there is no such carrier.
        """
        del levels
        return None
