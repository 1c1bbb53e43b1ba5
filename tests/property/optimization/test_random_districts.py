"""Random districts from case to run folder: served, proven, balanced; more by `benchmarks/random_districts.py`."""

import json
from pathlib import Path

import pytest

import edsim
from tests.support.random_district import random_district

pytestmark = pytest.mark.slow


@pytest.mark.parametrize("seed", [14, 15])
def test_a_random_district_is_served_proven_and_balanced(seed: int, tmp_path: Path) -> None:
    """Proves: 14 has ice beside a cold tank, 15 engines, absorption and a heat pump on two networks; both certified.

    If ignored: systems nobody drew up by hand end uncertified, short or with balances that do not close.
    """
    (tmp_path / "case.yaml").write_text(json.dumps(random_district(seed)), encoding="utf-8")  # JSON is YAML
    runs = edsim.run(tmp_path).appraisal
    proof = runs.certificates["district"]
    assert (proof.status, proof.hours_checked) == ("certified", 8760)
    assert proof.gap_frac is not None
    assert 0.0 <= proof.gap_frac <= 0.01
    assert proof.unserved_kwh < 1e-3
    assert max(proof.max_balance_residual_frac, proof.money_residual_frac) < 1e-6
