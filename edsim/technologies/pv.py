"""Photovoltaic generator on a roof, facade, pond or the ground.

``electricity[t] <= yield[t] * capacity``: less than possible is curtailment. The yield, AC kW per kWp, is computed
with the weather for the tilt and azimuth given here, under the id of the machine. Area given, ``capacity <= area *
density``. Valid: fixed planes without shading beyond that in the yield. Sources: Danish Energy Agency catalogue for
cost; power density of 20-22 % modules, unverified.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar, Literal

from pydantic import model_validator

from edsim.core.catalogue import Defaults, existing, maximum, minimum
from edsim.core.errors import DataError, Finding
from edsim.core.quantity import quantity
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology

if TYPE_CHECKING:
    from pyomo.core import Block

_default = Defaults("pv")


class Pv(Technology):
    """Photovoltaic generator."""

    ports: ClassVar[tuple[Port, ...]] = (Port("electricity", "electricity", "out", "electricity_kw"),)
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kwp", "kWp", "capex_per_kwp", "electricity"),)
    output: ClassVar[str] = "electricity_kw"
    title: ClassVar[tuple[str, str]] = ("Photovoltaics", "Fotovoltaica")

    kind: Literal["pv"] = "pv"
    mounting: Literal["roof", "ground", "facade", "floating"] = "roof"
    """Where the modules stand; the cost default is for roofs."""
    tilt_deg: float = _default("tilt_deg", doc="Tilt from horizontal.", ge=0, le=90)
    azimuth_deg: float = _default("azimuth_deg", doc="Azimuth from north, clockwise.", ge=0, le=360)
    area_m2: float | None = quantity(None, unit="m2", doc="Area for modules; bounds the capacity.", gt=0)
    kwp_per_m2: float = _default("kwp_per_m2", doc="Peak power per area, spacing included.", gt=0, le=0.3)
    existing_capacity_kwp: float = existing("kWp")
    min_capacity_kwp: float = minimum("kWp")
    max_capacity_kwp: float | None = maximum("kWp")
    capex_per_kwp: float = _default.capex("capex_per_kwp")
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @model_validator(mode="before")
    @classmethod
    def _bound_by_area(cls, data: Any) -> Any:
        """Let the area set the largest capacity where none is given."""
        if not isinstance(data, dict) or data.get("max_capacity_kwp") is not None or data.get("area_m2") is None:
            return data
        density = data.get("kwp_per_m2", cls.model_fields["kwp_per_m2"].default)
        return data | {"max_capacity_kwp": float(data["area_m2"]) * float(density)}

    @model_validator(mode="after")
    def _fits_area(self) -> Pv:
        if self.area_m2 is not None and self.max_capacity_kwp is not None:
            room = self.area_m2 * self.kwp_per_m2
            if max(self.max_capacity_kwp, self.existing_capacity_kwp, self.min_capacity_kwp) > room * (1 + 1e-9):
                raise ValueError(f"{self.area_m2:g} m2 hold {room:.1f} kWp at {self.kwp_per_m2:g} kWp/m2, not more")
        return self

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
        return {"yield_kw_per_kwp": conditions.pv_kw_per_kwp[self.id]}

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the output."""
        ctx.sized(block)
        ctx.params(block, "yield_kw_per_kwp")
        ctx.flow(block, "electricity_kw", ctx.upper("capacity_kwp")[:, None] * ctx.arrays["yield_kw_per_kwp"])

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Limit the output to what the sun gives."""
        from edsim.lp import Constraint

        del ctx
        block.sun = Constraint(
            block.I,
            block.T,
            rule=lambda b, i, t: b.electricity_kw[i, t] <= b.yield_kw_per_kwp[i, t] * b.capacity_kwp[i],
        )

    @classmethod
    def example(cls) -> Pv:
        """Return a roof of 500 m²."""
        return cls(id="roof_pv", area_m2=500.0)
