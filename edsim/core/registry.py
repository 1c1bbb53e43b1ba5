"""The registry of technology kinds, filled by subclassing; third parties join by entry point."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from edsim.core.technology import Technology

_KINDS: dict[str, type[Technology]] = {}


def register(kind: str, cls: type[Technology]) -> None:
    """Enter `cls` under `kind`.

    Raises
    ------
    ValueError
        When another class already uses the name.
    """
    known = _KINDS.get(kind)
    if known is not None and (known.__module__, known.__qualname__) != (cls.__module__, cls.__qualname__):
        raise ValueError(f"technology kind {kind!r} is defined by {known.__module__} and by {cls.__module__}")
    _KINDS[kind] = cls


def load_kinds(package: str) -> Mapping[str, type[Technology]]:
    """Import every module of `package` and every ``edsim.technologies`` entry point; return kind → class."""
    from importlib.metadata import entry_points

    root = import_module(package)
    for info in iter_modules(root.__path__):
        import_module(f"{package}.{info.name}")
    for point in entry_points(group="edsim.technologies"):
        point.load()
    return MappingProxyType(dict(sorted(_KINDS.items())))
