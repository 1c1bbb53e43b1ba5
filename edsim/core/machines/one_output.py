"""Relations of machines with one output: ``output <= limit[t] * capacity``; the limit is 1 or a prepared array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from edsim.core.machines.draws_water import DrawsWater

if TYPE_CHECKING:
    from edsim.core.technology import ModelContext, Port, Size


class OneOutput(DrawsWater):
    """Declares ``output`` and keeps it within the first size; put before the base of the technology."""

    ports: ClassVar[tuple[Port, ...]]
    sizes: ClassVar[tuple[Size, ...]]
    output: ClassVar[str]
    limit: ClassVar[str] = ""
    """Prepared array of what the machine can give per capacity, by step; empty where it can always give all."""

    def water_ports(self) -> frozenset[str]:
        """Return the ports that give the output."""
        return frozenset(p.name for p in self.ports if p.variable == self.output and not p.factor)

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
