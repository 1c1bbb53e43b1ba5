"""Primary energy, system performance, peak demand and tower water; examples in ``docs/how-to/ghg.md``."""

from importlib import import_module
from typing import Any

_HOME = {
    "bills": ("Bill", "BillTerms", "electricity_bill"),
    "performance": (
        "PeakEffect",
        "SystemPerformance",
        "coincident_peak_avoided",
        "deferral_value",
        "diversity_factor",
        "load_factor",
        "system_performance",
    ),
    "primary": (
        "EnergyUse",
        "Generation",
        "PrimaryEnergy",
        "WeightingFactors",
        "allocate_cogeneration",
        "primary_energy",
    ),
    "water": ("TowerWater", "tower_water", "tower_water_by_range"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605  a list computed from the table above


def __getattr__(name: str) -> Any:
    """Import the module of a public name on first use."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
