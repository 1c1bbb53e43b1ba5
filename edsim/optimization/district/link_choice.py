"""Pipes between plants decided: a diameter of the catalogue for each possible link, or none.

1. Size plants and links on typical days, links linear in their capacity: what each would carry.
2. Round every link up to the smallest diameter that carries it; where nothing is carried, lay none.
3. Link by link, compare that diameter with the next smaller one and with none, each with the plants sized anew; keep
   the cheapest.

Two or three sizings per link instead of every combination: a local choice. The plants are then sized and proven for
the pipes that are laid, at their exact capacity, cost and losses.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace

import numpy as np

from edsim.core.errors import InfeasibleError
from edsim.core.technology import Refrigerant
from edsim.network.district import District
from edsim.network.plant_links import PlantLink
from edsim.optimization.district.connection import size_plant
from edsim.optimization.model.links import link_id

_NOTHING_KW = 1e-3
Key = tuple[str, str, str]
Chosen = Mapping[Key, int | None]
"""(network, plant, plant) → number of the diameter, None for no pipe."""


def choose_links(
    district: District, gases: Mapping[str, Refrigerant], progress: Callable[[str], None] = lambda _: None
) -> District:
    """Return the district with the pipes between its plants decided; unchanged without possible links.

    Where no pipes let the plants serve the demand, the largest are laid: whoever sizes the plants finds what is short.

    Parameters
    ----------
    district
        Networks with the links their designs found.
    gases
        Refrigerants of the case.
    progress
        Called with a line per link.
    """
    links = {(d.id, x.from_plant, x.to_plant): x for d in district.designs for x in d.links if not x.is_laid}
    if not links:
        return district
    largest = with_links(district, {key: int(link.capacity_kw.argmax()) for key, link in links.items()})
    try:
        free = size_plant(district, gases).capacities
    except InfeasibleError:
        return largest
    wanted = {key: free[link_id(key[0], link), "capacity_kw"] for key, link in links.items()}
    chosen: dict[Key, int | None] = {key: _round_up(links[key], kw) for key, kw in wanted.items()}
    cost = _cost(with_links(district, chosen), gases)
    for key, link in links.items():
        for k in _others(chosen[key]):
            trial = {**chosen, key: k}
            value = _cost(with_links(district, trial), gases)
            if value < cost:
                chosen, cost = trial, value
        progress(_words(key, link, chosen[key]))
    return with_links(district, chosen) if np.isfinite(cost) else largest


def with_links(district: District, chosen: Chosen) -> District:
    """Return the district with the links of `chosen` laid and no others."""
    designs = []
    for d in district.designs:
        numbered = ((x, chosen.get((d.id, x.from_plant, x.to_plant))) for x in d.links)
        designs.append(replace(d, links=tuple(x.laid(k) for x, k in numbered if k is not None)))
    return replace(district, designs=tuple(designs))


def _round_up(link: PlantLink, kw: float) -> int | None:
    """Return the smallest diameter that carries `kw`, the largest where none does, None for nothing."""
    if kw <= _NOTHING_KW:
        return None
    enough = np.flatnonzero(link.capacity_kw >= kw)
    return int(enough[0]) if len(enough) else int(link.capacity_kw.argmax())


def _others(k: int | None) -> Iterator[int | None]:
    """Yield what a link is compared with: the next smaller diameter and none."""
    if k is not None:
        yield from (None, k - 1) if k > 0 else (None,)


def _cost(district: District, gases: Mapping[str, Refrigerant]) -> float:
    """Return the yearly cost of plants and links sized on typical days; infinite when the demand cannot be served."""
    try:
        return size_plant(district, gases).objective
    except InfeasibleError:
        return float("inf")


def _words(key: Key, link: PlantLink, k: int | None) -> str:
    network, a, b = key
    pipe = "no pipe" if k is None else f"DN {int(link.dn[k])}, {link.capacity_kw[k]:,.0f} kW"
    return f"network {network}: {pipe} between {a} and {b} ({link.length_m:,.0f} m)"
