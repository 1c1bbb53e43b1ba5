"""The command ``edsim network`` as a user meets it."""

import json

import pytest

from edsim.cli.root import run
from edsim.core.resources import share_path

pytestmark = pytest.mark.slow


def test_layout_table_map_and_profile(tmp_path, capsys):
    """Proves: one command gives figures with the verified gap, the pressure profile, a map and the table of pipes."""
    out, table = tmp_path / "map.geojson", tmp_path / "pipes.csv"
    case = str(share_path("cases", "medellin-alpujarra"))
    assert run(["network", case, "--out", str(out), "--csv", str(table)]) == 0
    printed = capsys.readouterr().out
    for words in ("verified gap", "linear density", "Critical path", "supply bar"):
        assert words in printed
    assert json.loads(out.read_text("utf-8"))["type"] == "FeatureCollection"
    lines = table.read_text("utf-8").splitlines()
    assert lines[0].startswith("from_node,to_node,length_m")
    assert len(lines) > 10
