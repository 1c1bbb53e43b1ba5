"""Plate exchanger between two levels of chilled water: the colder one cools the warmer one.

``cooling out <= capacity``, ``cooling in = cooling out``: insulated plates take up less than 0.1 % from the room.
Counterflow: refused where the warmer water is not above the colder one by the approach at both ends, supply and return.
It lets a plant of 7 °C serve a network of 15 °C too, at the COP of 7 °C; pumps of both sides are those of the networks.
Valid: water or brine on both sides. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.levels import Level
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import require_downhill, return_temp_c, supply_temp_c
from edsim.core.technology import Array, Conditions, Port, Size, Technology

_default = Defaults("chilled_water_exchanger")


class ChilledWaterExchanger(OneOutput, Technology):
    """Exchanger from colder to warmer chilled water."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("warmer_water", "chilled_water_high", "out", "cooling_kw"),
        Port("colder_water", "chilled_water", "in", "cooling_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "chilled_water_high"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("warmer_water", "colder_water")
    output: ClassVar[str] = "cooling_kw"
    most_out_per_in: ClassVar[float | None] = 1.0
    title: ClassVar[tuple[str, str]] = ("Chilled-water exchanger", "Intercambiador de agua helada")

    kind: Literal["chilled_water_exchanger"] = "chilled_water_exchanger"
    approach_k: float = _default("approach_k", doc="Least difference of both supplies and both returns.", ge=0.5, le=20)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def _sides(self) -> tuple[str, str]:
        """Return the carriers of the warmer and of the colder water."""
        return self.carrier_of(self.ports[0]), self.carrier_of(self.ports[1])

    def heat_paths(self) -> tuple[tuple[Level, Level, float], ...]:
        """Return warmer water, colder water and the least difference of their supplies, K."""
        return ((*self._sides(), self.approach_k),)

    def return_paths(self) -> tuple[tuple[str, str, float], ...]:
        """Return warmer water, colder water and the least difference of their returns, K."""
        return ((*self._sides(), self.approach_k),)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return nothing the equations need; refuse water that would be cooled by warmer water."""
        warm, cold = self._sides()
        for what, temp_c in (("", supply_temp_c), ("return of ", return_temp_c)):
            ends = [(f"{what}{c}", temp_c(conditions, c, self.id)) for c in (warm, cold)]
            require_downhill(self.id, ends[0], ends[1], self.approach_k)
        return {}

    @classmethod
    def example(cls) -> ChilledWaterExchanger:
        """Return an exchanger with default figures."""
        return cls(id="plates")
