"""Building loads: zone model, coils, archetypes, schedules, other services and measured profiles."""

from importlib import import_module

_EXPORTS = {
    "simulate_zones": "zones",
    "Layer": "spec",
    "Surface": "spec",
    "Window": "spec",
    "Gains": "spec",
    "Coil": "spec",
    "ZoneSpec": "spec",
    "ZoneResult": "spec",
}

__all__ = list(_EXPORTS)  # noqa: PLE0605  a list of the lazily exported names


def __getattr__(name: str) -> object:
    """Return a public name, importing its module on first use."""
    if name not in _EXPORTS:
        raise AttributeError(name)
    return getattr(import_module(f"{__name__}.{_EXPORTS[name]}"), name)
