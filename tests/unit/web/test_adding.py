"""The portfolio page adds up what `edsim portfolio report` adds up."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from edsim.bundle import manifest
from edsim.portfolio.analysis import AnalysisOptions, analyze
from edsim.portfolio.store import Store
from edsim.web import Settings, create_app
from edsim.web.library import Library
from tests.unit.portfolio.synthetic import Made, write_run

pytestmark = pytest.mark.medium


def page(root: Path, **asked: str) -> str:
    settings = Settings(root, hosts=frozenset({"127.0.0.1:8321"}))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8321", follow_redirects=True) as client:
        return str(client.get("/portfolio", params={"token": settings.token, **asked}).text)


def dated(folder: Path, created: str, name: str) -> None:
    """Give a run folder a date and its case a name."""
    content = json.loads((folder / manifest.MANIFEST).read_bytes())
    content.pop("manifest_sha256")
    content["run"]["created"] = created
    content["appraisal"]["name"] = name
    (folder / manifest.MANIFEST).write_bytes(manifest.sealed(content))


def counted(text: str) -> list[str]:
    """Return the runs of the page's form."""
    return re.findall(r'name="exclude" value="([^"]*)"', text)


def test_a_store_is_added_up_by_its_plan(tmp_path: Path) -> None:
    """Proves: a removed study is out, two districts of one name and city both count, as in the report of the store.

    If ignored: the page and the report of one store differ, and a study that was taken back stays in the sums.
    """
    store = Store.create(tmp_path)
    one = Made("one-0123456789abcdef", npv=100.0)
    for made in (
        one,
        replace(one, name="two-0123456789abcdef", lat_deg=6.1, npv=30.0),
        Made("gone-0123456789abcdef", city="Cali", lat_deg=3.4, npv=7000.0),
    ):
        dated(write_run(tmp_path / "runs", made), "2026-01-01", "Hospital")
    tasks = [{"id": f"{n}-0123456789abcdef", "label": n, "scenario": ""} for n in ("one", "two")]
    store.write_plan({"tasks": tasks, "unreadable": []})
    text = page(tmp_path)
    assert counted(text) == [t["id"] for t in tasks]
    assert "Other runs in the folder are left out: 1." in text
    wanted = analyze(tmp_path, AnalysisOptions(draws=200)).totals.set_index(["dimension", "measure"])["value"]
    assert wanted["portfolio", "npv"] == pytest.approx(130.0)
    assert re.search(r"Net present value against BAU</dt>\s*<dd class=\"value\">130 ", text)


def test_only_runs_of_one_district_replace_each_other(tmp_path: Path) -> None:
    """Proves: in a plain folder the newest run of the same buildings counts, and another district of the same name too.

    If ignored: the second of two hospitals of one city is dropped as an older run of the first.
    """
    made = Made("first", floor_area_m2=500.0)
    for name, lat, created in (("old", 6.0, "2026-01-01"), ("new", 6.0, "2026-02-01"), ("other", 6.1, "2026-01-15")):
        folder = write_run(tmp_path / name, replace(made, lat_deg=lat))
        dated(folder, created, "Hospital")
    text = page(tmp_path)
    assert counted(text) == ["new/first", "other/first"]
    assert "left out: 1." in text


def test_money_that_differs_is_converted_not_accepted(tmp_path: Path) -> None:
    """Proves: the form offers no box for currencies to differ, one for the GWP set. If ignored: a box does nothing."""
    write_run(tmp_path, Made("one"))
    write_run(tmp_path, Made("two", city="Cali", lat_deg=3.4, currency="COP", assumed={"emissions.gwp_set": "AR6"}))
    shown = page(tmp_path)
    assert "E580" in shown
    assert 'name="currency"' in shown
    boxes = re.compile(r'name="allow" value="(\w+)"')
    assert boxes.findall(shown) == []
    assert boxes.findall(page(tmp_path, currency="USD")) == ["gwp_set"]


def test_studies_can_be_left_out_and_prices_given(tmp_path: Path) -> None:
    """Proves: what E581 and E582 ask for can be done on the page: leave a study out, type a rate.

    If ignored: a reader of the page is sent to options of a command that he does not have.
    """
    write_run(tmp_path / "x", Made("same"))
    write_run(tmp_path / "y", Made("same", npv=40.0))
    write_run(tmp_path, Made("lima", city="Lima", country="PER", currency="PEN", lat_deg=-12.0, npv=400.0))
    dated(tmp_path / "y" / "same", "2026-01-01", "Another name")
    assert "E581" in page(tmp_path, currency="USD")
    left = page(tmp_path, currency="USD", exclude="x/same")
    assert "E581" not in left
    assert "E582" in left
    rows = "fx_per_usd,PEN,2025,4.0\ncpi,PEN,2025,100"
    priced = page(tmp_path, currency="USD", exclude="x/same", prices=rows)
    assert f">{rows}</textarea>" in priced
    assert "E582" not in priced
    assert re.search(r"Net present value against BAU</dt>\s*<dd class=\"value\">140 ", priced)
    assert "E583" in page(tmp_path, currency="USD", exclude="x/same", prices="fx_per_usd,PEN,2025,none")


def test_a_typed_title_stays_with_its_run(tmp_path: Path) -> None:
    """Proves: the title typed for a run stands in the list, of a server started later too; gone runs are forgotten.

    If ignored: ten tries of one case have one name in the list, and nobody finds the one he called "with steam".
    """
    write_run(tmp_path / "started", Made("with-steam"))
    first = Library(tmp_path)
    first.set_title(tmp_path / "started" / "gone", "Gone")
    first.set_title(tmp_path / "started" / "with-steam", "With steam & <b>")
    assert Library(tmp_path).titles() == {"started/with-steam": "With steam & <b>"}
    settings = Settings(tmp_path, hosts=frozenset({"127.0.0.1:8321"}))
    with TestClient(create_app(settings), base_url="http://127.0.0.1:8321", follow_redirects=True) as client:
        assert "With steam &amp; &lt;b&gt;" in client.get("/", params={"token": settings.token}).text
