"""GHG inventory by frame and source, and the refrigerant ledger; fields and examples in ``docs/how-to/ghg.md``."""

from importlib import import_module
from typing import Any

_HOME = {
    "activity": ("Activity", "FuelUse", "GridFactor"),
    "fuels": ("fuel_factor", "fuel_figures", "to_lhv"),
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

__all__ = sorted(_MODULE_OF)  # noqa: PLE0605  a list computed from the table above


def __getattr__(name: str) -> Any:
    """Import the module of a public name on first use."""
    if name not in _MODULE_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_MODULE_OF[name]}"), name)


def __dir__() -> list[str]:
    return __all__
