"""Inputs and answer of :func:`edsim.network.route`."""

from dataclasses import dataclass
from typing import Literal

from edsim.core.errors import Finding

RouteKind = Literal["junction", "consumer", "producer"]
ConnectRule = Literal["all", "economic"]
RouteStatus = Literal["optimal", "feasible", "unbounded_gap"]


@dataclass(frozen=True, slots=True)
class RouteNode:
    """A node of the candidate graph.

    Attributes
    ----------
    id
        Unique identifier.
    kind
        ``junction``, ``consumer`` or ``producer``.
    peak_kw
        Design heat of a consumer, ≥ 0; 0 makes it a plain terminal (Steiner problems).
    prize_per_a
        What connecting the consumer earns per year (avoided individual cost or heat sold), currency/a.
    connection
        ``must_connect`` or ``forbidden`` override :attr:`RoutingProblem.connect`; ``by_problem`` follows it.
    cost_per_kw_a
        Producers: annual cost of one kW of peak heat (energy price · full-load hours + annuity of capacity).
    max_kw
        Producers: capacity.
    """

    id: str
    kind: RouteKind = "junction"
    peak_kw: float = 0.0
    prize_per_a: float = 0.0
    connection: Literal["by_problem", "must_connect", "forbidden"] = "by_problem"
    cost_per_kw_a: float = 0.0
    max_kw: float = float("inf")


@dataclass(frozen=True, slots=True)
class RouteEdge:
    """A candidate trench, usable in either direction.

    Attributes
    ----------
    id
        Unique identifier.
    from_node, to_node
        Node ids; the order does not matter.
    length_m
        Length, ≥ 0.
    fixed_cost_per_m_a, cost_per_m_kw_a
        Annual cost per meter if built, and per meter and kW carried; None takes the problem's values.
    forbidden, forced
        Never or always built.
    """

    id: str
    from_node: str
    to_node: str
    length_m: float
    fixed_cost_per_m_a: float | None = None
    cost_per_m_kw_a: float | None = None
    forbidden: bool = False
    forced: bool = False


@dataclass(frozen=True, slots=True)
class RoutingProblem:
    """Costs, losses and rules of one routing.

    The cost of a tree is ``Σ length·(fixed + variable·P_in) + Σ producer cost·S - Σ prize``, where the heat entering a
    trench covers its losses: ``P_in = (P_out + loss_kw_per_m·length) / (1 - loss_frac_per_m·length)``.

    Attributes
    ----------
    fixed_cost_per_m_a, cost_per_m_kw_a
        Annual cost of a trench per meter, and per meter and kW of `P_in`.
    loss_kw_per_m, loss_frac_per_m
        Loss per meter of built trench, and per meter as a share of the heat entering it.
    connect
        ``all`` serves every consumer, ``economic`` only those whose prize pays.
    gap_target_frac
        Stop when the proven gap is at most this.
    time_limit_s
        Stop after this many processor seconds with the best tree and bound so far; other work on the machine changes
        neither.
    seed
        Of the local search; the same seed gives the same tree.
    """

    fixed_cost_per_m_a: float = 1.0
    cost_per_m_kw_a: float = 0.0
    loss_kw_per_m: float = 0.0
    loss_frac_per_m: float = 0.0
    connect: ConnectRule = "all"
    gap_target_frac: float = 1e-4
    time_limit_s: float = 60.0
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Route:
    """The best tree found and what is proven about it.

    Attributes
    ----------
    edge_ids, edge_from, edge_to
        Built edges, each directed away from its producer.
    flow_kw
        Heat entering each built edge, losses included.
    connected_ids
        Consumers served.
    producer_kw
        Heat of each producer, in the order of the nodes.
    length_m
        Built length.
    cost_per_a
        True cost of the tree, computed outside the solver, losses included.
    bound_per_a
        Proven lower bound of the true cost over all trees (minus infinity when none was found).
    gap_frac
        ``(cost - bound) / max(|cost|, 1e-9)``.
    status
        ``optimal`` (gap within the target), ``feasible`` (time limit, or losses and capacities that the programs count
        only in part, on a graph too large to follow every tree) or ``unbounded_gap``.
    method
        Where the tree came from: ``heuristic``, ``milp``, ``branching``.
    seconds
        Wall time.
    findings
        Warnings, for example a solver claim that the re-costing refuted.
    """

    edge_ids: tuple[str, ...]
    edge_from: tuple[str, ...]
    edge_to: tuple[str, ...]
    flow_kw: tuple[float, ...]
    connected_ids: tuple[str, ...]
    producer_kw: tuple[float, ...]
    length_m: float
    cost_per_a: float
    bound_per_a: float
    gap_frac: float
    status: RouteStatus
    method: str
    seconds: float
    findings: tuple[Finding, ...] = ()
