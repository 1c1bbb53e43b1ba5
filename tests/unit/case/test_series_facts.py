"""What `edsim check` shows of the series of a case."""

from collections.abc import Callable
from typing import Any

import pytest

from edsim.case.series_facts import series_facts
from edsim.core.errors import DataError


def _measured(base: str, name: str, column: str = "kw") -> str:
    return base.replace(
        "    bau_age_a: 5\n",
        f"    bau_age_a: 5\n    measured: {{cooling: {{file: {name}, column: {column}}}}}\n",
    )


@pytest.mark.parametrize(
    ("content", "delimiter", "decimal", "encoding"),
    [
        ("time;kw;note_kwh\n" + "1;1,5;2\n" * 4380 + "2;2,5;4\n" * 4380, ";", ",", "utf-8"),
        (b"\xef\xbb\xbf" + ("kw,note_kwh\n" + "1.5,2\n" * 4380 + "2.5,4\n" * 4380).encode(), ",", ".", "utf-8"),
        (("kw\tnote_kwh\r\n" + "1.5\t2\r\n" * 4380 + "2.5\t4\r\n" * 4380).encode("utf-16"), "\t", ".", "utf-16"),
        (("kw;note_kwh;hora\n" + "1,5;2;7\n" * 4380 + "2,5;4;7\n" * 4380).encode("cp1252"), ";", ",", "utf-8"),
    ],
    ids=["semicolon and comma", "byte order mark", "UTF-16 with tabs", "plain"],
)
def test_each_column_has_its_facts(
    read: Callable[..., Any], base: str, content: str | bytes, delimiter: str, decimal: str, encoding: str
) -> None:
    """Proves: 4380 h of 1.5 and of 2.5 kW are 17 520 kWh with mean 2, in any dialect.

    If ignored: a decimal comma read as a thousands sign shows up in the results, not in the check.
    """
    facts = series_facts(read(_measured(base, "m.csv"), {"m.csv": content}))
    kw = next(f for f in facts if f.column == "kw")
    assert (kw.min, kw.mean, kw.max, kw.sum, kw.count) == (1.5, 2.0, 2.5, 17520.0, 8760)
    assert (kw.delimiter, kw.decimal, kw.encoding) == (delimiter, decimal, encoding)
    assert kw.used_by == "buildings.hall.measured.cooling.file"
    assert next(f for f in facts if f.column == "note_kwh").sum == 26280.0


def test_a_case_without_series(read: Callable[..., Any]) -> None:
    assert series_facts(read()) == ()


def test_faults_of_all_files_come_at_once(read: Callable[..., Any], base: str) -> None:
    """Proves: a hole in one series and letters in another are both named."""
    text = _measured(base, "m.csv").replace("bau: {cooling: split}\nnet", "bau: {cooling: split}\nnet")
    text = text.replace("networks:", "sources:\n  - {id: river, kind: river, file: r.csv}\nnetworks:", 1)
    case = read(text, {"m.csv": "kw\n1\nx\n", "r.csv": "flow_m3_per_h;temp_c\n5;?\n"})
    with pytest.raises(DataError) as raised:
        series_facts(case, "es")
    assert [(f.where, f.code) for f in raised.value.findings] == [("m.csv:3:1", "E129"), ("r.csv:2:3", "E129")]
    assert "no se puede leer como número" in raised.value.findings[0].what
