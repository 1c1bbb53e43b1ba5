"""Prices of electricity that change by the hour, by hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from edsim.case.checks.tariffs import check_tariffs
from edsim.case.milestones import case_in
from edsim.case.parts.tariff_spec import TariffSpec
from edsim.case.schema import Case
from edsim.case.spot_prices import spot_export_per_kwh, spot_per_kwh
from edsim.core.errors import DataError
from edsim.optimization.district.prepare_system import tariff_series
from edsim.results.audit import prices, sale_prices
from tests.unit.appraisal.test_phases import growing

HOUR = np.arange(8760)
MARKET = np.where(HOUR % 24 < 6, -20.0, 80.0)
"""Per MWh: below 0 at night."""
TARIFF = TariffSpec.model_validate({
    "id": "power", "energy_per_kwh": 0.05, "export_per_kwh": 0.0, "spot_file": "market.csv", "spot_factor": 0.001,
    "spot_export_frac": 0.5, "time_of_use": [{"per_kwh": 0.07, "hours": [18]}],
})  # fmt: skip


def _case(folder: Path, tariff: TariffSpec = TARIFF) -> Case:
    rows = "\n".join(f"{v:g}" for v in MARKET)
    (folder / "market.csv").write_text(f"USD/MWh\n{rows}\n", encoding="utf-8")
    return growing(tariffs=(tariff,), folder=folder)


def test_the_hour_is_paid_beside_the_fixed_part(tmp_path: Path) -> None:
    """Proves: 0.05 + 0.08 by day, 0.07 + 0.08 at six, 0.05 - 0.02 at night; exports earn half the market, also below 0.

    The model, the milestones and the audit of the stored tables read the same. If ignored: a heat pump could not wait
    for cheap hours, and an engine would sell at night what it should not make.
    """
    case = _case(tmp_path)
    made = tariff_series(TARIFF, case)
    np.testing.assert_allclose(made.energy_per_kwh[[3, 12, 18]], [0.03, 0.13, 0.15])
    np.testing.assert_allclose(made.export_per_kwh[[3, 12]], [-0.01, 0.04])
    np.testing.assert_allclose(prices(TARIFF, case), made.energy_per_kwh)
    np.testing.assert_allclose(sale_prices(TARIFF, case), made.export_per_kwh)
    later = case_in(case, case.milestones[1])
    np.testing.assert_allclose(prices(later.tariffs[0], later), 2.0 * made.energy_per_kwh)


def test_prices_per_mwh_without_a_factor_are_refused(tmp_path: Path) -> None:
    """Proves: a mean of 55 a kWh is refused with what to do. If ignored: power costs 1000 times its price."""
    wrong = TARIFF.model_copy(update={"spot_factor": 1.0})
    with pytest.raises(DataError) as caught:
        spot_per_kwh(_case(tmp_path, wrong), wrong)
    (said,) = caught.value.findings
    assert (said.code, said.got) == ("E1895", "55 USD/kWh")
    assert "0.001" in said.hint


def test_a_tariff_without_a_file_is_as_it_stands(tmp_path: Path) -> None:
    """Proves: no file adds nothing."""
    plain = TariffSpec(id="power", energy_per_kwh=0.1, export_per_kwh=0.04)
    none = spot_per_kwh(_case(tmp_path, plain), plain)
    assert not none.any()
    np.testing.assert_allclose(spot_export_per_kwh(plain, none), 0.04)


def test_fields_of_hourly_prices_without_a_file_are_remarked(tmp_path: Path) -> None:
    """Proves: the factor and the share of exports of a tariff whose file was forgotten are remarked, each by its path.

    If ignored: exports seem to earn the price of the hour and earn nothing.
    """
    text = {"id": "power", "energy_per_kwh": 0.05, "spot_factor": 0.001, "spot_export_frac": 1.0}
    forgotten = _case(tmp_path, TariffSpec.model_validate(text))
    fields = [f.field for f in check_tariffs(forgotten) if f.code == "W1888"]
    assert fields == ["tariffs.power.spot_factor", "tariffs.power.spot_export_frac"]
    assert "W1888" not in {f.code for f in check_tariffs(_case(tmp_path))}
