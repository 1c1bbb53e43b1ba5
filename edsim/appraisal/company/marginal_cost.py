"""Whether a kWh of the service brings more than it costs to make."""

from __future__ import annotations

import numpy as np

from edsim.appraisal.company.offer import Offer
from edsim.appraisal.company.shocks import follows_sales
from edsim.core.errors import Finding
from edsim.finance import ProjectInputs, tariff_components

_PEAK_LINES = {"demand_charge"}
"""Operating cost that follows the peak, which the capacity charge pays."""
_CLEAR_FRAC = 1e-3
"""A consumption charge short by less is rounding of the two."""


def dear_kwh(project: ProjectInputs, offer: Offer, field: str, currency: str) -> list[Finding]:
    """Return a remark where the consumption charge is below what bought energy, water and upkeep of a kWh cost.

    Both are means of the last year of the study, in which every customer is connected: cost that follows the energy
    (demand charges left out) over ``energy x price index``. Each kWh more then lowers the return, and customers who
    take less than planned raise it.

    Parameters
    ----------
    project
        Company with its operating cost, years 1..N.
    offer
        Who is served, at which prices and terms.
    field
        Where the remark stands.
    currency
        Of the case.
    """
    charge = offer.tariff.consumption_per_kwh
    indexed_kwh = sum(float(tariff_components(c, offer.contract)[2, -1]) for c in offer.customers)
    follows = [v for k, v in project.operating_cost.items() if follows_sales(k) and k not in _PEAK_LINES]
    if indexed_kwh <= 0.0 or not follows:
        return []
    cost = sum(float(np.broadcast_to(v, project.years)[-1]) for v in follows) / indexed_kwh
    if charge >= (1.0 - _CLEAR_FRAC) * cost:
        return []
    return [
        Finding(
            "W852",
            "a kWh of the service costs more to make than it is charged: what customers take beyond plan loses money",
            field=field,
            got=f"{charge:.4g} {currency}/kWh",
            allowed=f"at least {cost:.4g} {currency}/kWh",
            hint="lower finance.tariffs.fixed_share_frac, or give capacity_per_kw_a and consumption_per_kwh",
            severity="warning",
        )
    ]
