"""Cooling of a variant: the electricity that makes and carries it, and the capacity that stands for it."""

from __future__ import annotations

from edsim.core.carriers import is_of
from edsim.results.variant import VariantRun, owned_kw

COLD = frozenset({"chilled_water", "cooling"})
"""Carriers of cooling."""
_NO_PRODUCT = frozenset({"electricity", "condenser_water", "ambient_water"})
"""Carriers of machines of cooling that are neither the cooling nor useful heat."""
_OF_ONE_PRODUCT = {"cooling_power": 1.0, "heating_power": 0.0}
"""Ports of machines with a compressor for each product."""


def cooling_electricity_kwh(run: VariantRun) -> float:
    """Return electricity that makes or carries cooling in a year, from whatever source.

    Machines, towers and pumps of networks of cooling. A machine that gives cooling and heat of one compressor counts
    with the share of cooling in its useful output, so that machines of heat and networks of hot water do not count.
    """
    cold_networks = {f"{d.id} pumps" for d in run.district.designs if is_of(d.carrier, *COLD)}
    share = _cold_shares(run) | {t.id: 1.0 for t in run.plant if t.takes_heat_away}
    total = 0.0
    for f in run.flows:
        if f.carrier != "electricity" or f.direction != "in":
            continue
        if f.kind == "pump":
            part = float(f.technology in cold_networks)
        else:
            part = _OF_ONE_PRODUCT.get(f.port, share.get(f.technology, 0.0))
        total += part * float(f.values.sum())
    return total


def chiller_capacity_kw(run: VariantRun) -> float:
    """Return installed cooling capacity of plant and individual machines; of heat-recovery chillers their cooling."""
    owned = owned_kw(run)
    total = sum(owned[r.building, r.service] for r in run.individual if r.service == "cooling")
    share = _cold_shares(run)
    for t in run.plant:
        if t.is_chiller:
            total += run.capacity(t.id, t.sizes[0].name)
        elif t.kind == "heat_recovery_chiller":
            cold = share.get(t.id, 0.0)
            total += run.capacity(t.id, t.sizes[0].name) * cold / (1.0 - cold)
        total += sum(run.capacity(t.id, s.name) for s in t.sizes if s.name == "cooling_capacity_kw")
    return total


def _cold_shares(run: VariantRun) -> dict[str, float]:
    """Return machine → cooling over all its useful output of the year."""
    cold: dict[str, float] = {}
    every: dict[str, float] = {}
    for f in run.flows:
        if f.direction == "out" and not is_of(f.carrier, *_NO_PRODUCT):
            made = float(f.values.sum())
            every[f.technology] = every.get(f.technology, 0.0) + made
            cold[f.technology] = cold.get(f.technology, 0.0) + made * is_of(f.carrier, *COLD)
    return {name: cold[name] / total for name, total in every.items() if total > 0.0}
