"""NIST BLCC 5.3 sample analysis "Heating/Cooling System": baseboard and window units against a heat pump.

Source: repository usnistgov/blcc, commit 3cfbded, FEMPEnergy.xml and the sample reports of BLCC 5.3-19 (2019) and
5.3-20 (2020). Energy is given as the reports' present value, because it rests on the DOE escalation tables.
"""

import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_RATE, _YEARS = 0.03, 15


def _base(energy_pv: float) -> fin.LifeCycleCost:
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
    return fin.lcc(alternative, _RATE, _YEARS)


def _heat_pump(energy_pv: float) -> fin.LifeCycleCost:
    alternative = fin.Alternative(
        "heat pump",
        one_off=(
            fin.OneOffCost("heat pump", "investment", 3000, residual_frac=0.25),
            fin.OneOffCost("repair", "om_one_off", 600, year=8),
        ),
        annual=(fin.AnnualCost("upkeep", "om_annual", 100),),
        present_values=(fin.KnownPresentValue("electricity", "energy", energy_pv),),
    )
    return fin.lcc(alternative, _RATE, _YEARS)


@pytest.mark.parametrize(
    ("energy", "lccs", "annual", "measures"),
    [
        ((13784, 9419), (16187, 13605), (1356, 1140), (2582, 3443, 861, 4.0, 0.1297)),
        ((14135, 9659), (16539, 13845), (1386, 1160), (2693, 3554, 861, 4.13, 0.1321)),
    ],
)
def test_reports(
    energy: tuple[float, float],
    lccs: tuple[float, float],
    annual: tuple[float, float],
    measures: tuple[float, float, float, float, float],
) -> None:
    base, alternative = _base(energy[0]), _heat_pump(energy[1])
    assert (base.total, alternative.total) == pytest.approx(lccs, abs=1)
    assert (base.annual_value, alternative.annual_value) == pytest.approx(annual, abs=1)
    compared = fin.compare_life_cycle(base, alternative)
    net, savings, extra, sir, airr = measures
    assert compared.net_savings == pytest.approx(net, abs=1)
    assert compared.noninvestment_savings == pytest.approx(savings, abs=1)
    assert compared.increased_investment == pytest.approx(extra, abs=1)
    assert compared.sir.value == pytest.approx(sir, abs=0.005)
    assert compared.airr.value == pytest.approx(airr, abs=5e-5)


def test_components() -> None:
    base, alternative = _base(13784), _heat_pump(9419)
    assert base.pv("om_annual") == pytest.approx(597, abs=1)
    assert base.pv("om_one_off") == pytest.approx(149, abs=1)
    assert base.pv("replacement") == pytest.approx(446, abs=1)
    assert base.pv("residual") == pytest.approx(-289, abs=1)
    assert alternative.pv("om_annual") == pytest.approx(1194, abs=1)
    assert alternative.pv("om_one_off") == pytest.approx(474, abs=1)
    assert alternative.pv("residual") == pytest.approx(-481, abs=1)
