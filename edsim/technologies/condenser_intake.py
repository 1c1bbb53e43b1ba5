"""Intake of sea, lake, river, ground or sewage water that takes the heat of condensers in the place of cooling towers.

A plate exchanger (titanium for sea water) stands between the source and the condenser water of its node. All
water-cooled machines there see, hour by hour::

    condenser-entering water = temperature of the source + approach        in the place of wet bulb + approach
    heat <= capacity, heat <= heat the source may take in the hour
    electricity = (pump share of the condenser circuit + g * lift / (c * warming * pump efficiency)) * heat

The source water is warmed by ``source_warming_k``, by less in hours in which its permit (``max_temp_change_k``,
``outlet_limit_c``) leaves less: the pumps then carry more water for the same heat. c is 3.99 kJ/(kg K) of sea water and
4.19 of any other. No fans, no make-up water. Of several intakes the warmest counts; a node has
towers or intakes, not both. Valid: entering water up to 40 °C, where the curves of chillers end. Sources: catalogue.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np

from edsim.core.errors import DataError, EdsimError, Finding
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.intake_pumps import pump_power_per_heat
from edsim.core.machines.one_output import OneOutput
from edsim.core.machines.surroundings import source
from edsim.core.machines.traits import CostLine, SourceUse
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, SourceConditions, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("condenser_intake")

_WARMEST_ENTERING_C = 40.0
"""Condenser-entering water at which the curves of chillers end (:mod:`edsim.core.machines.cooling_curves`)."""


class CondenserIntake(OneOutput, Technology):
    """Heat of the condenser water to a body of water."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("heat", "condenser_water", "in", "heat_kw"),
        Port("electricity", "electricity", "in", "heat_kw", factor="electric_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "condenser_water"),)
    source_uses: ClassVar[tuple[SourceUse, ...]] = (SourceUse("heat_kw"),)
    output: ClassVar[str] = "heat_kw"
    source_side: ClassVar[Literal["", "heat", "cold"]] = "cold"
    cost_line: ClassVar[CostLine] = "heat_rejection"
    takes_heat_away: ClassVar[bool] = True
    title: ClassVar[tuple[str, str]] = ("Condenser water intake", "Toma de agua para condensadores")

    kind: Literal["condenser_intake"] = "condenser_intake"
    source: str
    """Source of the case that takes the heat (sea, lake, river, ground, or wastewater with gives: cold)."""
    approach_k: float = _default("approach_k", doc="Condenser water above the source.", ge=0.5, le=10)
    pump_frac: float = _default("pump_frac", doc="Condenser pump power per heat rejected.", ge=0, le=0.2)
    intake_lift_m: float = _default("intake_lift_m", doc="Height and friction of intake and exchanger.", ge=0, le=500)
    source_warming_k: float = _default(
        "source_warming_k", doc="Warming of the source water, at most what the source permits.", gt=0.5, le=20
    )
    pump_efficiency_frac: float = _default("pump_efficiency_frac", doc="Intake pump and motor.", gt=0.2, le=0.95)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def cooling_water_source(self) -> tuple[str, float] | None:
        """Return source and approach of the condenser water; None on another carrier or where none may be built."""
        serves = self.carrier_of(self.ports[0]) == "condenser_water" and self.max_capacity_kw != 0.0
        return (self.source, self.approach_k) if serves else None

    def electric_frac(self, stream: SourceConditions) -> Array | float:
        """Return pump power per heat rejected to a source, by step where its permit is."""
        lift = (self.intake_lift_m, self.source_warming_k, self.pump_efficiency_frac)
        return self.pump_frac + pump_power_per_heat(*lift, stream)

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return the heat the source may take and the power share.

        Raises
        ------
        DataError
            E609 when the source is too warm for condensers.
        """
        water = source(conditions, self.source, self.id)
        warmest_c = float(water.temp_c.max()) + self.approach_k
        if warmest_c > _WARMEST_ENTERING_C:
            raise _too_warm(self, warmest_c)
        return {"available_kw": water.available_kw, "electric_frac": self.electric_frac(water)}

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the heat, at most what the source may take."""
        ctx.sized(block)
        ctx.flow(block, "heat_kw", np.minimum(ctx.upper("capacity_kw")[:, None], ctx.arrays["available_kw"]))

    @classmethod
    def example(cls) -> CondenserIntake:
        """Return an intake in a source named ``lake``."""
        return cls(id="intake", source="lake")


def _too_warm(spec: CondenserIntake, warmest_c: float) -> EdsimError:
    return DataError.of(
        [
            Finding(
                code="E609",
                field=f"technologies.{spec.id}.source",
                what="the source is too warm to cool condensers",
                got=f"{spec.source} sends condenser water of up to {warmest_c:.1f} °C",
                allowed=f"up to {_WARMEST_ENTERING_C:g} °C with the approach",
                hint="name a colder source, or reject the heat by a cooling_tower",
            )
        ]
    )
