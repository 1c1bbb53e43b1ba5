"""What buildings need and no variant serves: it is in neither side of the comparison, and a reader must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet

from edsim.core.errors import Finding
from edsim.network.district import District
from edsim.optimization.district.prepare_system import building_demand_in_model
from edsim.profiles.types import Profiles
from edsim.results.variant import VariantRun

LEFT_OUT = "W529"
"""Code of a service that nothing serves."""
_HEAT = ("cooling", "heating", "hot_water", "steam")
"""Services in kW; electricity of lamps and plugs is the same in every variant and is outside by design."""
_LEAST_SHARE = 1e-3
"""Demand left out against all heat and cold, below which it is less than the proof of the least cost leaves open."""
_MOST_NAMES = 12


def left_out_findings(runs: Sequence[VariantRun]) -> list[Finding]:
    """Return W529 for every service of heat or cold that buildings need and neither BAU nor a project serves.

    Parameters
    ----------
    runs
        BAU first, as its demand is that of the buildings as they stand; with milestones the last one is looked at.
    """
    if not runs:
        return []
    bau = runs[0].phases[-1].run if runs[0].phases else runs[0]
    return unserved_needs(bau.district, {(r.building, r.service) for r in bau.individual})


def unserved_needs(district: District, individual: AbstractSet[tuple[str, str]]) -> list[Finding]:
    """Return W529 for every service of heat or cold that buildings of a district need and nothing serves.

    Parameters
    ----------
    district
        The district, whose plant at buildings serves too.
    individual
        (building, service) pairs that single machines or a network of the project serve.
    """
    return [
        Finding(
            LEFT_OUT,
            f"demand '{service}' of these buildings is left out of BAU and project: no machine or network serves it",
            field=f"buildings.{next(iter(needs))}.bau.{service}",
            got=f"{sum(needs.values()):,.0f} kWh/a: {_listed(needs)}",
            hint="name the machine that serves it in bau of these buildings, or take it as outside of the study",
            severity="warning",
        )
        for service, needs in _left_out(district.profiles, individual | set(building_demand_in_model(district)))
    ]


def _left_out(profiles: Profiles, served: AbstractSet[tuple[str, str]]) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield service and the yearly demand in kWh of the buildings where nothing serves it."""
    least_kwh = _LEAST_SHARE * sum(float(profiles.demand[s].sum()) for s in _HEAT if s in profiles.demand)
    for service in _HEAT:
        if service in profiles.demand:
            totals = profiles.demand[service].sum(axis=1)
            pairs = zip(profiles.building_ids, totals, strict=True)
            needs = {b: float(kwh) for b, kwh in pairs if kwh > 0.0 and (b, service) not in served}
            if sum(needs.values()) > least_kwh:
                yield service, needs


def _listed(needs: dict[str, float]) -> str:
    shown = [f"{name} {kwh:,.0f}" for name, kwh in list(needs.items())[:_MOST_NAMES]]
    return ", ".join(shown) + (", …" if len(needs) > _MOST_NAMES else "")
