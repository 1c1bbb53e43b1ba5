"""Refrigerant a machine loses in a mean year: leaks, first filling and scrapping spread over its life.

``loss = charge * (leak + (filling loss + end-of-life loss) / life)``, kg per kW and year.
"""

from __future__ import annotations

from typing import Any, ClassVar, Protocol

from edsim.core.machines.catalogue import value_of
from edsim.core.machines.surroundings import refrigerant
from edsim.core.technology import Accounts, Array, Conditions, ModelContext, Technology


class HoldsRefrigerant(Protocol):
    """Fields of a machine with a charge."""

    @property
    def id(self) -> str:
        """Name of the machine in the case."""

    @property
    def refrigerant(self) -> str:
        """Name of the refrigerant."""

    @property
    def charge_kg_per_kw(self) -> float:
        """Charge per capacity."""

    @property
    def leak_frac_per_a(self) -> float | None:
        """Yearly leak, share of the charge; None for that of the type."""

    @property
    def filling_loss_frac(self) -> float:
        """Loss at first filling."""

    @property
    def end_of_life_loss_frac(self) -> float:
        """Not recovered at scrapping."""

    @property
    def lifetime_a(self) -> float:
        """Technical life."""


def refrigerant_loss(machine: HoldsRefrigerant, conditions: Conditions) -> dict[str, Array | float]:
    """Return the yearly loss per capacity and its GWP, as arrays of :meth:`Technology.prepare`."""
    whole_life = (machine.filling_loss_frac + machine.end_of_life_loss_frac) / machine.lifetime_a
    return {
        "refrigerant_kg_per_kw": machine.charge_kg_per_kw * (value_of(machine, "leak_frac_per_a") + whole_life),
        "gwp_kg_per_kg": refrigerant(conditions, machine.refrigerant, machine.id).gwp_kg_per_kg,
    }


class LosesRefrigerant(Technology):
    """Books the refrigerant that escapes beside all other costs; put before the base of the technology."""

    charged_size: ClassVar[str] = "capacity_kw"
    """Size, kW, that the charge is given for."""

    @classmethod
    def contribute(cls, block: Any, accounts: Accounts, ctx: ModelContext) -> None:
        """Book costs and the refrigerant that escapes."""
        super().contribute(block, accounts, ctx)
        lost, gwp = ctx.arrays["refrigerant_kg_per_kw"], ctx.arrays["gwp_kg_per_kg"]
        accounts.add("refrigerant_ghg", getattr(block, cls.charged_size), quantity=lost, price=gwp)
