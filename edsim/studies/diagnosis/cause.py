"""From a case to the explanation of one variant: infeasible with its repairs, or solved with its reasons."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from edsim.appraisal.emissions import for_model, refrigerants_of_case
from edsim.case.checks.ids import placed
from edsim.case.joining import Connect
from edsim.case.milestones import is_phased
from edsim.case.offers import may_choose
from edsim.case.parts.exchange_rate import case_money
from edsim.case.schema import Case
from edsim.core.errors import CaseError, Finding, InfeasibleError
from edsim.core.i18n import Lang
from edsim.network.district import District
from edsim.optimization.district.connection import size_plant
from edsim.optimization.district.prepare_system import prepare_system
from edsim.optimization.model.commitment_model import needs_integers
from edsim.optimization.model.criteria import minimize
from edsim.optimization.sizing.certify import DesignOptions, design
from edsim.optimization.system import System
from edsim.optimization.types import Objective
from edsim.profiles.district import profiles_for, today_profiles
from edsim.results.left_out import unserved_needs
from edsim.studies.diagnosis.findings import Connected, assuming, cause_findings
from edsim.studies.diagnosis.infeasible import Diagnosis, diagnose_year
from edsim.studies.diagnosis.reasons import Reasons, explain_plant
from edsim.studies.diagnosis.situation import Moment, moment
from edsim.workflow import boundary, lay_out, variant_case

Progress = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why one variant is what it is.

    Attributes
    ----------
    variant
        Name of the variant.
    district
        The district of the variant.
    diagnosis
        What is short and what repairs it; `feasible` when the plant can be built.
    reasons
        Why the plant is what it is; None when it cannot be built.
    of_units
        What whole units, least loads or reserve make impossible, where the plant could be built without them.
    also
        The later milestones that cannot be served either.
    connected
        Which of the buildings that may connect are connected: those chosen; where the choice found no plant, none of
        them if the others cannot be served either, else all.
    """

    variant: str
    district: District
    diagnosis: Diagnosis
    reasons: Reasons | None
    of_units: tuple[Finding, ...] = ()
    also: tuple[Explanation, ...] = ()
    connected: Connected = "chosen"


def explain(
    case: Case, variant: str, progress: Progress = lambda _: None, caps: dict[str, float] | None = None
) -> Explanation:
    """Explain one variant of a case.

    Parameters
    ----------
    case
        The case.
    variant
        A project variant.
    progress
        Called with a line of text per step.
    caps
        Criterion → cap that the plant must keep besides.

    Raises
    ------
    CaseError, DataError
        Wrong input.
    InfeasibleError
        A carrier is demanded or used where nothing can supply it, or two limits of one machine contradict.
    """
    if is_phased(case):
        return _explain_phases(case, variant, progress, caps)
    (district,), connected = _districts(case, variant, progress)
    return replace(explain_district(variant, district, progress, caps), connected=connected)


def _explain_phases(case: Case, variant: str, progress: Progress, caps: dict[str, float] | None) -> Explanation:
    """Return the explanation of the milestones that cannot be served, else that of the last one.

    A milestone is explained as a district of its own: its demand, prices, sources, pipes, and a plant for it alone.
    """
    districts, connected = _districts(case, variant, progress)
    named = [(f"{variant} {m.year}", d) for m, d in zip(case.milestones, districts, strict=True)]
    failing = _failing(named[:-1], progress, caps)
    if not failing:
        return replace(explain_district(*named[-1], progress, caps), connected=connected)
    first, *others = [replace(e, connected=connected) for e in (*failing, *_failing(named[-1:], progress, caps))]
    return replace(first, also=tuple(others))


def _failing(
    named: Sequence[tuple[str, District]], progress: Progress, caps: dict[str, float] | None
) -> list[Explanation]:
    """Return the explanations of the milestones whose demand no plant, or none with whole units, can serve."""
    found = []
    for name, district in named:
        system = _system(district)
        if system.technologies:
            progress(f"{name}: looking for demand that cannot be served")
            objective = _objective(district.case, caps)
            diagnosis = _diagnosed(district, system, objective)
            of_units = unit_findings(district, objective, progress) if diagnosis.feasible else ()
            if of_units or not diagnosis.feasible:
                found.append(Explanation(name, district, diagnosis, None, of_units))
    return found


def check_supply(case: Case, variant: str, lang: Lang, progress: Progress = lambda _: None) -> list[Finding]:
    """Return the remarks on loads and networks of a variant, and the errors where its plant cannot serve them.

    Raises
    ------
    CaseError, DataError
        Wrong input.
    """
    districts, connected = _districts(case, variant, progress)
    progress(f"{variant}: looking for demand that cannot be served")
    within = set(boundary(districts, case))
    remarks = [remark for d in districts for remark in _remarks(d, within)]
    said = {(f.code, f.what, f.field): f for f in remarks}
    failing = [f for k in range(len(districts)) for f in _unserved(districts, k, connected, lang, progress)]
    return [*said.values(), *dict.fromkeys(failing)]


def _remarks(district: District, within: set[tuple[str, str]]) -> list[Finding]:
    """Return the remarks on the loads and networks of a district, and on needs within the boundary nobody serves."""
    of_networks = [f for d in district.designs for f in d.findings]
    unserved = [placed(f, district.case) for f in unserved_needs(district, within)]
    return [*district.profiles.findings, *of_networks, *unserved]


def _unserved(
    districts: Sequence[District], place: int, connected: Connected, lang: Lang, progress: Progress
) -> list[Finding]:
    """Return why the plant of the district at `place` cannot serve its demand; nothing where it can, or has none."""
    district = districts[place]
    if not _system(district).technologies:
        return []
    try:
        found = assuming(cause_findings(diagnose_district(district), district, lang), connected, lang)
    except InfeasibleError as error:
        return list(error.findings)
    if found:
        return of_year(found, districts, place)
    return list(unit_findings(district, _objective(district.case, None), progress))


def of_year(findings: Sequence[Finding], districts: Sequence[District], place: int) -> list[Finding]:
    """Return the findings of the district at `place`, each beginning with its year where there are several."""
    if len(districts) == 1:
        return list(findings)
    year = districts[0].case.milestones[place].year
    return [replace(f, what=f"{year}: {f.what}") for f in findings]


def _districts(case: Case, variant: str, progress: Progress) -> tuple[tuple[District, ...], Connected]:
    """Return the district of every milestone, one without milestones, and which who may connect do.

    Raises
    ------
    InfeasibleError
        The choice of levels found no plant though nobody may choose to connect.
    """
    chosen = variant_case(case, variant)
    profiles = profiles_for(chosen, case, today_profiles(case, progress), progress)

    def laid_out(of: Case) -> tuple[District, ...]:
        return lay_out(of, profiles, progress, case.variants[variant].levels_c)

    try:
        return laid_out(chosen), "chosen"
    except InfeasibleError:
        if not may_choose(chosen):
            raise
    progress("no plant serves the buildings that would connect: trying without those that may choose")
    without = laid_out(_connecting(chosen, "never"))
    if not all(_is_served(d) for d in without):
        return without, "none"
    return laid_out(_connecting(chosen, "must")), "all"


def _connecting(case: Case, how: Connect) -> Case:
    """Return the case with `how` for every building that may choose."""
    return case.model_copy(update={"buildings": tuple(b.connecting(how, ("optional",)) for b in case.buildings)})


def _is_served(district: District) -> bool:
    """Return whether a plant of the district serves its typical and peak days."""
    gases = for_model(refrigerants_of_case(district.case))
    try:
        if _system(district).technologies:
            size_plant(district, gases)
    except InfeasibleError:
        return False
    return True


def explain_district(
    variant: str, district: District, progress: Progress = lambda _: None, caps: dict[str, float] | None = None
) -> Explanation:
    """Explain a variant whose networks are laid out; see :func:`explain`."""
    system, objective = _system(district), _objective(district.case, caps)
    if not system.technologies:
        what = "the variant has no plant, so there is nothing to explain"
        raise CaseError.of([Finding("E557", what, field=f"variants.{variant}", hint="name another --variant")])
    days = district.case.settings.typical_days
    progress("looking for demand that cannot be served")
    diagnosis = _diagnosed(district, system, objective)
    if not diagnosis.feasible:
        return Explanation(variant, district, diagnosis, None)
    of_units = unit_findings(district, objective, progress)
    if of_units:
        return Explanation(variant, district, diagnosis, None, of_units)
    progress("pricing limits and machines")
    try:
        reasons = explain_plant(system, days, objective)
    except InfeasibleError:
        return Explanation(variant, district, diagnosis, None)
    return Explanation(variant, district, diagnosis, reasons)


def unit_findings(district: District, objective: Objective, progress: Progress = lambda _: None) -> tuple[Finding, ...]:
    """Return what a plant with whole units, which could serve its demand without them, fails at; with its place.

    The plant is designed as a run does it, without a bound; empty where that serves, and without whole units.
    """
    system, settings = _system(district), district.case.settings
    if not needs_integers(system):
        return ()
    progress("looking for hours that whole units cannot serve")
    how = DesignOptions("screening", settings.typical_days, settings.target_gap_frac, settings.time_limit_s)
    try:
        design(system, how, objective=objective)
    except InfeasibleError as error:
        return tuple(placed(f, district.case) for f in error.findings)
    return ()


def diagnose_district(district: District) -> Diagnosis:
    """Return why the plant of a district cannot be built.

    Raises
    ------
    InfeasibleError
        A carrier is demanded or used where nothing can supply it.
    """
    return _diagnosed(district, _system(district), _objective(district.case, None))


def _diagnosed(district: District, system: System, objective: Objective) -> Diagnosis:
    settings = district.case.settings
    return diagnose_year(
        system, settings.typical_days, case_money(district.case), objective, time_limit_s=settings.time_limit_s
    )


def _system(district: District) -> System:
    return prepare_system(district, for_model(refrigerants_of_case(district.case)))


def _objective(case: Case, caps: dict[str, float] | None) -> Objective:
    return minimize("cost", carbon_price_per_t=case.emissions.carbon_price_per_t, caps=caps)


def peaks_of(district: District) -> list[tuple[str, str, float, Moment]]:
    """Return (node, carrier, kW, moment) of the peak hour of every demand that buildings draw."""
    out = []
    for (node, carrier), series in _system(district).demand.items():
        hour = int(series.argmax())
        at = moment(district, node, carrier, hour)
        if at.loads:
            out.append((node, carrier, float(series[hour]), at))
    return out
