"""What variants may differ in, so that their difference from business-as-usual means something."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pydantic import BaseModel

from edsim.case.checks.place import misfits
from edsim.case.joining import CONNECT_FIELDS
from edsim.case.schema import Building, Case
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import CaseError

_SAME_EVERYWHERE = ("currency", "price_year", "city", "finance", "emissions", "refrigerants", "weather", "milestones")
DRAWS = ("calendar_year", "seed", "schedule_spread_h", "day_spread_frac")
"""Settings that loads of buildings are drawn with."""
_OF_THE_PROJECT = ("bau", "bau_age_a", "bau_service_age_a", *CONNECT_FIELDS, "connection_year", "measures", "tariff")
"""Building fields a variant may change: they say how a building is served, not what it needs."""


def check_comparable(case: Case, cases: Mapping[str, Case]) -> None:
    """Refuse variants that would be compared on different terms, or that serve other buildings.

    Raises
    ------
    CaseError
        With what :func:`not_comparable` finds.
    """
    faults = list(not_comparable(case, cases))
    if faults:
        raise CaseError.of(render_all(faults))


def not_comparable(case: Case, cases: Mapping[str, Case]) -> Iterator[Fault]:
    """Yield why variants cannot be compared.

    These are E177 a variant changes rates, factors, place or how loads are drawn; E178 it changes what buildings need;
    E179 two networks of a variant carry the same carrier, or deliver one service and do not share its buildings out.

    Parameters
    ----------
    case
        The case as it stands.
    cases
        Variant → its case.
    """
    for name, variant in cases.items():
        for part in _SAME_EVERYWHERE:
            got = _changed(part, getattr(case, part), getattr(variant, part))
            if got:
                yield Fault("E177", field=f"variants.{name}.changes.{part}", got=got, hint="same_terms")
        drawn = [n for n in DRAWS if getattr(case.settings, n) != getattr(variant.settings, n)]
        for field in drawn:
            path = f"variants.{name}.changes.settings.{field}"
            yield Fault("E177", field=path, got=f"{getattr(variant.settings, field)}", hint="same_terms")
        other = _other_needs(case.buildings, variant.buildings)
        if other:
            path = f"variants.{name}.changes.buildings"
            yield Fault("E178", field=path, got=", ".join(other), allowed=", ".join(_OF_THE_PROJECT), hint="leave_out")
        if name != "bau":  # it has no network when it is made
            yield from _twice(name, variant)


def _twice(name: str, variant: Case) -> Iterator[Fault]:
    """Yield carriers that more than one network has, and services that several networks give to whom none lists."""
    carriers = [n.carrier for n in variant.networks]
    wrong = {n.carrier for n in variant.networks if misfits(n)}  # told as such: the carrier is the slip
    for carrier in sorted({c for c in carriers if carriers.count(c) > 1} - wrong):
        together = list(dict.fromkeys(s for n in variant.networks if n.carrier == carrier for s in n.services))
        words = {"what": "carrier", "services": ", ".join(together), "level": f"{carrier}_high"}
        hint = "one_network" if len(together) > 1 else "its_plants"
        yield Fault("E179", field="networks", got=f"carrier: {carrier} ({name})", allowed="1", params=words, hint=hint)
    open_to_all = [s for n in variant.networks if not n.buildings for s in n.services]
    for service in sorted({s for s in open_to_all if open_to_all.count(s) > 1}):
        of_it = [n for n in variant.networks if service in n.services and not n.buildings]
        if len({n.carrier for n in of_it}) == len(of_it):
            words = {"what": "service"}
            got = f"service: {service} ({name}: {', '.join(n.id for n in of_it)})"
            yield Fault("E179", field="networks", got=got, allowed="1", params=words, hint="list_buildings")


def _changed(part: str, mine: object, other: object) -> str:
    """Return the fields of a part that differ, the part itself where it has none, "" when nothing does."""
    if mine == other:
        return ""
    if isinstance(mine, BaseModel) and isinstance(other, BaseModel):
        return ", ".join(n for n in type(mine).model_fields if getattr(mine, n) != getattr(other, n)) or part
    return part


def _other_needs(mine: tuple[Building, ...], others: tuple[Building, ...]) -> list[str]:
    """Return the fields in which buildings need something else, and the ids of buildings added or left out."""
    of_mine, of_others = {b.id: b for b in mine}, {b.id: b for b in others}
    found = [name for name in {**of_mine, **of_others} if (name in of_mine) != (name in of_others)]
    for name in of_mine.keys() & of_others.keys():
        fields = (f for f in Building.model_fields if f not in _OF_THE_PROJECT)
        found += [f"{name}.{f}" for f in fields if getattr(of_mine[name], f) != getattr(of_others[name], f)]
    return sorted(found)
