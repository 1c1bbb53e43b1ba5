"""Tables of many runs read at once: one that is no table is named, whatever its manifest says."""

from pathlib import Path

import pytest

from edsim.bundle import tables
from edsim.core.errors import DataError
from edsim.portfolio.facts import facts_of_files


def test_the_run_whose_table_cannot_be_read_is_named(tmp_path: Path) -> None:
    """Proves: of two runs the one with a cut table is named. If ignored: the portfolio ends in an internal error."""
    whole, cut = tmp_path / "whole" / "kpis.parquet", tmp_path / "cut" / "kpis.parquet"
    for path in (whole, cut):
        path.parent.mkdir()
    query = "select filename, npv from read_parquet(?, filename=true)"
    with tables.connect() as session:
        session.execute(f"copy (select 1 as npv) to '{whole}' (format parquet)")
        cut.write_bytes(whole.read_bytes()[:-7])
        assert list(facts_of_files(session, query, [str(whole)])["npv"]) == [1]
        with pytest.raises(DataError, match=r"cut.manifest\.json.*E803"):
            facts_of_files(session, query, [str(whole), str(cut)])
