"""Mutation fuzzers of the readers, one file at a time; run as a program under limits of memory and time.

``python tests/property/case/fuzzing.py READER FIRST COUNT [MEGABYTES]`` prints how many files ended in findings and the
slowest one's CPU seconds; it ends with a traceback when a reader breaks its promises.
"""

import io
import math
import random
import sys
import tempfile
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from time import process_time

from edsim.case import load
from edsim.case.files import decode
from edsim.case.lazy_kinds import LazyKinds
from edsim.case.readers.csv_table import read_csv
from edsim.case.readers.geojson import features
from edsim.case.readers.series import read_series
from edsim.case.readers.xlsx_table import read_xlsx
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import CaseError, DataError, Finding
from tests.support.chance import dice

MOST_SECONDS = 2.0
NASTY = (
    "", "null", "NaN", "nan", "inf", "-inf", "1e999", "-0", "18.500", "1.234,5", "9" * 400, "-1", "1e-300", "[]", "{}",
    "[[", "}}", '"', '""', '"""', "'", "\t", "\r", "\n", "\x00", "\x1b[2J", "\u202e", "\ufeff", "ñ", "😀",
    ",", ";", "|", ",,,,", '{"a":' * 80, "[" * 80, "=cmd()", "%s", "{0}", "1/0", "24:00", "99999", "-273.16", "<c",
    "</row>", "&a;", "<v>1e999</v>", 't="s"', 't="b"', 't="d"', 'r="A0"', 'r="XFE1"', 'r="A1048577"', 's="9999"',
    "60.5", "LOCATION",
)  # fmt: skip
TABLE = """\
id;name;use;floor_area_m2;storeys;lat_deg;lon_deg;conditioned_frac;bau.cooling
hall;"Alcaldía; sede";office;12.000,5;10;6,2449;-75,5740;0,7;split
hotel;Río;office;8.000;8;6,2440;-75,5750;;split
"""
STREETS = """\
{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"name": "Calle 44"}, "geometry":
  {"type": "LineString", "coordinates": [[-75.576, 6.2453], [-75.573, 6.2453]]}},
 {"type": "Feature", "id": 7, "properties": null, "geometry":
  {"type": "Polygon", "coordinates": [[[-75.5, 6.2], [-75.5, 6.3], [-75.6, 6.3], [-75.5, 6.2]]]}}]}
"""


TRENCHES = """\
from,to,length_m,surface,cost_factor
energy_center,node 1,"1250,5",street,1
node 1,hall,80,green,"1,2"
"""
PIPES = """\
{"type": "FeatureCollection", "features": [
 {"type": "Feature", "properties": {"dn": 150, "year": 2004}, "geometry":
  {"type": "LineString", "coordinates": [[-75.576, 6.2453], [-75.573, 6.2453]]}}]}
"""
PRICES = "series,currency,calendar_year,value,source\ncpi,COP,2026,185.3,DANE\nfx_per_usd,COP,2026,4100,BanRep\n"
POINTS = """\
name;finance.discount_rate_frac;technologies.grid.max_connection_kw;emissions.carbon_price_per_t
low;0,05;500;
high;0,12;;60
"""
UNCERTAIN = """\
uncertainty:
  - {path: tariffs.non_regulated.energy_per_kwh, distribution: triangular, low: 0.12, mode: 0.16, high: 0.22}
  - {path: technologies.chillers.capex_per_kw, distribution: pert, low: 0.8, mode: 1, high: 1.4, relative: true}
correlations:
  - [tariffs.non_regulated.energy_per_kwh, technologies.chillers.capex_per_kw, 0.3]
debt: {share_frac: 0.6, rate_frac: 0.06, tenor_a: 12}
"""


FRAME = """\
schema_version: 1
name: Fuzz
city: {name: Medellin, country: COL, lat_deg: 6.245, lon_deg: -75.574, elevation_m: 1490, utc_offset_h: -5}
currency: USD
price_year: 2025
weather: {normals: Medellin, seed: 1}
networks:
  - {id: cold, carrier: chilled_water, service: cooling, supply_temp_c: 6, return_temp_c: 14,
     plants: [{id: energy_center, lat_deg: 6.2455, lon_deg: -75.5735}]}
technologies:
  - {id: grid, kind: grid, tariff: power}
  - {id: furnace_heat, kind: waste_heat_recovery, source: furnace}
  - {id: absorption, kind: absorption_chiller, effect: single, driven_by: hot_water}
  - {id: chillers, kind: vapour_chiller, condenser: air, compressor: screw, refrigerant: R-134a}
  - {id: towers, kind: cooling_tower}
  - {id: splits, kind: split_ac, node: building, refrigerant: R-410A}
emissions: {grid_kg_per_kwh: 0.165, grid_basis: combined_margin}
settings: {carrier_temps_c: {hot_water: [90, 70]}}
variants: {bau: {baseline: frozen}, district: {}}
"""
BUILDINGS = """\
buildings:
  - {id: office, use: office, floor_area_m2: 8000, storeys: 5, lat_deg: 6.245, lon_deg: -75.574, bau: {cooling: splits}}
  - {id: mall, use: mall, floor_area_m2: 7000, storeys: 2, lat_deg: 6.246, lon_deg: -75.573, bau: {cooling: splits}}
"""
TARIFFS = """\
tariffs:
  - id: power
    energy_per_kwh: {value: 0.16, unit: USD/kWh, year: 2025, source: contract}
    time_of_use: [{per_kwh: 0.22, hours: [18, 19, 20], months: [1, 12], weekdays: [1, 2, 3, 4, 5]}]
    demand_per_kw_month: 4 USD/kW/month
    fixed_per_a: 1200
    export_per_kwh: 0.05
    escalation_frac: 0 %/a
"""
CONTRACTS = """\
sources:
  - {id: furnace, kind: furnace, available_kw: 900, temp_c: 250, hours: 6-21, weekdays: 1-6, months: 1-11,
     price_per_kwh: 0.012, capture_cost_per_kw: 80, supplier: Steelworks, exit_year: 2040, quality: measured}
"""
FINANCE = """\
finance:
  discount_rate_frac: 8 %
  horizon_a: 20
  inflation_frac: 0.03
  debt: [{id: bank, kind: commercial, share_frac: 0.6, rate_frac: 0.1, tenor_a: 12}]
  tax: {regime: COL, incentives: [col_law_1715]}
  tariffs: {target_irr_frac: 0.13, connection_per_kw: 40}
"""
MILESTONES = """\
milestones:
  - {year: 2027}
  - {year: 2032, demand_factor: {cooling: 1.1}, price_factor: {power: 1.15}}
  - {year: 2037, demand_factor: {cooling: 1.2}, price_factor: {power: 1.25}, grid_factor: 0.8, carbon_price_per_t: 60}
"""


VARIANTS = """\
variants:
  bau: {baseline: natural_replacement, replacements: {splits: splits}}
  district: {levels_c: {cold: [[6, 14], [8, 15]]}}
  green:
    on_request: true
    measures: [cool_roof]
    changes: {technologies: {chillers: {max_capacity_kw: 2 MW}, tank: {kind: chilled_water_store}}}
scenarios:
  dear: {description: dear power, changes: {tariffs: {power: {energy_per_kwh: 0.25}}}}
measures:
  - {id: film, changes: {window_g_frac: 0.4}, basis: window, capex_per_m2: 30, lifetime_a: 10}
study: {sector: health, stage: feasibility, study_year: 2026, population: 4200, claims: ["waste heat: kiln"]}
"""
NORMALS = (
    "city,country,lat_deg,lon_deg,elevation_m,utc_offset_h,month,mean_temp_c,mean_daily_max_temp_c,"
    "mean_daily_min_temp_c,relative_humidity_frac,ghi_kwh_per_m2_day,wind_speed_m_per_s,source\n"
) + "".join(f"Medellin,COL,6.25,-75.57,1490,-5,{m},22.{m % 5},28.1,17.5,0.67,4.9,1.4,x\n" for m in range(1, 13))
TARGETS = """\
scope,place,kind,target_year,baseline_t,target_t,source
country,COL,ndc,2030,1e8,5e7,made
city,Medellin,carbon_budget,2040,1e6,5e5,made
"""


@cache
def shipped() -> Case:
    """Return a shipped case, whose fields studies vary."""
    from edsim.core.resources import share_path
    from edsim.workflow import load_case

    return load_case(share_path("cases") / "medellin-alpujarra")


def mutate(text: str, rng: random.Random) -> bytes:
    """Return `text` with a few random edits and, now and then, another encoding or a broken byte."""
    for _ in range(rng.randint(1, 3)):
        at, span, kind = rng.randrange(len(text) + 1), rng.randrange(1, 30), rng.randrange(8)
        other = rng.randrange(len(text) + 1)
        if kind == 0:
            text = text[:at] + rng.choice(NASTY) + text[at:]
        elif kind == 1:
            text = text[:at] + rng.choice(NASTY) + text[at + span :]
        elif kind == 2:
            text = text[:at] + text[at + span :]
        elif kind == 3:
            text = text[:at] + text[other : other + span] + text[at:]
        elif kind == 4 and rng.random() < 0.3:
            text = text[:at]
        elif kind > 5:
            digit = next((i for i in range(at, len(text)) if text[i].isdigit()), -1)
            text = text if digit < 0 else f"{text[:digit]}{rng.randrange(10)}{text[digit + 1 :]}"
        else:
            start, end = text.rfind("\n", 0, at) + 1, text.find("\n", at) + 1 or len(text)
            text = text[:start] + text[start:end] * rng.choice((0, 2)) + text[end:]
        text = text or " "
    encoding = rng.choice(("utf-8",) * 6 + ("utf-16", "utf-8-sig"))
    data = bytearray(text.encode(encoding, "surrogatepass"))
    if rng.random() < 0.2:
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


@cache
def hours_text() -> str:
    """Return a CSV of a year of hours."""
    return "time;kw\n" + "".join(f"{h};{5 + 4 * math.sin(h / 24):.2f}\n".replace(".", ",") for h in range(8760))


@cache
def epw_text() -> str:
    """Return a made-up EPW year for Medellín: sinusoidal days, overcast."""
    head = ["LOCATION,Medellin,-,COL,made,0,6.25,-75.57,-5.0,1490.0", "DESIGN CONDITIONS,0"]
    head += ["TYPICAL/EXTREME PERIODS,0", "GROUND TEMPERATURES,0", "HOLIDAYS/DAYLIGHT SAVINGS,No,0,0,0"]
    head += ["COMMENTS 1,x", "COMMENTS 2,x", "DATA PERIODS,1,1,Data,Sunday,1/1,12/31"]
    days = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    rows = []
    for month, count in enumerate(days, start=1):
        for day in range(1, count + 1):
            for hour in range(1, 25):
                sun = max(0.0, math.sin((hour - 6.5) / 12 * math.pi)) * 300
                fields = ["2009", str(month), str(day), str(hour), "60", "?9", f"{20 + sun / 60:.1f}", "15.0", "70"]
                fields += ["85000", "0", "0", "9999", f"{sun:.0f}", "0", f"{sun:.0f}", *["0"] * 5, "1.5", "9", "9"]
                rows.append(",".join([*fields, *["0"] * 11]))
    return "\n".join([*head, *rows, ""])


@cache
def workbook() -> bytes:
    """Return a sound workbook."""
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for row in (
        ("id", "use", "floor_area_m2 [ft2]", "wwr [%]"),
        ("a", "office", 1200.5, 40),
        ("b", "hotel", 8e3, None),
    ):
        sheet.append(row)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _csv(rng: random.Random, _: Path) -> list[Finding]:
    faults: list[Fault] = []
    text = decode(mutate(TABLE, rng), "f.csv", fallback=True)
    if isinstance(text, Fault):
        faults.append(text)
    else:
        read_csv(text[0], "f.csv", faults)
    return list(render_all(faults))


def _series(rng: random.Random, folder: Path) -> list[Finding]:
    (folder / "f.csv").write_bytes(mutate(hours_text(), rng))
    return _caught(lambda: read_series(folder, "f.csv"))


def _geojson(rng: random.Random, _: Path) -> list[Finding]:
    faults: list[Fault] = []
    text = decode(mutate(STREETS, rng), "f.geojson")
    if isinstance(text, Fault):
        faults.append(text)
    else:
        features(text[0], "f.geojson", faults)
    return list(render_all(faults))


def _epw(rng: random.Random, folder: Path) -> list[Finding]:
    from edsim.profiles.weather import read_epw

    (folder / "f.epw").write_bytes(mutate(epw_text(), rng))
    return _caught(lambda: read_epw(folder / "f.epw"))


@cache
def open_meteo_text() -> str:
    """Return a made-up export of Open-Meteo for Medellín."""
    head = [
        "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation",
        "6.25,-75.57,1490,-18000,x,x",
        "",
    ]
    head += ["time,temperature_2m (°C),relative_humidity_2m (%),wind_speed_10m (km/h),shortwave_radiation (W/m²)"]
    start = datetime(2023, 1, 1, tzinfo=UTC)
    times = (start + timedelta(hours=h) for h in range(8760))
    return "\n".join(
        [*head, *(f"{t:%Y-%m-%dT%H:%M},{15 + t.hour / 4},70,6,{300 * (6 < t.hour < 19)}" for t in times), ""]
    )


def _open_meteo(rng: random.Random, folder: Path) -> list[Finding]:
    from edsim.profiles.weather import read_weather

    (folder / "f.csv").write_bytes(mutate(open_meteo_text(), rng))
    return _caught(lambda: read_weather(folder / "f.csv"))


def _xlsx(rng: random.Random, _: Path) -> list[Finding]:
    """Mutate one part inside the archive, or the archive itself."""
    data = workbook()
    if rng.random() < 0.8:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = {n: archive.read(n) for n in archive.namelist()}
        victim = rng.choice([n for n in parts if "sheet1" in n or "workbook" in n or rng.random() < 0.3])
        parts[victim] = mutate(parts[victim].decode(), rng)
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, part in parts.items():
                archive.writestr(name, part)
        data = stream.getvalue()
    else:
        damaged = bytearray(data)
        for _i in range(rng.randint(1, 20)):
            damaged[rng.randrange(len(damaged))] = rng.randrange(256)
        data = bytes(damaged[: rng.randrange(1, len(damaged))] if rng.random() < 0.3 else damaged)
    faults: list[Fault] = []
    read_xlsx(data, "f.xlsx", "", faults)
    return list(render_all(faults))


def _part(text: str) -> Callable[[random.Random, Path], list[Finding]]:
    """Return the fuzzer of one part of a case file; the rest stays as it is, with the technologies of the product."""
    others = "".join(t for t in (BUILDINGS, TARIFFS, CONTRACTS, FINANCE, MILESTONES) if t != text)
    kinds = LazyKinds("edsim.technologies")

    def fuzz(rng: random.Random, folder: Path) -> list[Finding]:
        data = mutate(text, rng)
        if data.startswith((b"\xff\xfe", b"\xfe\xff")):
            data = (FRAME + others + data.decode("utf-16", "replace")).encode("utf-16", "replace")
        else:
            data = (FRAME + others).encode() + data
        (folder / "case.yaml").write_bytes(data)
        return _caught(lambda: load(folder, kinds))

    return fuzz


def _variants(rng: random.Random, folder: Path) -> list[Finding]:
    """Mutate variants, scenarios, measures and the study of a case, whose other parts stay as they are."""
    frame = FRAME.replace("variants: {bau: {baseline: frozen}, district: {}}\n", "")
    data = mutate(VARIANTS, rng)
    wide = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = data.decode("utf-16", "replace").encode("utf-8", "replace") if wide else data
    others = f"{frame}{BUILDINGS}{TARIFFS}{CONTRACTS}{FINANCE}{MILESTONES}".encode()
    (folder / "case.yaml").write_bytes(others + text)
    return _caught(lambda: load(folder, LazyKinds("edsim.technologies")))


def _normals(folder: Path, name: str) -> object:
    frame = FRAME.replace("{normals: Medellin, seed: 1}", f"{{normals_file: {name}}}")
    parts = (frame, BUILDINGS, TARIFFS, CONTRACTS, FINANCE, MILESTONES)
    (folder / "case.yaml").write_text("".join(parts), encoding="utf-8")
    return load(folder, LazyKinds("edsim.technologies"))


def _targets(folder: Path, name: str) -> object:
    from edsim.portfolio.indicators import read_targets

    return read_targets(folder / name)


def _file(name: str, text: str, read: Callable[[Path, str], object]) -> Callable[[random.Random, Path], list[Finding]]:
    """Return the fuzzer of a reader that takes a file of a folder."""

    def fuzz(rng: random.Random, folder: Path) -> list[Finding]:
        (folder / name).write_bytes(mutate(text, rng))
        return _caught(lambda: read(folder, name))

    return fuzz


def _trenches(folder: Path, name: str) -> object:
    from edsim.network.places.inputs import read_trenches

    return read_trenches(folder, name)


def _pipes(folder: Path, name: str) -> object:
    from edsim.network.places.inputs import read_existing_pipes

    return read_existing_pipes(folder, name)


def _prices(folder: Path, name: str) -> object:
    from edsim.portfolio.money import read_prices

    return read_prices(folder / name)


def _points(folder: Path, name: str) -> object:
    from edsim.studies.vary import read_points

    return read_points(shipped(), folder / name)


def _uncertainty(folder: Path, name: str) -> object:
    from edsim.studies.uncertainty import read_uncertainty

    return read_uncertainty(shipped(), folder / name)


def _caught(read: Callable[[], object]) -> list[Finding]:
    try:
        read()
    except (CaseError, DataError) as error:
        return list(error.findings or [Finding("", "an error without findings")])
    return []


READERS: dict[str, Callable[[random.Random, Path], list[Finding]]] = {
    "csv": _csv,
    "series": _series,
    "geojson": _geojson,
    "epw": _epw,
    "open_meteo": _open_meteo,
    "xlsx": _xlsx,
    "trenches": _file("f.csv", TRENCHES, _trenches),
    "pipes": _file("f.geojson", PIPES, _pipes),
    "normals": _file("n.csv", NORMALS, _normals),
    "targets": _file("f.csv", TARGETS, _targets),
    "prices": _file("f.csv", PRICES, _prices),
    "points": _file("f.csv", POINTS, _points),
    "uncertainty": _file("f.yaml", UNCERTAIN, _uncertainty),
    "buildings": _part(BUILDINGS),
    "tariffs": _part(TARIFFS),
    "contracts": _part(CONTRACTS),
    "finance": _part(FINANCE),
    "milestones": _part(MILESTONES),
    "variants": _variants,
}


def survive(reader: str, seed: int, folder: Path, *, most_s: float = MOST_SECONDS) -> tuple[bool, float]:
    """Read one mutated file and hold it to the promises; return whether it was refused, and the CPU seconds it took."""
    rng = dice(seed)
    start = process_time()
    findings = READERS[reader](rng, folder)
    seconds = process_time() - start
    assert seconds < most_s, (reader, seed, seconds)
    for finding in findings:
        assert finding.text().isprintable(), (reader, seed, finding)
        assert finding.code, (reader, seed, finding)
    return bool(findings), seconds


def limit_memory(megabytes: int) -> None:
    """Let this process take at most so much more memory than it has."""
    import resource

    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    limit = pages * resource.getpagesize() + megabytes * 1_000_000
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def main(reader: str, first: str, count: str, megabytes: str = "512") -> None:
    """Fuzz a reader with `count` files under a limit of memory."""
    with tempfile.TemporaryDirectory() as folder:
        survive(reader, 0, Path(folder), most_s=math.inf)  # imports are not what is timed
        limit_memory(int(megabytes))
        done = [survive(reader, seed, Path(folder)) for seed in range(int(first), int(first) + int(count))]
    slowest = max(seconds for _, seconds in done)
    refused = sum(was_refused for was_refused, _ in done)
    sys.stdout.write(f"{reader}: {len(done)} files, {refused} refused, slowest {slowest:.2f} s CPU\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
