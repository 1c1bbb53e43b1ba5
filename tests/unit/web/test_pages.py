"""What the pages show, in both languages."""

import dataclasses
import io
import json
import re
import shutil
import zipfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import openpyxl
import pandas as pd
import pytest
from starlette.testclient import TestClient

from edsim.appraisal.types import Appraisal
from edsim.bundle import manifest, save, verify
from edsim.report.portfolio.map import apart
from edsim.report.studies.page import study_files
from edsim.studies.headline import with_headline
from edsim.studies.results import StudyResult
from edsim.studies.store import save_study
from edsim.web import Settings, create_app
from edsim.web.filters import Filters
from edsim.web.guard import COOKIE
from edsim.web.library import Library
from edsim.web.public import PHYSICAL, render_public
from edsim.web.views import choices
from edsim.web.words import spoken
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES
from tests.unit.portfolio import synthetic
from tests.unit.studies.test_stored_studies import ABOUT, TABLES
from tests.unit.web.conftest import HOST

pytestmark = pytest.mark.medium

HOSTILE = (
    "<script>document.title='acted'</script>", "<img src=x onerror=\"document.title='acted'\">",
    "</script><script>document.title='acted'</script>", "\"'><svg onload=\"document.title='acted'\">", "{{7*191}}",
    "javascript:document.title='acted'",
)  # fmt: skip


def test_list_shows_and_filters_runs(client: TestClient, appraisal: Appraisal) -> None:
    """Proves: city, sector, year, text and certificate narrow the list, which tells the gap; not accents."""
    for query, count in (
        ("", 2), ("?city=Cali", 1), ("?sector=health", 1), ("?text=DEAR+pówer", 1), ("?text=zzz", 0),
        ("?city=Cali&sector=industry", 0), (f"?year={appraisal.price_year}", 2), ("?year=1990", 0),
    ):  # fmt: skip
        page = client.get(f"/{query}").text
        assert len(re.findall(r'type="checkbox" name="run"', page)) == count, query
    certified = sum(c.status == "certified" for v, c in appraisal.certificates.items() if v == appraisal.main_variant)
    assert len(re.findall('name="run"', client.get("/?certified=1").text)) == 2 * certified
    gap = appraisal.certificates[appraisal.main_variant].gap_frac
    assert spoken("en").percent(gap, 2) in client.get("/").text


def test_cities_of_one_name_are_told_apart() -> None:
    """Proves: Córdoba of two countries is two choices, each showing its own runs. If ignored: studies are mixed."""
    facts = {
        "name": "",
        "sector": "",
        "scenario": "",
        "variant": "",
        "place": "",
        "status": "certified",
        "price_year": 2025,
    }
    runs: dict[str, Any] = {
        key: SimpleNamespace(city=city, country=country, year=2025, **facts)
        for key, city, country in (("a", "Córdoba", "ARG"), ("b", "Córdoba", "ESP"), ("c", "Cali", "COL"))
    }
    assert choices(runs)[0] == ("Cali", "Córdoba (ARG)", "Córdoba (ESP)")
    shown = {city: [k for k, e in runs.items() if Filters(city).matches(e)] for city in choices(runs)[0]}
    assert shown == {"Cali": ["c"], "Córdoba (ARG)": ["a"], "Córdoba (ESP)": ["b"]}


def test_filters_read_only_what_they_know() -> None:
    assert Filters.read({"certified": "yes", "text": "x" * 500}) == Filters(text="x" * 120)


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_page_answers_in_its_language(client: TestClient, runs: dict[str, str], lang: str) -> None:
    """Proves: each page of a run, the comparison, the form and the portfolio answer, and the choice is remembered."""
    client.get("/", params={"lang": lang})
    run = runs["today"]
    paths = ["/", f"/runs/{run}", f"/runs/{run}/public", "/start", f"/start?run={run}",
             f"/compare?run={run}&run={runs['later']}", "/portfolio"]  # fmt: skip
    for path in paths:
        answer = client.get(path)
        assert answer.status_code == 200, path
        assert f'<html lang="{lang}">' in answer.text, path
    assert ("Corridas" if lang == "es" else "Runs") in client.get("/").text


def test_run_page_has_what_a_reader_decides_by(client: TestClient, runs: dict[str, str], appraisal: Appraisal) -> None:
    page = client.get(f"/runs/{runs['today']}").text
    assert appraisal.name in page
    for part in ('id="site"', 'id="plant"', 'id="proof"', 'id="map"', 'class="tile"'):
        assert part in page


def test_report_is_served_in_a_sandbox(client: TestClient, stranger: TestClient, runs: dict[str, str]) -> None:
    """Proves: scripts of a stored report get no cookie, no origin and no network; its library needs no key."""
    answer = client.get(f"/runs/{runs['today']}/report")
    policy = answer.headers["content-security-policy"]
    assert policy.startswith("sandbox allow-scripts")
    assert "allow-same-origin" not in policy
    assert "connect-src" not in policy
    assert "default-src 'none'" in policy
    stranger.cookies.clear()
    script = stranger.get(f"/runs/{runs['today']}/plotly.min.js", headers={"sec-fetch-site": "cross-site"})
    assert script.status_code == 200
    assert script.headers["content-type"].startswith("text/javascript")


def test_report_and_workbook_speak_the_language_of_the_pages(client: TestClient, runs: dict[str, str]) -> None:
    """Proves: a Spanish reader gets the report and the workbook of an English run in Spanish.

    If ignored: one language per stored run, and a client who reads the other.
    """
    assert '<html lang="en">' in client.get(f"/runs/{runs['today']}/report?lang=en").text
    assert '<html lang="es">' in client.get(f"/runs/{runs['today']}/report?lang=es").text
    answer = client.get(f"/runs/{runs['today']}/workbook.xlsx?lang=es")
    assert answer.headers["content-disposition"].endswith('-es.xlsx"')
    assert "Indicadores" in openpyxl.load_workbook(io.BytesIO(answer.content), read_only=True).sheetnames


def test_a_study_is_listed_and_opened(tmp_path: Path) -> None:
    """Proves: the folder of a sweep stands among the studies, not among what cannot be shown, and a changed one does.

    If ignored: who sweeps into the folder served sees errors instead of results.
    """
    page = b"<p>front</p>"
    files = {"study.html": {"bytes": len(page), "sha256": manifest.digest(page)}}
    content = {
        "format": manifest.STUDY_FORMAT,
        "files": files,
        "created": "2026-01-02",
        "study": {"headline": ["Said"]},
    }
    study = tmp_path / "sweep"
    study.mkdir()
    (study / "study.html").write_bytes(page)
    (study / manifest.MANIFEST).write_bytes(manifest.sealed(content))
    settings = Settings(tmp_path, hosts=frozenset({HOST}))
    with TestClient(create_app(settings), base_url=f"http://{HOST}", follow_redirects=False) as client:
        client.cookies.set(COOKIE, settings.session)
        listed = client.get("/").text
        assert "Folders that cannot be shown" not in listed
        assert "Said" in listed
        address = re.search(r'href="(/studies/[a-z0-9-]+/)"', listed)
        assert address is not None
        assert client.get(address[1]).content == page
        assert client.get("/studies/none/").status_code == 404
        (study / "study.html").write_bytes(b"<p>changed</p>")
        assert client.get(address[1]).status_code == 422


def test_a_study_speaks_the_language_of_the_pages(tmp_path: Path) -> None:
    """Proves: headline and page of a study that was made in English are Spanish on Spanish pages, as stored on English.

    If ignored: half of the list and all of the page are English for who chose Spanish.
    """
    (tmp_path / "case").mkdir()
    (tmp_path / "case" / "case.yaml").write_text(TWO_OFFICES, encoding="utf-8")
    made = with_headline(StudyResult("sensitivity", ABOUT, TABLES))
    files = study_files(made.kind, made.about, made.tables, made.headline, "en")
    save_study(made, load_case(tmp_path / "case"), tmp_path / "shown" / "study", files)
    settings = Settings(tmp_path / "shown", hosts=frozenset({HOST}))
    with TestClient(create_app(settings), base_url=f"http://{HOST}", follow_redirects=False) as client:
        client.cookies.set(COOKIE, settings.session)
        english, spanish = (client.get(f"/?lang={lang}").text for lang in ("en", "es"))
        assert "Largest share of the variance" in english
        assert "Mayor parte de la varianza" in spanish
        assert "Largest share" not in spanish
        address = re.search(r'href="(/studies/[a-z0-9-]+/)"', english)
        assert address is not None
        assert 'lang="es"' in client.get(f"{address[1]}?lang=es").text[:200]
        assert client.get(f"{address[1]}?lang=en").content == files["study.html"]


def test_comparison_needs_two_known_runs(client: TestClient, runs: dict[str, str]) -> None:
    assert client.get("/compare").status_code == 400
    assert client.get(f"/compare?run={runs['today']}&run={runs['today']}").status_code == 400
    assert client.get(f"/compare?run={runs['today']}&run=nope").status_code == 404
    page = client.get(f"/compare?run={runs['today']}&run={runs['later']}").text
    assert page.index('id="inputs"') < page.index('id="results"')
    assert "changed" in page


@pytest.mark.parametrize("lang", ["en", "es"])
def test_public_page_has_no_confidential_figure(appraisal: Appraisal, lang: str) -> None:
    """Proves: no money, price, tariff or customer's demand is on the page for citizens, nor free text of the case.

    If ignored: publishing the page gives away contracts and customers.
    """
    page = render_public(appraisal, spoken(lang), one_file=False)
    body, figures = page.split('id="figures">')
    for word in (appraisal.currency, "tariff", "tarifa", "NPV", "contract price", *appraisal.headline):
        assert word not in body
        assert word not in figures
    kpis = appraisal.tables["kpis"]
    money = kpis[kpis["unit"].str.contains(appraisal.currency)]
    assert len(money)
    assert not set(money["id"]) & set(PHYSICAL)
    for label in money["label"]:
        assert label not in body
    language = spoken(lang)
    for value in appraisal.tables["buildings"]["cooling_peak_kw"]:
        assert f"{language.number(value, 0)} kW" not in figures
    for description in appraisal.descriptions.values():
        assert not description or description not in page


def test_public_page_can_be_published_as_one_file(client: TestClient, runs: dict[str, str]) -> None:
    answer = client.get(f"/runs/{runs['today']}/public?save=1")
    assert re.fullmatch(r'attachment; filename="today-[0-9a-f]{8}-en\.html"', answer.headers["content-disposition"])
    assert len(answer.content) > 3_000_000
    assert 'src="plotly.min.js"' not in answer.text
    assert len(answer.content) < 8_000_000


def test_bundle_is_the_run(client: TestClient, runs: dict[str, str], tmp_path: Path) -> None:
    """Proves: the download unpacks to a run that passes its own check."""
    answer = client.get(f"/runs/{runs['today']}/bundle.zip")
    assert int(answer.headers["content-length"]) == len(answer.content)
    with zipfile.ZipFile(io.BytesIO(answer.content)) as archive:
        archive.extractall(tmp_path)
    assert verify(tmp_path / runs["today"]) == ()


@pytest.mark.parametrize("lang", ["en", "es"])
def test_portfolio_adds_up_or_says_why_not(tmp_path: Path, lang: str) -> None:
    """Proves: totals by city and sector, or the conventions that differ with a form to accept them."""
    for name, city, sector, lat in (("a", "Cali", "health", 3.4), ("b", "Neiva", "industry", 2.9)):
        synthetic.write_run(tmp_path, synthetic.Made(name, city=city, sector=sector, lat_deg=lat))
    settings = Settings(tmp_path, hosts=frozenset({"127.0.0.1:8321"}), lang=lang)
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8321", follow_redirects=True) as client:
        page = client.get("/portfolio", params={"token": settings.token}).text
        for part in ("Cali", "Neiva", 'id="groups"', 'class="tiles"', 'name="currency"'):
            assert part in page, part
        synthetic.write_run(tmp_path, synthetic.Made("c", city="Pasto", currency="COP"))
        apart = client.get("/portfolio").text
        assert "E580" in apart
        assert client.get("/portfolio?currency=<script>&price_year=zzzz&allow=<b>").status_code == 200


def test_changed_and_linked_runs_are_not_shown(small: Appraisal, tmp_path: Path) -> None:
    """Proves: a changed table, a link to a run elsewhere and a broken manifest are named or left out, never read."""
    root, outside = tmp_path / "root", tmp_path / "outside"
    save(small, root / "good")
    save(small, outside)
    shutil.copytree(root / "good", root / "bad")
    (root / "bad" / "kpis.csv").write_text("variant,id\n")
    (root / "link").symlink_to(outside, target_is_directory=True)
    (root / "loop").symlink_to(root, target_is_directory=True)
    (root / "broken").mkdir()
    (root / "broken" / "manifest.json").write_text("{}")
    linked = root / "linked"
    shutil.copytree(root / "good", linked)
    (linked / "report.html").unlink(missing_ok=True)
    (linked / "certificate.json").unlink()
    (linked / "certificate.json").symlink_to(outside / "certificate.json")
    listing = Library(root).listing()
    assert [e.place for e in listing.entries.values()] == ["good"]
    assert len(listing.damaged) == 3
    assert {f.code for f in listing.damaged} == {"E592", "E803"}


def test_runs_are_read_again_when_they_change(small: Appraisal, tmp_path: Path) -> None:
    save(small, tmp_path / "run")
    library = Library(tmp_path)
    assert next(iter(library.listing().entries.values())).name == small.name
    save(dataclasses.replace(small, name="another"), tmp_path / "run")
    entry = next(iter(library.listing().entries.values()))
    assert entry.name == "another"
    assert library.appraisal(entry).name == "another"


@pytest.mark.slow
def test_hostile_names_stay_text(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: names of cases, cities and buildings are escaped on every page. If ignored: a case file runs scripts."""
    every = " ".join(HOSTILE)
    rows = appraisal.tables["buildings"]
    buildings = rows.assign(name=[HOSTILE[k % len(HOSTILE)] for k in range(len(rows))])
    attacked = dataclasses.replace(
        appraisal, name=every, city=every, headline=HOSTILE, tables={**appraisal.tables, "buildings": buildings},
        manifest={**appraisal.manifest, "study": {"sector": every}},
    )  # fmt: skip
    save(attacked, tmp_path / "run")
    shutil.copytree(tmp_path / "run", tmp_path / "other")
    settings = Settings(tmp_path, hosts=frozenset({"127.0.0.1:8321"}))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8321", follow_redirects=True) as client:
        page = client.get("/", params={"token": settings.token}).text
        ids = re.findall(r'href="/runs/([a-z0-9-]+)"', page)
        assert len(ids) == 2
        for path in ("/", f"/runs/{ids[0]}", f"/runs/{ids[0]}/public", f"/compare?run={ids[0]}&run={ids[1]}",
                     f"/start?run={ids[0]}", f"/?city={HOSTILE[0]}"):  # fmt: skip
            text = client.get(path).text
            for acting in ("<script>document.title", 'onerror="document', "<svg onload", 'href="javascript', "1337"):
                assert acting not in text, path


def test_language_links_keep_the_filters(client: TestClient) -> None:
    assert re.search(r'href="\?city=Cali&amp;lang=es"', client.get("/?city=Cali").text)


def test_manifest_of_the_fixture_is_sound(folder: Path) -> None:
    """Proves: the runs these tests show are whole."""
    assert verify(folder / "today") == ()
    assert json.loads((folder / "today" / "manifest.json").read_bytes())["format"] == "edsim-run"


def test_studies_of_one_place_do_not_hide_each_other() -> None:
    """Proves: three studies at one point are drawn beside it, one alone stays. If ignored: a map shows one of three."""
    frame = pd.DataFrame(
        {
            "city": [*"aaab"],
            "case": [*"wxyz"],
            "lat_deg": [4.0, 4.0, 4.0, 10.0],
            "lon_deg": [-75.0, -75.0, -75.0, -74.0],
        }
    )
    moved = apart(frame)
    places = moved[["lat_deg", "lon_deg"]].round(6).drop_duplicates()
    assert len(places) == 4
    assert float((moved["lat_deg"] - frame["lat_deg"]).abs().max()) == pytest.approx(0.018 * 6.0)
    assert moved.loc[3, "lon_deg"] == -74.0
    one_city = frame.assign(city="a", lat_deg=4.0, lon_deg=-75.0)
    assert len(apart(one_city)[["lat_deg", "lon_deg"]].round(6).drop_duplicates()) == 4
