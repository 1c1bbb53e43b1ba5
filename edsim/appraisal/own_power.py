"""What a machine costs its building in a year, the electricity of the building's own generating set at what it costs.

A set that feeds all of a building delivers to plugs and machines alike. Its cost (or primary energy) is theirs in
proportion to the electricity each takes: a chiller on diesel power costs what the diesel for it costs, and the sum over
services stays that of the building.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from edsim.appraisal.costs import individual_assets, individual_energy_cost, study_of
from edsim.finance import asset_flows, crf, npv
from edsim.optimization.district.individual import IndividualRun
from edsim.results.variant import VariantRun


def with_own_power(r: IndividualRun, machines: Sequence[IndividualRun], of: Callable[[IndividualRun], float]) -> float:
    """Return a yearly quantity of a machine with its part of that of the set that feeds it.

    ``q - q given / made`` for a set, ``q + q_set drawn / made`` for a machine on one; `q` for all others.

    Parameters
    ----------
    r
        Machine.
    machines
        All machines of the variant.
    of
        Quantity of one machine by itself, such as what it costs.
    """
    if not r.own_power:
        return of(r)
    given = float(r.to_machines_kw.sum())
    if given > 0.0:
        return of(r) * (1.0 - given / float(r.made_kw.sum()))
    feeding = next((x for x in machines if x.building == r.building and x.to_machines_kw.any()), None)
    return of(r) + (of(feeding) * drawn_kwh(r) / float(feeding.made_kw.sum()) if feeding is not None else 0.0)


def drawn_kwh(r: IndividualRun) -> float:
    """Return the electricity a machine draws from the set of its building in a year, kWh; 0 for the set itself."""
    drawn = r.operation.inputs_kw.get("electricity")
    return float(drawn.sum()) if r.own_power and drawn is not None else 0.0


def machine_cost_per_a(r: IndividualRun, run: VariantRun) -> float:
    """Return what a machine costs in a level year of the study, currency/a; own electricity at its cost.

    Capital and upkeep are those of the cash flows: a machine that stands is not bought again, it is replaced when its
    life ends. Energy is that of the first year.
    """
    study = study_of(run.district.case, run.name)
    level = crf(study.discount_rate, study.horizon_a)

    def alone(machine: IndividualRun) -> float:
        owned = asset_flows(study, individual_assets([machine], run.district.case))
        fixed = -npv(owned, study.discount_rate) * level if len(owned) else 0.0
        return float(fixed + sum(individual_energy_cost(machine, run).values()))

    return with_own_power(r, run.individual, alone)
