"""Window air conditioners: the oldest and least efficient machines in the field.

Physics and valid range: :mod:`edsim.core.machines.individual_cooling`. Defaults and sources: catalogue.
"""

from typing import ClassVar, Literal

from edsim.core.machines.individual_cooling import AirConditioner, old_refrigerant


class WindowAc(AirConditioner):
    """Window air conditioner of one building."""

    curve: ClassVar[str] = "fixed_speed"
    title: ClassVar[tuple[str, str]] = ("Window air conditioner", "Aire acondicionado de ventana")

    kind: Literal["window_ac"] = "window_ac"
    refrigerant: str = old_refrigerant()

    @classmethod
    def example(cls) -> "WindowAc":
        """Return a machine with default figures."""
        return cls(id="window_ac")
