"""District cooling at the sea: the same plant on towers and on an intake, from the case file to the audited tables."""

import pytest
import yaml

from edsim.app import RunOutcome, run
from tests.unit.workflow.conftest import BASE

WET = {"id": "chillers", "kind": "vapour_chiller"}
GRID, OLD = BASE["technologies"][0], BASE["technologies"][2]


def sea_or_towers(temp_c: float) -> dict[str, object]:
    """Return a district on towers, and as a variant on a sea of constant temperature."""
    intake = {"kind": "condenser_intake", "source": "bay", "capex_per_kw": 17.6, "fixed_om_frac": 0.1, "lifetime_a": 20}
    return BASE | {
        "technologies": [GRID, WET, {"id": "towers", "kind": "cooling_tower"}, OLD],
        "sources": [{"id": "bay", "kind": "sea", "flow_m3_per_h": 900, "temp_c": temp_c, "temp_swing_k": 0}],
        "finance": BASE["finance"] | {"water_price_per_m3": 2.0},
        "settings": {"typical_days": 3},
        "variants": {
            "bau": {"baseline": "frozen"},
            "towers": {},
            "sea": {"changes": {"technologies": {"towers": None, "intake": intake}}},
        },
    }


@pytest.fixture(scope="module", params=[18.0, 34.0], ids=["cool", "warm"])
def outcome(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[float, RunOutcome]:
    folder = tmp_path_factory.mktemp("bay")
    (folder / "case.yaml").write_text(yaml.safe_dump(sea_or_towers(request.param)), encoding="utf-8")
    return request.param, run(folder, folder / "out")


@pytest.mark.medium
def test_a_cool_sea_beats_towers_and_a_warm_one_does_not(outcome: tuple[float, RunOutcome]) -> None:
    """Proves: at like investment a sea of 18 °C saves electricity of cooling in Medellin, one of 34 °C costs some.

    It takes no water, all rejected heat goes to it and the audit closes. If ignored: the sea would be the wet bulb.
    """
    temp_c, done = outcome
    kpis = done.appraisal.tables["kpis"].set_index(["variant", "id"])["value"]
    assert done.appraisal.certificates["sea"].status == "certified"
    assert kpis["sea", "water"] == 0.0 < kpis["towers", "water"]
    assert kpis["sea", "cooling"] == pytest.approx(kpis["towers", "cooling"], rel=1e-6)
    assert (kpis["sea", "electricity"] < kpis["towers", "electricity"]) == (temp_c < 20.0)
    table = done.appraisal.tables["equipment"].set_index(["variant", "technology"])["output_kwh"]
    made, compressor = table["sea", "chillers"], _compressor_kwh(done)
    assert table["sea", "intake"] == pytest.approx(made + compressor, rel=1e-6)


def _compressor_kwh(done: RunOutcome) -> float:
    hourly = done.appraisal.tables["hourly"]
    column = "energy_center.electricity.chillers.compressor_kw"
    return float(hourly.loc[hourly["variant"] == "sea", column].sum())
