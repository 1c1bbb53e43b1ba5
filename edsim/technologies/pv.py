"""Photovoltaic generator on a roof, facade, pond or the ground.

``electricity[t] <= yield[t] * capacity``: less than possible is curtailment. The yield, AC kW per kWp, is computed
with the weather for the tilt, azimuth and dirt given here, under the id of the machine (several surfaces are several
machines). Area given, ``capacity <= area * density``; a roof without ``area_m2`` and ``max_capacity_kwp`` gets a share
of the roof of its building, or of all buildings when it stands at an energy center (floor area over storeys). Its power
serves the node it stands at: at an energy center the plant, and buildings only over a ``power_line``; a ``grid`` may
export the rest. Valid: fixed planes without shading beyond that in the yield. Sources: Danish Energy Agency catalogue
for cost; power density of 20-22 % modules, usable share of roofs and tilt: catalogue, row by row; 2 % of dirt: PVWatts
V5 manual (Dobos 2014).
"""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

import numpy as np
from pydantic import Field, field_validator, model_validator

from edsim.core.errors import DataError, Finding
from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.traits import CostLine
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("pv")

_TILT_LIMITS_DEG = {"roof": (0.0, 60.0), "ground": (0.0, 60.0), "facade": (60.0, 90.0), "floating": (0.0, 20.0)}
"""Least and most tilt by mounting; floating rows are kept low against wind."""

_LEAST_YIELD = 1e-4
"""Yields below this, twilight and rounding, are zero: tiny coefficients hurt the solver and carry no energy."""


class Pv(Technology):
    """Photovoltaic generator."""

    ports: ClassVar[tuple[Port, ...]] = (Port("electricity", "electricity", "out", "electricity_kw"),)
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwp", "kWp", "capex_per_kwp", "electricity"),)
    output: ClassVar[str] = "electricity_kw"
    cost_line: ClassVar[CostLine] = "power"
    title: ClassVar[tuple[str, str]] = ("Photovoltaics", "Fotovoltaica")

    kind: Literal["pv"] = "pv"
    mounting: Literal["roof", "ground", "facade", "floating"] = "roof"
    """Where the modules stand; the cost default is for roofs."""
    tilt_deg: float = _default("tilt_deg", doc="Tilt from horizontal.", ge=0, le=90)
    azimuth_deg: float = _default(
        "azimuth_deg", doc="Azimuth from north, clockwise; 0 by default south of the equator.", ge=0, le=360
    )
    soiling_frac: tuple[Annotated[float, Field(ge=0, le=0.6)], ...] | None = Field(
        None, min_length=1, max_length=12, json_schema_extra={"unit": "frac"},
        description="Loss by dirt: one value for all months or twelve, January first; default 0.02 in every month.",
    )  # fmt: skip
    area_m2: float | None = quantity(None, unit="m2", doc="Area for modules; bounds the capacity.", ge=0)
    roof_use_frac: float = _default(
        "roof_use_frac", doc="Share of the roofs that may carry modules, where a roof has no area_m2.", ge=0, le=1
    )
    kwp_per_m2: float = _default("kwp_per_m2", doc="Peak power per area, spacing included.", gt=0, le=0.3)
    existing_capacity_kwp: float = existing("kWp")
    min_capacity_kwp: float = minimum("kWp")
    max_capacity_kwp: float | None = maximum("kWp")
    capex_per_kwp: float = _default.capex("capex_per_kwp")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()
    om_variable_per_kwh: float = _default.variable_om()

    @field_validator("soiling_frac")
    @classmethod
    def _whole_year(cls, values: tuple[float, ...] | None) -> tuple[float, ...] | None:
        if values is not None and len(values) not in {1, 12}:
            raise ValueError(f"give one value for all months or twelve, January first: got {len(values)}")
        return values

    @model_validator(mode="after")
    def _fits_its_place(self) -> Pv:
        name = max(("existing_capacity_kwp", "min_capacity_kwp"), key=lambda n: float(getattr(self, n)))
        least = float(getattr(self, name))
        if least > self.room_kwp * (1 + 1e-9):
            raise ValueError(
                f"{name} of {least:g} kWp is more than area_m2 of {self.area_m2:g} m2 holds: "
                f"{self.room_kwp:.1f} kWp at {self.kwp_per_m2:g} kWp/m2"
            )
        low, high = _TILT_LIMITS_DEG[self.mounting]
        if not low <= self.tilt_deg <= high:
            raise ValueError(f"tilt_deg of {self.mounting} modules is {low:g} to {high:g}, got {self.tilt_deg:g}")
        return self

    @property
    def room_kwp(self) -> float:
        """Return what the area holds, kWp; infinite when no area is given."""
        return inf if self.area_m2 is None else self.area_m2 * self.kwp_per_m2

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return the AC output per kWp by step."""
        if self.id not in conditions.pv_kw_per_kwp:
            raise DataError.of(
                [
                    Finding(
                        code="E602",
                        field=f"technologies.{self.id}",
                        what="no PV yield was computed for this surface",
                        allowed=", ".join(sorted(conditions.pv_kw_per_kwp)) or "none",
                        hint="yields are made per pv technology from tilt and azimuth; check its id",
                    )
                ]
            )
        possible = conditions.pv_kw_per_kwp[self.id]
        return {"yield_kw_per_kwp": np.where(possible < _LEAST_YIELD, 0.0, possible)}

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the output."""
        from edsim.lp import ArrayParam

        ctx.sized(block)
        ctx.params(block, "yield_kw_per_kwp")
        room = np.minimum(ctx.upper("capacity_kwp"), [s.room_kwp for s in ctx.specs if isinstance(s, cls)])
        block.room_kwp = ArrayParam(block.I, array=room)
        ctx.flow(block, "electricity_kw", room[:, None] * ctx.arrays["yield_kw_per_kwp"])

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit the output to what the sun gives and the capacity to the area."""
        from edsim.lp import Constraint

        if any(s.room_kwp < inf for s in ctx.specs if isinstance(s, cls)):
            block.room = Constraint(block.I, rule=lambda b, i: b.capacity_kwp[i] <= b.room_kwp[i])
        block.sun = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: b.electricity_kw[i, t] <= b.yield_kw_per_kwp[i, t] * b.capacity_kwp[i],
        )

    @classmethod
    def example(cls) -> Pv:
        """Return a roof of 500 m²."""
        return cls(id="roof_pv", area_m2=500.0)
