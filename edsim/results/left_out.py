"""What buildings need and no variant serves: it is in neither side of the comparison, and a reader must know."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from edsim.core.errors import Finding
from edsim.optimization.prepare_system import building_demand_in_model
from edsim.results.variant import VariantRun

_HEAT = ("cooling", "heating", "hot_water", "steam")
"""Services in kW; electricity of lamps and plugs is the same in every variant and is outside by design."""
_LEAST_KWH = 1.0
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
    return [
        Finding(
            "W529",
            f"demand '{service}' of these buildings is left out of BAU and project: no machine or network serves it",
            field=f"buildings.{next(iter(needs))}.bau.{service}",
            got=f"{sum(needs.values()):,.0f} kWh/a: {_listed(needs)}",
            hint="name the machine that serves it in bau of these buildings, or take it as outside of the study",
            severity="warning",
        )
        for service, needs in _left_out(runs[0])
    ]


def _left_out(bau: VariantRun) -> Iterator[tuple[str, dict[str, float]]]:
    """Yield service and the yearly demand in kWh of the buildings where nothing serves it."""
    run = bau.phases[-1].run if bau.phases else bau
    profiles = run.district.profiles
    served = {(r.building, r.service) for r in run.individual} | set(building_demand_in_model(run.district))
    for service in _HEAT:
        if service in profiles.demand:
            totals = profiles.demand[service].sum(axis=1)
            pairs = zip(profiles.building_ids, totals, strict=True)
            needs = {b: float(kwh) for b, kwh in pairs if kwh > _LEAST_KWH and (b, service) not in served}
            if needs:
                yield service, needs


def _listed(needs: dict[str, float]) -> str:
    shown = [f"{name} {kwh:,.0f}" for name, kwh in list(needs.items())[:_MOST_NAMES]]
    return ", ".join(shown) + (", …" if len(needs) > _MOST_NAMES else "")
