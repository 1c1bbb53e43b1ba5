"""Power line from an energy center to a building: what makes a plant and its buildings one mini-grid.

Relations::

    delivered <= rating,  drawn = delivered / (1 - loss)

The line stands at the building (``node``) and draws from ``to_node``; it delivers to the building all electricity it
needs, plugs and machines of the model there. The rating follows the peak of the building unless it is given.
Investment per kW holds for line, transformer and meter together. Valid: low and medium voltage up to some kilometers,
one direction. Sources: catalogue, row by row.
"""

from __future__ import annotations

from typing import ClassVar, Literal

from edsim.core.machines.catalogue import Defaults, existing, maximum, minimum
from edsim.core.machines.one_output import OneOutput
from edsim.core.technology import Array, Conditions, Port, Size, Technology

_default = Defaults("power_line")


class PowerLine(OneOutput, Technology):
    """Line of a mini-grid to one building."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("delivered", "electricity", "out", "delivered_kw"),
        Port("sent", "electricity", "in", "delivered_kw", factor="sent_per_delivered"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "electricity"),)
    output: ClassVar[str] = "delivered_kw"
    most_out_per_in: ClassVar[float | None] = 1.0
    title: ClassVar[tuple[str, str]] = ("Power line", "Línea eléctrica")

    kind: Literal["power_line"] = "power_line"
    to_node: str = "energy_center"
    """Energy center the line comes from."""
    loss_frac: float = _default("loss_frac", doc="Loss of line and transformer, share of what is sent.", ge=0, le=0.3)
    existing_capacity_kw: float = existing("kW")
    min_capacity_kw: float = minimum("kW")
    max_capacity_kw: float | None = maximum("kW")
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    def node_of(self, port: Port) -> str:
        """Return where a port stands: power is sent at the energy center and delivered at the building."""
        return self.to_node if port.name == "sent" else self.node

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return what is sent per kWh delivered."""
        del conditions
        return {"sent_per_delivered": 1.0 / (1.0 - self.loss_frac)}

    @classmethod
    def example(cls) -> PowerLine:
        """Return the line to a building named ``school``."""
        return cls(id="line_school", node="school")
