"""What is done with each trench in which year, and what digging costs there.

A trench is shared by two networks only where both are laid in the same year: a street opened again for the second one
is paid again, at the full price of a trench of its own.
"""

from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.network.places.beside import Dug
from edsim.network.types import NetworkDesign

Action = Literal["install", "keep", "replace"]
Flags = NDArray[np.bool_]
Names = tuple[str, str]


def trench_names(design: NetworkDesign) -> list[Names]:
    """Return the names of the nodes at both ends of every trench."""
    return list(zip(design.edges.from_node, design.edges.to_node, strict=True))


def actions_of(design: NetworkDesign, before: NetworkDesign | None) -> tuple[Action, ...]:
    """Return what is done with each trench of a design: laid, kept as it lay before, or an old pipe replaced.

    Parameters
    ----------
    design, before
        Network of a year and of the milestone before it, None for the first.
    """
    lay = dict(zip(trench_names(before), before.edges.dn.tolist(), strict=True)) if before is not None else {}
    edges, found = design.edges, list[Action]()
    for name, dn, old in zip(trench_names(design), edges.dn.tolist(), edges.existing_dn.tolist(), strict=True):
        if lay.get(name, old) == dn:
            found.append("keep")
        else:
            found.append("replace" if old else "install")
    return tuple(found)


def priced_by_year(
    networks: Sequence[Sequence[NetworkDesign]], by_length: Collection[str]
) -> tuple[tuple[NetworkDesign, ...], ...]:
    """Return the networks of all milestones with civil works priced by what is dug together in one year.

    Parameters
    ----------
    networks
        For each network, in the order they were designed, its design in every milestone. Civil works are priced as if
        all that is ever laid were dug at once.
    by_length
        Ids of the networks whose trenches are known by length alone.

    Notes
    -----
    A trench of a network saves ``alone - civil`` where networks designed before it dig at any time. Of that it keeps
    the share of its length where they dig in the year it is laid.
    """
    news = [_news(designs) for designs in networks]
    priced = []
    for k, designs in enumerate(networks):
        listed = bool(designs) and designs[0].id in by_length
        ever, in_year = Dug(), [Dug() for _ in designs]
        for earlier, new in zip(networks[:k], news[:k], strict=True):
            for p, (design, dug) in enumerate(zip(earlier, new, strict=True)):
                known = design.id in by_length
                ever = ever.and_by(design.edges, dug, by_length=known)
                in_year[p] = in_year[p].and_by(design.edges, dug, by_length=known)
        priced.append(_priced(designs, news[k], (ever, in_year), by_length=listed))
    return tuple(priced)


def _news(designs: Sequence[NetworkDesign]) -> list[Flags]:
    """Return which trenches are dug in each milestone."""
    before: Sequence[NetworkDesign | None] = (None, *designs[:-1])
    return [np.array([a != "keep" for a in actions_of(d, b)], dtype=bool) for d, b in zip(designs, before, strict=True)]


def _priced(
    designs: Sequence[NetworkDesign], news: Sequence[Flags], dug: tuple[Dug, Sequence[Dug]], *, by_length: bool
) -> tuple[NetworkDesign, ...]:
    """Return one network in all milestones, every trench at the price of the year it is laid in."""
    ever, in_year = dug
    paid: dict[Names, float] = {}
    found = []
    for design, new, now in zip(designs, news, in_year, strict=True):
        edges, names = design.edges, trench_names(design)
        part, whole = (d.shared_frac(edges, by_length=by_length) for d in (now, ever))
        kept = np.divide(part, whole, out=np.zeros(len(edges)), where=whole > 0.0)
        saved = edges.capex_civil_alone - edges.capex_civil
        civil = edges.capex_civil_alone - saved * np.minimum(kept, 1.0)
        paid |= {names[k]: float(civil[k]) for k in np.flatnonzero(new).tolist()}
        civil = np.array([paid.get(name, 0.0) for name in names])
        found.append(replace(design, edges=replace(edges, capex_civil=civil), capex_civil=float(civil.sum())))
    return tuple(found)
