"""NIST BLCC 5.3 sample analysis "Heating/Cooling System": baseboard and window units against a heat pump.

Source: repository usnistgov/blcc, commit 3cfbded, FEMPEnergy.xml and the sample reports of BLCC 5.3-19 (2019) and
5.3-20 (2020), base dates 1 April 2019 and 2020. Energy is given as the reports' present value, because it rests on the
DOE escalation tables: of the sums that hold it, whose cents are unknown, the last printed digit may differ by one.
"""

import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_RATE, _YEARS = 0.03, 15


def _base(energy_pv: float, year: int = 2019) -> fin.LifeCycleCost:
    alternative = fin.Alternative(
        "base",
        one_off=(
            fin.OneOffCost("baseboard", "investment", 500, residual_frac=0.1),
            fin.OneOffCost("window units", "investment", 1000, residual_frac=0.1),
            fin.OneOffCost("new window units", "replacement", 600, year=10, residual_frac=0.5),
            fin.OneOffCost("repair", "om_one_off", 200, year=10),
        ),
        annual=(fin.AnnualCost("upkeep", "om_annual", 50),),
        present_values=(fin.KnownPresentValue("electricity", "energy", energy_pv),),
    )
    return fin.lcc(alternative, _RATE, _YEARS, base_date=f"{year}-04-01")


def _heat_pump(energy_pv: float, year: int = 2019) -> fin.LifeCycleCost:
    alternative = fin.Alternative(
        "heat pump",
        one_off=(
            fin.OneOffCost("heat pump", "investment", 3000, residual_frac=0.25),
            fin.OneOffCost("repair", "om_one_off", 600, year=8),
        ),
        annual=(fin.AnnualCost("upkeep", "om_annual", 100),),
        present_values=(fin.KnownPresentValue("electricity", "energy", energy_pv),),
    )
    return fin.lcc(alternative, _RATE, _YEARS, base_date=f"{year}-04-01")


@pytest.mark.parametrize(
    ("year", "energy", "lccs", "annual", "measures"),
    [
        (2019, (13784, 9419), (16187, 13605), (1356, 1140), (2582, 3443, 861, 4.0, 0.1297)),
        (2020, (14135, 9659), (16539, 13845), (1386, 1160), (2693, 3554, 861, 4.13, 0.1321)),
    ],
)
def test_reports(
    year: int,
    energy: tuple[float, float],
    lccs: tuple[float, float],
    annual: tuple[float, float],
    measures: tuple[float, float, float, float, float],
) -> None:
    base, alternative = _base(energy[0], year), _heat_pump(energy[1], year)
    assert (base.total, alternative.total) == pytest.approx(lccs, abs=1)
    assert tuple(round(x) for x in (base.annual_value, alternative.annual_value)) == annual
    compared = fin.compare_life_cycle(base, alternative)
    net, savings, extra, sir, airr = measures
    assert compared.net_savings == pytest.approx(net, abs=1)
    assert compared.noninvestment_savings == pytest.approx(savings, abs=1)
    assert round(compared.increased_investment) == extra
    assert round(compared.sir.required(), 2) == sir
    assert round(compared.airr.required(), 4) == airr


def test_components() -> None:
    """Proves: with the base date every present value without energy comes out to the printed dollar."""
    base, alternative = _base(13784), _heat_pump(9419)
    found = [round(base.pv(c)) for c in ("om_annual", "om_one_off", "replacement", "residual")]
    assert found == [597, 149, 446, -289]
    assert [round(alternative.pv(c)) for c in ("om_annual", "om_one_off", "residual")] == [1194, 474, -481]
