"""The hourly factor of the grid and the roofs for PV, from the case to its results."""

from __future__ import annotations

from unittest.mock import Mock

import numpy as np
import pytest

from edsim import workflow
from edsim.app import RunOptions, run
from edsim.case.grid_factor import grid_factor_kg_per_kwh
from edsim.core.errors import DataError
from edsim.core.timegrid import DAYS_PER_MONTH
from edsim.optimization.district.roofs import on_roofs
from edsim.results import design_notes
from tests.unit.workflow.conftest import BASE

HOUR = np.arange(8760) % 24
PV = {"id": "roof", "kind": "pv"}


def _with_factor(write_case, series):
    folder = write_case(emissions={**BASE["emissions"], "grid_file": "factor.csv"})
    (folder / "factor.csv").write_text("factor\n" + "\n".join(f"{v:.6f}" for v in series) + "\n")
    return folder


@pytest.mark.medium
def test_the_file_gives_the_shape_and_the_case_the_mean(write_case):
    """Proves: hours of 1 and 3 become 0.0825 and 0.2475 at a mean of 0.165; negative and empty series are refused.

    If ignored: file and case could state two factors for one grid.
    """
    case = workflow.load_case(_with_factor(write_case, np.where(HOUR < 12, 1.0, 3.0)))
    np.testing.assert_allclose(grid_factor_kg_per_kwh(case)[[0, 12]], [0.0825, 0.2475])
    for series in (np.zeros(8760), np.where(HOUR < 12, -1.0, 3.0)):
        wrong = workflow.load_case(_with_factor(write_case, series))
        with pytest.raises(DataError) as caught:
            grid_factor_kg_per_kwh(wrong)
        assert [f.code for f in caught.value.findings] == ["E158"]


@pytest.mark.slow
def test_emissions_follow_the_hour(write_case):
    """Proves: with a grid that is clean at night, offices that cool by day emit more per kWh than the mean factor.

    The run passes its audit, which adds imports and factors hour by hour; the inventory agrees with the indicator.
    If ignored: a solar-rich grid would count as clean at night as by day.
    """
    appraisal = run(_with_factor(write_case, np.where((HOUR >= 8) & (HOUR < 18), 2.0, 0.5))).appraisal
    kpis = appraisal.tables["kpis"].set_index("id")["value"]
    assert kpis["ghg_grid"] > 1.2 * 0.165 * kpis["electricity"]  # t and MWh
    inventory = appraisal.tables["inventory"].query(
        "variant == 'district' and frame == 'project' and source == 'grid' and year == 1"
    )
    assert inventory["kgco2e"].sum() == pytest.approx(1000.0 * kpis["ghg_grid"])


def test_a_roof_without_area_is_that_of_the_buildings(write_case):
    """Proves: two roofs of 8000/5 m² give 40 % of 3200 m² at the center, one of them half; an area given stays.

    If ignored: a PV roof without an area would be as large as the sun pays for.
    """
    given = [PV, {**PV, "id": "own", "node": "north"}, {**PV, "id": "said", "area_m2": 50}]
    case = workflow.load_case(write_case(technologies=[*BASE["technologies"], *given]))
    roofs = {t.id: on_roofs(t, case) for t in case.technologies if t.kind == "pv"}
    assert {k: t.area_m2 for k, t in roofs.items()} == pytest.approx({"roof": 1280.0, "own": 640.0, "said": 50.0})


@pytest.mark.medium
def test_a_capped_demand_charge_is_the_same_in_bill_and_ledger(write_case):
    """Proves: a plant of offices under Mexico's rule pays energy over 0.57, in its bill as in its cash flows.

    The run passes its audit, which prices peaks, caps and imports hour by hour, for the meters of buildings too; the
    optimizer's charge is the bill's to 1e-9, the lower side of every month. If ignored: peaks billed, two bills.
    """
    band = {"demand_per_kw_month": 18.0, "hours": "18-21", "weekdays": "1-5"}
    power = {"id": "power", "energy_per_kwh": 0.07, "demand_per_kw_month": 6.0, "demand_bands": [band]}
    folder = write_case(tariffs=[{**power, "demand_load_factor_frac": 0.57}])
    appraisal = run(folder, options=RunOptions(mode="screening")).appraisal
    charge = appraisal.tables["reconciliation"].query("variant == 'district' and line == 'demand_charge'")
    bill = appraisal.tables["electricity_bills"].query("meter == 'grid'")["demand_charge"].sum()
    assert charge["optimizer"].sum() == pytest.approx(bill, rel=1e-9)
    lines = appraisal.tables["electricity_bill_lines"].query("meter == 'grid'")
    kwh, *kw = (
        lines[lines["item"] == item].groupby("month")["quantity"].sum().reindex(range(1, 13), fill_value=0.0).to_numpy()
        for item in ("energy", "demand", "demand_band_1")
    )
    cap = kwh / (24 * DAYS_PER_MONTH * 0.57)
    assert np.all(np.array(kw) <= cap * (1 + 1e-9))
    assert kw[0] == pytest.approx(cap)  # offices by day: energy bills in all months
    (remark,) = (f for f in appraisal.findings if f.code == "W518")
    assert remark.what.endswith("the plant is sized for the months as billed")  # a screening proves no gap


def test_peaks_billed_in_every_month_are_no_remark(monkeypatch):
    """Proves: the remark comes where energy bills or a charge fell otherwise, and speaks of a gap where one is proven.

    If ignored: a reader looks for months billed by energy where there are none, or for a proof that was not made.
    """
    months = {"grid": ((False,) * 12,)}
    district = Mock(billed_by_energy=months)
    design = Mock(certificate=Mock(gap_frac=0.004))
    variant = Mock(design=design)
    variant.name = "district"
    variant.stages = (Mock(run=Mock(district=district, design=design)),)
    monkeypatch.setattr(design_notes, "sides_paid", lambda *_: months)
    assert design_notes.billing_findings(variant) == []
    monkeypatch.setattr(design_notes, "sides_paid", lambda *_: {"grid": ((True,) + (False,) * 11,)})
    (remark,) = design_notes.billing_findings(variant)
    assert remark.what.endswith("the gap is proven for the months as billed")
    assert remark.got.startswith("energy bills in 1 of 12 months; 1 monthly charges")


WHOLE = [
    {**t, "units": "integer", "unit_capacity_kw": 400} if t["id"] == "chillers" else t for t in BASE["technologies"]
]
YEARS = [{"year": 2027}, {"year": 2035, "demand_factor": {"cooling": 1.3}, "price_factor": {"power": 1.5}}]


@pytest.mark.medium
@pytest.mark.parametrize(
    ("more", "months"), [({"technologies": WHOLE}, 12), ({"milestones": YEARS}, 24)], ids=["whole", "growing"]
)
def test_a_capped_demand_charge_of_whole_units_and_of_a_growing_district(write_case, more, months):
    """Proves: with whole units and with milestones too the optimizer's charge is the ledger's, and energy bills.

    One remark counts the months of all milestones; none fell otherwise than planned. If ignored: the charge of a later
    milestone is that of its peak, or the remark comes once for each milestone.
    """
    power = {"id": "power", "energy_per_kwh": 0.07, "demand_per_kw_month": 6.0, "demand_load_factor_frac": 0.57}
    appraisal = run(write_case(tariffs=[power], **more), options=RunOptions(mode="screening")).appraisal
    charge = appraisal.tables["reconciliation"].query("variant == 'district' and line == 'demand_charge'")
    assert charge["optimizer"].sum() == pytest.approx(charge["ledger"].sum(), rel=1e-9)
    lines = appraisal.tables["electricity_bill_lines"].query("variant == 'district' and meter == 'grid'")
    kwh, kw = (lines.query("item == @item").groupby("month")["quantity"].sum() for item in ("energy", "demand"))
    assert kw.to_numpy() == pytest.approx(kwh.to_numpy() / (24 * DAYS_PER_MONTH * 0.57))
    (remark,) = (f for f in appraisal.findings if f.code == "W518")
    assert remark.got.startswith(f"energy bills in {months} of {months} months; 0 monthly charges")
