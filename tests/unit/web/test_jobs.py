"""Runs started from pages: one at a time, refused with their findings, cancelled at any moment."""

import io
import json
import time
import zipfile
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from edsim.web import Settings, create_app
from edsim.web import jobs as module
from edsim.web.guard import COOKIE
from edsim.web.jobs import ENDED, Job, Order, Queue
from edsim.web.starting import example_cases
from tests.unit.web.conftest import HOST

BAD = b"schema_version: 1\nname: x\n"


def _order(tmp_path: Path, name: str = "a") -> Order:
    case = tmp_path / f"case-{name}"
    case.mkdir()
    (case / "case.yaml").write_bytes(BAD)
    return Order(name, case, tmp_path / name, "screening", "", "en")


def _wait(job: Job, states: frozenset[str], seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while job.state not in states:
        assert time.monotonic() < end, job.state
        time.sleep(0.02)


def _stopped(queue: Queue) -> None:
    """Wait until the queue's thread has closed what it opened."""
    assert queue._worker is not None
    queue._worker.join(20)
    assert not queue._worker.is_alive()


def _archive(**files: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, data in files.items():
            archive.writestr(name.replace("__", "."), data)
    return out.getvalue()


@pytest.fixture
def sleeper(monkeypatch: pytest.MonkeyPatch) -> None:
    """Replace the process of a run by one that says a step and then sleeps."""
    real = module.subprocess.Popen
    code = 'import sys,time; print(\'{"step": "thinking"}\', flush=True); time.sleep(600)'

    def start(words: list[str], **options: object) -> object:
        return real([words[0], "-c", code], **options)

    monkeypatch.setattr(module.subprocess, "Popen", start)


def test_one_at_a_time_and_cancel(tmp_path: Path, sleeper: None) -> None:
    """Proves: the second run waits, a cancelled one ends at once, its case is removed and the next one starts."""
    del sleeper
    queue = Queue(time_s=600, memory_mb=4000, most_waiting=5)
    first, second, third = (queue.add(_order(tmp_path, n)) for n in "abc")
    assert first is not None
    assert second is not None
    assert third is not None
    _wait(first, frozenset({"running"}))
    queue.wait(first, 0, "running", 10)
    assert first.as_dict()["steps"][0][1] == "thinking"
    assert first.as_dict(1)["steps"] == []
    assert second.state == "waiting"
    queue.cancel(third.id)
    assert third.state == "cancelled"
    start = time.monotonic()
    queue.cancel(first.id)
    _wait(second, frozenset({"running"}))
    assert time.monotonic() - start < 5
    assert not first.order.case.exists()
    queue.close()
    _wait(second, ENDED)
    assert second.state == "cancelled"
    assert queue.add(_order(tmp_path, "d")) is None
    _stopped(queue)


def test_full_queue_refuses(tmp_path: Path, sleeper: None) -> None:
    """Proves: no more wait than allowed, and a closed queue leaves no uploaded case behind.

    If ignored: a server that is stopped leaves what its users sent in the folder for temporary files.
    """
    del sleeper
    queue = Queue(time_s=600, memory_mb=4000, most_waiting=1)
    first = queue.add(_order(tmp_path, "a"))
    assert first is not None
    _wait(first, frozenset({"running"}))
    waiting = queue.add(_order(tmp_path, "b"))
    assert waiting is not None
    assert queue.add(_order(tmp_path, "c")) is None
    queue.close()
    assert not first.order.case.exists()
    assert not waiting.order.case.exists()
    _stopped(queue)


@pytest.mark.parametrize(("limits", "word"), [({"time_s": 0.2}, "not finished"), ({"memory_mb": 0.1}, "MB")])
def test_limits_end_a_run(tmp_path: Path, sleeper: None, limits: dict[str, float], word: str) -> None:
    """Proves: a run that takes too long or too much memory is ended and says so."""
    del sleeper
    queue = Queue(**{"time_s": 600.0, "memory_mb": 4000.0, **limits}, most_waiting=3)
    job = queue.add(_order(tmp_path))
    assert job is not None
    _wait(job, ENDED)
    assert job.state == "failed"
    assert word in job.findings[0]
    queue.close()
    _stopped(queue)


def test_steps_speak_the_language_of_the_page(tmp_path: Path, sleeper: None) -> None:
    """Proves: a step is said in Spanish on a Spanish page, drawn with it or sent later. If ignored: half English."""
    del sleeper
    settings = Settings(tmp_path, lang="es", hosts=frozenset({HOST}), in_spanish=lambda text: f"es:{text}")
    with TestClient(create_app(settings), base_url=f"http://{HOST}", follow_redirects=False) as client:
        client.cookies.set(COOKIE, settings.session)
        client.headers["origin"] = f"http://{HOST}"
        place = client.post("/jobs", data={"example": next(iter(example_cases()))}).headers["location"]
        end = time.monotonic() + 20
        while "es:thinking" not in client.get(place).text:
            assert time.monotonic() < end
            time.sleep(0.1)
        assert ">thinking" not in client.get(place).text
        client.post(f"{place}/cancel")
        assert '"es:thinking"' in client.get(f"{place}/events").text
        assert "es:thinking" not in client.get(f"{place}?lang=en").text


def test_a_run_that_is_done_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Proves: the title of a run is kept when it is done, and of none that failed."""
    real = module.subprocess.Popen
    for end, kept in (("failed", []), ("done", ["done"])):
        code = f'print(\'{{"end": "{end}", "findings": []}}\')'
        monkeypatch.setattr(module.subprocess, "Popen", lambda words, code=code, **o: real([words[0], "-c", code], **o))
        told: list[str] = []
        queue = Queue(time_s=60, memory_mb=4000, most_waiting=5, keep=lambda order, told=told: told.append(order.title))
        job = queue.add(_order(tmp_path, end))
        assert job is not None
        _wait(job, ENDED)
        assert told == kept
        queue.close()
        _stopped(queue)


@pytest.mark.medium
def test_bad_case_is_refused_with_its_findings(client: TestClient, folder: Path) -> None:
    """Proves: an uploaded case with faults shows each with file and line, and leaves nothing behind."""
    before = sorted(p.name for p in folder.iterdir())
    files = {"case": ("faulty.zip", _archive(case__yaml=BAD), "application/zip")}
    answer = client.post("/jobs", files=files, data={"mode": "screening", "title": "Ñandú 1"})
    assert answer.status_code == 303
    place = answer.headers["location"]
    end = time.monotonic() + 60
    while "data-events" in client.get(place).text:
        assert time.monotonic() < end
        time.sleep(0.2)
    page = client.get(place).text
    assert "case.yaml" in page
    assert "Ñandú 1" in page
    assert "[E1" in page
    events = [json.loads(e.removeprefix("data: ")) for e in client.get(f"{place}/events").text.strip().split("\n\n")]
    assert events[-1]["state"] == "refused"
    assert sorted(p.name for p in folder.iterdir()) == before


@pytest.mark.parametrize(
    ("files", "data", "status"),
    [
        ({}, {"mode": "screening"}, 422),
        ({"case": ("x.zip", b"no zip", "application/zip")}, {"mode": "screening"}, 422),
        ({"case": ("x.zip", b"no zip", "application/zip")}, {"mode": "root"}, 422),
        ({}, {"run": "../../etc", "text": "x"}, 422),
        ({"case": ("a.zip", b"", ""), "more": ("b.zip", b"", "")}, {}, 400),
        ({}, {f"f{k}": "x" for k in range(30)}, 400),
    ],
)
def test_hostile_forms_are_refused(client: TestClient, files: dict, data: dict, status: int) -> None:
    """Proves: missing, broken and crowded forms get a plain page."""
    kind = {} if files else {"headers": {"content-type": "multipart/form-data; boundary=x"}}
    if kind:
        parts = "".join(f'--x\r\ncontent-disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in data.items())
        answer = client.post("/jobs", content=f"{parts}--x--\r\n".encode(), **kind)
    else:
        answer = client.post("/jobs", files=files, data=data)
    assert answer.status_code == status
    assert "Traceback" not in answer.text
    assert "<h1>" in answer.text
