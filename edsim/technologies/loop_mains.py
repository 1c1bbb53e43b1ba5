"""Mains of an ambient loop: the trench with its pipes, and what they exchange with the ground.

Where no length is stated the mains are laid out before the plant is sized: from
the energy center along streets, or straight lines, to every ``loop_station`` that names it; length, investment per
meter and exchange are those of that design (:mod:`edsim.optimization.district.loop_mains`). Two pipes, warm and cold,
carry the difference of heat drawn and given back behind each trench. With ``pipes: 1`` one pipe runs out and back
through every trench with the flow of the larger side, so that it is wide everywhere and never cheaper in the same
trenches (rings that close through other streets are not searched for); its exchange is that of the water from station
to station. Milestones lay the mains whole at the start, for the largest demand. A stated length or investment is taken
as it is::

    loss to the ground = U (T_warm + T_cold - 2 T_ground) * length        each pipe U, W/m/K; a gain where negative
    length >= min_length                                                  nobody buys more

The ground is taken at the mean air temperature of the year. Pumping is in the ``pump_frac`` of the stations. Stations
are taken at the temperatures of the loop whatever the number of pipes; the last ones of one pipe meet water that others
changed, by up to the difference of both temperatures. Valid: loops of 5 to 35 °C, pipes buried 0.5 to 2 m. Sources:
catalogue; exchange an estimate, that of a design is computed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.surroundings import return_temp_c, supply_temp_c
from edsim.core.quantity import Source, quantity
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("loop_mains")


class LoopMains(Technology):
    """Buried mains between an energy center and the stations of its loop."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("ground_loss", "ambient_water", "in", "loss_kw"),
        Port("ground_gain", "ambient_water", "out", "gain_kw"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("length_m", "m", "capex_per_m", "ambient_water"),)
    needs_levels: ClassVar[tuple[str, ...]] = ("ground_loss",)
    title: ClassVar[tuple[str, str]] = ("Ambient-loop mains", "Tubería del anillo de agua")

    kind: Literal["loop_mains"] = "loop_mains"
    lat_deg: float | None = quantity(None, unit="deg", doc="Latitude of the energy center, to lay the mains out.")
    lon_deg: float | None = quantity(None, unit="deg", doc="Longitude of the energy center, to lay the mains out.")
    pipes: int = Field(
        2, ge=1, le=2, description="Pipes of the loop: 2, warm and cold, or 1 that runs from station to station."
    )
    streets: str | None = Field(
        None,
        description="GeoJSON file with street lines; without it a straight-line graph is used.",
        json_schema_extra={"data_file": True},
    )
    pipe_catalogue: Literal["pe100_sdr11", "pe100_sdr11_insulated", "steel_series1"] = "pe100_sdr11"
    """Pipe series in edsim/data/pipes."""
    cost_factor: float = quantity(
        1.0,
        unit="frac",
        doc="Local cost of civil works against the catalogue, where the mains are laid out.",
        source=Source("no local adjustment of the catalogue", 2026, verified=False),
        gt=0,
    )
    exchange_w_per_m_k: float = _default(
        "exchange_w_per_m_k", doc="Exchange of one pipe with the ground per meter and K.", ge=0, le=20
    )
    existing_length_m: float = existing("m")
    min_length_m: float = minimum("m")
    max_length_m: float | None = maximum("m")
    capex_per_m: float = _default.capex("capex_per_m")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return heat lost to and gained from the ground per meter, kW."""
        carrier = self.carrier_of(self.ports[0])
        ends = supply_temp_c(conditions, carrier, self.id) + return_temp_c(conditions, carrier, self.id)
        ground = float(np.average(conditions.dry_bulb_temp_c, weights=conditions.grid.weight))
        lost = self.exchange_w_per_m_k * (ends - 2.0 * ground) / 1000.0
        return {"loss_per_m": max(lost, 0.0), "gain_per_m": max(-lost, 0.0)}

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare what the mains exchange with the ground."""
        ctx.sized(block)
        ctx.params(block, "loss_per_m", "gain_per_m")
        for name in ("loss", "gain"):
            ctx.flow(block, f"{name}_kw", ctx.upper("length_m") * ctx.arrays[f"{name}_per_m"])

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Tie the exchange to the length."""
        ctx.relate(block, "lost", lambda b, i, t: b.loss_kw[i, t] == b.loss_per_m[i] * b.length_m[i])
        ctx.relate(block, "gained", lambda b, i, t: b.gain_kw[i, t] == b.gain_per_m[i] * b.length_m[i])

    @classmethod
    def example(cls) -> LoopMains:
        """Return mains of a hundred meters."""
        return cls(id="mains", min_length_m=100.0)
