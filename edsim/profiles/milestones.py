"""The profiles of a milestone year: growth of the demand, buildings not yet open, sources that have left."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np

from edsim.case.milestones import is_open
from edsim.case.parts.milestone_spec import Milestone
from edsim.case.schema import Case
from edsim.profiles.types import Array, Profiles, SourceProfile


def profiles_in(case: Case, profiles: Profiles, milestone: Milestone) -> Profiles:
    """Return the profiles of a milestone: every service times its factor, nothing for buildings that are not open.

    Parameters
    ----------
    case
        The case, or one of its variants.
    profiles
        Of the case as it stands, after the measures of the variant.
    milestone
        One of the case.
    """
    there = np.array([is_open(b, milestone.year) for b in case.buildings], dtype=float)[:, None]
    factor = {s: there * milestone.demand_factor.get(s, 1.0) for s in profiles.demand}
    return replace(
        profiles,
        demand=_scaled(profiles.demand, factor),
        saved=_scaled(profiles.saved, factor),
        cooling_latent_kw=profiles.cooling_latent_kw * factor["cooling"],
        fan_kw=profiles.fan_kw * factor["electricity"],
        sources={k: _left(case, k, p, milestone.year) for k, p in profiles.sources.items()},
    )


def largest_profiles(case: Case, profiles: Profiles) -> Profiles:
    """Return profiles with every service at the largest factor of any milestone: what pipes are sized for."""
    most = {
        s: max(m.demand_factor.get(s, 1.0) for m in case.milestones)  # 1 in the first milestone
        for s in profiles.demand
    }
    return replace(profiles, demand={s: v * most[s] for s, v in profiles.demand.items()})


def _scaled(series: Mapping[str, Array], factor: Mapping[str, Array]) -> dict[str, Array]:
    return {s: values * factor[s] for s, values in series.items()}


def _left(case: Case, source: str, profile: SourceProfile, year: int) -> SourceProfile:
    leaves = next(s.exit_year for s in case.sources if s.id == source)
    if leaves is None or leaves > year:
        return profile
    return replace(profile, available_kw=np.zeros_like(profile.available_kw))
