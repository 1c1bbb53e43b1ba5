"""Whole units, least load, starts and fixed investment as relations of a kind's block, all relaxed to numbers.

For a bank with units of size S, of which at most m[t] can run (n less reserve and maintenance), with r[t] the share
of a unit's size it can give in the hour::

    output <= r[t] * S * on[t]          output >= least load * r[t] * S * on[t]        0 <= on[t] <= m[t]
    S * on[t] <= capacity               started[t] >= on[t] - on[t-1]
    capacity = S * number               whole units only
    capacity - existing <= (largest - existing) * built                     fixed investment only
    output <= r[t] * (capacity - S * out[t] * any)      S * on[t] <= capacity - S * out[t] * any
    capacity <= largest * any                                  whole units with reserve or maintenance out[t] only

S is the given unit size, or the largest capacity over n. In the second case, and as long as capacity is free, the
relations are a relaxation: a bank of smaller units maps to fewer ``on`` at the larger size, with no more starts. With
the capacity fixed (smallest equal to largest) they are exact. Which of the variables must be whole is decided where
the program is solved; everything here is linear, so that a bound and prices exist.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.core.machines.bank import Bank
from edsim.core.technology import Conditions, Technology
from edsim.lp import ArrayParam, CompiledLP, ConcreteModel, Constraint, Set, bounded_var, tightest_upper
from edsim.optimization.model.context import KindContext
from edsim.optimization.model.ledger import KindAccounts, Ledger
from edsim.optimization.system import System

if TYPE_CHECKING:
    from edsim.optimization.model.compose import Parts

Array = NDArray[np.float64]
IntArray = NDArray[np.int64]
_NO_SIZE = 1e-12
"""Size of a unit that stands for none, of a bank that is not built."""
_ROUNDING = 1e-6
"""A number of units this far below a whole one may be that one."""


@dataclass(frozen=True, slots=True)
class IntegerColumns:
    """Columns that stand for whole numbers, by what they say.

    Attributes
    ----------
    build
        Number of units bought and whether a site is built: decided when sizing.
    running, started
        Units that run and that start, (instances, steps) raveled: decided hour by hour.
    step
        Step of every column of the program that belongs to one, else -1.
    """

    build: IntArray
    running: IntArray
    started: IntArray
    step: IntArray


def needs_integers(system: System) -> bool:
    """Return whether any technology has whole units, a least load, a cost per start or a fixed investment."""
    return any(_is_integer(t) for t in system.technologies)


def add_commitment(m: ConcreteModel, contexts: Mapping[str, KindContext]) -> None:
    """Declare variables and relations of every kind that has an instance with integers."""
    for kind, ctx in contexts.items():
        if not any(_is_integer(s) for s in ctx.specs):
            continue
        block = getattr(m, kind)
        sizes = _unit_sizes(ctx)
        whole = [i for i, s in enumerate(ctx.specs) if _units_of(s) == "integer"]
        if whole:
            _add_whole_units(block, ctx, whole, sizes)
        fixed = [i for i, s in enumerate(ctx.specs) if getattr(s, "fixed_capex", 0.0) > 0.0]
        if fixed:
            _add_built(block, ctx, fixed)
        committed = [i for i, s in enumerate(ctx.specs) if s.is_committed]
        if committed:
            _add_running(block, ctx, committed, sizes)
        reserved = [i for i in whole if _has_reserve(ctx.specs[i])]
        if reserved:
            _add_reserve(block, ctx, (reserved, [i for i in reserved if i in committed]), sizes)


def book_commitment(m: ConcreteModel, contexts: Mapping[str, KindContext], ledger: Ledger) -> None:
    """Book starts and fixed investments."""
    for kind, ctx in contexts.items():
        block, owners = getattr(m, kind), tuple(s.id for s in ctx.specs)
        accounts = KindAccounts(ledger, owners, ctx.shapes)
        if hasattr(block, "units_started"):
            price = _field(ctx.specs, "start_up_cost")[:, None] / ctx.grid.step_h
            accounts.add("om_variable", block.units_started, price=price, line="start_ups")
        if hasattr(block, "site_built"):
            capex = _field(ctx.specs, "fixed_capex")
            accounts.add("capex_annuity", block.site_built, price=capex * ctx.arrays["annuity_factor"])
            accounts.add("om_fixed", block.site_built, price=capex * _field(ctx.specs, "fixed_om_frac"))


def integer_columns(parts: Parts) -> IntegerColumns:
    """Return where the whole numbers stand in a composed model."""
    m, lp, contexts, steps = parts.pyomo, parts.lp, parts.contexts, parts.grid.n
    names = ("units_number", "site_built", "bank_stands", "units_on", "units_started")
    found: dict[str, list[IntArray]] = {name: [] for name in names}
    for kind in contexts:
        for name, columns in found.items():
            variable = getattr(getattr(m, kind), name, None)
            if variable is not None:
                columns.append(lp.column(variable).ravel())
    joined = {k: np.concatenate(v) if v else np.zeros(0, np.int64) for k, v in found.items()}
    return IntegerColumns(
        np.concatenate([joined["units_number"], joined["site_built"], joined["bank_stands"]]),
        joined["units_on"],
        joined["units_started"],
        lp.step_of_columns(steps),
    )


def most_running(parts: Parts, lp: CompiledLP) -> Array:
    """Return the upper bounds of a program's columns with running units rounded down to what is taken from them.

    Where all that a node can take in an hour is below k times the least load of one unit, fewer than k units run:
    ``on <= floor(most output / least output)`` (Chvátal and Gomory rounding), which the relaxation does not see. Valid
    where the unit size is given or the capacity fixed; with stores on the carrier it seldom cuts anything.
    """
    upper, most = lp.col_upper.copy(), tightest_upper(lp)
    for kind, ctx in parts.contexts.items():
        block = getattr(parts.pyomo, kind)
        if not hasattr(block, "units_on"):
            continue
        capacity = lp.column(getattr(block, ctx.sizes[0].name))
        given = np.array([isinstance(s, Bank) and s.unit_size is not None for s in ctx.specs])
        known = given | (lp.col_lower[capacity] == lp.col_upper[capacity])
        on, output = lp.column(block.units_on), lp.column(getattr(block, type(ctx.specs[0]).output))
        least = block.unit_least_output.array
        rounded = np.floor(np.divide(most[output], least, out=np.full(on.shape, np.inf), where=least > 0) + _ROUNDING)
        upper[on] = np.where(known[:, None], np.minimum(upper[on], np.maximum(rounded, 0.0)), upper[on])
    return upper


def _is_integer(spec: Technology) -> bool:
    return isinstance(spec, Bank) and spec.has_integers


def _has_reserve(spec: Technology) -> bool:
    return isinstance(spec, Bank) and bool(spec.spare_units or spec.maintenance_weeks)


def _units_of(spec: Technology) -> object:
    return spec.units if isinstance(spec, Bank) else 1


def _share_able(spec: Technology, conditions: Conditions) -> Array:
    """Return the share of the units that may run by step: less reserve and maintenance."""
    return spec.running_frac(conditions) if isinstance(spec, Bank) else np.ones(conditions.grid.n)


def _field(specs: Sequence[Technology], name: str) -> Array:
    return np.array([float(getattr(s, name, 0.0)) for s in specs])


def _unit_sizes(ctx: KindContext) -> Array:
    upper = ctx.limit(ctx.sizes[0].name)
    sizes = []
    for spec, largest in zip(ctx.specs, upper, strict=True):
        own = spec.unit_size if isinstance(spec, Bank) else None
        count = 1 if own or not isinstance(spec, Bank) else spec.unit_count(largest)
        sizes.append(own or largest / count)
    return np.array(sizes)


def _add_whole_units(block: Any, ctx: KindContext, whole: list[int], sizes: Array) -> None:
    name = ctx.sizes[0].name
    most = np.floor(ctx.limit(name) / np.maximum(sizes, _NO_SIZE) + 1e-6)
    mask = np.isin(np.arange(len(ctx.specs)), whole)
    ctx.shapes["units_number"] = (len(ctx.specs),)
    block.units_number = bounded_var(block.I, lower=0.0, upper=np.where(mask, most, 0.0))
    block.whole_units_of = Set(initialize=whole)
    block.whole_unit_size = ArrayParam(block.I, array=sizes)
    capacity = getattr(block, name)
    block.whole_units = Constraint(
        block.whole_units_of, rule=lambda b, i: capacity[i] == b.whole_unit_size[i] * b.units_number[i]
    )


def _add_reserve(block: Any, ctx: KindContext, banks: tuple[list[int], list[int]], sizes: Array) -> None:
    """Keep units of banks whose number is open out of operation; the second list counts running units."""
    reserved, committed = banks
    name = ctx.sizes[0].name
    shape = (len(ctx.specs), ctx.grid.n)
    out = np.zeros(shape)
    for i in reserved:
        spec = ctx.specs[i]
        assert isinstance(spec, Bank)
        out[i] = spec.units_out(ctx.conditions[i]) * sizes[i]
    mask = np.isin(np.arange(len(ctx.specs)), reserved)
    ctx.shapes["bank_stands"] = (len(ctx.specs),)
    block.bank_stands = bounded_var(block.I, lower=0.0, upper=mask.astype(float))
    block.reserved_of = Set(initialize=reserved)
    block.reserved_running_of = Set(initialize=committed)
    block.size_out = ArrayParam(block.I, block.T, array=out)
    block.able = ArrayParam(block.I, block.T, array=np.array(np.broadcast_to(_available(ctx), shape)))
    block.largest_of_bank = ArrayParam(block.I, array=ctx.limit(name))
    output, capacity = getattr(block, type(ctx.specs[0]).output), getattr(block, name)
    block.bank_exists = Constraint(
        block.reserved_of, rule=lambda b, i: capacity[i] <= b.largest_of_bank[i] * b.bank_stands[i]
    )
    block.output_without_reserve = Constraint(
        block.reserved_of,
        block.T,
        rule=lambda b, i, t: (
            output[i, t] + b.able[i, t] * b.size_out[i, t] * b.bank_stands[i] <= b.able[i, t] * capacity[i]
        ),
    )
    if committed:
        block.running_without_reserve = Constraint(
            block.reserved_running_of,
            block.T,
            rule=lambda b, i, t: (
                b.unit_capacity[i] * b.units_on[i, t] + b.size_out[i, t] * b.bank_stands[i] <= capacity[i]
            ),
        )


def _available(ctx: KindContext) -> Array:
    """Return the share of the capacity that can run, (instances, steps) or (instances, 1)."""
    return np.asarray(np.atleast_2d(ctx.arrays["available_frac"].T).T)


def _add_built(block: Any, ctx: KindContext, fixed: list[int]) -> None:
    name = ctx.sizes[0].name
    existing = _field(ctx.specs, f"existing_{name}")
    mask = np.isin(np.arange(len(ctx.specs)), fixed)
    ctx.shapes["site_built"] = (len(ctx.specs),)
    block.site_built = bounded_var(block.I, lower=0.0, upper=mask.astype(float))
    block.built_of = Set(initialize=fixed)
    block.existing_at_site = ArrayParam(block.I, array=existing)
    block.room_at_site = ArrayParam(block.I, array=np.maximum(ctx.limit(name) - existing, 0.0))
    capacity = getattr(block, name)
    block.build_first = Constraint(
        block.built_of,
        rule=lambda b, i: capacity[i] <= b.existing_at_site[i] + b.room_at_site[i] * b.site_built[i],
    )


def _add_running(block: Any, ctx: KindContext, committed: list[int], sizes: Array) -> None:
    name = ctx.sizes[0].name
    able, most = _running(ctx, committed, sizes)
    ctx.flow(block, "units_on", most)
    block.committed_of = Set(initialize=committed)
    block.unit_output = ArrayParam(block.I, block.T, array=able * sizes[:, None])
    least = _field(ctx.specs, "min_part_load_frac")[:, None] * able * sizes[:, None]
    block.unit_least_output = ArrayParam(block.I, block.T, array=least)
    block.unit_capacity = ArrayParam(block.I, array=sizes)
    output, capacity = getattr(block, type(ctx.specs[0]).output), getattr(block, name)
    for relation, rule in (
        ("output_of_running", lambda b, i, t: output[i, t] <= b.unit_output[i, t] * b.units_on[i, t]),
        ("least_of_running", lambda b, i, t: output[i, t] >= b.unit_least_output[i, t] * b.units_on[i, t]),
        ("running_installed", lambda b, i, t: b.unit_capacity[i] * b.units_on[i, t] <= capacity[i]),
    ):
        setattr(block, relation, Constraint(block.committed_of, block.T, rule=rule))
    starting = [i for i in committed if getattr(ctx.specs[i], "start_up_cost", 0.0) > 0.0]
    if starting:
        mask = np.isin(np.arange(len(ctx.specs)), starting)[:, None]
        ctx.flow(block, "units_started", np.where(mask, most, 0.0))
        block.starting_of = Set(initialize=starting)
        block.step_before = ArrayParam(block.T, array=ctx.grid.previous)
        block.starts = Constraint(
            block.starting_of,
            block.T,
            rule=lambda b, i, t: b.units_started[i, t] >= b.units_on[i, t] - b.units_on[i, b.step_before[t]],
        )


def _running(ctx: KindContext, committed: list[int], sizes: Array) -> tuple[Array, Array]:
    """Return what a unit can give over its size and how many units can run, both (instances, steps)."""
    shape = (len(ctx.specs), ctx.grid.n)
    able, most = np.zeros(shape), np.zeros(shape)
    available = np.broadcast_to(_available(ctx), shape)
    upper = ctx.limit(ctx.sizes[0].name)
    for i in committed:
        share = _share_able(ctx.specs[i], ctx.conditions[i])
        able[i] = np.divide(available[i], share, out=np.zeros(ctx.grid.n), where=share > 0)
        most[i] = np.floor(share * np.floor(upper[i] / max(sizes[i], _NO_SIZE) + 1e-6) + 1e-6)
    return able, most
