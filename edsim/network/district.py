"""The prepared district: the case, its hourly profiles and its designed networks."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from edsim.case.schema import Case
from edsim.core.tariff import BilledByEnergy
from edsim.network.taken import taken_services
from edsim.network.types import NetworkDesign
from edsim.profiles.types import Profiles


@dataclass(frozen=True, slots=True)
class NetworkAtLevel:
    """What a temperature level means for one network; nan where it cannot be built.

    Attributes
    ----------
    network, supply_temp_c, return_temp_c
        Network and level.
    largest_dn, mean_diameter_mm
        Largest nominal diameter, and inner diameter weighted by trench length.
    capex
        Pipes, civil works and stations, currency.
    delivered_kwh, gain_or_loss_kwh, pumping_kwh
        Sums of the year.
    """

    network: str
    supply_temp_c: float
    return_temp_c: float
    largest_dn: int
    mean_diameter_mm: float
    capex: float
    delivered_kwh: float
    gain_or_loss_kwh: float
    pumping_kwh: float


@dataclass(frozen=True, slots=True)
class LevelTrial:
    """One combination of temperature levels and what the district costs with it.

    Attributes
    ----------
    number
        In the order of trial, from 1.
    networks
        One entry per network.
    cost_per_a
        Plant on typical days and networks, currency per year; nan where it cannot be built.
    purchased_kwh
        Electricity and fuel the plant buys.
    chosen
        True for the combination that is kept.
    note
        Why it cannot be built.
    """

    number: int
    networks: tuple[NetworkAtLevel, ...]
    cost_per_a: float
    purchased_kwh: float
    chosen: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class District:
    """All the optimizer needs and nothing else.

    Attributes
    ----------
    case
        One variant of the case.
    profiles
        Full-year hourly profiles of all buildings.
    designs
        One design per network of the variant.
    levels
        Combinations of temperature levels that were tried; empty when there was no choice.
    mains
        Designs of the mains of ambient loops that were laid out; what they cost and exchange is in the case.
    billed_by_energy
        Connection → months in which a cap of its charges on peaks is billed, as the last plant found them.
    """

    case: Case
    profiles: Profiles
    designs: tuple[NetworkDesign, ...]
    levels: tuple[LevelTrial, ...] = ()
    mains: tuple[NetworkDesign, ...] = ()
    billed_by_energy: Mapping[str, BilledByEnergy] = field(default_factory=dict)

    def served(self) -> dict[tuple[str, str], str]:
        """Return (building id, service) → network id for every connected service."""
        return {(b, s): d.id for d in self.designs for b, services in self.taken(d).items() for s in services}

    def taken(self, design: NetworkDesign) -> dict[str, tuple[str, ...]]:
        """Return building → services for every building a designed network connects."""
        spec = next(n for n in self.case.networks if n.id == design.id)
        if len(spec.services) == 1:
            return dict.fromkeys(design.connected_building_ids, spec.services)
        return taken_services(self.case, spec, self.profiles, design.connected_building_ids)

    def connected(self) -> frozenset[str]:
        """Return the ids of the buildings that at least one network serves."""
        return frozenset(b for d in self.designs for b in d.connected_building_ids)
