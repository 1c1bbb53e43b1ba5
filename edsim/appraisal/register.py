"""The table of assumptions: every input and default with its origin, and what weather and pipes were taken from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType
from typing import TYPE_CHECKING

from edsim.case.schema import Case
from edsim.core.machines.catalogue import standing_in
from edsim.core.quantity import Provenance
from edsim.network.pipes.register import pipe_origins
from edsim.profiles.types import Profiles
from edsim.results import tables as plant
from edsim.results.variant import VariantRun

if TYPE_CHECKING:
    import pandas as pd

_NONE: Mapping[str, Provenance] = MappingProxyType({})


def register(case: Case, projects: Sequence[VariantRun]) -> pd.DataFrame:
    """Return the table of assumptions of a run: of the case, of its weather and of the pipes its projects laid."""
    made: dict[str, Provenance] = {}
    for run in projects:
        made |= pipe_origins(run.district.case, run.district.designs)
    made |= made_from(case, projects[0].district.profiles)
    return assumption_table(case, {r.name: r.district.case for r in projects}, made)


def made_from(case: Case, profiles: Profiles) -> dict[str, Provenance]:
    """Return what stands for fields left open: whose normals made the year, temperatures and kinds of sources."""
    found: dict[str, Provenance] = {}
    if case.weather.file is None:
        path, weather = "weather.normals", profiles.weather
        found[path] = replace(case.provenance[path], value=weather.name, source=weather.source)
    for spec in case.sources:
        path, made = f"sources.{spec.id}.temp_c", profiles.sources.get(spec.id)
        if spec.temp_c is None and spec.file is None and made is not None:
            told = "mean of the year as made from the weather and the kind of the source"
            found[path] = replace(case.provenance[path], value=round(float(made.temp_c.mean()), 1), source=told)
    return found | by_source(case)


def by_source(case: Case) -> dict[str, Provenance]:
    """Return what stands for fields that machines leave to the source they are at."""
    kinds = {s.id: s.kind for s in case.sources}
    found: dict[str, Provenance] = {}
    for t in case.technologies:
        at = str(getattr(t, "source", ""))
        here = t.at_a_source(kinds[at]) if at in kinds else t
        if here is t:
            continue
        path = f"technologies.{t.id}."
        for field in sorted(here.model_fields_set - t.model_fields_set):
            own = case.provenance[path + field]
            found[path + field] = replace(own, value=getattr(here, field), source=f"kind of source {at}")
        for field in (name for name in type(t).model_fields if getattr(t, name) is None):
            row = standing_in(here, field)
            if row is not None:
                own, told = case.provenance[path + field], row.source
                found[path + field] = replace(own, value=row.value, source=told.text, year=told.year)
    return found


def assumption_table(case: Case, designed: Mapping[str, Case], made: Mapping[str, Provenance] = _NONE) -> pd.DataFrame:
    """Return every value used with its origin.

    What the design of a project replaced (mains that were laid out) stands in place of the default; where projects
    differ, the later ones have rows of their own.

    Parameters
    ----------
    case
        As it was read.
    designed
        Project → its case as it was computed.
    made
        Path → what stands for a field left open, or is no field of the case.
    """
    used = {**case.provenance, **made}
    for name, project in designed.items():
        for path, p in project.provenance.items():
            if p.where or path not in case.provenance or path in made or p == used[path]:
                continue
            used[path if used[path] == case.provenance[path] else f"variants.{name}.{path}"] = p
    rows = [
        {
            "path": path,
            "value": str(p.value),
            "unit": p.unit,
            "source": p.source,
            "year": "" if p.year is None else str(p.year),
            "quality": p.quality,
            "where": p.where,
        }
        for path, p in used.items()
    ]
    return plant.frame("assumptions", rows)
