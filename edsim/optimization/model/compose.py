"""From a system and a grid to the parts of a model: Pyomo blocks per kind, balances, ledger, compiled matrix."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.core.technology import Technology
from edsim.core.timegrid import TimeGrid
from edsim.lp import Block, CompiledLP, ConcreteModel, RangeSet, compile_model
from edsim.optimization.model.balances import Attachment, add_balance, attach, book_unserved, check_supply
from edsim.optimization.model.commitment_model import add_commitment, book_commitment
from edsim.optimization.model.context import KindContext, make_context
from edsim.optimization.model.ledger import KindAccounts, Ledger
from edsim.optimization.model.peaks import add_grid_peak, book_grid_peak
from edsim.optimization.model.shared_sources import limit_sources
from edsim.optimization.system import NodeCarrier, System

_COST_FIELDS = frozenset({"label", "quality", "lifetime_a", "fixed_om_frac", "om_variable_per_kwh"})
"""Fields of every technology that reach the accounts only (or through prepared arrays, which are compared)."""


@dataclass(frozen=True, slots=True)
class Parts:
    """A composed model.

    Attributes
    ----------
    system, grid
        What was built and on which steps.
    pyomo, lp
        The Pyomo model and its compiled matrix.
    ledger
        What every column costs, emits and uses.
    contexts
        Kind → prepared instances.
    balances, balance_names
        (node, carrier) → ports that meet there, and the name of the balance in the Pyomo model.
    """

    system: System
    grid: TimeGrid
    pyomo: ConcreteModel
    lp: CompiledLP
    ledger: Ledger
    contexts: Mapping[str, KindContext]
    balances: Mapping[NodeCarrier, tuple[Attachment, ...]]
    balance_names: Mapping[NodeCarrier, str]

    def size_columns(self) -> dict[tuple[str, str], int]:
        """Return (technology id, size name) → column."""
        out: dict[tuple[str, str], int] = {}
        for kind, ctx in self.contexts.items():
            block = getattr(self.pyomo, kind)
            for size in ctx.sizes:
                columns = self.lp.column(getattr(block, size.name))
                out |= {(s.id, size.name): int(c) for s, c in zip(ctx.specs, columns, strict=True)}
        return out

    def unserved_column(self, key: NodeCarrier) -> NDArray[np.int64]:
        """Return the columns of the unserved demand at a balance, one per step."""
        return self.lp.column(getattr(self.pyomo, f"unserved_{self.balance_names[key]}"))

    def unserved_columns(self) -> NDArray[np.int64]:
        """Return the columns of unserved demand."""
        found = [self.unserved_column(key) for key in self.system.demand]
        return np.concatenate(found) if found else np.zeros(0, dtype=np.int64)

    def served(self) -> NDArray[np.float64]:
        """Return the upper bounds of the columns with nothing left unserved."""
        upper = self.lp.col_upper.copy()
        upper[self.unserved_columns()] = 0.0
        return upper


def compose(system: System, grid: TimeGrid) -> Parts:
    """Build and compile the model of `system` on `grid`.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used at a node where nothing can supply it.
    """
    m = ConcreteModel()
    contexts = {kind: _add_kind(m, system, grid, specs) for kind, specs in by_kind(system).items()}
    m.T = RangeSet(0, grid.n - 1)
    attached = attach(system, contexts)
    check_supply(system, attached)
    names = {key: f"{i}" for i, key in enumerate(attached)}
    for key, ports in attached.items():
        add_balance(m, (system, grid), key, names[key], (ports, contexts))
    limit_sources(m, contexts)
    add_grid_peak(m, contexts)
    add_commitment(m, contexts)
    lp = compile_model(m)
    for ctx in contexts.values():
        ctx.close()
    return Parts(
        system=system,
        grid=grid,
        pyomo=m,
        lp=lp,
        ledger=_book(m, system, grid, contexts, names),
        contexts=contexts,
        balances=attached,
        balance_names=names,
    )


def repriced(parts: Parts, system: System) -> Parts | None:
    """Return the parts with the prices and cost factors of `system`, or None when anything else differs.

    Prices reach nothing but the accounts: blocks and matrix stay, only the ledger is written anew. Whether something
    else differs is read from what the blocks used: every prepared array they read while they were declared.
    """
    old = parts.system
    same = old.reach_factor == system.reach_factor and _same_demand(old, system)
    if not (same and _same_structure(old.technologies, system.technologies)):
        return None
    contexts = {}
    for kind, specs in by_kind(system).items():
        before, now = parts.contexts[kind], make_context(system, parts.grid, specs)
        if not all(np.array_equal(before.arrays[name], now.arrays[name]) for name in before.used):
            return None
        contexts[kind] = replace(now, shapes=before.shapes, used=before.used)
    ledger = _book(parts.pyomo, system, parts.grid, contexts, parts.balance_names)
    return replace(parts, system=system, ledger=ledger, contexts=contexts, balances=attach(system, contexts))


def by_kind(system: System) -> dict[str, list[Technology]]:
    """Return the technologies of every kind, in order."""
    out: dict[str, list[Technology]] = {}
    for technology in system.technologies:
        out.setdefault(technology.kind, []).append(technology)
    return out


def _book(
    m: ConcreteModel,
    system: System,
    grid: TimeGrid,
    contexts: Mapping[str, KindContext],
    names: Mapping[NodeCarrier, str],
) -> Ledger:
    ledger = Ledger(grid)
    for kind, ctx in contexts.items():
        accounts = KindAccounts(ledger, tuple(s.id for s in ctx.specs), ctx.shapes)
        type(ctx.specs[0]).contribute(getattr(m, kind), accounts, ctx)
    book_unserved(m, system, names, ledger)
    book_grid_peak(m, ledger)
    book_commitment(m, contexts, ledger)
    return ledger


def _add_kind(m: ConcreteModel, system: System, grid: TimeGrid, specs: Sequence[Technology]) -> KindContext:
    kind = specs[0].kind
    block = Block()
    setattr(m, kind, block)
    block.I = RangeSet(0, len(specs) - 1)
    block.T = RangeSet(0, grid.n - 1)
    block.M = RangeSet(0, 11)
    ctx = make_context(system, grid, specs)
    type(specs[0]).declare(block, ctx)
    type(specs[0]).constrain(block, ctx)
    for port in type(specs[0]).ports:
        if port.factor and not hasattr(block, port.factor):
            ctx.params(block, port.factor)
    return ctx


def _same_demand(old: System, new: System) -> bool:
    return list(old.demand) == list(new.demand) and all(
        a is b or np.array_equal(a, b) for a, b in zip(old.demand.values(), new.demand.values(), strict=True)
    )


def _same_structure(old: Sequence[Technology], new: Sequence[Technology]) -> bool:
    """Return whether the machines differ in cost fields at most."""
    return len(old) == len(new) and all(_same_but_costs(a, b) for a, b in zip(old, new, strict=True))


def _same_but_costs(a: Technology, b: Technology) -> bool:
    if a is b:
        return True
    free = _COST_FIELDS | {size.capex for size in a.sizes}
    return type(a) is type(b) and all(
        getattr(a, name) == getattr(b, name) for name in type(a).model_fields if name not in free
    )
