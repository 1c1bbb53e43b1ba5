"""The registry of technology kinds, filled by subclassing; third parties join by entry point."""

from __future__ import annotations

from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import TYPE_CHECKING

from edsim.core.errors import DataError, Finding

if TYPE_CHECKING:
    from collections.abc import Mapping
    from importlib.metadata import EntryPoint

    from edsim.core.technology import Technology

_KINDS: dict[str, type[Technology]] = {}
_FAULTS = (
    *(ArithmeticError, AssertionError, AttributeError, ImportError, LookupError, NameError),
    *(OSError, RuntimeError, SyntaxError, TypeError, ValueError),
)
"""What the code of a foreign package may raise while it is imported."""


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
    """Import every module of `package` and every ``edsim.technologies`` entry point; return kind → class.

    Raises
    ------
    DataError
        E608 for every installed package whose technology cannot be loaded.
    """
    from importlib.metadata import entry_points

    root = import_module(package)
    for info in iter_modules(root.__path__):
        import_module(f"{package}.{info.name}")
    faults = [f for point in entry_points(group="edsim.technologies") if (f := _loaded(point)) is not None]
    if faults:
        raise DataError.of(faults)
    return MappingProxyType(dict(sorted(_KINDS.items())))


def _loaded(point: EntryPoint) -> Finding | None:
    """Load the technology of an installed package; return what is wrong with it."""
    try:
        point.load()
    except _FAULTS as error:
        package = point.dist.name if point.dist is not None else point.module
        return Finding(
            "E608",
            f"the installed package {package} adds a technology that cannot be loaded",
            field=point.value,
            got=f"{type(error).__name__}: {error}",
            hint=f"mend it, or remove it: pip uninstall {package}",
        )
    return None
