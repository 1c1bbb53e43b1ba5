"""Variable refrigerant flow: one inverter outdoor unit with many indoor units.

Physics and valid range: :mod:`edsim.core.machines.individual_cooling`. Defaults and sources: catalogue.
"""

from typing import ClassVar, Literal

from edsim.core.machines.individual_cooling import AirConditioner


class Vrf(AirConditioner):
    """Variable refrigerant flow system of one building."""

    curve: ClassVar[str] = "inverter"
    title: ClassVar[tuple[str, str]] = (
        "Variable refrigerant flow system",
        "Sistema de flujo de refrigerante variable (VRF)",
    )

    kind: Literal["vrf"] = "vrf"
    refrigerant: str = "R-410A"
    """Refrigerant, by its name in the refrigerant table."""

    @classmethod
    def example(cls) -> "Vrf":
        """Return a machine with default figures."""
        return cls(id="vrf")
