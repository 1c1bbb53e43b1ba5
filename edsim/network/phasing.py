"""A network that grows: what is laid, kept and replaced in each year of construction.

Every year is designed on what already lies in the ground: its pipes are free to use where they suffice (keep), are paid
for anew where they do not (replace, warning W405), and what is missing is added (install). Years do not look ahead: a
pipe laid early is as large as its year needs. To lay it for the final demand at once, give that demand at first.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from edsim.network.design import design_network
from edsim.network.request import ExistingPipe, LengthOnlyTrench, NetworkRequest
from edsim.network.types import NetworkDesign

Action = Literal["install", "keep", "replace"]


@dataclass(frozen=True, slots=True)
class Phase:
    """One year of construction.

    Attributes
    ----------
    year, design
        Year, and the network as it runs from then on.
    actions
        One per trench of the design.
    capex
        Paid in this year: new and replaced pipes, their civil works, and stations beyond those of the year before.
    idle_m
        Length of pipes of earlier years that are no longer used.
    """

    year: int
    design: NetworkDesign
    actions: tuple[Action, ...]
    capex: float
    idle_m: float

    def length_m(self, action: Action) -> float:
        """Return the trench length with an action."""
        chosen = np.array([a == action for a in self.actions], dtype=bool)
        return float(self.design.edges.length_m[chosen].sum())


def phase_network(requests: Mapping[int, NetworkRequest]) -> tuple[Phase, ...]:
    """Return the phases of a network, year by year.

    Parameters
    ----------
    requests
        Year → what the network shall be from then on; buildings of earlier years are repeated.

    Raises
    ------
    DataError
        As :func:`design_network`, of the first year that cannot be designed.
    """
    phases: list[Phase] = []
    for year in sorted(requests):
        before = phases[-1].design if phases else None
        request = requests[year] if before is None else _with_pipes(requests[year], before)
        design = design_network(request)
        edges = design.edges
        actions = tuple(_action(old, dn) for old, dn in zip(edges.existing_dn.tolist(), edges.dn.tolist(), strict=True))
        stations = design.capex_ets - (before.capex_ets if before is not None else 0.0)
        laid = before.length_m if before is not None else 0.0
        reused = float(edges.length_m[edges.existing_dn > 0].sum())
        phases.append(
            Phase(
                year,
                design,
                actions,
                design.capex_pipe + design.capex_civil + max(stations, 0.0),
                max(laid - reused, 0.0),
            )
        )
    return tuple(phases)


def _action(existing_dn: int, dn: int) -> Action:
    if existing_dn == 0:
        return "install"
    return "keep" if existing_dn == dn else "replace"


def _with_pipes(request: NetworkRequest, before: NetworkDesign) -> NetworkRequest:
    """Return the request with the pipes of the year before in the ground."""
    edges = before.edges
    if not request.trenches:
        pipes = tuple(ExistingPipe(line, int(dn)) for line, dn in zip(edges.geometry, edges.dn, strict=True))
        return replace(request, existing_pipes=(*request.existing_pipes, *pipes))
    name = {n.id: n.building_id or n.id for n in before.nodes}
    ends = zip(edges.from_node, edges.to_node, strict=True)
    laid = {(name[a], name[b]): int(dn) for (a, b), dn in zip(ends, edges.dn.tolist(), strict=True)}
    trenches = tuple(replace(t, existing_dn=max(t.existing_dn, _laid(laid, t))) for t in request.trenches)
    return replace(request, trenches=trenches)


def _laid(laid: Mapping[tuple[str, str], int], trench: LengthOnlyTrench) -> int:
    return max(laid.get((trench.from_node, trench.to_node), 0), laid.get((trench.to_node, trench.from_node), 0))
