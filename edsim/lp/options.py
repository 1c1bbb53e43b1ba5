"""What to ask of the solver and what it answered."""

from dataclasses import dataclass
from typing import Literal, get_args

from edsim.core.errors import InfeasibleError, SolverError
from edsim.lp.matrix import INF, FloatArray

Method = Literal["auto", "simplex", "ipx", "hipo", "hipdlp", "pdlp", "steps"]
Status = Literal["optimal", "feasible", "infeasible", "unbounded", "time_limit", "interrupted", "error"]


@dataclass(frozen=True, slots=True)
class SolverOptions:
    """Settings of one solve.

    Attributes
    ----------
    method
        ``auto`` chooses by size and by what is installed; ``steps`` is our own interior point for hourly programs
        (:mod:`edsim.lp.barrier`), and HiPO where a program has no such structure; ``hipdlp`` and ``pdlp`` serve
        bounds only (residuals near 1e-2).
    crossover
        Whether an interior-point answer is moved to a vertex, which a warm re-solve needs.
    optimality_tolerance
        Relative tolerance of the interior-point or first-order method; None keeps the solver's 1e-8 (1e-4 for first
        order).
    time_limit_s
        Limit in processor seconds of the solving thread, which other work on the machine does not shorten; by the clock
        a solve may take a hundred times as long.
    threads
        Solver threads; one count per process at a time.
    mip_gap_frac
        Relative gap at which a mixed-integer solve may stop.
    mip_nodes
        Nodes after which a mixed-integer solve stops with the best plan found; None for no limit. Counted, unlike a
        time limit, so that a loaded machine ends at the same plan.
    seed
        Random seed.
    presolve
        Whether to presolve.
    """

    method: Method = "auto"
    crossover: bool = False
    optimality_tolerance: float | None = None
    time_limit_s: float = INF
    threads: int = 1
    mip_gap_frac: float = 1e-4
    mip_nodes: int | None = None
    seed: int = 0
    presolve: bool = True

    def __post_init__(self) -> None:
        if self.method not in get_args(Method):
            msg = f"method must be one of {', '.join(get_args(Method))}, got {self.method!r}"
            raise ValueError(msg)
        if not self.time_limit_s > 0:
            msg = f"time_limit_s must be above 0, got {self.time_limit_s}"
            raise ValueError(msg)
        if self.threads < 1:
            msg = f"threads must be at least 1, got {self.threads}"
            raise ValueError(msg)
        if not 0 <= self.mip_gap_frac < 1:
            msg = f"mip_gap_frac must be in [0, 1), got {self.mip_gap_frac}"
            raise ValueError(msg)
        if self.mip_nodes is not None and self.mip_nodes < 1:
            msg = f"mip_nodes must be at least 1, got {self.mip_nodes}"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class LPResult:
    """Answer of one solve, in the units of the program.

    Attributes
    ----------
    status
        Only ``optimal`` and ``feasible`` (mixed-integer, with a gap) carry a result.
    objective
        Cost of `x`, recomputed from the program; None without a result.
    bound
        Proven lower bound by the solver; None where it has none.
    gap_frac
        ``(objective - bound) / max(|objective|, 1e-9)``; None without a bound.
    x
        Column values; None without a result. A solve by steps that a limit ended gives the point it had.
    row_dual
        Change of the objective per unit of a row's side; None without (mixed-integer or no result). Given with `x` at
        a limit: multipliers prove a bound however they were found.
    col_dual
        Reduced costs; None like `row_dual`.
    primal_residual
        Largest violation of a row or bound, each over ``max(1, |side|)``, computed from the program; None without `x`.
    seconds
        Wall-clock time of the solve.
    iterations
        Iterations of the method used.
    method
        What ran.
    message
        What the solver said, when the status is not ``optimal``.
    """

    status: Status
    objective: float | None
    bound: float | None
    gap_frac: float | None
    x: FloatArray | None
    row_dual: FloatArray | None
    col_dual: FloatArray | None
    primal_residual: float | None
    seconds: float
    iterations: int
    method: str
    message: str = ""

    @property
    def usable(self) -> bool:
        """Return whether the answer may be reported (optimal, or feasible with a stated gap)."""
        return self.status in {"optimal", "feasible"}

    def values(self) -> FloatArray:
        """Return the column values.

        Raises
        ------
        InfeasibleError
            No point satisfies the rows and bounds.
        SolverError
            The solver ended without a usable result.
        """
        if self.usable and self.x is not None:
            return self.x
        if self.status == "infeasible":
            raise InfeasibleError("the model is infeasible: no design meets all limits")
        raise SolverError(
            f"the solver ended without a result: {self.status}" + (f" ({self.message})" if self.message else "")
        )
