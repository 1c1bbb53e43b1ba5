"""Relations of machines with one output: ``output <= limit[t] * capacity``; the limit is 1 or a prepared array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

if TYPE_CHECKING:
    from edsim.core.technology import Array, Conditions, ModelContext, Size


class OneOutput:
    """Declares ``output`` and keeps it within the first size; put before the base of the technology."""

    sizes: ClassVar[tuple[Size, ...]]
    output: ClassVar[str]
    limit: ClassVar[str] = ""
    """Prepared array of what the machine can give per capacity, by step; empty where it can always give all."""

    def water_m3_per_kwh(self, conditions: Conditions) -> Array | float:
        """Return the make-up water of the output by step, m3/kWh; what is booked on ``water_use`` must be this."""
        del conditions
        return 0.0

    def blow_down_m3_per_kwh(self, conditions: Conditions) -> Array | float:
        """Return what of that water is drained to limit salts, by step, m3/kWh of the output."""
        del conditions
        return 0.0

    def water_cost_per_kwh(self, conditions: Conditions) -> Array | float:
        """Return what make-up water and the sewer charge on blow-down cost, currency/kWh of the output."""
        to_sewer = float(getattr(conditions, "blow_down_price_per_m3", 0.0))
        drained = self.blow_down_m3_per_kwh(conditions)
        return self.water_m3_per_kwh(conditions) * conditions.water_price_per_m3 + drained * to_sewer

    @classmethod
    def declare(cls, block: Any, ctx: ModelContext) -> None:
        """Declare sizes and output."""
        ctx.sized(block)
        upper = ctx.upper(cls.sizes[0].name)
        if cls.limit:
            ctx.params(block, cls.limit)
            upper = upper[:, None] * ctx.arrays[cls.limit]
        ctx.flow(block, cls.output, upper)

    @classmethod
    def constrain(cls, block: Any, ctx: ModelContext) -> None:
        """Keep the output within what the capacity can give."""
        output, size, limit = cls.output, cls.sizes[0].name, cls.limit

        def rule(b: Any, i: Any, t: Any) -> Any:
            room = getattr(b, size)[i]
            return getattr(b, output)[i, t] <= (getattr(b, limit)[i, t] * room if limit else room)

        ctx.relate(block, "rating", rule)
