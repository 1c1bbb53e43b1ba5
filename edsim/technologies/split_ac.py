"""Split air conditioners: one outdoor unit per room or zone, compressor of fixed speed.

Physics and valid range: :mod:`edsim.core.machines.individual_cooling`. Defaults and sources: catalogue.
"""

from typing import ClassVar, Literal

from edsim.core.machines.individual_cooling import AirConditioner


class SplitAc(AirConditioner):
    """Split air conditioner of one building."""

    curve: ClassVar[str] = "fixed_speed"
    title: ClassVar[tuple[str, str]] = ("Split air conditioner", "Aire acondicionado minisplit")

    kind: Literal["split_ac"] = "split_ac"
    refrigerant: str = "R-410A"
    """Refrigerant, by its name in the refrigerant table."""

    @classmethod
    def example(cls) -> "SplitAc":
        """Return a machine with default figures."""
        return cls(id="split_ac")
