"""Pipes between plants of one network: capacity sized, flow in either direction by hour, losses while in the ground.

Per step t, with the share ``p`` of pumping in what is carried::

    forward[t] + backward[t] <= room[t] * capacity         room < 1 where the supply is milder than that of the design
    loss[t] = loss_per_kw[t] * capacity              half of it a load at each end, used or not
    got[t] = (1 - p) * sent[t] chilled water, (1 + p) * sent[t] hot water       pump heat stays in the water
    pump electricity[t] = p * sent[t]                 at the sending plant

Consumers hang lumped on their plant; only the links between competing plants have flows. Investment is linear in the
capacity, at the specific cost of the pair that carries the most the link may need; a smaller pair costs more per kW
than the model says. :mod:`edsim.optimization.district.link_choice` therefore decides on a diameter, whose cost and
capacity are then exact. Valid for water networks; ``p`` is that of full flow, an upper bound at part flow.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Literal

import numpy as np
from pydantic import Field

from edsim.core.carriers import is_of
from edsim.core.machines.traits import CostLine
from edsim.core.technology import Array, Conditions, ModelContext, Port, Size, Technology
from edsim.core.timegrid import HOURS_PER_YEAR
from edsim.network.plant_links import PlantLink

if TYPE_CHECKING:
    from pyomo.core import Block


class TransportLink(Technology):
    """A pair of pipes between two plants; made from the network, not a kind a case may name."""

    ports: ClassVar[tuple[Port, ...]] = (
        Port("forward_sent", "chilled_water", "in", "forward_kw"),
        Port("forward_got", "chilled_water", "out", "forward_kw", "delivered_frac"),
        Port("backward_sent", "chilled_water", "in", "backward_kw"),
        Port("backward_got", "chilled_water", "out", "backward_kw", "delivered_frac"),
        Port("loss_from", "chilled_water", "in", "loss_kw", "half"),
        Port("loss_to", "chilled_water", "in", "loss_kw", "half"),
        Port("forward_pump", "electricity", "in", "forward_kw", "pump_frac"),
        Port("backward_pump", "electricity", "in", "backward_kw", "pump_frac"),
    )
    sizes: ClassVar[tuple[Size, ...]] = (Size("capacity_kw", "kW", "capex_per_kw", "chilled_water"),)
    title: ClassVar[tuple[str, str]] = ("Pipes between plants", "Tubería entre plantas")
    cost_line: ClassVar[CostLine] = "network"

    kind: Literal["transport_link"]
    to_node: str
    capex_per_kw: float = Field(ge=0)
    max_capacity_kw: float = Field(ge=0)
    min_capacity_kw: float = 0.0
    existing_capacity_kw: float = 0.0
    pump_frac: float = Field(ge=0, lt=1)
    loss_kw_per_kw: tuple[float, ...] = Field(min_length=HOURS_PER_YEAR, max_length=HOURS_PER_YEAR)
    room_frac: tuple[float, ...] = Field(min_length=HOURS_PER_YEAR, max_length=HOURS_PER_YEAR)

    def node_of(self, port: Port) -> str:
        """Return the plant a port stands at."""
        far = {"forward_got", "backward_sent", "loss_to", "backward_pump"}
        return self.to_node if port.name in far else self.node

    def prepare(self, conditions: Conditions) -> dict[str, Array | float]:
        """Return losses and room by step, and what pumping takes and gives."""
        cold = is_of(self.carrier_of(self.ports[0]), "chilled_water")
        return {
            "loss_per_kw": conditions.grid.sample(np.array(self.loss_kw_per_kw)),
            "room_frac": conditions.grid.sample(np.array(self.room_frac)),
            "delivered_frac": 1.0 - self.pump_frac if cold else 1.0 + self.pump_frac,
            "pump_frac": self.pump_frac,
            "half": 0.5,
        }

    @classmethod
    def declare(cls, block: Block, ctx: ModelContext) -> None:
        """Declare the capacity, the flow of each direction and the loss."""
        ctx.sized(block)
        ctx.params(block, "loss_per_kw", "room_frac")
        upper = ctx.upper("capacity_kw")
        ctx.flow(block, "forward_kw", upper)
        ctx.flow(block, "backward_kw", upper)
        ctx.flow(block, "loss_kw", upper[:, None] * ctx.arrays["loss_per_kw"])

    @classmethod
    def constrain(cls, block: Block, ctx: ModelContext) -> None:
        """Tie both flows and the loss to the capacity."""
        ctx.relate(
            block,
            "room",
            lambda b, i, t: b.forward_kw[i, t] + b.backward_kw[i, t] <= b.room_frac[i, t] * b.capacity_kw[i],
        )
        ctx.relate(block, "lost", lambda b, i, t: b.loss_kw[i, t] == b.loss_per_kw[i, t] * b.capacity_kw[i])


def link_id(network: str, link: PlantLink) -> str:
    """Return the name of the pipes between two plants of a network."""
    return f"{network}_{link.from_plant}_{link.to_plant}"


def transport_link(
    link: PlantLink, network: str, carrier: str, need_kw: float, terms: tuple[float, float]
) -> TransportLink:
    """Return the technology of a link between two plants.

    Parameters
    ----------
    link
        The link with every diameter of the catalogue, or the one that is laid: its capacity is then no choice.
    network, carrier
        What it belongs to and carries.
    need_kw
        The most it may have to carry: the peak of what either plant feeds. The smallest diameter that carries it
        gives the specific cost and loss; where none does, the largest, and its capacity is the limit.
    terms
        Life in years and share of the investment for yearly operation and maintenance.
    """
    enough = np.flatnonzero(link.capacity_kw >= need_kw)
    k = int(enough[0]) if len(enough) else int(link.capacity_kw.argmax())
    capacity = float(link.capacity_kw[k])
    lost = np.maximum(link.gain_or_loss_kw[k], 0.0) / capacity
    thermal = [p.name for p in TransportLink.ports if p.carrier == "chilled_water"]
    limit = capacity if link.is_laid else min(capacity, need_kw)
    return TransportLink(
        kind="transport_link",
        id=link_id(network, link),
        label=f"{link.from_plant} ↔ {link.to_plant}",
        node=link.from_plant,
        to_node=link.to_plant,
        carriers=dict.fromkeys(thermal, carrier),
        capex_per_kw=float(link.capex[k]) / capacity,
        min_capacity_kw=capacity if link.is_laid else 0.0,
        max_capacity_kw=limit,
        pump_frac=float(link.pump_kw_per_kw[k]),
        loss_kw_per_kw=tuple(lost.tolist()),
        room_frac=tuple(link.room_frac.tolist()),
        lifetime_a=terms[0],
        fixed_om_frac=terms[1],
    )
