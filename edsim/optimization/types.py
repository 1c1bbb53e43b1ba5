"""What the optimizer returns: capacities, hourly flows, prices, accounts, and the proof of the design."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.carriers import is_of
from edsim.core.timegrid import TimeGrid

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Objective:
    """What is minimized, and what must stay below a cap.

    Attributes
    ----------
    weights
        Account → weight; an account without a weight does not count. Currency per kgCO2e on a GHG account is a
        carbon price.
    caps
        Criterion (key of :data:`edsim.optimization.model.criteria.CRITERIA`) → highest value it may take.
    size_weights
        (technology id, size name) → weight on the installed size; 1 alone minimizes it, -1 maximizes it.
    carbon_price_per_t
        Price on GHG that a cap on ``cost`` carries, currency per tCO2e; it does not change `weights`.
    criterion
        Key of the criterion the weights stand for; empty for weights of one's own.
    """

    weights: Mapping[str, float]
    caps: Mapping[str, float] = field(default_factory=dict)
    size_weights: Mapping[tuple[str, str], float] = field(default_factory=dict)
    carbon_price_per_t: float = 0.0
    criterion: str = ""


def flow_unit(carrier: str, direction: str = "out") -> str:
    """Return the unit of a flow of `carrier`, or of its level in a store where `direction` is ``state``."""
    rate, level = ("Nm3/h", "Nm3") if is_of(carrier, "compressed_air") else ("kW", "kWh")
    return level if direction == "state" else rate


@dataclass(frozen=True, slots=True)
class Flow:
    """One hourly series of a solution.

    Attributes
    ----------
    technology, kind, port, node, carrier
        What flows where; `technology` is ``demand`` for a demand, ``unserved`` for what is not served.
    direction
        ``out`` feeds the node, ``in`` draws from it, ``state`` is the level of a store.
    unit
        kW or kWh (level at the end of the step); compressed air in Nm3/h and Nm3 (:func:`flow_unit`).
    values : (n,)
        On the grid of the solution.
    """

    technology: str
    kind: str
    port: str
    node: str
    carrier: str
    direction: Literal["in", "out", "state"]
    unit: str
    values: Array


@dataclass(frozen=True, slots=True)
class Solution:
    """One solved model.

    Attributes
    ----------
    status
        ``optimal``, or ``feasible`` with a stated gap.
    objective, bound
        Cost of the solution and the solver's bound (None where it gives none), currency per year.
    gap_frac
        Relative difference of the two.
    capacities
        (technology id, size name) → installed.
    flows
        Hourly series.
    marginal_prices
        (node, carrier) → (n,) currency per kWh.
    accounts
        Account → yearly sum.
    ledger
        (account, technology id, line) → yearly sum.
    cap_prices
        Criterion with a cap → how much the objective falls per unit the cap is raised; 0 where it does not bind.
    """

    status: Literal["optimal", "feasible"]
    grid: TimeGrid
    objective: float
    bound: float | None
    gap_frac: float | None
    capacities: Mapping[tuple[str, str], float]
    flows: tuple[Flow, ...]
    marginal_prices: Mapping[tuple[str, str], Array]
    accounts: Mapping[str, float]
    ledger: Mapping[tuple[str, str, str], float]
    seconds: float
    method: str
    cap_prices: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Certificate:
    """Proof of a design: what it costs on all hours and how much better any design could be.

    Attributes
    ----------
    upper_bound
        What was minimized, of this design dispatched over the hours checked: cost, currency per year, or another
        criterion in its unit.
    lower_bound
        No design reaches less; None for a screening run.
    gap_frac
        (upper - lower) / upper; None for a screening run.
    hours_checked
        Hours dispatched with the sizes fixed.
    unserved_kwh
        Demand not served over the year.
    max_balance_residual_frac
        Largest node residual over the node's peak.
    money_residual_frac
        Largest difference between the optimizer's accounts and the ledger re-added from the hourly tables.
    status
        ``certified``, ``screening`` or ``open`` (gap above target).
    minimized
        Criterion that was minimized (``cost``, ``ghg_kg`` ...); ``weighted accounts`` for weights of one's own.
    caps
        Criterion → cap the design keeps.
    """

    upper_bound: float
    lower_bound: float | None
    gap_frac: float | None
    hours_checked: int
    unserved_kwh: float
    max_balance_residual_frac: float
    money_residual_frac: float
    status: Literal["certified", "screening", "open"]
    minimized: str = "cost"
    caps: Mapping[str, float] = field(default_factory=dict)
