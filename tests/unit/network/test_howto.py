"""The examples of the how-to page run as written."""

import pytest

from tests.support.examples import run_examples


@pytest.mark.medium
def test_examples_run(tmp_path):
    """Proves: examples of docs/how-to/networks-from-python.md run in order. If ignored: readers copy broken code."""
    names = run_examples("how-to/networks-from-python.md", tmp_path)
    assert names["state"].residual_kw == pytest.approx(0.0, abs=1e-2)
    assert names["answer"].status == "optimal"
    assert names["design"].connected_building_ids
