"""Investment of retrofit measures in the cash flows of a variant."""

from __future__ import annotations

from edsim.case.milestones import start_of
from edsim.case.schema import Case
from edsim.finance import AssetCost
from edsim.profiles.retrofits import applied_measures

LINE = "efficiency"
"""Cost line of retrofit measures."""


def measure_assets(case: Case, investment_factor: float) -> list[AssetCost]:
    """Return the measures of every building as assets, done again at the end of their life.

    Parameters
    ----------
    case
        Case of a variant; business-as-usual has no measures.
    investment_factor
        Factor for engineering and contingency, as on the plant.
    """
    opens = {b.id: start_of(case, b.opening_year) for b in case.buildings if b.opening_year is not None}
    return [
        AssetCost(
            id=f"{m.measure} at {m.building}",
            line=LINE,
            capex=m.capex_per_m2 * investment_factor,
            lifetime_a=m.lifetime_a,
            fixed_om_per_a=m.capex_per_m2 * m.om_frac,
            quantity=m.area_m2,
            install_year=opens.get(m.building, 0),
        )
        for m in applied_measures(case)
        if m.area_m2 * m.capex_per_m2 > 0.0
    ]
