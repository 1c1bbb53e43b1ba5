"""Importing a heavy module only when something in it is first used.

``import numpy as np`` at the top of a module is the right place for it, yet checking a case touches the fields of
technologies and none of their arrays: :func:`defer_import` lets such a command start without paying for numpy.
"""

from __future__ import annotations

import sys
from functools import partial
from importlib.machinery import ModuleSpec
from importlib.util import find_spec, module_from_spec
from types import ModuleType
from typing import Any


class _Deferred(ModuleType):
    """A module that runs its code when an attribute other than its specification is asked for."""

    def __getattr__(self, name: str) -> Any:
        super().__setattr__("__class__", ModuleType)  # from here on it is an ordinary module
        spec = self.__spec__
        if not isinstance(spec, ModuleSpec) or spec.loader is None:
            raise ImportError(f"nothing to load {self.__name__} from")
        if spec.submodule_search_locations is not None:
            self.__path__ = spec.submodule_search_locations
        spec.loader.exec_module(self)
        return getattr(self, name)


def defer_import(name: str, *functions: str) -> None:
    """Make ``import name`` cost nothing until the module is used; a module that is loaded already stays as it is.

    The module is then loaded in place, so that everybody holds the same one. For programs of one thread, before they
    import what imports `name`.

    Parameters
    ----------
    name
        Name of a top-level package or module, or of one whose package is loaded.
    functions
        Functions that are imported from it by name: calling one of them loads the module.
    """
    spec = find_spec(name) if name not in sys.modules else None
    if spec is None:
        return
    made = module_from_spec(spec)
    module = _Deferred(name)
    # Without __path__, importing a submodule asks for it and so loads the package first.
    module.__dict__.update({k: v for k, v in vars(made).items() if k != "__path__"})
    module.__dict__.update({f: partial(_call, module, f) for f in functions})
    sys.modules[name] = module
    package, _, last = name.rpartition(".")
    if package:
        setattr(sys.modules[package], last, module)  # as an import does, which finds it loaded and leaves it out


def _call(module: ModuleType, function: str, *arguments: Any, **named: Any) -> Any:
    """Call a function of a deferred module by its name."""
    if isinstance(module, _Deferred):
        del module.__dict__[function]  # the real one takes its place
    return getattr(module, function)(*arguments, **named)
