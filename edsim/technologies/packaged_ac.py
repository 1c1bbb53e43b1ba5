"""Packaged (rooftop or ducted) air conditioners with scroll compressors in stages.

Physics and valid range: :mod:`edsim.core.machines.individual_cooling`. Defaults and sources: catalogue.
"""

from typing import ClassVar, Literal

from edsim.core.machines.catalogued import catalogued
from edsim.core.machines.individual_cooling import AirConditioner


class PackagedAc(AirConditioner):
    """Packaged air conditioner of one building."""

    curve: ClassVar[str] = "scroll"
    title: ClassVar[tuple[str, str]] = ("Packaged air conditioner", "Equipo paquete de aire acondicionado")

    kind: Literal["packaged_ac"] = "packaged_ac"
    fan_frac: float = catalogued(
        "kW/kW", doc="Power of air-handling fans outside the rated COP per cooling.", ge=0, le=0.3
    )
    refrigerant: str = "R-410A"
    """Refrigerant, by its name in the refrigerant table."""

    @classmethod
    def example(cls) -> "PackagedAc":
        """Return a machine with default figures."""
        return cls(id="packaged_ac")
