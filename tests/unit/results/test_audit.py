"""The audit finds what it is there for: each check is provoked by one change to sound tables."""

import numpy as np
import pandas as pd
import pytest

from edsim.case.schema import Case
from edsim.results.audit import AuditError, audit, prices
from edsim.technologies.grid import Grid

YEAR = 8760


@pytest.fixture
def case() -> Case:
    bare = Case.model_validate(
        {
            "schema_version": 1,
            "name": "audit",
            "city": {
                "name": "X",
                "country": "COL",
                "lat_deg": 0,
                "lon_deg": 0,
                "elevation_m": 0,
                "utc_offset_h": -5,
            },
            "currency": "USD",
            "price_year": 2025,
            "buildings": [{"id": "b", "use": "office", "floor_area_m2": 1000, "storeys": 2}],
            "tariffs": [{"id": "power", "energy_per_kwh": 0.1, "export_per_kwh": 0.04}],
            "fuels": [{"id": "natural_gas", "price_per_kwh": 0.05, "ghg_kg_per_kwh": 0.2}],
            "emissions": {"grid_kg_per_kwh": 0.2, "grid_basis": "inventory"},
            "finance": {"discount_rate_frac": 0.08},
        }
    )
    return bare.model_copy(update={"technologies": (Grid(id="grid", tariff="power"),)})


def flow(variant, technology, kind, port, carrier, direction, unit="kW"):
    return {
        "variant": variant,
        "column": f"{technology}.{port}",
        "technology": technology,
        "kind": kind,
        "port": port,
        "node": "n",
        "carrier": carrier,
        "direction": direction,
        "unit": unit,
    }


@pytest.fixture
def tables():
    """One node: 10 kW bought from the grid serve 10 kW of demand; a store stands idle at 5 kWh."""
    flows = []
    for v in ("bau", "district"):
        flows += [
            flow(v, "grid", "grid", "import", "electricity", "out"),
            flow(v, "demand", "demand", "electricity", "electricity", "in"),
            flow(v, "tank", "chilled_water_store", "level", "chilled_water", "state", "kWh"),
        ]
    block = {
        "hour": np.arange(YEAR),
        "grid.import": np.full(YEAR, 10.0),
        "demand.electricity": np.full(YEAR, 10.0),
        "tank.level": np.full(YEAR, 5.0),
    }
    hourly = pd.concat([pd.DataFrame({"variant": v, **block}) for v in ("bau", "district")], ignore_index=True)
    both = ("bau", "district")
    return {
        "flows": pd.DataFrame(flows),
        "hourly": hourly,
        "capacities": pd.DataFrame([{"variant": v, "technology": "tank", "unit": "kWh", "value": 8.0} for v in both]),
        "cash_flows": pd.DataFrame([{"variant": v, "line": "electricity", "year": 1, "value": -8760.0} for v in both]),
        "inventory": pd.DataFrame(
            [{"variant": v, "frame": "gpc", "source": "grid", "scope": "2", "year": 1, "kgco2e": 17520.0} for v in both]
        ),
    }


def run(tables, case):
    return audit(tables, dict.fromkeys(("bau", "district"), case))


def test_sound_tables_pass(tables, case):
    for result in run(tables, case):
        assert result.balance_residual_frac <= 1e-12
        assert result.money_residual_frac <= 1e-12
        assert result.ghg_residual_frac <= 1e-12


@pytest.mark.parametrize(
    ("column", "hour", "value", "code"),
    [
        ("grid.import", 17, 10.1, "E902"),
        ("grid.import", 17, -1.0, "E901"),
        ("tank.level", 40, 9.0, "E903"),
        ("tank.level", 40, 6.0, "E904"),
        ("demand.electricity", 3, 9.0, "E907"),
    ],
)
def test_one_wrong_hour_is_found(tables, case, column, hour, value, code):
    """Proves: one hour changed in one variant stops the report with the code of the check that saw it."""
    at = tables["hourly"].index[(tables["hourly"]["variant"] == "district")][hour]
    tables["hourly"].loc[at, column] = value
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert code in {f.code for f in caught.value.findings}


@pytest.mark.parametrize(
    ("table", "column", "code"), [("cash_flows", "value", "E905"), ("inventory", "kgco2e", "E906")]
)
def test_money_and_ghg_are_added_again(tables, case, table, column, code):
    """Proves: a ledger line one part in 100 000 off is found from the hourly flows."""
    tables[table][column] = tables[table][column] * 1.00001
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert {f.code for f in caught.value.findings} == {code}


def test_unserved_demand_is_refused(tables, case):
    """Proves: a node that balances only because demand is unserved does not pass."""
    row = flow("district", "unserved", "unserved", "unserved", "electricity", "out")
    tables["flows"] = pd.concat([tables["flows"], pd.DataFrame([row])], ignore_index=True)
    tables["hourly"]["unserved.unserved"] = 1.0
    mine = tables["hourly"]["variant"] == "district"
    tables["hourly"].loc[mine, "grid.import"] = 9.0
    with pytest.raises(AuditError) as caught:
        run(tables, case)
    assert "E908" in {f.code for f in caught.value.findings}


def test_prices_follow_hours_months_and_weekdays(case):
    """Proves: Wednesday 1 January 2025, 18 h, is dear only if hour, month and weekday all match."""
    spec = case.tariffs[0].model_copy(
        update={"time_of_use": (_block(per_kwh=0.3, hours=(18,), months=(1,), weekdays=(3,)),)}
    )
    series = prices(spec, 2025)
    assert series[18] == 0.3
    assert series[17] == 0.1
    assert series[24 + 18] == 0.1
    assert series[7 * 24 + 18] == 0.3
    assert series[31 * 24 :].max() == 0.1


def _block(**fields):
    from edsim.case.schema import TimeOfUse

    return TimeOfUse(**fields)
