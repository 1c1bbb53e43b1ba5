"""Business-as-usual rules on two buildings, by hand."""

from collections.abc import Callable

import pytest

from edsim.case.bau import apply_baseline, bau_case, no_networks, with_baseline
from edsim.case.schema import Building, Case
from edsim.case.steam_mass import boilers_steam_c
from edsim.core.errors import CaseError
from edsim.core.resources import share_path
from edsim.workflow import load_case, variant_case

Read = Callable[..., Case]


def test_nothing_is_shared(read: Read) -> None:
    """Proves: no network, no central machine, every service from its building. If ignored: BAU pays for the plant."""
    bau = bau_case(read())
    assert bau.networks == ()
    assert [t.id for t in bau.technologies] == ["split", "split_new"]
    assert [b.bau for b in bau.buildings] == [{"cooling": "split"}] * 2
    assert not any(path.startswith(("networks.", "technologies.chiller")) for path in bau.provenance)


@pytest.mark.parametrize(
    ("name", "settings", "codes"),
    [
        ("bat", "{}", []),
        ("but", "{}", []),
        ("Bau", "{}", ["W1851"]),
        ("bua", "{}", ["W1851"]),
        ("baus", "{}", ["W1851"]),
        ("today", "{baseline: frozen}", ["W1851"]),
        ("batteries", "{}", []),
    ],
)
def test_a_variant_meant_as_bau_is_remarked(read: Read, base: str, name: str, settings: str, codes: list[str]) -> None:
    """Proves: a baseline under another name, or bau misspelt, is told; names one letter off that are words are not.

    If ignored: today's machines are computed as a project, beside a business-as-usual nobody described.
    """
    text = base.split("variants:", maxsplit=1)[0] + f"variants:\n  {name}: {settings}\n"
    assert [f.code for f in read(text).warnings if f.field.startswith("variants")] == codes


def test_what_stands_stays_and_nothing_new_comes(read: Read, base: str) -> None:
    """Proves: 30 kWp on the hall stay 30 kWp, new PV on the hotel is the project's.

    If ignored: the BAU gets the project's PV too and its savings vanish.
    """
    pv = "  - {id: old_pv, kind: toy_pv, node: hall, existing_capacity_kwp: 30, max_capacity_kwp: 200}\n"
    pv += "  - {id: new_pv, kind: toy_pv, node: hotel, max_capacity_kwp: 200}\n"
    bau = bau_case(read(base.replace("technologies:\n  - {id: grid", f"technologies:\n{pv}  - {{id: grid")))
    assert [t.id for t in bau.technologies] == ["old_pv", "split", "split_new"]
    assert bau.technologies[0].max_capacity_kwp == 30


def test_frozen_keeps_machine_and_age(read: Read) -> None:
    """Proves: frozen changes no machine even with replacements given."""
    case = apply_baseline(read(), "frozen", {"split": "split_new"})
    assert [(b.bau["cooling"], b.machine_age_a("cooling")) for b in case.buildings] == [("split", 5.0), ("split", 0.0)]


def test_code_minimum_replaces_all_at_the_start(read: Read) -> None:
    """Proves: every machine is new. If ignored: age counts twice."""
    case = apply_baseline(read(), "code_minimum", {"split": "split_new"})
    assert [(b.bau["cooling"], b.machine_age_a("cooling")) for b in case.buildings] == [("split_new", 0.0)] * 2
    assert case.provenance["buildings.hall.bau.cooling"].source == "baseline rule code_minimum"


@pytest.mark.parametrize(
    ("age", "horizon", "machine", "new_age"),
    [
        (
            5,
            25,
            "split_new",
            5.0,
        ),  # 12 - 5 = 7 a left < 12.5: bought in year 7, so it is "12 - 7 = 5 a old" at the start
        (5, 10, "split", 5.0),  # 7 a left >= 5: today's machine runs most of the study
        (12, 25, "split_new", 0.0),  # at the end of its life: bought at the start
        (29, 25, "split_new", 0.0),  # beyond it: the same
    ],
)
def test_natural_replacement(read: Read, base: str, age: int, horizon: int, machine: str, new_age: float) -> None:
    """Proves: the machine of most study years is chosen and its purchase falls in the year the old one ends.

    If ignored: an old fleet is compared for 25 years as if it never changed, and savings are overstated.
    """
    text = base.replace("bau_age_a: 5", f"bau_age_a: {age}")
    text = text.replace("discount_rate_frac: 0.08", f"discount_rate_frac: 0.08\n  horizon_a: {horizon}")
    text = text.replace("baseline: frozen", "baseline: natural_replacement\n    replacements: {split: split_new}")
    hall = bau_case(read(text)).buildings[0]
    assert (hall.bau["cooling"], hall.machine_age_a("cooling")) == (machine, new_age)


def test_what_a_project_leaves_alone_follows_the_same_rule(read: Read, base: str) -> None:
    """Proves: the machine a project leaves in a building is that of BAU, of the same age; measures and networks stay.

    Frozen leaves today's, and so does a replacement that only BAU has. If ignored: a building that never connects, or
    in a later milestone, runs its old split in the project and a new one in BAU, a loss the project does not make.
    """
    ruled = base.replace("baseline: frozen", "baseline: natural_replacement\n    replacements: {split: split_new}")
    case = read(ruled)
    bau, project = bau_case(case), variant_case(case, "big")
    kept = [(b.bau["cooling"], b.machine_age_a("cooling")) for b in project.buildings]
    assert kept == [(b.bau["cooling"], b.machine_age_a("cooling")) for b in bau.buildings]
    assert kept[0] == ("split_new", 5.0)
    assert project.provenance["buildings.hall.bau.cooling"].source == "baseline rule natural_replacement"
    assert project.networks == case.networks != ()
    assert [b.measures for b in project.buildings] == [b.measures for b in case.buildings]
    frozen = variant_case(read(), "big")
    assert [b.bau["cooling"] for b in frozen.buildings] == ["split"] * 2
    left = tuple(t for t in case.technologies if t.id != "split_new")
    without = with_baseline(case.model_copy(update={"technologies": left}), case)
    assert [b.bau["cooling"] for b in without.buildings] == ["split"] * 2


def test_a_missing_replacement_is_named(read: Read, base: str) -> None:
    """Proves: the rule never invents a machine. If ignored: a silent default decides the savings."""
    text = base.replace("baseline: frozen", "baseline: code_minimum")
    with pytest.raises(CaseError, match=r"variants.bau.replacements: \{split: ID\} \[E173\]") as raised:
        read(text)
    (said,) = raised.value.findings
    assert (said.field, said.got) == ("variants.bau.replacements.split", "hall.bau.cooling, hotel.bau.cooling")
    assert said.line == text[: text.index("baseline")].count("\n") + 1
    with pytest.raises(CaseError, match="E173"):
        apply_baseline(read(base), "code_minimum", {})


def test_replacements_among_the_changes_of_bau_count(read: Read, base: str) -> None:
    """Proves: a replacement machine need not be one of the project's. If ignored: a good case is refused."""
    named = "baseline: code_minimum\n    replacements: {split: split_new}"
    assert read(base.replace("baseline: frozen", named)).warnings == ()
    changed = "baseline: code_minimum\n    changes: {buildings: {hall: {bau: {cooling: split_new}}}}"
    with pytest.raises(CaseError) as raised:
        read(base.replace("baseline: frozen", changed))
    assert [f.got for f in raised.value.findings] == ["hall.bau.cooling", "hotel.bau.cooling"]


def test_bau_may_have_changes_of_its_own(read: Read, base: str) -> None:
    """Proves: changes of the variant bau come first, then the rule."""
    text = base.replace("baseline: frozen", "baseline: frozen\n    changes: {buildings: {hotel: {bau_age_a: 3}}}")
    assert [b.bau_age_a for b in bau_case(read(text)).buildings] == [5, 3]


def test_a_case_without_bau_is_frozen(read: Read, base: str) -> None:
    """Proves: the baseline exists even when the case gives none."""
    text = base.replace("  bau:\n    baseline: frozen\n", "")
    assert bau_case(read(text)).buildings[0].bau == {"cooling": "split"}


def test_a_building_that_opens_has_new_machines() -> None:
    """Proves: the age of machines holds for buildings that stand today. Else new ones are replaced too early."""
    one = {"id": "b", "use": "office", "floor_area_m2": 1000, "storeys": 2, "bau_age_a": 12}
    assert Building.model_validate(one).machine_age_a("cooling") == 12.0
    assert Building.model_validate(one | {"opening_year": 2027}).machine_age_a("cooling") == 0.0


def test_boilers_of_buildings_make_the_steam_of_the_network() -> None:
    """Proves: without its networks BAU keeps the level of the case's steam, 184/85 °C.

    If ignored: BAU would make steam of 170 °C, and a tonne would hold less heat there than in the project.
    """
    case = load_case(share_path("cases", "cali-yumbo-park"))
    bau = bau_case(case)
    assert (bau.networks, bau.settings.carrier_temps_c["steam"]) == ((), (184.0, 85.0))
    assert bau.settings.carrier_temps_c["steam_low"] == case.settings.carrier_temps_c["steam_low"]


def test_boilers_make_the_steam_of_the_network_that_lists_them() -> None:
    """Proves: of two levels each mill has that of its list, who is in none that of the first; BAU keeps them.

    If ignored: with a second network the tonnes of BAU are of one pressure and those of the project of another.
    """
    mills = [{"id": name, "use": "heavy_industry", "floor_area_m2": 1000, "storeys": 1} for name in "abc"]
    plant = {"service": "steam", "plants": [{"lat_deg": 6.2, "lon_deg": -75.6}], "return_temp_c": 85.0}
    case = Case.model_validate(
        {
            "schema_version": 1, "name": "x", "currency": "USD", "price_year": 2025, "buildings": mills,
            "city": {"name": "X", "country": "COL", "lat_deg": 6.2, "lon_deg": -75.6, "elevation_m": 0,
                     "utc_offset_h": -5},
            "networks": [
                plant | {"id": "low", "carrier": "steam", "supply_temp_c": 152.0, "buildings": ["a"]},
                plant | {"id": "high", "carrier": "steam_high", "supply_temp_c": 184.0, "buildings": ["b"]},
            ],
            "finance": {"discount_rate_frac": 0.08}, "emissions": {"grid_kg_per_kwh": 0.2, "grid_basis": "inventory"},
        }
    )  # fmt: skip
    levels = {"a": (152.0, 85.0), "b": (184.0, 85.0), "c": (152.0, 85.0)}
    assert boilers_steam_c(case) == levels
    assert boilers_steam_c(no_networks(case)) == levels
