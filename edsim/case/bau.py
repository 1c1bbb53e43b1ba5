"""Business-as-usual: the same buildings, each service from the machine of its own building, and nothing shared.

What stands in a building today stays at its size; nothing new is bought but replacements.

Three baselines (compare CDM TOOL10 on the remaining life of existing equipment):

frozen
    Today's machines go on; at the end of their life the same kind is bought again.
natural_replacement
    A machine that ends its life before the middle of the study counts as the code-minimum machine that replaces it,
    bought in the year the old one ends; the others go on. A study with one representative year thus shows the machine
    that runs in most of its years.
code_minimum
    Every building buys the code-minimum machine at the start.

The pairs today's machine → code-minimum machine are given in ``variants.bau.replacements``. Machines that a project
leaves in buildings follow the same rule: else the rule itself would be a saving or a cost of the project.
"""

from __future__ import annotations

from collections.abc import Mapping

from edsim.case.assemble import source_of, with_source
from edsim.case.nodes import NOWHERE
from edsim.case.schema import Baseline, Building, Case, Settings, Variant
from edsim.case.steam_mass import boilers_steam_c
from edsim.case.variants import apply_variant
from edsim.case.wording.messages import Fault, listing, render_all
from edsim.core.errors import CaseError
from edsim.core.i18n import Lang
from edsim.core.quantity import Provenance
from edsim.core.technology import IndividualMachine, Technology

BAU = "bau"
"""Reserved name of the baseline variant."""


def bau_case(case: Case, *, lang: Lang = "en") -> Case:
    """Return the business-as-usual case: the changes of variant ``bau`` if it has any, then its baseline rule.

    Without a ``bau`` variant, or without a baseline in it, the rule is ``frozen``.

    Raises
    ------
    CaseError
        When the changes make no valid case, or the rule needs a replacement machine the case does not name.
    """
    given = case.variants.get(BAU, Variant())
    changed = apply_variant(case, BAU, lang=lang) if given.changes else case
    return apply_baseline(changed, given.baseline or "frozen", given.replacements, lang=lang)


def apply_baseline(case: Case, rule: Baseline, replacements: Mapping[str, str], *, lang: Lang = "en") -> Case:
    """Return `case` without networks and central technologies, its machines chosen by `rule`.

    Parameters
    ----------
    case
        The case with today's machines in ``buildings.*.bau``.
    rule
        See the module's text.
    replacements
        Today's machine → code-minimum machine, ids of technologies.
    lang
        Language of the findings.

    Raises
    ------
    CaseError
        E173 when a machine to be replaced has no replacement.
    """
    machines = {t.id: t for t in (_today(t, case) for t in case.technologies) if t is not None}
    lost: dict[str, list[str]] = {}
    buildings = tuple(_serve(b, case, rule, replacements, machines, lost) for b in case.buildings)
    if lost:
        raise CaseError.of(render_all(_not_replaced(lost), lang))
    copy = no_networks(case).model_copy(
        update={
            "settings": _with_steam_level(case),
            "technologies": tuple(machines.values()),
            "buildings": buildings,
            "provenance": _provenance(case, buildings, machines, rule),
        }
    )
    raw = source_of(case)
    return copy if raw is None else with_source(copy, raw)


def with_baseline(project: Case, case: Case) -> Case:
    """Return a project's case in which the machines of buildings follow the rule of variant ``bau`` of `case`.

    A machine whose replacement only BAU has stays as it is.
    """
    given = case.variants.get(BAU, Variant())
    rule = given.baseline or "frozen"
    if rule == "frozen":
        return project
    machines = {t.id: t for t in project.technologies}
    served = (_serve(b, project, rule, given.replacements, machines, {}) for b in project.buildings)
    buildings = tuple(
        new.model_copy(update={"measures": old.measures}) for new, old in zip(served, project.buildings, strict=True)
    )
    by_rule = _by_rule(project, buildings, rule)
    if not by_rule:
        return project
    copy = project.model_copy(update={"buildings": buildings, "provenance": {**project.provenance, **by_rule}})
    raw = source_of(project)
    return copy if raw is None else with_source(copy, raw)


def no_networks(case: Case) -> Case:
    """Return the case without its networks; boilers of buildings make the steam of the network they would hang on."""
    return case.model_copy(update={"networks": (), "bau_steam_c": boilers_steam_c(case)})


def _with_steam_level(case: Case) -> Settings:
    """Return the settings with the levels of steam networks: boilers of buildings make the same steam without it."""
    levels = {n.carrier: (n.supply_temp_c, n.return_temp_c) for n in case.networks if n.family == "steam"}
    return case.settings.model_copy(update={"carrier_temps_c": {**case.settings.carrier_temps_c, **levels}})


def baseline_faults(case: Case) -> list[Fault]:
    """Return E173 once per machine that the baseline of variant ``bau`` replaces and the case does not say by which.

    `case` holds the changes of variant ``bau`` already, if it has any. Misspelt replacements are left to the check of
    names.
    """
    given = case.variants.get(BAU, Variant())
    machines = {t.id: t for t in case.technologies if serves_building(t, case)}
    lost: dict[str, list[str]] = {}
    for building in case.buildings:
        _serve(building, case, given.baseline or "frozen", given.replacements, machines, lost)
    return _not_replaced({name: used for name, used in lost.items() if name not in given.replacements})


def _not_replaced(lost: Mapping[str, list[str]]) -> list[Fault]:
    """Return one fault per machine without a replacement; `lost` is machine → the fields that name it."""
    field = f"variants.{BAU}.replacements"
    return [
        Fault("E173", NOWHERE, f"{field}.{name}", listing(used), "", {"machine": name}, "name_replacement")
        for name, used in lost.items()
    ]


def _today(technology: Technology, case: Case) -> Technology | None:
    """Return what of a technology is there without the project: individual machines, and what already stands.

    Anything else at a building (a transfer station, new rooftop PV) is the project's; what exists keeps its size.
    """
    if not serves_building(technology, case):
        return None
    if isinstance(technology, IndividualMachine):
        return technology
    existing = {f"max_{s.name}": getattr(technology, f"existing_{s.name}", 0.0) for s in technology.sizes}
    return technology.model_copy(update=existing) if any(v > 0 for v in existing.values()) else None


def serves_building(technology: Technology, case: Case) -> bool:
    """Return whether a technology stands in a building (as a template or by name), not in an energy center."""
    return technology.node == "building" or any(technology.node == b.id for b in case.buildings)


def _serve(
    building: Building,
    case: Case,
    rule: Baseline,
    replacements: Mapping[str, str],
    machines: Mapping[str, Technology],
    lost: dict[str, list[str]],
) -> Building:
    """Return `building` with the machine and its age by service that `rule` gives; `lost` receives what has none."""
    chosen: dict[str, str] = {}
    ages: dict[str, float] = dict(building.bau_service_age_a)
    minimum = set(replacements.values())
    for service, name in building.bau.items():
        chosen[service] = name
        old = machines.get(name)
        if old is None or rule == "frozen" or name in minimum:
            continue
        remaining = 0.0 if rule == "code_minimum" else max(old.lifetime_a - building.machine_age_a(service), 0.0)
        if remaining >= case.finance.horizon_a / 2:
            continue
        new = machines.get(replacements.get(name, ""))
        if new is None:
            lost.setdefault(name, []).append(f"{building.id}.bau.{service}")
            continue
        chosen[service] = new.id
        ages[service] = max(new.lifetime_a - remaining, 0.0) if remaining > 0 else 0.0
    return building.model_copy(update={"bau": chosen, "bau_service_age_a": ages, "measures": ()})


def _provenance(
    case: Case, buildings: tuple[Building, ...], machines: Mapping[str, Technology], rule: Baseline
) -> dict[str, Provenance]:
    """Return the origins of the values that are left, with the rule as origin of the machines it chose."""
    origins = {
        path: origin
        for path, origin in case.provenance.items()
        if not path.startswith(("networks.", "technologies.")) or path.split(".")[1] in machines
    }
    return origins | _by_rule(case, buildings, rule)


def _by_rule(case: Case, buildings: tuple[Building, ...], rule: Baseline) -> dict[str, Provenance]:
    """Return the rule as origin of the machines of `buildings` that are not those of `case`."""
    return {
        f"buildings.{after.id}.bau.{service}": Provenance(name, "", f"baseline rule {rule}", None, "estimate", "")
        for before, after in zip(case.buildings, buildings, strict=True)
        for service, name in after.bau.items()
        if before.bau.get(service) != name
    }
