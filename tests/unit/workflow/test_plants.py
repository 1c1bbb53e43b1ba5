"""Two plants on one chilled-water network, from the case file to the audited tables."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from edsim import workflow
from edsim.app import RunOutcome, run
from edsim.core.errors import CaseError
from tests.unit.workflow.conftest import BASE

PLANTS = [
    {"id": "west", "lat_deg": 6.2455, "lon_deg": -75.5742},
    {"id": "east", "lat_deg": 6.2455, "lon_deg": -75.5728},
]


def at(node: str, east_price: str = "dear") -> list[dict[str, object]]:
    """Return grid and chillers of one plant."""
    tariff = "power" if node == "west" else east_price
    chillers = {"kind": "vapour_chiller", "condenser": "air", "compressor": "screw"}
    return [
        {"id": f"grid_{node}", "kind": "grid", "tariff": tariff, "node": node},
        {"id": f"chillers_{node}", "node": node, **chillers},
    ]


def two_plants(**changes: Any) -> dict[str, Any]:
    """Return the changes that give the small district two plants, power in the east at three times the price."""
    return {
        "networks": [{**BASE["networks"][0], "plants": PLANTS}],
        "technologies": [*at("west"), *at("east"), {"id": "old", "kind": "split_ac", "node": "building"}],
        "tariffs": [{"id": "power", "energy_per_kwh": 0.16}, {"id": "dear", "energy_per_kwh": 0.48}],
        **changes,
    }


@pytest.fixture(scope="module")
def outcome(tmp_path_factory: pytest.TempPathFactory) -> RunOutcome:
    import yaml

    folder = tmp_path_factory.mktemp("two")
    (folder / "case.yaml").write_text(yaml.safe_dump(BASE | two_plants()), encoding="utf-8")
    return run(folder, folder / "out")


@pytest.mark.slow
def test_two_plants_run_to_audited_tables(outcome: RunOutcome) -> None:
    """Proves: the pipe between the plants is laid, the cheap west makes most of the cold, the audit closes.

    If the network hung on its first plant alone there would be no flow in the east; if the plants were not joined each
    would make its own.
    """
    appraisal = outcome.appraisal
    assert appraisal.certificates["district"].status == "certified"
    network = appraisal.tables["networks"].iloc[0]
    assert (network["plants"], network["link_m"] > 50.0) == (2, True)
    balance = appraisal.tables["energy_balance"].query("variant == 'district' and carrier == 'chilled_water'")
    made = balance[balance["kind"] == "vapour_chiller"].groupby("node")["kwh"].sum()
    drawn = balance[
        (balance["technology"] == "cold") & (balance["direction"] == "in") & balance["node"].isin(["west", "east"])
    ]
    drawn = drawn.set_index("node")["kwh"]
    assert (drawn > 0.2 * drawn.sum()).all()
    assert made["west"] > drawn["west"] + 0.9 * drawn["east"]


@pytest.mark.slow
def test_the_pipe_is_paid_once_and_shown(outcome: RunOutcome) -> None:
    """Proves: capacity, investment and pipe table name one pair of the catalogue with its exact capacity and cost."""
    tables = outcome.appraisal.tables
    pipe = tables["pipes"].set_index("edge").loc["cold_west_east"]
    network = tables["networks"].iloc[0]
    assert network["capex_links"] == pytest.approx(pipe["capex"])
    row = tables["equipment"].set_index("technology").loc["cold_west_east"]
    assert row["capex"] == pytest.approx(pipe["capex"])
    cash = tables["cash_flows"].query("variant == 'district' and line == 'capex_network'")["value"].sum()
    assert -cash == pytest.approx(network["capex_pipe"] + network["capex_civil"] + network["capex_links"])
    assert 0.0 < pipe["peak_kw"] <= row["capacity"] * (1 + 1e-9)


@pytest.mark.slow
def test_the_map_shows_both_plants_and_their_pipe(outcome: RunOutcome) -> None:
    features = outcome.appraisal.network_geojson["features"]
    kinds = [(f["properties"].get("feature"), f["properties"].get("kind")) for f in features]
    assert kinds.count(("node", "producer")) == 2
    (link,) = (f for f in features if f["properties"].get("feature") == "link")
    assert len(link["geometry"]["coordinates"]) >= 2
    assert outcome.folder is not None
    assert "west" in (outcome.folder / "report.html").read_text(encoding="utf-8")


@pytest.mark.medium
def test_plants_at_one_price_are_not_joined(write_case: Callable[..., Path]) -> None:
    """Proves: a pipe that saves nothing is not laid, and the plants' shares sum to the network."""
    machines = [*at("west", "power"), *at("east", "power"), {"id": "old", "kind": "split_ac", "node": "building"}]
    case = workflow.variant_case(workflow.load_case(write_case(**two_plants(technologies=machines))), "district")
    district = workflow.prepare(case)
    assert district.designs[0].links == ()
    from edsim.optimization.district.plants import plant_feeds

    feeds = plant_feeds(district, district.designs[0])
    total = np.sum([f.plant_heat_kw for f in feeds], axis=0)
    assert total == pytest.approx(district.designs[0].plant_heat_kw, rel=1e-9)


def test_several_plants_on_compressed_air_are_refused(write_case: Callable[..., Path]) -> None:
    air = {**BASE["networks"][0], "carrier": "compressed_air", "service": "compressed_air", "plants": PLANTS}
    compressors = [{"id": f"air_{p['id']}", "kind": "air_compressor", "node": p["id"]} for p in PLANTS]
    changes = two_plants(networks=[air])
    others = [t for t in changes["technologies"] if t["kind"] != "vapour_chiller"]
    with pytest.raises(CaseError, match=r"several energy centers on a network of steam, compressed air.*E175"):
        workflow.load_case(write_case(**changes | {"technologies": [*others, *compressors]}))
