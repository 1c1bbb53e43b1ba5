"""Bills of buildings on shared meters are held to the hours of their machines; each check is provoked by one fault."""

import numpy as np
import pandas as pd
import pytest

from edsim.case.schema import Case
from edsim.results.audit_limits import Hours
from edsim.results.audit_meters import Priced, meter_findings
from edsim.technologies.grid import Grid

HOURS = np.arange(8760) % 24
PRICE = np.where((HOURS >= 18) & (HOURS < 22), 0.30, 0.10)
"""Dear from 18 to 22 h."""
PLUGS = np.full(8760, 5.0)
CHILLER = np.where(HOURS >= 12, 4.0, 0.0)
"""Machines of the building in BAU; the variant has none."""
_SAVED = "the energy charge buildings save under power"


@pytest.fixture
def case() -> Case:
    return Case.model_validate(
        {
            "schema_version": 1, "name": "meters", "currency": "USD", "price_year": 2025,
            "city": {"name": "X", "country": "COL", "lat_deg": 0, "lon_deg": 0, "elevation_m": 0, "utc_offset_h": -5},
            "buildings": [{"id": "b", "use": "office", "floor_area_m2": 1000, "storeys": 2}],
            "tariffs": [
                {"id": "power", "energy_per_kwh": 0.1, "demand_per_kw_month": 2.0, "fixed_per_a": 60.0,
                 "time_of_use": [{"hours": [18, 19, 20, 21], "per_kwh": 0.3}]}
            ],
            "emissions": {"grid_kg_per_kwh": 0.2, "grid_basis": "inventory"},
            "finance": {"discount_rate_frac": 0.08},
        }
    )  # fmt: skip


def _bills(loads):
    rows = []
    for variant, load in loads.items():
        parts = {"energy_charge": float(load @ PRICE), "demand_charge": 24.0 * float(load.max()), "fixed_charge": 60.0}
        total = sum(parts.values())
        rows.append(
            {"variant": variant, "meter": "b", "tariff": "power", "electricity_kwh": float(load.sum()),
             "peak_kw": float(load.max()), **parts, "export_revenue": 0.0, "total": total}
        )  # fmt: skip
    return pd.DataFrame(rows)


def _priced(variant, bought, case, price=PRICE):
    row = {"technology": "purchase power", "kind": "purchase", "port": "import", "node": "buildings",
           "carrier": "electricity", "direction": "out", "column": "bought"}  # fmt: skip
    return Priced(Hours(variant, pd.DataFrame([row]), {"bought": bought}), case, {"power": price})


def _found(bills, case, bought=CHILLER, before=PRICE):
    project, bau = _priced("district", np.zeros(8760), case), _priced("bau", bought, case, before)
    return [f.what for f in meter_findings(project, bau, bills, {})]


def test_bills_of_a_shared_meter_differ_by_the_hours_of_the_machines(case: Case) -> None:
    """Proves: plugs and chiller on one meter pass; the saving is 4 kW x 12 h, four of them dear, by hand.

    If ignored: a building could be billed for hours its machines never ran.
    """
    bills = _bills({"bau": PLUGS + CHILLER, "district": PLUGS})
    assert _found(bills, case) == []
    saved = bills["energy_charge"].iloc[0] - bills["energy_charge"].iloc[1]
    assert saved == pytest.approx(365 * 4.0 * (8 * 0.10 + 4 * 0.30))


@pytest.mark.parametrize(
    ("column", "by", "words"),
    [
        ("energy_charge", 1.0, ["the bill of b", _SAVED]),
        ("electricity_kwh", 10.0, ["the energy buildings save under power"]),
        ("demand_charge", 1200.0, ["the bill of b", "the demand charge of b"]),
        ("fixed_charge", 1.0, ["the bill of b", "the fixed charge of b"]),
        ("energy_charge", 1e6, ["the bill of b", "the energy charge of b", _SAVED]),
    ],
)  # fmt: skip
def test_a_fault_planted_in_a_bill_is_named(case: Case, column: str, by: float, words: list[str]) -> None:
    bills = _bills({"bau": PLUGS + CHILLER, "district": PLUGS})
    bills.loc[bills["variant"] == "district", column] += by
    assert _found(bills, case) == [f"{w} does not re-add from the tables" for w in words]


def test_what_is_sold_lowers_the_bill(case: Case) -> None:
    """Proves: a bill is its charges less what was sold. If ignored: a sale counted as a charge would pass."""
    bills = _bills({"bau": PLUGS + CHILLER, "district": PLUGS})
    bills["export_revenue"] = 50.0
    assert _found(bills, case) == ["the bill of b does not re-add from the tables"]
    bills["total"] -= 50.0
    assert _found(bills, case) == []


def test_a_machine_moved_into_dear_hours_is_found(case: Case) -> None:
    """Proves: the same energy at other hours is another bill. If ignored: time of use could be priced at the mean."""
    bills = _bills({"bau": PLUGS + CHILLER, "district": PLUGS})
    moved = np.where(HOURS < 12, 4.0, 0.0)
    assert _found(bills, case, moved) == [f"{_SAVED} does not re-add from the tables"]


def test_a_variant_with_prices_of_its_own_is_not_accused(case: Case) -> None:
    """Proves: where the variant pays other prices the plugs' bill moves too, and nothing is accused."""
    bills = _bills({"bau": PLUGS + CHILLER, "district": PLUGS})
    bills.loc[0, ["energy_charge", "total"]] *= 1.02
    bills.loc[0, "total"] = bills.loc[0, ["energy_charge", "demand_charge", "fixed_charge"]].sum()
    assert any(what.startswith(_SAVED) for what in _found(bills, case))
    assert _found(bills, case, before=PRICE * 1.02) == []


def test_energy_is_measured_by_energy_where_power_is_free(case: Case) -> None:
    """Proves: with free power the bills are small beside the energy, whose rounding is then no fault of a bill.

    If ignored: a study that tries a price of nothing ends in a fault of the program.
    """
    bills = _bills({"bau": PLUGS + CHILLER, "district": PLUGS})
    bills[["energy_charge", "demand_charge", "fixed_charge", "total"]] = [[0.0, 0.0, 1e-3, 1e-3]] * 2
    free = case.model_copy(
        update={
            "tariffs": tuple(
                t.model_copy(update={"fixed_per_a": 1e-3, "demand_per_kw_month": 0.0}) for t in case.tariffs
            )
        }
    )
    none = np.zeros(8760)
    project, bau = _priced("district", none, free, none), _priced("bau", CHILLER * (1.0 + 1e-12), free, none)
    assert meter_findings(project, bau, bills, {}) == []
    bau = _priced("bau", CHILLER * 1.001, free, none)
    assert [f.code for f in meter_findings(project, bau, bills, {})] == ["E919"]


def test_contracted_capacity_is_a_fixed_charge_of_its_connection(case: Case) -> None:
    """Proves: 100 kW contracted at 6 a month re-add to 7200 a year beside the 60 of the tariff; 7000 do not.

    If ignored: every district that contracts its power ends in a fault of the program.
    """
    grid = Grid(id="grid", tariff="power", contract_per_kw_month=6.0)
    contracted = case.model_copy(update={"technologies": (grid,)})
    bills = _bills({"bau": PLUGS + CHILLER, "district": PLUGS})
    paid = {"variant": "district", "meter": "grid", "tariff": "power", "electricity_kwh": 0.0, "peak_kw": 0.0,
            "energy_charge": 0.0, "demand_charge": 0.0, "fixed_charge": 7260.0, "export_revenue": 0.0,
            "total": 7260.0}  # fmt: skip
    bills = pd.concat([bills, pd.DataFrame([paid])], ignore_index=True)
    project, bau = _priced("district", np.zeros(8760), contracted), _priced("bau", CHILLER, contracted)
    assert meter_findings(project, bau, bills, {"grid": 100.0}) == []
    (said,) = meter_findings(project, bau, bills, {"grid": 96.0})
    assert said.what == "the fixed charge of grid does not re-add from the tables"


@pytest.mark.parametrize(("stored", "refused"), [(2.56, False), (2.70, True), (2.40, True)])
def test_net_metering_credits_the_dearest_hours_less_the_fee(case: Case, stored: float, refused: bool) -> None:
    """Proves: of 14 kWh fed in beside 10 drawn in the month, 8 are credited at 0.30 and 2 at 0.10.

    All earn the 0.04 of sales; a credit adds the price less that and the fee of 0.02: 8 x 0.24 + 2 x 0.04 beside 0.56.
    If ignored: more energy than the month draws is credited, or the utility's fee is earned.
    """
    grid = Grid(id="grid", tariff="power", net_metering=True, net_metering_fee_per_kwh=0.02, max_export_kw=None)
    tariffs = tuple(t.model_copy(update={"export_per_kwh": 0.04}) for t in case.tariffs)
    own = case.model_copy(update={"technologies": (grid,), "tariffs": tariffs})
    load, fed = np.zeros(8760), np.zeros(8760)
    load[0], fed[12], fed[20] = 10.0, 6.0, 8.0
    rows = [
        {"technology": "grid", "kind": "grid", "port": port, "node": "n", "carrier": "electricity",
         "direction": direction, "column": port} for port, direction in (("import", "out"), ("export", "in"))
    ]  # fmt: skip
    hours = Hours("district", pd.DataFrame(rows), {"import": load, "export": fed})
    parts = {"energy_charge": 1.0, "demand_charge": 20.0, "fixed_charge": 60.0, "export_revenue": stored}
    bill = {"variant": "district", "meter": "grid", "tariff": "power", "electricity_kwh": 10.0, "peak_kw": 10.0,
            **parts, "total": 81.0 - stored}  # fmt: skip
    priced = Priced(hours, own, {"power": PRICE})
    said = [f.what for f in meter_findings(priced, priced, pd.DataFrame([bill]), {})]
    assert said == (["the sale of grid does not re-add from the tables"] if refused else [])
