"""Checks of what a use, a sector or a machine cannot have: beds of offices, years to come, gases nobody may sell."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from math import inf

from edsim.case.bau import BAU
from edsim.case.checks.ids import place_of
from edsim.case.checks.usual import remark
from edsim.case.schema import Building, Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import Fault, listing
from edsim.core.technology import IndividualMachine

_USES_OF = {
    "beds": frozenset({"hospital", "hotel", "care_home", "student_residence", "prison", "clinic"}),
    "rooms": frozenset({"hotel", "student_residence", "care_home", "hospital"}),
}
"""Uses that have them; in all others the loads do not follow them."""
_USES_OF_SECTOR = {
    "health": frozenset({"hospital", "clinic", "care_home", "laboratory"}),
    "residential": frozenset({"multi_family", "single_family", "student_residence", "care_home"}),
    "education": frozenset({"school", "university", "student_residence", "laboratory", "sports_hall"}),
    "industry": frozenset({
        "heavy_industry", "light_industry", "workshop", "warehouse", "cold_store", "data_hall", "commercial_laundry",
        "laboratory",
    }),
}  # fmt: skip
"""Uses of the sectors that are told from the others by use; judgement of the authors."""
_LEAST_ODP = 0.005
"""Ozone depletion potential above which a refrigerant is a CFC or HCFC of the annexes of the Montreal Protocol, which
new machines have not held for years: CFC since 2010, R-22 and R-123 since 2020 or before in most countries."""
_BUILT_AHEAD_A = 3
"""Years after the price level in which a building may be finished without an opening year; judgement."""
_COP_OF_EFFECT = {"single": (0.5, 0.85), "double": (0.9, 1.5)}
"""Rated COP of absorption chillers: 0.7 and 1.42 in the catalogue; a single effect cannot reach 1. Unverified."""


def check_fitting(case: Case) -> Iterator[Fault]:
    """Yield beds and rooms of uses without, years to come, COPs of another effect, banned gases, foreign sectors."""
    for building in case.buildings:
        yield from _of_use(case, building)
        last = float(case.price_year + _BUILT_AHEAD_A)
        if building.year_built and building.opening_year is None:
            path = f"buildings.{building.id}.year_built"
            yield from remark(case, path, building.year_built, (-inf, last), "", "not_built")
    for t in case.technologies:
        span = _COP_OF_EFFECT.get(str(getattr(t, "effect", "")))
        cop = getattr(t, "rated_cop", None)
        if span is not None and isinstance(cop, int | float):
            yield from remark(case, f"technologies.{t.id}.rated_cop", cop, span, "kW/kW", "cop_of_effect")
    yield from _ozone(case)
    sector = case.study.sector or ""
    if sector in _USES_OF_SECTOR and not any(b.use in _USES_OF_SECTOR[sector] for b in case.buildings):
        uses = listing(sorted({b.use for b in case.buildings}))
        yield Fault("W1967", place_of(case, "study.sector"), "study.sector", sector, "", {"uses": uses}, "main_sector")


def _of_use(case: Case, building: Building) -> Iterator[Fault]:
    for name, uses in _USES_OF.items():
        count = getattr(building, name)
        if count and building.use not in uses:
            path = f"buildings.{building.id}.{name}"
            words, allowed = {"use": building.use}, listing(sorted(uses))
            yield Fault("W1968", place_of(case, path), path, f"{count:g}", allowed, words, "of_its_use")


def _ozone(case: Case) -> Iterator[Fault]:
    """Yield machines to be bought with a refrigerant that depletes ozone, which nobody may fill in any more."""
    bau = case.variants.get(BAU)
    new = set(bau.replacements.values()) if bau is not None else set()
    for t in case.technologies:
        of_plant = not isinstance(t, IndividualMachine) and not getattr(t, "existing_capacity_kw", 0.0)
        fluid = str(getattr(t, "refrigerant", ""))
        odp = _ozone_potentials().get(fluid, 0.0)
        if odp > _LEAST_ODP and (of_plant or t.id in new):
            path, words = f"technologies.{t.id}.refrigerant", {"odp": f"{odp:g}"}
            yield Fault("W1975", place_of(case, path), path, fluid, "", words, "new_refrigerant")


@cache
def _ozone_potentials() -> dict[str, float]:
    """Return the ozone depletion potential of each refrigerant of the table, kg CFC-11 eq./kg."""
    rows = shipped_rows("refrigerants", "properties.csv")
    return {r["refrigerant"]: float(r["value"]) for r in rows if r["property"] == "odp"}
