"""Which retrofit measures a variant applies; business-as-usual applies none."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.bau import BAU
from edsim.case.checks.ids import place_of, unknown
from edsim.case.schema import Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import Fault


def shipped_measures() -> tuple[str, ...]:
    """Return the ids of the measures of edsim/data/measures."""
    return tuple(row["measure"] for row in shipped_rows("measures", "costs.csv"))


def check_measures(case: Case) -> Iterator[Fault]:
    """Yield measures nobody defines, measures named twice, and measures of business-as-usual, which applies none."""
    known = {*shipped_measures(), *(m.id for m in case.measures)}
    for building in case.buildings:
        path = f"buildings.{building.id}.measures"
        for name in building.measures:
            if name not in known:
                yield unknown(case, "E117", path, name, known)
        if len(set(building.measures)) < len(building.measures):
            yield Fault("E118", place_of(case, path), path, got=", ".join(building.measures))
    for variant, spec in case.variants.items():
        path = f"variants.{variant}.measures"
        for name in spec.measures:
            if name not in known:
                yield unknown(case, "E117", path, name, known)
        if len(set(spec.measures)) < len(spec.measures):
            yield Fault("E118", place_of(case, path), path, got=", ".join(spec.measures))
        if variant == BAU and spec.measures:
            yield Fault("E1957", place_of(case, path), path, ", ".join(spec.measures), hint="bau_keeps")
