"""Heat exchanger between two carriers, steam to hot water by default.

``heat out <= capacity``, ``heat in = heat out / (1 - loss)``. Counterflow: refused when the warm supply is not above
the cold supply by the approach, or the warm return not above the cold return. Valid: any two liquid or condensing
streams. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from pydantic import model_validator

from edsim.core.carriers import is_of
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.levels import Level
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import require_downhill, return_temp_c, supply_temp_c
from edsim.core.machines.traits import JudgedAt
from edsim.core.technology import Array, Conditions, Port, Size, Technology

_default = Defaults("heat_exchanger")

_LEAST_AT_RETURNS_K = 0.5
"""Least difference of the returns of liquids, the smallest approach that may be stated; condensate may share a tank."""


class HeatExchanger(OneOutput, Technology):
    """Heat exchanger from a warm to a cold carrier."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("cold_side", "hot_water", "out", "heat_kw"),
        Port("warm_side", "steam", "in", "heat_kw", factor="drawn_per_heat"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "hot_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("cold_side", "warm_side")
    output: ClassVar[str] = "heat_kw"
    most_out_per_in: ClassVar[float | None] = 1.0
    judged_at: ClassVar[JudgedAt] = "supply"
    title: ClassVar[tuple[str, str]] = ("Heat exchanger", "Intercambiador de calor")

    kind: Literal["heat_exchanger"] = "heat_exchanger"
    approach_k: float = _default("approach_k", doc="Least difference of the supplies.", ge=0.5, le=50)
    loss_frac: float = _default("loss_frac", doc="Loss to the room, share of the heat drawn.", ge=0, le=0.2)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @model_validator(mode="after")
    def _gives_heat(self) -> HeatExchanger:
        if any(is_of(self.carrier_of(p), "chilled_water") for p in self.ports):
            raise ValueError("it gives heat; between levels of chilled water use kind: chilled_water_exchanger")
        return self

    def heat_paths(self) -> tuple[tuple[Level, Level, float], ...]:
        """Return warm carrier, cold carrier and the least difference of their supplies, K."""
        return ((self.carrier_of(self.ports[1]), self.carrier_of(self.ports[0]), self.approach_k),)

    def return_paths(self) -> tuple[tuple[str, str, float], ...]:
        """Return warm carrier, cold carrier and the least difference of their returns, K."""
        cold, warm = self.carrier_of(self.ports[0]), self.carrier_of(self.ports[1])
        return ((warm, cold, 0.0 if "steam" in warm else _LEAST_AT_RETURNS_K),)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return heat drawn per heat delivered; refuse an uphill flow at either end."""
        cold, warm = self.carrier_of(self.ports[0]), self.carrier_of(self.ports[1])
        warm_c, cold_c = supply_temp_c(conditions, warm, self.id), supply_temp_c(conditions, cold, self.id)
        require_downhill(self.id, (warm, warm_c), (cold, cold_c), self.approach_k)
        for giving, taking, least_k in self.return_paths():
            ends = [(f"return of {c}", return_temp_c(conditions, c, self.id)) for c in (giving, taking)]
            require_downhill(self.id, ends[0], ends[1], least_k)
        return {"drawn_per_heat": 1.0 / (1.0 - self.loss_frac)}

    @classmethod
    def example(cls) -> HeatExchanger:
        """Return a steam-to-hot-water exchanger."""
        return cls(id="exchanger")
