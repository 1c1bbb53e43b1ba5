"""The examples of the how-to page run as written."""

import re
from pathlib import Path

import pytest

PAGE = Path(__file__).parents[3] / "docs" / "how-to" / "networks.md"


@pytest.mark.medium
def test_examples_run():
    """Proves: every example of docs/how-to/networks.md runs in order. If ignored: readers copy broken code."""
    if not PAGE.is_file():
        pytest.fail(f"{PAGE} is missing")
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL))
    names: dict[str, object] = {}
    exec(compile(code, str(PAGE), "exec"), names)  # noqa: S102  # our own documentation
    assert names["state"].residual_kw == pytest.approx(0.0, abs=1e-2)
    assert names["answer"].status == "optimal"
    assert names["design"].connected_building_ids
