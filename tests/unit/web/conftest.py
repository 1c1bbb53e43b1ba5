"""A folder of stored runs, and a client that holds the key of the server over it."""

import dataclasses
import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from edsim.appraisal.types import Appraisal
from edsim.bundle import save
from edsim.report import report_files
from edsim.web import Settings, create_app
from edsim.web.guard import COOKIE
from tests.support import make_appraisal

with warnings.catch_warnings():
    warnings.simplefilter("ignore")  # the client of starlette warns at import that it would rather have httpx2
    from starlette.testclient import TestClient

HOST = "127.0.0.1:8321"


@pytest.fixture(scope="session")
def appraisal() -> Appraisal:
    """Return the appraisal the tests of the report use, without its hours, which take long to store."""
    made = make_appraisal.make()
    hours = {"hourly", "flows", "monthly"}
    return dataclasses.replace(made, tables={n: t for n, t in made.tables.items() if n not in hours})


@pytest.fixture(scope="session")
def dearer(appraisal: Appraisal) -> Appraisal:
    """Return a run of another city and sector with one input and one indicator changed, and a certificate."""
    inputs = appraisal.tables["assumptions"].copy()
    inputs.loc[0, "value"] = "changed"
    kpis = appraisal.tables["kpis"].copy()
    kpis.loc[kpis["id"] == "ghg_total", "value"] *= 1.1
    return dataclasses.replace(
        appraisal,
        city="Cali",
        tables={**appraisal.tables, "assumptions": inputs, "kpis": kpis},
        manifest={**appraisal.manifest, "study": {"sector": "health"}, "created": "2026-01-02T00:00:00+00:00"},
    )


@pytest.fixture(scope="session")
def folder(appraisal: Appraisal, dearer: Appraisal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with two stored runs."""
    place = tmp_path_factory.mktemp("runs")
    files = report_files(appraisal)
    save(appraisal, place / "today", files=files)
    save(dearer, place / "later" / "dear power", files=files)
    return place


@pytest.fixture
def settings(folder: Path) -> Settings:
    """Return the settings of a server over the stored runs."""
    return Settings(folder, hosts=frozenset({HOST}), max_upload_bytes=300_000)


@pytest.fixture
def stranger(settings: Settings) -> Iterator[TestClient]:
    """Return a client without the key."""
    app = create_app(settings)
    with TestClient(app, base_url=f"http://{HOST}", follow_redirects=False, raise_server_exceptions=False) as client:
        yield client


@pytest.fixture
def client(settings: Settings, stranger: TestClient) -> TestClient:
    """Return a client with the key, as our own pages would ask."""
    stranger.cookies.set(COOKIE, settings.session)
    stranger.headers["origin"] = f"http://{HOST}"
    return stranger


@pytest.fixture
def runs(client: TestClient) -> dict[str, str]:
    """Return folder name → identifier of the runs."""
    import re

    page = client.get("/").text
    ids = re.findall(r'href="/runs/([a-z0-9-]+)"', page)
    return {"today" if i.startswith("today") else "later": i for i in ids}


@pytest.fixture(scope="session")
def small(appraisal: Appraisal) -> Appraisal:
    """Return an appraisal of two tables, quick to store."""
    return dataclasses.replace(appraisal, tables={n: appraisal.tables[n] for n in ("kpis", "assumptions")})
