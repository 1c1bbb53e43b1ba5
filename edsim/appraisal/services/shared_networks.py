"""What each service bears of a network that delivers several: its share of the energy delivered over the years."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from edsim.appraisal.costs import network_assets
from edsim.finance import AssetCost, upv
from edsim.network.taken import delivered_to
from edsim.network.types import NetworkDesign
from edsim.results.variant import VariantRun


def delivered(run: VariantRun, service: str, buildings: Iterable[str]) -> float:
    """Return what some buildings get of a service in a year: their demand and what measures save of it."""
    profiles = run.district.profiles
    rows = [profiles.building_ids.index(b) for b in buildings]
    return sum(float(of[service][rows].sum()) for of in (profiles.demand, profiles.saved) if service in of)


def stage_worth(run: VariantRun) -> list[float]:
    """Return the present value of 1 a year in the years of every stage, a."""
    rate = run.district.case.finance.discount_rate_frac
    return [upv(rate, s.last_a) - (upv(rate, s.start_a) if s.start_a else 0.0) for s in run.stages]


def network_shares(run: VariantRun, network: str) -> dict[str, float]:
    """Return service → share of what a network delivers over the years, as present values; they add up to 1."""
    services = next(n.services for n in run.district.case.networks if n.id == network)
    if len(services) == 1:
        return {services[0]: 1.0}
    energy = dict.fromkeys(services, 0.0)
    for stage, worth in zip(run.stages, stage_worth(run), strict=True):
        district = stage.run.district
        taken = district.taken(next(d for d in district.designs if d.id == network))
        for service in services:
            energy[service] += worth * delivered(stage.run, service, delivered_to(taken, service))
    whole = sum(energy.values())
    return {s: kwh / whole if whole > 0.0 else 1.0 / len(services) for s, kwh in energy.items()}


def assets_of(run: VariantRun, design: NetworkDesign) -> list[AssetCost]:
    """Return the assets of one network of a run."""
    return network_assets(replace(run, district=replace(run.district, designs=(design,))))


def network_part(run: VariantRun, service: str) -> list[AssetCost]:
    """Return the assets of all networks that deliver a service, each by the share the service has in it."""
    shares = ((d, network_shares(run, d.id).get(service, 0.0)) for d in run.district.designs)
    return [replace(a, quantity=a.quantity * share) for d, share in shares if share > 0.0 for a in assets_of(run, d)]
