"""What the comparison would be if every default investment were that of the size found, on both sides.

Defaults are those of one size. Machines of the plant and of buildings are priced at the curve of the catalogue at their
own sizes, and what they cost over the study (investment, replacement, fixed upkeep, less the value at the end) is
discounted. The plant stays as it was found: at other costs it might have been another. Quotes, and what a case with
``settings.cost_by_size`` took from the curve, stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace

from edsim.appraisal.costs import VariantCosts, owned_by_buildings, plant_assets, study_of, until
from edsim.appraisal.types import AT_SIZE
from edsim.core.errors import Finding
from edsim.core.i18n import money_text
from edsim.finance import AssetCost, asset_flows, npv
from edsim.optimization.district.individual import IndividualRun, cost_of_own_size
from edsim.optimization.sizing.size_costs import size_cost
from edsim.results.variant import VariantRun

MOVES_FRAC = 0.05
"""Share of the investment of a variant above which either side, or their difference, is told on the first page."""


def size_effect(run: VariantRun, bau: VariantRun, costs: Mapping[str, VariantCosts]) -> Iterator[Finding]:
    """Yield what machines of both sides cost more or less at their own sizes, where it is large.

    Parameters
    ----------
    run, bau
        A project variant and business-as-usual.
    costs
        Costs of each run by its name.
    """
    case, mine = run.district.case, costs[run.name]
    whole = -float(mine.flows.select(year=0).total())
    counted, at_size = ([worth(r, by_size=b) for r in (bau, run)] for b in (False, True))
    more = [new - old for new, old in zip(at_size, counted, strict=True)]
    if whole <= 0.0 or max(abs(x) for x in (*more, more[0] - more[1])) <= MOVES_FRAC * whole:
        return
    rate = case.finance.discount_rate_frac
    now = npv(mine.flows, rate) - npv(costs[bau.name].flows, rate)
    then = now + more[0] - more[1]
    text = [money_text(x, case.currency) for x in (then, now, *counted, *at_size)]
    yield Finding(
        AT_SIZE,
        f"machines at the cost of their own sizes, on both sides, turn the answer: the net present value of {run.name} "
        f"is about {text[0]}"
        if turns(now, then)
        else f"machines at the cost of their own sizes, on both sides: the net present value of {run.name} is about "
        f"{text[0]}",
        field=f"{run.name}.investment",
        got=f"{text[1]} as counted; present value of machines in BAU {text[2]}, at their sizes {text[4]}; "
        f"in {run.name} {text[3]}, at their sizes {text[5]}",
        hint="set quotes, or settings.cost_by_size to true, and run again",
        severity="warning",
    )


def turns(counted: float, at_size: float) -> bool:
    """Return whether two net present values give another answer: one is below 0 and the other is not."""
    return (counted < 0.0) != (at_size < 0.0)


def worth(run: VariantRun, *, by_size: bool) -> float:
    """Return the present value of what the machines of a variant cost over the study, currency, cost positive.

    Networks, stations and energy are not in it. `by_size` prices defaults at the curve of the catalogue.
    """
    study = study_of(run.district.case, run.name)
    kept, scrapped = owned_by_buildings(_priced(run) if by_size else run)
    flows = [asset_flows(study, [*_plant(run, by_size=by_size), *kept])]
    flows += [until(study, year, items) for year, items in scrapped.items()]
    return 0.0 - float(sum(npv(f, study.discount_rate) for f in flows))


def _plant(run: VariantRun, *, by_size: bool) -> list[AssetCost]:
    """Return the assets of the plant; what is bought new at the cost of its size where asked."""
    assets = plant_assets(run)
    if not by_size:
        return assets
    ratio: dict[str, float] = {}
    for t in (t for t in run.plant if t.sizes):
        held = max(s.run.capacity(t.id, t.sizes[0].name) for s in run.stages)
        cost = size_cost(run.district.case, t, held)
        if cost is not None:
            ratio[f"{t.id} {t.sizes[0].name}"] = cost.at_size / cost.used
    return [_times(a, ratio) for a in assets]


def _times(asset: AssetCost, ratio: Mapping[str, float]) -> AssetCost:
    r = next((x for name, x in ratio.items() if asset.id.startswith(name) and not asset.id.endswith(" existing")), 1.0)
    return replace(asset, capex=asset.capex * r, fixed_om_per_a=asset.fixed_om_per_a * r)


def _priced(run: VariantRun) -> VariantRun:
    """Return the run with machines of buildings at the cost of their own sizes."""
    if not run.individual:
        return run
    individual = tuple(_own_priced(run, r) for r in run.individual)
    return replace(
        run, individual=individual, phases=tuple(replace(p, run=_priced(p.run)) for p in run.phases if p.run is not run)
    )


def _own_priced(run: VariantRun, own: IndividualRun) -> IndividualRun:
    machine = own.machine
    cost = None if machine is None else cost_of_own_size(machine, own.operation.capacity_kw, run.district.case)
    if machine is None or cost is None:
        return own
    return replace(own, machine=machine.model_copy(update={machine.capex_field: cost}))
