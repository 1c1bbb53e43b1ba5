"""Packaged (rooftop or ducted) air conditioners with scroll compressors in stages and a duct fan.

Physics and valid range: :mod:`edsim.core.individual_cooling`. Defaults and sources: catalogue.
"""

from typing import ClassVar, Literal

from edsim.core.catalogue import Defaults
from edsim.core.individual_cooling import AirConditioner

_default = Defaults("packaged_ac")


class PackagedAc(AirConditioner):
    """Packaged air conditioner of one building."""

    curve: ClassVar[str] = "scroll"
    title: ClassVar[tuple[str, str]] = ("Packaged air conditioner", "Equipo paquete de aire acondicionado")

    kind: Literal["packaged_ac"] = "packaged_ac"
    cop: float = _default("cop", doc="Rated COP when new, at 35 °C outdoors.", gt=0.5, le=8)
    cop_decay_frac_per_a: float = _default("cop_decay_frac_per_a", doc="Loss of COP per year of age.", ge=0, le=0.1)
    fan_frac: float = _default("fan_frac", doc="Air-handling fan power per cooling.", ge=0, le=0.3)
    refrigerant: str = "R-410A"
    """Refrigerant, by its name in the refrigerant table."""
    charge_kg_per_kw: float = _default.charge()
    leak_frac_per_a: float = _default.leak()
    filling_loss_frac: float = _default.filling_loss()
    end_of_life_loss_frac: float = _default.end_of_life_loss()
    oversizing_frac: float = _default("oversizing_frac", doc="Installed capacity above the peak demand.", ge=0, le=3)
    capex_per_kw: float = _default.capex()
    lifetime_a: float = _default.lifetime()
    fixed_om_frac: float = _default.fixed_om()

    @classmethod
    def example(cls) -> "PackagedAc":
        """Return a machine with default figures."""
        return cls(id="packaged_ac")
