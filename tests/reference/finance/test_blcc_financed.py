"""NIST BLCC 5.3-19 sample of a financed federal project: "Lighting/Daylighting", a utility contract of ten years.

Source: repository usnistgov/blcc, reports "BLCC Detailed LCC Report.html" (commit 3fe2e50), "BLCC Input Report.html"
and "BLCC Cash Flow Report.html" (commit d776452), and docs/old-blcc-files/FederalFinanced.xml. Base date 1 April 2019,
15 years, end of year, current dollars; the printed rate of 3.1 % is 3 % real with 0.1 % inflation. The growth of energy
prices is printed to 0.01 %, so that energy is held to the yearly flows that are printed, and to 0.01 % from the rates.
"""

import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_RATE, _YEARS, _INFLATION = fin.to_nominal(0.03, 0.001), 15, 0.001
_GROWTH = (
    *(-0.0393, -0.0344, 0.0124, 0.0185, 0.0057, 0.0245, 0.0195, 0.0057),
    *(-0.0004, 0.0035, 0.0077, 0.0076, 0.0084, 0.0021, 0.0002),
)
_ENERGY = (
    *(47844, 46200, 46768, 47633, 47905, 49077, 50032, 50321),
    *(50302, 50477, 50863, 51249, 51680, 51788, 51798),
)
_DEMAND = (
    *(28922, 27928, 28271, 28794, 28959, 29667, 30244, 30419),
    *(30408, 30514, 30747, 30980, 31241, 31306, 31312),
)


def _study(name: str, *costs: fin.AnnualCost | fin.OneOffCost) -> fin.LifeCycleCost:
    annual = tuple(c for c in costs if isinstance(c, fin.AnnualCost))
    one_off = tuple(c for c in costs if isinstance(c, fin.OneOffCost))
    return fin.lcc(fin.Alternative(name, one_off, annual), _RATE, _YEARS, base_date="2019-04-01")


def _existing() -> fin.LifeCycleCost:
    return _study(
        "existing",
        fin.AnnualCost("energy", "energy", _ENERGY),
        fin.AnnualCost("demand", "energy", _DEMAND),
        fin.AnnualCost("upkeep", "om_annual", 5600, escalation=_INFLATION),
    )


def _retrofit() -> fin.LifeCycleCost:
    return _study(
        "retrofit",
        fin.AnnualCost("contract", "other", 67000, last_year=10),
        fin.AnnualCost("energy", "energy", 206911 * 0.046, escalation=_GROWTH),
        fin.AnnualCost("demand", "energy", 3311, escalation=_GROWTH),
        fin.AnnualCost("upkeep", "om_annual", 3000, escalation=_INFLATION, first_year=11),
        fin.OneOffCost("left of the system", "residual", -0.25 * 390480, year=15, escalation=_INFLATION),
    )


def test_existing_system() -> None:
    found = _existing()
    assert found.by_item["energy"] == pytest.approx(585_002, abs=6)  # fifteen flows rounded to a dollar
    assert found.by_item["demand"] == pytest.approx(353_636, abs=6)
    assert round(found.by_item["upkeep"]) == 66_856
    assert found.total == pytest.approx(1_005_494, abs=12)
    assert found.annual_value == pytest.approx(84_865, abs=1)


def test_retrofit_paid_by_contract() -> None:
    """Proves: payments of some years, a grown residual value and the level annual value as printed.

    If ignored: whole years instead of days give 568 531 for the contract and 62 659 for the residual value.
    """
    found = _retrofit()
    assert round(found.by_item["contract"]) == 568_558
    assert round(found.by_item["upkeep"]) == 10_224
    assert round(found.by_item["left of the system"]) == -62_662
    assert found.by_item["energy"] == pytest.approx(111_805, rel=1e-4)
    assert found.by_item["demand"] == pytest.approx(38_894, rel=1e-4)
    assert found.total == pytest.approx(666_818, abs=15)
    assert round(found.annual_value, -1) == 56_280


def test_flows() -> None:
    """Proves: undiscounted flows as printed; the residual value of the last year included."""
    upkeep = [5606, 5611, 5617, 5622, 5628, 5634, 5639, 5645, 5651, 5656, 5662, 5668, 5673, 5679, 5685]
    flows = _existing().flows
    assert flows is not None
    assert [round(f - e - d) for f, e, d in zip(flows[1:], _ENERGY, _DEMAND, strict=True)] == upkeep
    alone = _study("left", fin.OneOffCost("left", "residual", -0.25 * 390480, year=15, escalation=_INFLATION)).flows
    assert alone is not None
    assert round(alone[15]) == -99_094
