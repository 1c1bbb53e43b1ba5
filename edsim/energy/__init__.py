"""Primary energy, system performance, peak demand and tower water; examples in ``docs/how-to/ghg.md``."""

from edsim.core.lazy import lazy_names

_HOME = {
    "bills": ("Bill", "BillLine", "BillTerms", "bill_lines", "electricity_bill", "monthly_cap_kw"),
    "performance": (
        "PeakEffect",
        "SystemPerformance",
        "coincident_peak_avoided",
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
    "water": ("TowerWater", "tower_water"),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [name for names in _HOME.values() for name in names]

__getattr__ = lazy_names(__name__, _MODULE_OF)


def __dir__() -> list[str]:
    return __all__
