"""Machines that burn the fuel named in their field ``fuel``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from edsim.core.technology import Port


class Fuelled:
    """Lets the port ``fuel`` draw the carrier of the field ``fuel``; put before the base of the technology."""

    if TYPE_CHECKING:  # pydantic would take them for fields and change their order
        carriers: Mapping[str, str]
        fuel: str

    def carrier_of(self, port: Port) -> str:
        """Return the carrier of a port; what ``carriers`` states comes first."""
        return self.carriers.get(port.name, self.fuel if port.name == "fuel" else port.carrier)
