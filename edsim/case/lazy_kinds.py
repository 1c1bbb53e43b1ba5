"""Technology kinds imported when a case names them: a case uses a dozen of all there are."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from pkgutil import iter_modules

from edsim.core.registry import load_kinds
from edsim.core.technology import Technology


class LazyKinds(Mapping[str, type[Technology]]):
    """Kind → class of a package with one module per kind, and of the ``edsim.technologies`` entry points.

    A kind is imported alone when it is asked for; a name that is no module of the package makes all kinds load, since
    an entry point may bring it.

    Parameters
    ----------
    package
        Dotted name of the package.
    """

    def __init__(self, package: str) -> None:
        self._package = package
        self._found: dict[str, type[Technology]] = {}
        self._all: Mapping[str, type[Technology]] | None = None

    def __getitem__(self, kind: str) -> type[Technology]:
        if kind not in self._found:
            alone = self._alone(kind) if self._all is None and kind in _modules(self._package) else None
            self._found[kind] = self._every()[kind] if alone is None else alone
        return self._found[kind]

    def __contains__(self, kind: object) -> bool:
        return kind in self._found or (
            isinstance(kind, str) and (kind in _modules(self._package) or kind in self._every())
        )

    def __iter__(self) -> Iterator[str]:
        return iter(self._every())

    def __len__(self) -> int:
        return len(self._every())

    def __reduce__(self) -> tuple[type[LazyKinds], tuple[str]]:
        return LazyKinds, (self._package,)

    def _alone(self, kind: str) -> type[Technology] | None:
        """Return the class of `kind` in the module of its name, None when it is not defined there."""
        for value in vars(import_module(f"{self._package}.{kind}")).values():
            if isinstance(value, type) and issubclass(value, Technology) and _kind_of(value) == kind:
                return value
        return None

    def _every(self) -> Mapping[str, type[Technology]]:
        if self._all is None:
            self._all = load_kinds(self._package)
        return self._all


@cache
def _modules(package: str) -> frozenset[str]:
    """Return the names of the modules of `package`, none of which is imported."""
    spec = find_spec(package)
    places = spec.submodule_search_locations if spec is not None else None
    return frozenset(info.name for info in iter_modules(places or ()))


def _kind_of(cls: type[Technology]) -> object:
    return cls.model_fields["kind"].default
