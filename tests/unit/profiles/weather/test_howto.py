"""The example of the how-to page runs as printed."""

import re
from pathlib import Path

from tests.support.examples import run_examples


def test_weather_example_runs(capsys, tmp_path):
    """Proves: the documented calls exist and give finite results. If ignored: readers copy code that fails."""
    run_examples("how-to/weather.md", tmp_path)
    said = capsys.readouterr().out
    assert "327 kWp give" in said
    assert "nan" not in said


def test_page_lists_every_code_of_the_package():
    """Proves: each message code of weather has its line on the page. If ignored: users meet codes without meaning."""
    root = Path(__file__).parents[4]
    source = "".join(p.read_text(encoding="utf-8") for p in (root / "edsim" / "profiles" / "weather").glob("*.py"))
    page = (root / "docs" / "how-to" / "weather.md").read_text(encoding="utf-8")
    used = set(re.findall(r'"([EW]2\d\d)"', source))
    assert used
    assert not {code for code in used if code not in page}
