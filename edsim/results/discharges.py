"""Water that machines send back to a source, as a discharge permit asks for it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from edsim.core.technology import SourceConditions
from edsim.optimization.types import Flow

_RUNS_KW = 1e-3
"""A machine that moves less in an hour stands still."""


def discharge_temp_c(machine: Any, flows: Iterable[Flow], source: SourceConditions) -> float:
    """Return the warmest water a machine sends back to a source of cold in a year, the coldest to one of heat, °C.

    ``T_source ± min(change the machine is laid out for, change the permit leaves in the hour)``, over the hours in
    which it runs. Not a number where it never does, and for a source that is no water.

    Parameters
    ----------
    machine
        Technology on the source.
    flows
        Its hourly flows over the year, kW.
    source
        The source over the year.
    """
    change_k = np.minimum(getattr(machine, "source_warming_k", np.inf), source.change_k)
    moved = sum((f.values for f in flows if f.carrier != "electricity"), np.zeros_like(source.temp_c))
    hours = moved > _RUNS_KW
    if not hours.any() or not np.isfinite(change_k).all():
        return float("nan")
    sent_back = source.temp_c + change_k if source.is_cold else source.temp_c - change_k
    return float(sent_back[hours].max() if source.is_cold else sent_back[hours].min())
