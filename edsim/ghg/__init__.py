"""GHG inventory by frame and source, and the refrigerant ledger; fields and examples in ``docs/how-to/ghg.md``."""

from edsim.core.lazy import lazy_names

_HOME = {
    "activity": ("Activity", "FuelUse", "GridFactor", "HeatUse"),
    "fuels": ("fuel_factor", "fuel_figures"),
    "grid_factors": ("combined_margin", "factor_path"),
    "inventories": (
        "EmissionReduction",
        "Inventory",
        "InventoryLine",
        "emission_reduction",
        "inventory",
        "service_factor",
    ),
    "refrigerants": (
        "LedgerEntry",
        "Refrigerant",
        "RefrigerantLedger",
        "RefrigerantStock",
        "kigali_limit_frac",
        "practice_figures",
        "refrigerant",
        "refrigerant_figures",
        "refrigerant_ledger",
        "typical_stock",
    ),
}
_MODULE_OF = {name: module for module, names in _HOME.items() for name in names}

__all__ = [name for names in _HOME.values() for name in names]

__getattr__ = lazy_names(__name__, _MODULE_OF)


def __dir__() -> list[str]:
    return __all__
