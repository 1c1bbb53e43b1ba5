"""Read finished runs for adding up: one session of DuckDB over the tables of all run folders.

Every file of a run is held against the digest in its manifest first, as before a run is kept. A run that is cut,
changed, of another schema version or not finished is left out with a finding; the others go on.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.bundle import manifest
from edsim.core.errors import DataError, EdsimError, Finding
from edsim.portfolio.store import MARK, Store, read_manifest

if TYPE_CHECKING:
    import duckdb
    import pandas as pd

_TABLES: Mapping[str, str] = {
    "kpis": "variant, id, unit, bau, value, difference",
    "costs": "variant, line, investment, annual, present_value",
    "inventory": "variant, frame, source, scope, year, kgco2e",
    "energy_balance": "variant, carrier, kwh",
    "buildings": "building, name, lat_deg, lon_deg, floor_area_m2, cooling_kwh, cooling_peak_kw",
    "networks": "variant, trench_m, delivered_kwh, unit",
    "milestones": "variant, year, first_a, last_a, grid_kwh, fuel_kwh, investment",
    "assumptions": "path, value, source",
}
"""Result table → columns read."""

_WHERE: Mapping[str, str] = {
    "inventory": "(frame = 'project' and scope = 'project') or (frame = 'ghg_protocol' and scope in ('1', '2')) "
    "or (frame = 'life_cycle' and scope = 'all')",
    "energy_balance": "kind = 'demand'",
    "assumptions": "path in ('finance.discount_rate_frac', 'finance.horizon_a', 'emissions.gwp_set', "
    "'emissions.grid_basis', 'emissions.grid_kg_per_kwh', 'city.lat_deg', 'city.lon_deg', 'city.elevation_m', "
    "'settings.calendar_year', 'exchange_rate_per_usd') or path like 'tariffs.%.energy_per_kwh'",
}
_FRAMES: Mapping[str, str] = {
    "combined_margin": "project", "inventory": "ghg_protocol", "life_cycle": "life_cycle",
}  # fmt: skip
"""Basis of the grid factor → the one frame of the inventory that uses it, which is that of the indicators."""
_LATER: Mapping[str, str] = {"networks": "select null::varchar as unit where false"}
"""Result table → no row of the columns that runs of earlier versions lack; they are empty there."""

_RATE, _RATE_SOURCE, _UNSET = "exchange_rate_per_usd", "source of exchange_rate_per_usd", "None"
_NAMED = 6
"""Unfinished studies named in a finding."""
_THREADS = 2
"""Of scans only, whose order is kept: the figures do not depend on it."""
_NEEDED = ("kpis", "costs", "inventory", "assumptions")


@dataclass(frozen=True, slots=True)
class RunFacts:
    """What a run says about itself.

    Attributes
    ----------
    id
        Name of its folder.
    case, city, country, currency, price_year, scenario, main_variant, variants
        Of the appraisal; `scenario` is "" for none, a city whose name several countries have bears the code of its own.
    sector, stage, program, study_year, boundary, population, claims
        Of the case's `study` (None or "" where it says nothing).
    year_zero
        Calendar year before the first of the horizon: before the first milestone, else that of the study.
    gwp_set, grid_basis, grid_kg_per_kwh, discount_rate_frac, horizon_a
        What decides whether runs may be added up.
    lat_deg, elevation_m, tariff_per_kwh
        Place and mean electricity price, in the currency of the run; None where nobody buys electricity.
    rate_per_usd, rate_source
        Exchange rate the case states for its currency and price year, and its source; None where it states none.
    """

    id: str
    case: str
    city: str
    country: str
    currency: str
    price_year: int
    scenario: str
    main_variant: str
    variants: tuple[str, ...]
    sector: str
    stage: str
    program: str
    study_year: int
    year_zero: int
    boundary: str
    population: float | None
    claims: tuple[str, ...]
    gwp_set: str
    grid_basis: str
    grid_kg_per_kwh: float
    discount_rate_frac: float
    horizon_a: int
    lat_deg: float
    elevation_m: float
    tariff_per_kwh: float | None
    rate_per_usd: float | None = None
    rate_source: str = ""


@dataclass(frozen=True, slots=True)
class Collection:
    """Runs and their tables, each table with a column `run`; what was left out is in `findings`."""

    runs: tuple[RunFacts, ...]
    tables: Mapping[str, pd.DataFrame]
    findings: tuple[Finding, ...]

    def only(self, keep: Sequence[RunFacts], more: Sequence[Finding] = ()) -> Collection:
        """Return the collection of some of its runs, with more findings."""
        names = {r.id for r in keep}
        tables = {n: t[t["run"].isin(names)].reset_index(drop=True) for n, t in self.tables.items()}
        return Collection(tuple(keep), tables, (*self.findings, *more))


def run_folders(folder: str | Path) -> list[Path]:
    """Return the finished runs of a store's last plan, or every run folder below a folder that is no store.

    Raises
    ------
    DataError
        E576 there is no finished run.
    """
    root = Path(folder).absolute()
    if (root / MARK).is_file():
        store = Store.open(root)
        found = [store.run_folder(t["id"]) for t in store.read_plan()["tasks"]]
        found = [f for f in found if f.is_dir()]
    else:
        found = sorted(_below(root))
    if not found:
        what, hint = "there is no finished run", "run the cases first: edsim portfolio run DIR --out STORE"
        raise DataError.of([Finding("E576", what, file=str(folder), hint=hint)])
    return found


def unfinished(
    folder: str | Path, scenario: str, left_out: Callable[[str], bool] = lambda _: False
) -> tuple[Finding, ...]:
    """Return one finding that names the studies a store plans under a scenario and has no run of; none without.

    `left_out` says of the id of a task whether the study was left out on request.
    """
    if not (Path(folder) / MARK).is_file():
        return ()
    store = Store.open(folder)
    plan = store.read_plan()
    tasks = [t for t in plan["tasks"] if t["scenario"] == scenario]
    names = [t["label"] for t in tasks if not (store.run_folder(t["id"]).is_dir() or left_out(t["id"]))]
    names += [u["label"] for u in plan["unreadable"] if not left_out(u["id"])]
    if not names:
        return ()
    what = "studies of the plan are not finished, so they are not in the sums"
    more = ", …" if len(names) > _NAMED else ""
    got = f"{len(names)}/{len(tasks) + len(plan['unreadable'])}: {', '.join(names[:_NAMED])}{more}"
    hint = "edsim portfolio status says why; run the portfolio again"
    return (Finding("E576", what, file=str(folder), got=got, hint=hint),)


def planned_ids(folder: str | Path) -> tuple[str, ...]:
    """Return the ids of all tasks and unreadable cases a store plans; none for a folder that is no store."""
    if not (Path(folder) / MARK).is_file():
        return ()
    plan = Store.open(folder).read_plan()
    return tuple(t["id"] for t in (*plan["tasks"], *plan["unreadable"]))


def _below(root: Path) -> Iterator[Path]:
    for path in root.rglob(manifest.MANIFEST):
        if not any(part.startswith(".") for part in path.relative_to(root).parts):
            yield path.parent


def collect(folders: Sequence[Path], names: Mapping[str, str] | None = None) -> Collection:
    """Return the runs in `folders` and the tables for adding up.

    Parameters
    ----------
    folders
        Run folders.
    names
        Folder → name; default :func:`run_names` of `folders`.

    Raises
    ------
    DataError
        E577 none of them can be used; its findings say why, one by one.
    """
    sound: dict[str, dict[str, Any]] = {}
    findings: list[Finding] = []
    with ThreadPoolExecutor() as pool:
        for folder, (content, faults) in zip(folders, pool.map(_checked, folders), strict=True):
            findings += faults
            if not faults:
                sound[str(folder)] = content
    if not sound:
        what, hint = "no run can be used", "see the findings of the runs; run the cases again"
        raise DataError.of([*findings, Finding("E577", what, got=f"{len(folders)} folders", hint=hint)])
    names = names or run_names(folders)
    tables = _read(sound, names)
    places, tariffs = _assumed(tables.pop("assumptions"))
    tables["inventory"] = _of_own_frame(tables["inventory"], places)
    opened = (tables["milestones"]["year"] - tables["milestones"]["first_a"]).groupby(tables["milestones"]["run"]).min()
    runs = []
    for folder_name, content in sound.items():
        name = names[folder_name]
        try:
            runs.append(_facts(name, content, places.get(name, {}), tariffs.get(name), opened.get(name)))
        except (AttributeError, KeyError, ValueError, TypeError) as fault:
            what, hint = "the run lacks what adding up needs", "run the case again with this edsim"
            findings.append(Finding("E578", what, file=folder_name, got=str(fault), hint=hint))
    if not runs:
        raise DataError.of(findings)
    named = _told_apart(runs)
    return Collection(named, tables, tuple(findings)).only(named)


def _told_apart(runs: Sequence[RunFacts]) -> tuple[RunFacts, ...]:
    """Return the runs, cities of one name in several countries with the code of theirs: ``Córdoba (ARG)``."""
    homes: dict[str, set[str]] = {}
    for run in runs:
        homes.setdefault(run.city, set()).add(run.country)
    return tuple(replace(r, city=f"{r.city} ({r.country})") if len(homes[r.city]) > 1 else r for r in runs)


def _checked(folder: Path) -> tuple[dict[str, Any], Sequence[Finding]]:
    """Return the manifest of a run, and what is wrong with it or its files: missing, cut, changed."""
    try:
        content = read_manifest(folder)
    except EdsimError as fault:
        return {}, fault.findings
    listed: Mapping[str, Mapping[str, Any]] = content["files"]
    found = []
    hint = "the run is left out; run the case again"
    for name in dict.fromkeys((*(f"{t}.parquet" for t in _NEEDED), *listed)):
        path = folder / name
        if name not in listed or not path.is_file():
            found.append(Finding("E811", "a file of the run is missing", file=str(path), hint=hint))
        elif path.stat().st_size != listed[name]["bytes"]:
            what = "a file of the run was cut or has grown"
            found.append(Finding("E812", what, file=str(path), hint=hint))
        elif manifest.digest_file(path) != listed[name]["sha256"]:
            what = "a file of the run was changed after it was written"
            found.append(Finding("E813", what, file=str(path), hint=hint))
    return content, found


def run_names(folders: Sequence[Path]) -> dict[str, str]:
    """Return folder → name: its last part, and as many of those above as it takes that no other ends the same."""
    parts = {str(f): f.parts for f in folders}
    names: dict[str, str] = {}
    length, open_ = 1, list(parts)
    while open_:
        ends = Counter(p[-length:] for p in parts.values())
        names |= {f: "/".join(parts[f][-length:]) for f in open_ if ends[parts[f][-length:]] == 1}
        open_ = [f for f in open_ if f not in names]
        length += 1
    return names


def _read(sound: Mapping[str, Mapping[str, Any]], names: Mapping[str, str]) -> dict[str, pd.DataFrame]:
    from edsim.bundle import tables

    found = {}
    with tables.connect() as session:
        session.execute(f"set threads = {_THREADS}")
        for table, columns in _TABLES.items():
            paths = {f"{f}/{table}.parquet": names[f] for f, c in sound.items() if f"{table}.parquet" in c["files"]}
            where = f" where {_WHERE[table]}" if table in _WHERE else ""
            source = "read_parquet(?, filename=true)"
            if table in _LATER:
                source = f"(from read_parquet(?, filename=true, union_by_name=true) union all by name {_LATER[table]})"
            query = f"select filename, {columns} from {source}{where}"  # noqa: S608  our own names
            if paths:
                frame = facts_of_files(session, query, list(paths))
            else:
                frame = session.execute(f"select {', '.join(f'null as {c}' for c in _split(columns))} limit 0").df()
                frame.insert(0, "filename", [])
            frame.insert(0, "run", frame.pop("filename").map(paths))
            found[table] = frame
    return found


def facts_of_files(session: duckdb.DuckDBPyConnection, query: str, paths: list[str]) -> pd.DataFrame:
    """Return the rows of tables of many runs; one that is no table, under a manifest sealed anew, is named (E803)."""
    import duckdb
    import pandas as pd

    try:
        frame: pd.DataFrame = session.execute(query, [paths]).df()
    except duckdb.Error as fault:
        if len(paths) == 1:
            raise manifest.sealed_anew(Path(paths[0]).parent, str(fault)) from fault
        return pd.concat([facts_of_files(session, query, [path]) for path in paths], ignore_index=True)
    return frame


def _split(columns: str) -> list[str]:
    return [c.strip() for c in columns.split(",")]


def _assumed(frame: pd.DataFrame) -> tuple[dict[str, dict[str, str]], dict[str, float]]:
    """Return run → path → value, and run → mean electricity price of its tariffs."""
    places: dict[str, dict[str, str]] = {}
    prices: dict[str, list[float]] = {}
    for run, path, value, source in frame.itertuples(index=False):
        if path.startswith("tariffs."):
            prices.setdefault(run, []).append(float(value))
        else:
            places.setdefault(run, {})[path] = value
        if path == _RATE:
            places[run][_RATE_SOURCE] = str(source or "")
    return places, {run: sum(p) / len(p) for run, p in prices.items()}


def _of_own_frame(inventory: pd.DataFrame, places: Mapping[str, Mapping[str, str]]) -> pd.DataFrame:
    """Return the lines of each run in the frame of its grid factor: a run may hold several frames of one emission."""
    wanted = {run: _FRAMES.get(given.get("emissions.grid_basis", "")) for run, given in places.items()}
    return inventory[inventory["frame"] == inventory["run"].map(wanted)].drop(columns="frame").reset_index(drop=True)


def _facts(
    name: str, content: Mapping[str, Any], given: Mapping[str, str], tariff: float | None, opened: float | None
) -> RunFacts:
    about, run = content["appraisal"], content["run"]
    study: Mapping[str, Any] = run.get("study") or {}
    study_year = int(study.get("study_year") or given["settings.calendar_year"])
    population = study.get("population")
    return RunFacts(
        id=name,
        case=str(about["name"]),
        city=str(about["city"]),
        country=str(about["country"]),
        currency=str(about["currency"]),
        price_year=int(about["price_year"]),
        scenario=str(run["options"].get("scenario") or ""),
        main_variant=str(about["main_variant"]),
        variants=tuple(about["variants"]),
        sector=str(study.get("sector") or ""),
        stage=str(study.get("stage") or ""),
        program=str(study.get("program") or ""),
        study_year=study_year,
        year_zero=study_year if opened is None else int(opened),
        boundary=str(study.get("boundary") or ""),
        population=None if population is None else float(population),
        claims=tuple(str(c) for c in study.get("claims") or ()),
        gwp_set=given["emissions.gwp_set"],
        grid_basis=given["emissions.grid_basis"],
        grid_kg_per_kwh=float(given["emissions.grid_kg_per_kwh"]),
        discount_rate_frac=float(given["finance.discount_rate_frac"]),
        horizon_a=int(float(given["finance.horizon_a"])),
        lat_deg=float(given["city.lat_deg"]),
        elevation_m=float(given["city.elevation_m"]),
        tariff_per_kwh=tariff,
        rate_per_usd=None if given.get(_RATE, _UNSET) == _UNSET else float(given[_RATE]),
        rate_source=given.get(_RATE_SOURCE, ""),
    )
