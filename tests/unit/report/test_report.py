"""The report keeps names as text, needs no network and never fails for lack of data."""

import dataclasses
import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from importlib.resources import files
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from edsim import report
from edsim.appraisal.types import Appraisal
from edsim.bundle.manifest import sealed
from edsim.core.errors import DataError, Finding
from edsim.report import html as page
from edsim.report import render_html, report_files, write_report
from edsim.report.figures.feeder import feeder
from edsim.report.figures.studies import StudyView, table_of
from edsim.report.i18n import language
from edsim.report.plotting import PLOTLY, REGISTER, TRACES, lean, plotly_script, trace_of
from edsim.report.run.register import told_once
from edsim.report.run.sections import sections
from edsim.report.run.summary import summary
from edsim.report.theme import plain
from edsim.report.view import Chart, Fold, Section, Study, Table, walk
from edsim.results.schema import TABLES

pytestmark = pytest.mark.medium

_MARKUP = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "<a href='javascript:alert(3)'>x</a>",
    "</script><script>alert(4)</script>",
    "<svg/onload=alert(5)>",
    "<iframe srcdoc='<script>alert(6)</script>'>",
    "<style>*{background:url(//x.test)}</style>",
    "' onmouseover='alert(7)",
    "</title><script>alert(8)</script>",
    "<!--<script>",
)
_TEMPLATES = ("{{ 7*7 }}", "{% raw %}", "%{customdata}<extra>alert(9)</extra>", "%{y}", "{0.__class__}", "$a^2$")
_LETTERS = ("\u202egnp.exe", "nul\0bell\x07", "line\nbreak", "\u2028\u2029", "&lt;b&gt;", "a" * 500, "\ud83d", "ñÁ😀")
_FORMULAS = ('=HYPERLINK("http://x.test","y")', "+1+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "=cmd|'/C calc'!A0")
_LINKS = ("javascript:alert(10)", "http://x.test", "//x.test/x.js", "file:///etc/passwd", "data:text/html,<script>")
_PATHS = ("../../etc/passwd", "C:\\x", "name;rm -rf /", "`id`", "' OR 1=1 --", "")
HOSTILE = _MARKUP + _TEMPLATES + _LETTERS + _FORMULAS + _LINKS + _PATHS
PLACES = (
    "buildings", "equipment", "pipes", "networks", "published", "assumptions", "refrigerants", "kpis", "levels",
    "heat_contracts", "allocation", "stress", "incentives", "tariffs", "electricity_bills", "customer_bills", "funding",
)  # fmt: skip

_NOT_TRACES = {"line", "scatter", "category", "date"}
"""Types of shapes and axes, and the trace every script has."""


class _Reader(HTMLParser):
    """Collects tags with their attributes."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def _read(text: str) -> _Reader:
    reader = _Reader()
    reader.feed(text)
    return reader


def _charts(appraisal: Appraisal, lang: str = "en") -> Iterator[Chart]:
    for section in sections(Study(appraisal, language(lang))):
        yield from (b for b in walk(section.blocks) if isinstance(b, Chart))


@pytest.fixture
def light(appraisal: Appraisal) -> Appraisal:
    """Return the appraisal without hourly flows, which take most of the time."""
    return dataclasses.replace(appraisal, tables={n: t for n, t in appraisal.tables.items() if n != "hourly"})


@pytest.fixture(scope="module")
def text(appraisal: Appraisal) -> str:
    return render_html(appraisal)


CHOSEN = ("name", "label", "use", "bau_machine", "network", "edge", "machine", "source", "comment", "value", "path",
          "refrigerant", "technology", "kind", "node", "line", "party", "frame", "supplier", "note", "product", "event",
          "meter", "tariff", "customer", "reason", "incentive", "item", "unit")  # fmt: skip
"""Columns whose text a user may have chosen, or a changed file may hold."""


def hostile(appraisal: Appraisal, first: int = 0) -> Appraisal:
    """Return the appraisal with another hostile name in every text a user could have chosen."""
    tables = dict(appraisal.tables)
    for table in PLACES:
        frame = tables[table]
        names = [HOSTILE[(first + k) % len(HOSTILE)] for k in range(len(frame))]
        columns = [c.name for c in TABLES[table].columns if c.kind == "text" and c.name in CHOSEN]
        tables[table] = frame.assign(**dict.fromkeys(columns, names))
    at = HOSTILE[first % len(HOSTILE)]
    features = [{**f, "properties": {**f["properties"], "name": at}} for f in appraisal.network_geojson["features"]]
    return dataclasses.replace(
        appraisal,
        name=at,
        city=at,
        tables=tables,
        headline=HOSTILE,
        descriptions=dict.fromkeys(("bau", "district"), at),
        network_geojson={"type": "FeatureCollection", "features": features},
        findings=tuple(Finding("W201", name, file=name, field=name, got=name) for name in HOSTILE),
        manifest={**appraisal.manifest, "edsim": at, **{name: name for name in HOSTILE}},
    )


@pytest.mark.parametrize("first", range(0, len(HOSTILE), 5))
def test_names_stay_text(light: Appraisal, text: str, first: int) -> None:
    """Proves: 42 hostile names never become markup or script. If ignored: a client's report runs a stranger's code."""
    assert len(HOSTILE) >= 40
    honest, attacked = _read(text), _read(render_html(hostile(light, first)))
    assert {t for t, _ in attacked.tags} <= {t for t, _ in honest.tags}
    scripts = [a for t, a in attacked.tags if t == "script"]
    assert len(scripts) == sum(t == "script" for t, _ in honest.tags)
    assert all("nonce" in a or a.get("type") == "application/json" for a in scripts)
    assert not [a for _, attrs in attacked.tags for a in attrs if a.startswith("on")]
    assert not [a for t, a in attacked.tags if t == "a" and not str(a.get("href", "")).startswith("#")]
    assert not [w for w in attacked.words if "\x07" in w or "\u202e" in w]


@pytest.mark.parametrize("first", [0, 6, 12])
def test_names_stay_text_in_figures(appraisal: Appraisal, first: int) -> None:
    """Proves: plotly.js is never handed markup or a template made of a name."""
    charts = list(_charts(hostile(appraisal, first)))
    assert len(charts) > 10
    for chart in charts:
        figure = json.dumps(chart.figure, ensure_ascii=False)
        for tag in re.findall(r"</?\s*(\w+)", figure):
            assert tag in {"b", "br", "extra"}, (chart.key, tag)
        assert "%{customdata}<" not in figure
        assert "alert(9)</extra>" not in figure


def test_plain_shows_letters() -> None:
    assert plain("<b>&") == "&lt;b&gt;&amp;"
    assert "\x07" not in plain("a\x07b")
    assert "%{" not in plain("%{y}")


def test_nothing_is_fetched(text: str) -> None:
    """Proves: no address of another machine is in the page, and the policy forbids every fetch."""
    assert not re.findall(r"(?:https?:)?//[a-z]", re.sub(r"<script nonce.*?</script>", "", text, flags=re.DOTALL))
    reader = _read(text)
    policy = next(a["content"] for t, a in reader.tags if t == "meta" and a.get("http-equiv"))
    assert policy is not None
    assert policy.startswith("default-src 'none'")
    nonce = re.search(r"script-src 'nonce-([0-9a-f]{32})'", policy)
    assert nonce is not None
    assert "unsafe-eval" not in policy
    assert "script-src 'nonce-" in policy
    assert {a.get("nonce") for t, a in reader.tags if t == "style"} == {nonce[1]}
    sources = [a["src"] for t, a in reader.tags if t == "script" and "src" in a]
    assert sources == ["plotly.min.js"]


def test_the_nonce_depends_on_the_content(light: Appraisal) -> None:
    """Proves: the same run gives the same page, and a name cannot know the nonce of the page it is on."""
    one, two = render_html(light), render_html(dataclasses.replace(light, name="Another"))
    assert one == render_html(light)
    find = re.compile(r"'nonce-(\w+)'")
    assert find.findall(one)[0] != find.findall(two)[0]


def test_the_plotting_script_starts_what_figures_draw() -> None:
    """Proves: of the fifty kinds of trace, those the figures name are registered, and no other.

    If ignored: a new chart stays blank, or a page takes four times as long to be ready.
    """
    whole = (files("plotly") / "package_data" / PLOTLY).read_text("utf-8")
    full, short = (REGISTER.findall(s[-9000:])[0].split(",") for s in (whole, plotly_script()))
    assert len(full) > 40
    assert {trace_of(whole, call.removesuffix("()")) for call in short} == TRACES
    source = "".join(p.read_text("utf-8") for p in Path(str(report.__file__)).parent.rglob("*.py"))
    assert set(re.findall(r'"type": "(\w+)"', source)) - _NOT_TRACES == TRACES
    assert lean("another bundle", TRACES) == "another bundle"
    assert lean(whole, TRACES | {"unknown"}) == whole


def test_every_chart_is_valid_and_has_words_and_numbers(appraisal: Appraisal, text: str) -> None:
    """Proves: at least 9 charts, each accepted by plotly and each with title, caption and a table behind it."""
    import plotly.graph_objects as go

    charts = list(_charts(appraisal))
    assert len(charts) >= 9
    assert len({c.key for c in charts}) == len(charts)
    for chart in charts:
        layout = json.loads(json.dumps(chart.figure["layout"]))
        layout["xaxis"].get("rangeslider", {}).pop("yaxis2", None)  # plotly.js has it, the Python checker does not
        go.Figure({"data": chart.figure["data"], "layout": layout})
        assert chart.title
        assert chart.caption.endswith(".")
        assert chart.table.rows
        assert {len(r) for r in chart.table.rows} == {len(chart.table.heads)}
    reader = _read(text)
    plots = [a for t, a in reader.tags if t == "div" and str(a.get("class")).startswith("plot") and a.get("id")]
    assert len(plots) == len(charts)
    assert all(a["role"] == "img" and a["aria-label"] for a in plots)


@pytest.mark.parametrize("missing", [*TABLES, "map", "all"])
def test_a_missing_table_is_said_in_words(light: Appraisal, missing: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: no network, no PV, no costs ... gives sentences instead of an error or an empty chart."""
    made = dataclasses.replace(light, tables={n: t for n, t in light.tables.items() if missing not in {n, "all"}})
    if missing in {"map", "all"}:
        made = dataclasses.replace(made, network_geojson={})
    if missing == "all":
        made = dataclasses.replace(made, certificates={}, findings=(), headline=(), manifest={})
    parts: list[Section] = []

    def noted(study: Study) -> tuple[Section, ...]:
        parts.extend(sections(study))
        return tuple(parts)

    monkeypatch.setattr(page, "sections", noted)
    assert render_html(made, lang="es").rstrip().endswith("</html>")
    assert parts
    charts = [b for s in parts for b in walk(s.blocks) if isinstance(b, Chart)]
    assert all(chart.table.rows for chart in charts)
    assert bool(charts) == (missing != "all")


def test_a_table_without_rows_is_a_missing_one(light: Appraisal) -> None:
    """Proves: a stored table of no rows is read as one that is not there, so the cases above hold for both."""
    emptied = Study(dataclasses.replace(light, tables={n: t.iloc[:0] for n, t in light.tables.items()}), language("en"))
    without = Study(dataclasses.replace(light, tables={}), language("en"))
    for name in TABLES:
        assert emptied.table(name).empty
        assert without.table(name).empty
        assert list(emptied.table(name).columns) == list(without.table(name).columns), name
    assert sections(emptied)
    assert not [b for s in sections(emptied) for b in walk(s.blocks) if isinstance(b, Chart)]


def test_a_variant_without_plant_or_flows(appraisal: Appraisal) -> None:
    """Proves: a project variant that only BAU tables describe still makes a page."""
    tables = {n: t[t["variant"] == "bau"] if "variant" in t else t for n, t in appraisal.tables.items()}
    assert render_html(dataclasses.replace(appraisal, tables=tables, certificates={})).rstrip().endswith("</html>")


def test_unknown_numbers_are_dashes(light: Appraisal) -> None:
    """Proves: NaN in any number column of the small tables is shown as a dash, never as nan."""
    tables = dict(light.tables)
    for name in ("kpis", "equipment", "networks", "buildings", "published", "refrigerants"):
        numbers = [c.name for c in TABLES[name].columns if c.kind == "number" and c.name not in {"lat_deg", "lon_deg"}]
        tables[name] = tables[name].assign(**dict.fromkeys(numbers, np.nan))
    words = " ".join(_read(render_html(dataclasses.replace(light, tables=tables))).words)
    assert not re.search(r"\bnan\b|\binf\b", words)


def test_screening_and_open_gap_are_said(light: Appraisal) -> None:
    screening = light.certificates["electric"]
    wide = dataclasses.replace(light.certificates["district"], status="open", gap_frac=0.031)
    said = render_html(dataclasses.replace(light, certificates={"district": screening}))
    assert "no lower bound computed" in said
    said = render_html(dataclasses.replace(light, certificates={"district": wide}))
    assert "above the target" in said


def test_one_file_holds_its_script(appraisal: Appraisal, tmp_path: Path) -> None:
    one = write_report(appraisal, tmp_path / "one" / "report.html", one_file=True)
    assert list(one.parent.iterdir()) == [one]
    assert one.stat().st_size < 8e6
    beside = write_report(appraisal, tmp_path / "two" / "report.html", lang="es")
    assert sorted(p.name for p in beside.parent.iterdir()) == ["plotly.min.js", "report.html"]
    assert beside.stat().st_size < 1.5e6


def test_files_of_a_run(light: Appraisal) -> None:
    assert set(report_files(light)) == {"report.html", "plotly.min.js", "workbook.xlsx"}


def test_a_full_disk_is_a_finding(light: Appraisal, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    earlier = tmp_path / "report.html"
    earlier.write_text("earlier")

    def full(path: Path, _: bytes) -> None:
        raise OSError(28, "No space left on device", str(path))

    monkeypatch.setattr(page.Path, "write_bytes", full)
    with pytest.raises(DataError, match="E821"):
        write_report(light, earlier)
    assert earlier.read_text() == "earlier"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["report.html"]


def test_nothing_is_written_into_the_folder_of_a_run(light: Appraisal, tmp_path: Path) -> None:
    """Proves: neither beside its manifest nor below, by whatever page or workbook; other manifests are no hindrance.

    If ignored: a run with a page more no longer verifies.
    """
    run = tmp_path / "run"
    (run / "pages").mkdir(parents=True)
    (run / "manifest.json").write_bytes(sealed({"files": {}}))
    (tmp_path / "manifest.json").write_text('{"name": "a site"}')
    for place in (run / "report.html", run / "pages" / "report.html"):
        with pytest.raises(DataError, match="folder is that of a run"):
            write_report(light, place)
        with pytest.raises(DataError, match="E821"):
            page.replace_file(place, b"")
    page.replace_file(tmp_path / "report.html", b"page")
    assert sorted(p.name for p in tmp_path.rglob("*.html")) == ["report.html"]


def test_unknown_language() -> None:
    with pytest.raises(DataError, match="E820"):
        language("de")


def test_the_worst_news_stands_before_the_good(light: Appraisal, text: str) -> None:
    """Proves: what is built leads, then what gets worse. If ignored: a reader learns of the price last."""
    first = light.headline[0].split(":")[0]
    page_text = text.replace("\u00a0", " ")
    assert page_text.index(first[:1].upper() + first[1:]) < page_text.index('class="tiles"')
    told = (*light.headline, f"{light.main_variant}: 500 TR of chillers, 1.20 million USD, 3 m3/a.")
    shown = summary(Study(dataclasses.replace(light, headline=told), language("en"))).headline
    assert shown[0].endswith(": 500\u00a0TR of chillers, 1.20\u00a0million USD, 3\u00a0m³/a.")
    assert len(shown) == len(told)
    spanish = render_html(light, lang="es")
    assert light.headline[1] not in spanish
    assert "sube de" in spanish[: spanish.index('class="tiles"')]
    assert spanish.index("Qué empeora") < spanish.index("Qué mejora")


def _park(appraisal: Appraisal) -> Appraisal:
    """Return the appraisal with a network of compressed air beside that of chilled water."""
    tables = dict(appraisal.tables)
    for name in ("networks", "pipes"):
        more = tables[name].assign(network="air", **({"carrier": "compressed_air"} if name == "networks" else {}))
        tables[name] = pd.concat([tables[name], more], ignore_index=True)
    balance = tables["energy_balance"]
    row = balance.iloc[[0]].assign(variant="district", carrier="compressed_air", node="energy_center")
    air = [
        row.assign(technology="compressors", kind="air_compressor", direction="out", kwh=4.0e7),
        row.assign(technology="demand", kind="demand", direction="in", kwh=4.0e7),
        row.assign(technology="compressors", kind="air_compressor", direction="in", kwh=5.0e6, carrier="electricity"),
    ]
    tables["energy_balance"] = pd.concat([balance, *air], ignore_index=True)
    features = appraisal.network_geojson["features"]
    lines = [
        {**f, "properties": {**f["properties"], "network": "air"}}
        for f in features
        if f["geometry"]["type"] == "LineString"
    ]
    return dataclasses.replace(
        appraisal, tables=tables, network_geojson={"type": "FeatureCollection", "features": [*features, *lines]}
    )


def test_compressed_air_is_a_volume(light: Appraisal) -> None:
    """Proves: air is shown in Nm³ and drawn by its electricity. If ignored: 40 million Nm³ pass for 40 GWh."""
    study = Study(_park(light), language("en"))
    made = {s.key: s for s in sections(study)}
    networks = next(b for b in walk(made["site"].blocks) if isinstance(b, Table) and b.title == "Networks")
    by_row = [(r[0], r[1], r[-1]) for r in networks.rows]
    assert ("Delivered to buildings", "MWh/a", "–") in by_row
    assert ("Delivered to buildings", "million Nm³/a", "32.1") in by_row
    lost, delivered = (float(light.tables["networks"][c].iloc[-1]) for c in ("gain_or_loss_kwh", "delivered_kwh"))
    assert ("Gain or loss of pipes", "million Nm³/a", study.lang.number(lost / 1e6)) in by_row
    assert ("Share of what is delivered", "", study.lang.percent(lost / delivered)) in by_row
    sankey = next(b for b in walk(made["operation"].blocks) if isinstance(b, Chart) and b.key == "sankey")
    assert ("Compressed air", "Demand · Compressed air", "40.0 million Nm³") in sankey.table.rows
    link = sankey.figure["data"][0]
    names = [str(n).replace("<br>", " ") for n in link["node"]["label"]]
    drawn = [
        v
        for a, b, v in zip(link["link"]["source"], link["link"]["target"], link["link"]["value"], strict=True)
        if names[a] == "Compressed air" and names[b].startswith("Demand")
    ]
    assert drawn == [pytest.approx(5000.0)]


def test_what_stands_already_is_shown_and_not_built_again(light: Appraisal) -> None:
    """Proves: standing capacity has a column and is taken off what to build; one station is not "1 stations".

    If ignored: a client reads that machines he owns are to be bought.
    """
    found = light.tables["equipment"]
    chiller = (found["technology"] == "chillers") & (found["variant"] == light.main_variant)
    standing = found.assign(existing=found["existing"].where(~chiller, 2600.0))
    standing.loc[standing["technology"] == "towers", ["capacity", "unit"]] = [1.0, "stations"]
    study = Study(dataclasses.replace(light, tables={**light.tables, "equipment": standing}), language("en"))
    tables = [b for s in sections(study) if s.key == "plant" for b in walk(s.blocks) if isinstance(b, Table)]
    main, other = (t for t in tables if t.title.startswith("Equipment: ") and "BAU" not in t.title)
    assert [h.label for h in main.heads][2:5] == ["Capacity", "New", "Stands already"]
    assert "Stands already" not in [h.label for h in other.heads]
    cells = {r[0]: r[2:5] for r in main.rows}
    assert cells["Electric chillers"] == ("7,600 kW", "5,000 kW", "2,600 kW")
    assert cells["Cooling towers"] == ("1 station", "1 station", "–")
    built = dict(summary(study).build)
    assert built["Electric chillers"].startswith("5,000\u00a0kW")
    assert built["Cooling towers"] == "1\u00a0station"


def test_without_cooling_the_next_service_has_the_tile_of_unit_cost(light: Appraisal) -> None:
    """Proves: a district of heat shows its unit cost first, the others in small print. If ignored: it shows none."""
    found = light.tables["kpis"]
    heat = found.assign(id=found["id"].replace({"lcoc": "lcohw", "yearly_cost": "lcos"}))
    shown = summary(Study(dataclasses.replace(light, tables={**light.tables, "kpis": heat}), language("en")))
    tiles = {t.label: t for t in shown.tiles}
    assert [name for name, _ in tiles["Levelized cost of hot water"].parts] == ["Steam"]
    assert "Levelized cost of cooling" not in tiles


def test_the_feeder_is_drawn_where_no_tariff_prices_the_stores() -> None:
    """Proves: stores of a project without a public tariff are drawn by their energy. If ignored: the page breaks."""
    hours = np.arange(24.0)
    loads = {"before_kw": hours, "after_kw": hours}
    shift = {"technology": "store", "hour": hours, "charged_kwh": hours, "discharged_kwh": hours}
    tables = {
        "duration": pd.DataFrame({"rank": hours, **loads}),
        "hours_of_day": pd.DataFrame({"hour": hours, **loads}),
        "storage": pd.DataFrame({**shift, "price_per_kwh": np.nan}),
    }
    charts = feeder(StudyView({"currency": "USD"}, tables, language("es"), {}, {}))
    assert [c.key for c in charts] == ["duration", "day", "shift-0"]
    assert not any("nan" in cell for c in charts for row in c.table.rows for cell in row)


def test_pipes_of_several_carriers_lie_side_by_side(light: Appraisal) -> None:
    """Proves: two networks in one trench have styles of their own and do not cover each other."""
    charts = {c.key: c for c in _charts(_park(light))}
    lines = [t for t in charts["map"].figure["data"] if t.get("mode") == "lines"]
    assert {t["name"] for t in lines if t["showlegend"]} == {"Chilled water", "Compressed air"}
    assert len({(t["line"]["color"], t["line"]["dash"]) for t in lines}) == 2
    half = len(lines) // 2
    for one, other in zip(lines[:half], lines[half:], strict=True):
        assert max(abs(a - b) for a, b in zip(one["x"] + one["y"], other["x"] + other["y"], strict=True)) > 1e-6


def test_details_are_folded_and_counted(appraisal: Appraisal) -> None:
    """Proves: a fold is never empty, never holds a fold, and its charts are drawn from the same data."""
    made = sections(Study(appraisal, language("en")))
    folds = [b for s in made for b in s.blocks if isinstance(b, Fold)]
    assert folds
    assert all(f.blocks and not any(isinstance(b, Fold) for b in f.blocks) for f in folds)
    assert len({f.key for f in folds}) == len(folds)


def test_equal_inputs_share_a_row_of_the_register() -> None:
    """Proves: no value of the register is lost where buildings share one, and inputs left open take no row.

    If ignored: a printed study is forty pages of the same default, or a bank misses the one building that differs.
    """
    base = {"unit": "", "source": "edsim default", "year": "", "quality": "default", "where": ""}
    given = {"a.storeys": "3", "b.storeys": "3", "c.storeys": "4", "a.beds": "None", "a.id": "a"}
    given |= dict.fromkeys(("a.use", "b.use", "c.use"), "office")
    rows = [base | {"path": f"buildings.{path}", "value": value} for path, value in given.items()]
    rows.append(base | {"path": "finance.horizon_a", "value": "25"})
    assert [(r["path"], r["value"]) for r in told_once(rows)] == [
        ("buildings.(a, b).storeys [2]", "3"),
        ("buildings.c.storeys", "4"),
        ("buildings.*.use [3]", "office"),
        ("finance.horizon_a", "25"),
    ]


def test_a_study_names_machines_and_writes_fractions_as_percentages() -> None:
    """Proves: sizes stand under the machine's own name with their unit, shares as percent.

    If ignored: a reader of the page meets identifiers of the file, and "0,03 frac".
    """
    names = {"capacity_kw": "capacidad", "gap_frac": "Brecha"}
    view = StudyView({}, {}, language("es"), names, {"irr": "frac"}, {"chillers": "Enfriadores"})
    frame = pd.DataFrame({"id": ["irr"], "chillers.capacity_kw": [1200.0], "gap_frac": [0.032], "unit": ["frac"]})
    shown = table_of(view, frame.drop(columns=["id", "unit"]), "t")
    assert [h.label for h in shown.heads] == ["Enfriadores · capacidad, kW", "Brecha"]
    assert shown.rows == (("1.200", "3,2\u202f%"),)
    assert table_of(view, pd.DataFrame({"id": ["irr"], "value": [0.5], "unit": ["frac"]}), "t").rows[0][1:] == (
        "50\u202f%", "%",
    )  # fmt: skip
