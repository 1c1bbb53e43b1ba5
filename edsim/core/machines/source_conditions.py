"""What a technology knows of a source it draws on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

Array: TypeAlias = "NDArray[np.float64]"


@dataclass(frozen=True, slots=True)
class SourceConditions:
    """Waste heat or natural cold available to a technology on the grid, and the terms of its supplier.

    Attributes
    ----------
    available_kw, temp_c : (n,)
        Heat it gives (or, of a cold source, takes) and its temperature.
    price_per_kwh
        Contract price of the source; holds where the technology states none.
    capture_cost_per_kw
        Investment of the capture at the supplier; holds where the technology states none.
    ghg_kg_per_kwh, primary_energy_factor
        GHG and non-renewable primary energy per kWh of heat taken; 0 for heat that would otherwise be lost.
    supplier
        Who gives it; "" when unknown.
    exit_year
        Calendar year from which it may be gone, None when it stays.
    is_cold
        True when technologies reject heat to it.
    change_k : (n,)
        By how much its water may change; infinite, or one number, where nothing limits it.
    kind
        What it is (furnace, data_center ...); "" when unknown.
    """

    available_kw: Array
    temp_c: Array
    price_per_kwh: float = 0.0
    capture_cost_per_kw: float = 0.0
    ghg_kg_per_kwh: float = 0.0
    primary_energy_factor: float = 0.0
    supplier: str = ""
    exit_year: int | None = None
    is_cold: bool = False
    change_k: Array | float = float("inf")
    kind: str = ""
