"""The program of a model with whole numbers: objective, caps, and units rounded down to what is taken from them."""

from __future__ import annotations

from dataclasses import replace

from edsim.lp import CompiledLP
from edsim.optimization.model.caps import cap_rows, with_caps
from edsim.optimization.model.commitment_model import most_running
from edsim.optimization.model.model import Model
from edsim.optimization.types import Objective


def whole_program(model: Model, objective: Objective, *, serve_all: bool) -> tuple[CompiledLP, float]:
    """Return the program of a model with objective and caps, units rounded, and the constant of the objective."""
    cost, constant = model.cost_of(objective)
    upper = model.parts.served() if serve_all else model.lp.col_upper
    lp = replace(model.lp, cost=cost, has_objective=True, col_upper=upper)
    lp = replace(lp, col_upper=most_running(model.parts, lp))
    return with_caps(lp, cap_rows(model.ledger, model.lp, objective)), constant
