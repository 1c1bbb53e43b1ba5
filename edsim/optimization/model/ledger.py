"""The accounts of a model: physical quantity times price per column, one definition for objective and report."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from edsim.core.accounts import ACCOUNTS
from edsim.core.tariff import PeakCharge
from edsim.core.timegrid import TimeGrid

if TYPE_CHECKING:
    from pyomo.core import Var

    from edsim.lp import CompiledLP

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Entry:
    """One booking: ``sum((x[columns] - offset) * quantity * price)`` belongs to `account`.

    All arrays have the shape of the variable, whose first axis is the instance.
    """

    account: str
    line: str
    owners: tuple[str, ...]
    variable: Var
    quantity: Array
    price: Array
    offset: Array


@dataclass(frozen=True, slots=True)
class LesserEntry:
    """One booking of the lesser of a charge on monthly peaks and one on the energy of the month."""

    account: str
    line: str
    owners: tuple[str, ...]
    peaks: Var
    flow: Var
    charge: PeakCharge

    def counted(self, lp: CompiledLP, grid: TimeGrid) -> Array:
        """Return what an objective counts for every column, currency per unit: in each month the side it is told."""
        c = self.charge
        on_peak = np.where(c.by_energy, 0.0, c.per_kw_month)
        on_flow = np.where(c.by_energy, c.per_kwh, 0.0)[:, grid.month] * (grid.weight * grid.step_h)
        vector = np.bincount(lp.column(self.peaks).ravel(), on_peak.ravel(), minlength=lp.num_cols)
        return np.asarray(vector + np.bincount(lp.column(self.flow).ravel(), on_flow.ravel(), minlength=lp.num_cols))

    def billed(self, lp: CompiledLP, grid: TimeGrid, x: Array) -> Array:
        """Return the lesser of both by owner, currency a year."""
        by_peak = x[lp.column(self.peaks)] * self.charge.per_kw_month
        used = x[lp.column(self.flow)] * (grid.weight * grid.step_h)
        energy = np.stack([np.bincount(grid.month, row, minlength=12) for row in used])
        capped = np.isfinite(self.charge.per_kwh)
        by_energy = np.where(capped, energy * np.where(capped, self.charge.per_kwh, 0.0), np.inf)
        return np.asarray(np.minimum(by_peak, by_energy).sum(axis=1))


@dataclass(slots=True)
class Ledger:
    """Collects the entries of one model while it is built."""

    grid: TimeGrid
    entries: list[Entry] = field(default_factory=list)
    lesser: list[LesserEntry] = field(default_factory=list)
    constants: list[tuple[str, str, str, float]] = field(default_factory=list)

    def book(self, owners: tuple[str, ...], shape: tuple[int, ...], entry: tuple[str, str, Var], terms: _Terms) -> None:
        """Enter a booking of a variable of `shape`; steps are weighted with their hours in the year."""
        account, line, variable = entry
        if account not in ACCOUNTS:
            raise ValueError(f"unknown account {account!r}; known: {', '.join(ACCOUNTS)}")
        weight = self.grid.weight * self.grid.step_h if len(shape) == 2 and shape[1] == self.grid.n else 1.0
        quantity = np.broadcast_to(np.asarray(terms.quantity, dtype=float) * weight, shape)
        self.entries.append(
            Entry(
                account,
                line,
                owners,
                variable,
                quantity,
                np.broadcast_to(np.asarray(terms.price, dtype=float), shape),
                np.broadcast_to(np.asarray(terms.offset, dtype=float), shape),
            )
        )

    def cost(self, lp: CompiledLP, weights: Mapping[str, float]) -> tuple[Array, float]:
        """Return the objective vector and its constant for the `weights` on accounts."""
        vector = np.zeros(lp.num_cols)
        constant = 0.0
        for e in self.entries:
            w = weights.get(e.account, 0.0)
            if w:
                coefficient = w * e.quantity * e.price
                vector += np.bincount(lp.column(e.variable).ravel(), coefficient.ravel(), minlength=lp.num_cols)
                constant -= float((coefficient * e.offset).sum())
        for lesser in self.lesser:
            if w := weights.get(lesser.account, 0.0):
                vector += w * lesser.counted(lp, self.grid)
        constant += sum(weights.get(account, 0.0) * value for account, _, _, value in self.constants)
        return vector, constant

    def sums(self, lp: CompiledLP, x: Array) -> dict[tuple[str, str, str], float]:
        """Return (account, owner, line) → yearly sum at the point `x`."""
        out: dict[tuple[str, str, str], float] = {}
        for e in self.entries:
            value = (x[lp.column(e.variable)] - e.offset) * e.quantity * e.price
            for owner, amount in zip(e.owners, value.reshape(len(e.owners), -1).sum(axis=1), strict=True):
                key = (e.account, owner, e.line)
                out[key] = out.get(key, 0.0) + float(amount)
        for lesser in self.lesser:
            for owner, amount in zip(lesser.owners, lesser.billed(lp, self.grid, x), strict=True):
                key = (lesser.account, owner, lesser.line)
                out[key] = out.get(key, 0.0) + float(amount)
        for account, owner, line, amount in self.constants:
            out[account, owner, line] = out.get((account, owner, line), 0.0) + amount
        return out


@dataclass(frozen=True, slots=True)
class _Terms:
    quantity: Array | float
    price: Array | float
    offset: Array | float


@dataclass(frozen=True, slots=True)
class KindAccounts:
    """The accounts as one kind sees them; implements :class:`edsim.core.technology.Accounts`."""

    ledger: Ledger
    owners: tuple[str, ...]
    shapes: Mapping[str, tuple[int, ...]]

    def add(
        self,
        account: str,
        variable: Var,
        *,
        quantity: Array | float = 1.0,
        price: Array | float = 1.0,
        offset: Array | float = 0.0,
        line: str = "",
    ) -> None:
        """Add ``sum((variable - offset) * quantity * price)`` to `account`."""
        name = variable.local_name
        self.ledger.book(
            self.owners, self.shapes[name], (account, line or name, variable), _Terms(quantity, price, offset)
        )

    def lesser(self, account: str, peaks: Var, flow: Var, charge: PeakCharge, *, line: str) -> None:
        """Add the lesser of a charge on the monthly peaks and one on the energy of the month."""
        self.ledger.lesser.append(LesserEntry(account, line, self.owners, peaks, flow, charge))

    def constant(self, account: str, values: Array, *, line: str) -> None:
        """Add a yearly sum per instance that no variable changes."""
        if account not in ACCOUNTS:
            raise ValueError(f"unknown account {account!r}; known: {', '.join(ACCOUNTS)}")
        for owner, value in zip(self.owners, np.broadcast_to(values, (len(self.owners),)), strict=True):
            self.ledger.constants.append((account, owner, line, float(value)))
