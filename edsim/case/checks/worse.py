"""Checks of efficiency measures that make buildings worse than they are."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.schema import Building, Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import Fault

_LESS = frozenset({
    "wall_u_w_per_m2_k", "roof_u_w_per_m2_k", "window_u_w_per_m2_k", "light_w_per_m2", "plug_w_per_m2",
    "infiltration_ach", "fan_w_per_l_per_s", "lift_w_per_m2", "exterior_light_w_per_m2",
})  # fmt: skip
"""Fields of archetypes of which a building is better with less, wherever it stands."""
_LESS_SUN = frozenset({"window_g_frac", "shading_factor_frac", "roof_absorptance_frac", "wall_absorptance_frac"})
"""The same where nobody is heated: sun through glass and walls is only a load."""
_MORE = frozenset({"recovery_sensible_frac", "recovery_latent_frac", "cooling_set_c"})
"""The same of which more is better."""


def check_worse(case: Case) -> Iterator[Fault]:
    """Yield changes of measures that only worsen every building they are applied to, whatever its age and climate."""
    less = _LESS if _is_heated(case) else _LESS | _LESS_SUN
    for measure in case.measures:
        applied = [b for b in case.buildings if measure.id in b.measures]
        everywhere = any(measure.id in v.measures for v in case.variants.values()) or not applied
        buildings = list(case.buildings) if everywhere else applied
        figures = {n: float(v) for n, v in measure.changes.items() if isinstance(v, int | float) and n in less | _MORE}
        if not buildings or len(figures) < len(measure.changes):
            continue
        worst = {name: _worst(name, buildings) for name in figures}
        worse = [n for n, v in figures.items() if (v < worst[n] if n in _MORE else v > worst[n])]
        if len(worse) == len(figures):
            path = f"measures.{measure.id}.changes.{worse[0]}"
            limit = f"{'≥' if worse[0] in _MORE else '≤'} {worst[worse[0]]:g}"
            yield Fault("W1960", place_of(case, path), path, f"{figures[worse[0]]:g}", limit, hint="better_figure")


def _is_heated(case: Case) -> bool:
    """Return whether anybody in the case is heated, by what the case says."""
    of_networks = any("heating" in n.services for n in case.networks)
    stated = any(b.heating_set_c is not None or "heating_set_c" in b.archetype for b in case.buildings)
    return of_networks or stated or any("heating" in {*b.bau, *b.measured} for b in case.buildings)


def _worst(field: str, buildings: list[Building]) -> float:
    """Return the worst figure a building of these can have: its own, or that of any age and climate of its use."""
    rows = [r for r in shipped_rows("archetypes", "archetypes.csv") if r["field"] == field]
    pick = min if field in _MORE else max
    of_uses = {b.use: [float(r["value"]) for r in rows if r["use"] in {"*", b.use}] for b in buildings}
    own = {b.id: b.archetype[field] for b in buildings if isinstance(b.archetype.get(field), int | float)}
    return pick(float(own[b.id]) if b.id in own else pick(of_uses[b.use]) for b in buildings)
