"""Each stage of the workflow on a district of two buildings."""

import numpy as np
import pytest

from edsim import workflow
from edsim.app import RunOptions, run
from edsim.core.errors import CaseError, InfeasibleError
from edsim.optimization.individual import with_age
from edsim.optimization.prepare_system import prepare_system, tariff_series
from edsim.profiles.district import make_profiles, profiles_for
from edsim.results.audit import prices
from tests.unit.workflow.conftest import BASE

TIME_OF_USE = [
    {"per_kwh": 0.3, "hours": [18, 19, 20], "weekdays": [1, 2, 3, 4, 5]},
    {"per_kwh": 0.05, "months": [7], "hours": [0, 1]},
]


def building(**changes):
    return {**BASE["buildings"][0], **changes}


@pytest.fixture(scope="module")
def small_profiles(tmp_path_factory):
    import yaml

    folder = tmp_path_factory.mktemp("base")
    (folder / "case.yaml").write_text(yaml.safe_dump(BASE), encoding="utf-8")
    case = workflow.load_case(folder)
    return case, make_profiles(case)


def test_measured_energy_scales_the_profile(write_case, small_profiles):
    """Proves: a building with a metered yearly cooling has exactly that energy, its latent share kept."""
    _, simulated = small_profiles
    folder = write_case(buildings=[building(measured={"cooling": {"annual_kwh": 500000}}), BASE["buildings"][1]])
    profiles = make_profiles(workflow.load_case(folder))
    assert profiles.demand["cooling"][0].sum() == pytest.approx(500000)
    share = profiles.cooling_latent_kw[0].sum() / profiles.demand["cooling"][0].sum()
    before = simulated.cooling_latent_kw[0].sum() / simulated.demand["cooling"][0].sum()
    assert share == pytest.approx(before, rel=1e-6)
    assert profiles.demand["cooling"][1] == pytest.approx(simulated.demand["cooling"][1])


def test_measured_series_replaces_the_profile(write_case):
    """Proves: a metered hourly series is used as it is, hour by hour."""
    series = 100 + np.arange(8760) % 24
    folder = write_case(buildings=[building(measured={"cooling": {"file": "meter.csv", "column": "kw"}})])
    (folder / "meter.csv").write_text("kw\n" + "\n".join(str(float(v)) for v in series) + "\n", encoding="utf-8")
    profiles = make_profiles(workflow.load_case(folder))
    assert profiles.demand["cooling"][0] == pytest.approx(series)


def test_variant_with_other_panels_gets_their_yield(write_case, small_profiles):
    """Proves: profiles are shared between variants but solar surfaces are the variant's own."""
    base, profiles = small_profiles
    panels = [*BASE["technologies"], {"id": "roof", "kind": "pv", "area_m2": 500}]
    other = workflow.load_case(write_case(technologies=panels))
    mine = profiles_for(other, base, profiles)
    assert set(mine.pv_kw_per_kwp) == {"roof"}
    assert mine.demand is profiles.demand
    assert 1000 < mine.pv_kw_per_kwp["roof"].sum() < 2000


def test_tariff_and_audit_agree_on_every_hour(write_case):
    """Proves: the prices the optimizer pays and those the audit re-adds come from two codes with one result."""
    tariffs = [{"id": "power", "energy_per_kwh": 0.16, "time_of_use": TIME_OF_USE}]
    case = workflow.load_case(write_case(tariffs=tariffs))
    series = tariff_series(case.tariffs[0], case).energy_per_kwh
    assert np.array_equal(series, prices(case.tariffs[0], case.settings.calendar_year))
    assert set(np.unique(series)) == {0.05, 0.16, 0.3}


def test_plant_carries_network_gain_and_pumps(write_case, small_profiles):
    """Proves: plant demand = buildings + heat gain + pump heat, and pumps are a demand of power."""
    _, profiles = small_profiles
    case = workflow.variant_case(workflow.load_case(write_case()), "district")
    district = workflow.prepare(case, profiles)
    design = district.designs[0]
    system = prepare_system(district, {"R-134a": _gas()})
    cold = system.demand["energy_center", "chilled_water"]
    delivered = profiles.demand["cooling"].sum(axis=0)
    assert cold == pytest.approx(delivered + design.heat_gain_kw + design.pump_heat_kw, rel=1e-9, abs=1e-6)
    assert (cold >= delivered - 1e-9).all()
    assert system.demand["energy_center", "electricity"] == pytest.approx(design.pump_power_kw)


def _gas():
    from edsim.core.technology import Refrigerant

    return Refrigerant("R-134a", 1300.0, 0.0, montreal_gas=False)


def test_run_closes_and_compares_the_same_service(write_case):
    """Proves: a small case runs from files to appraisal, with proof and the same cooling in both variants."""
    outcome = run(write_case())
    appraisal = outcome.appraisal
    kpis = appraisal.tables["kpis"].set_index("id")
    assert kpis.loc["cooling", "bau"] == pytest.approx(kpis.loc["cooling", "value"])
    assert appraisal.certificates["district"].status == "certified"
    assert outcome.folder is None
    assert kpis.loc["water", "value"] == 0.0


def test_too_small_a_plant_is_infeasible_and_writes_nothing(write_case, tmp_path):
    """Proves: a chiller limit below the peak ends in an InfeasibleError and no run folder."""
    small = [dict(t) for t in BASE["technologies"]]
    small[1]["max_capacity_kw"] = 50
    out = tmp_path / "out"
    with pytest.raises(InfeasibleError, match="E511"):
        run(write_case(technologies=small), out)
    assert not out.exists()


def test_unknown_variant_is_named(write_case):
    with pytest.raises(CaseError, match=r"no such variant.*got distrct.*allowed: district"):
        run(write_case(), None, RunOptions(variants=("distrct",)))


def test_what_is_not_computed_is_refused(write_case):
    """Proves: milestones are refused, not left out silently."""
    with pytest.raises(CaseError, match="milestones are not computed"):
        workflow.load_case(write_case(milestones=[{"year": 2030}]))


def test_age_reaches_the_machine(write_case):
    """Proves: an old machine draws more; its age is capped at its life, when it is replaced."""
    case = workflow.load_case(write_case())
    machine = next(t for t in case.technologies if t.id == "old")
    if "age_a" in type(machine).model_fields:
        assert with_age(machine, 5.0).age_a == 5.0
        assert with_age(machine, 99.0).age_a == machine.lifetime_a
