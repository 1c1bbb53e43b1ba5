"""What a source gives or takes is there once: all machines that use it, of any kind and at any node, share it.

For every source with more than one use, in every step::

    sum over its uses of heat per unit * variable <= available

A single use is bounded by its own variable. Heat delivered, lifted and rejected count by the heat the source itself
gives up or takes in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.machines.traits import SourceUse
from edsim.lp import ArrayParam, ConcreteModel, Constraint
from edsim.optimization.model.context import KindContext

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Use:
    """One use of a source: kind and position of the machine, and which of its variables."""

    kind: str
    position: int
    what: SourceUse

    def heat(self, contexts: Mapping[str, KindContext]) -> Array:
        """Return the heat of the source per unit of the variable, (n,)."""
        return self._array(contexts, self.what.heat)

    def share(self, contexts: Mapping[str, KindContext]) -> Array:
        """Return the share of the source the variable can reach, (n,)."""
        return self._array(contexts, self.what.share)

    def available_kw(self, contexts: Mapping[str, KindContext]) -> Array:
        """Return what the source gives or takes in all, (n,)."""
        return self._array(contexts, "available_kw")

    def _array(self, contexts: Mapping[str, KindContext], name: str) -> Array:
        context = contexts[self.kind]
        return np.asarray((context.arrays[name][self.position] if name else 1.0) * np.ones(context.grid.n))


def uses_of_sources(contexts: Mapping[str, KindContext]) -> dict[str, list[Use]]:
    """Return source → its uses, in the order of the machines."""
    found: dict[str, list[Use]] = {}
    for kind, context in contexts.items():
        for i, spec in enumerate(context.specs):
            if spec.drawn_source:
                found.setdefault(spec.drawn_source, []).extend(Use(kind, i, use) for use in spec.source_uses)
    return found


def row_name(source: str, contexts: Mapping[str, KindContext]) -> str:
    """Return the name of the relation that holds the uses of a source together; empty where there is one use alone."""
    shared = [name for name, uses in uses_of_sources(contexts).items() if len(uses) > 1]
    return f"source_limit_{shared.index(source)}" if source in shared else ""


def limit_sources(m: ConcreteModel, contexts: Mapping[str, KindContext]) -> None:
    """Hold the uses of every shared source to what it gives or takes."""
    for source, uses in uses_of_sources(contexts).items():
        name = row_name(source, contexts)
        if not name:
            continue
        available = ArrayParam(m.T, array=uses[0].available_kw(contexts))
        setattr(m, f"{name}_kw", available)
        terms = []
        for k, use in enumerate(uses):
            heat = ArrayParam(m.T, array=use.heat(contexts))
            setattr(m, f"{name}_{k}", heat)
            terms.append((heat, getattr(getattr(m, use.kind), use.what.variable), use.position))
        setattr(m, name, Constraint(m.T, rule=_rule(terms, available)))


def _rule(terms: list[tuple[ArrayParam, Any, int]], available: ArrayParam) -> object:
    return lambda _m, t: sum(heat[t] * variable[i, t] for heat, variable, i in terms) <= available[t]
