"""The prepared district: the case, its hourly profiles and its designed networks."""

from dataclasses import dataclass

from edsim.case.schema import Case
from edsim.network.types import NetworkDesign
from edsim.profiles.types import Profiles


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
    """

    case: Case
    profiles: Profiles
    designs: tuple[NetworkDesign, ...]

    def served(self) -> dict[tuple[str, str], str]:
        """Return (building id, service) → network id for every connected service."""
        service = {n.id: n.service for n in self.case.networks}
        return {(b, service[d.id]): d.id for d in self.designs for b in d.connected_building_ids}
