"""NIST BLCC 5.3-19 sample report of an ECIP project: "Project #342 - Install DX Split System AC".

Source: repository usnistgov/blcc, commit e6591c3, docs/BLCC 5.3 Reports/BLCC ECIP Report.html (base date April 2019,
beneficial occupancy a year later, 21 years, 3 %, mid-year discounting). Energy is given as the report's present value,
because it rests on the DOE escalation tables. Repairs are dated from the occupancy.
"""

import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_RATE, _YEARS, _OCCUPANCY = 0.03, 21, 1
_REPAIRS = (
    (6, 9000, 7318),
    (12, -9000, -6128),
    (18, 12000, 6843),
    (5, -1500, -1256),
    (10, -1500, -1084),
    (15, -1500, -935),
)
"""Years after occupancy, saving, printed present value."""


def _existing() -> fin.LifeCycleCost:
    """Return what the existing equipment costs and the new one saves."""
    alternative = fin.Alternative(
        "window units",
        one_off=tuple(
            fin.OneOffCost(f"repair {year}", "om_one_off", amount, year=year + _OCCUPANCY)
            for year, amount, _ in _REPAIRS
        ),
        annual=(fin.AnnualCost("routine upkeep", "om_annual", 2270, escalation=0.02, first_year=1 + _OCCUPANCY),),
        present_values=(fin.KnownPresentValue("electricity", "energy", 262_564),),
    )
    return fin.lcc(alternative, _RATE, _YEARS, timing="mid", base_date="2019-04-01")


def test_prices_grow_to_the_middle_of_the_year() -> None:
    """Proves: the printed factor 17.993 of a cost that grows 2 %/a. If ignored: growth to the end gives 18.172."""
    assert _existing().by_item["routine upkeep"] / 2270 == pytest.approx(17.993, abs=5e-4)


@pytest.mark.parametrize(("year", "printed"), [(year, printed) for year, _, printed in _REPAIRS])
def test_repairs_are_counted_from_occupancy(year: int, printed: float) -> None:
    """Proves: days are counted over 365.25. If ignored: the saving of year 12 would come out as 6 129."""
    assert round(_existing().by_item[f"repair {year}"]) == printed


def test_savings_to_investment_and_adjusted_return() -> None:
    """Proves: total discounted savings, SIR and AIRR as printed: 308 166, 1.81 and 5.96 %."""
    investment = tuple(
        fin.OneOffCost(name, "investment", amount)
        for name, amount in (("construction", 142_800), ("supervision", 10_200), ("design", 17_000))
    )
    split = fin.Alternative("split system", one_off=investment)
    new = fin.lcc(split, _RATE, _YEARS, timing="mid", base_date="2019-04-01")
    found = fin.compare_life_cycle(_existing(), new)
    assert found.noninvestment_savings == pytest.approx(308_166, abs=5)
    assert found.increased_investment == 170_000
    assert round(found.sir.required(), 2) == 1.81
    assert round(100 * found.airr.required(), 2) == 5.96
