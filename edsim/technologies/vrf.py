"""Variable refrigerant flow: one inverter outdoor unit with many indoor units.

Physics and valid range: :mod:`edsim.core.individual_cooling`. Defaults and sources: catalogue.
"""

from typing import ClassVar, Literal

from edsim.core.catalogue import Defaults
from edsim.core.individual_cooling import AirConditioner

_default = Defaults("vrf")


class Vrf(AirConditioner):
    """Variable refrigerant flow system of one building."""

    curve: ClassVar[str] = "inverter"
    title: ClassVar[tuple[str, str]] = (
        "Variable refrigerant flow system",
        "Sistema de flujo de refrigerante variable (VRF)",
    )

    kind: Literal["vrf"] = "vrf"
    cop: float = _default("cop", doc="Rated COP when new, at 35 °C outdoors.", gt=0.5, le=8)
    cop_decay_frac_per_a: float = _default("cop_decay_frac_per_a", doc="Loss of COP per year of age.", ge=0, le=0.1)
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
    def example(cls) -> "Vrf":
        """Return a machine with default figures."""
        return cls(id="vrf")
