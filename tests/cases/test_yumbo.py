"""The industrial park: four networks, bought waste heat, several services, one certified design."""

from __future__ import annotations

from pathlib import Path

import pytest

from edsim.app import RunOptions, run
from edsim.workflow import load_case

FOLDER = Path(__file__).resolve().parents[2] / "cases" / "cali-yumbo-park"


def test_the_case_states_what_it_is() -> None:
    """Proves: the case loads, names its suppliers with price and exit year, and fixes 1 MWp of PV."""
    case = load_case(FOLDER)
    assert {s.supplier for s in case.sources} == {"Metal works", "Data center"}
    assert all(s.price_per_kwh > 0 and s.exit_year for s in case.sources)
    assert {n.carrier for n in case.networks} == {"chilled_water", "hot_water", "steam", "compressed_air"}


@pytest.mark.slow
def test_the_park_runs_to_a_certificate_with_its_contracts() -> None:
    """Proves: four networks, two steam pressures and bought heat end in a proven design whose contracts can be read.

    If ignored: a park could be sized while the heat its members sell is paid for nowhere.
    """
    appraisal = run(FOLDER, options=RunOptions(variants=("park",))).appraisal
    assert appraisal.certificates["park"].status == "certified"
    contracts = appraisal.tables["heat_contracts"].set_index("technology")
    furnace = contracts.loc["furnace_heat"]
    assert (furnace["supplier"], furnace["exit_year"]) == ("Metal works", 2040)
    assert furnace["payment_per_a"] == pytest.approx(0.008 * furnace["taken_kwh"])
    assert 20e6 < furnace["taken_kwh"] <= furnace["available_kwh"] + 1e-6
    costs = appraisal.tables["costs"].set_index(["variant", "line"])["annual"]
    assert costs["park", "heat_purchase"] == pytest.approx(contracts["payment_per_a"].sum())
    capacities = appraisal.tables["capacities"].query("variant == 'park'").set_index("technology")["value"]
    assert capacities["roof_pv"] == pytest.approx(1000.0)
    shares = appraisal.tables["allocation"]
    assert set(shares["method"]) == {"energy", "exergy", "efficiency", "separable", "shapley"}
    assert set(shares.loc[shares["chosen"], "method"]) == {"shapley"}
    by = shares.groupby("method")[["share_frac", "cost_per_a", "ghg_kg_per_a"]].sum()
    assert by["share_frac"].to_list() == pytest.approx([1.0] * 5)
    for column in ("cost_per_a", "ghg_kg_per_a"):  # every method shares the same money and the same gas
        assert by[column].to_list() == pytest.approx([by[column].iloc[0]] * 5)
    assert shares["alone_cost_per_a"].groupby(shares["product"]).first().sum() > by["cost_per_a"].iloc[0]
