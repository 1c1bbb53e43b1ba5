"""Doubts about a year made from normals stand where a user can mend them."""

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from edsim.case.schema import Case
from edsim.core.errors import DataError
from edsim.core.language.sentences import finding_in_language
from edsim.profiles.district import make_weather, weather_findings
from edsim.workflow import load_case

GUIDE = Path(__file__).parents[3] / "docs" / "how-to" / "case.md"


def _table() -> list[str]:
    """Return head and rows of the table of normals in the guide."""
    lines = GUIDE.read_text(encoding="utf-8").splitlines()
    start = next(i for i, line in enumerate(lines) if line.startswith("city,country,lat_deg"))
    return lines[start : start + 13]


def _south(folder: Path, **weather: str) -> Case:
    """Return the case of a folder moved to the latitude of Santiago, far from the equator."""
    case = load_case(folder)
    there = {"city": case.city.model_copy(update={"lat_deg": -33.4, "lon_deg": -70.6, "utc_offset_h": -4.0})}
    return case.model_copy(update=there | {"weather": case.weather.model_copy(update=weather)})


@pytest.mark.medium
def test_a_made_year_is_doubted_at_its_table(write_case: Callable[..., Path], tmp_path: Path) -> None:
    """Proves: a remark on a year made from the case's own table names the table.

    If ignored: the message points to a file that is not there, ``CASE/synthetic from monthly normals ...``.
    """
    (tmp_path / "own.csv").write_text("\n".join(_table()), encoding="utf-8")
    case = _south(write_case(), normals_file="own.csv")
    (found,) = weather_findings(case, make_weather(case))
    assert (found.code, found.file, found.field) == ("W223", "own.csv", "weather.normals_file.lat_deg")


def test_normals_that_cannot_be_computed_with_name_their_table(write_case: Callable[..., Path], tmp_path: Path) -> None:
    """Proves: a design temperature below the warmest month is refused at the table, not at a file named as the city."""
    head, *rows = _table()
    text = "\n".join([f"{head},design_dry_bulb_c", *(f"{row},19" for row in rows)])
    (tmp_path / "own.csv").write_text(text, encoding="utf-8")
    with pytest.raises(DataError) as refused:
        make_weather(_south(write_case(), normals_file="own.csv"))
    (found,) = refused.value.findings
    assert (found.code, found.file, found.field) == ("E231", "own.csv", "weather.normals_file.design_dry_bulb_c")


@pytest.mark.medium
def test_shipped_normals_are_doubted_in_the_case(write_case: Callable[..., Path]) -> None:
    """Proves: a remark on a year made from normals edsim ships stands in the case file, where the city is named."""
    case = _south(write_case(weather={"normals": "Antananarivo"}))
    found = weather_findings(case, make_weather(case))
    assert "W223" in {f.code for f in found}
    assert {(f.file, f.field) for f in found} == {("case.yaml", "weather.normals")}


@pytest.mark.parametrize(("clock_s", "offset_h", "codes"), [(0, -4.0, set()), (-18_000, -5.0, {"W1956"})])
def test_a_file_in_utc_is_read_at_the_clock_of_the_city(
    write_case: Callable[..., Path], clock_s: int, offset_h: float, codes: set[str]
) -> None:
    """Proves: weather without a zone of its own has that of the city, and another zone than the city's is remarked.

    If ignored: at 70.6° W the longitude says UTC-5, and sun and tariffs of Santiago stand an hour apart.
    """
    head = "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation"
    start = datetime.fromisoformat("2023-01-01")
    rows = [
        f"{start + timedelta(hours=h):%Y-%m-%dT%H:%M},{15 + h % 24 / 4},70,6,{300 * (10 < h % 24 < 23)}"
        for h in range(8760)
    ]
    columns = "time,temperature_2m (°C),relative_humidity_2m (%),wind_speed_10m (km/h),shortwave_radiation (W/m²)"
    folder = write_case()
    (folder / "w.csv").write_text(
        "\n".join([head, f"-33.4,-70.6,520,{clock_s},x,x", "", columns, *rows]), encoding="utf-8"
    )
    case = _south(folder, file="w.csv")
    weather = make_weather(case)
    assert weather.utc_offset_h == offset_h
    found = weather_findings(case, weather)
    assert {f.code for f in found} & {"W1956", "W215"} == codes
    assert all("zona horaria" in finding_in_language(f, "es").what for f in found if f.code == "W1956")
