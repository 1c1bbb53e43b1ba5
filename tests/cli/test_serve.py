"""``edsim serve`` and ``edsim compare`` from the command line."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

ROOT = Path(__file__).parents[2]


def test_folder_and_port_are_checked_first(edsim: Callable[..., Any], tmp_path: Path) -> None:
    """Proves: a missing folder and a taken port are said in one line each, exit code 2."""
    gone = edsim("serve", tmp_path / "gone")
    assert gone.code == 2
    assert "[E590]" in gone.err
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        busy = edsim("serve", tmp_path, "--port", taken.getsockname()[1])
    assert busy.code == 2
    assert "[E591]" in busy.err
    assert edsim("serve", tmp_path, "--host", "203.0.113.7").code == 2


def test_the_language_is_taken_from_the_environment(
    edsim: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: EDSIM_LANG sets the language of every command. If ignored: what the guide says does nothing."""
    monkeypatch.setenv("EDSIM_LANG", "es")
    assert "no existe esa carpeta" in edsim("serve", tmp_path / "gone").err


def _asked(url: str, path: str) -> tuple[int, str]:
    place = urlsplit(url)
    connection = HTTPConnection(str(place.hostname), place.port, timeout=20)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode()
    connection.close()
    return answer.status, text


def _when_up(url: str) -> tuple[int, str]:
    """Return the answer to the first page, asked again for half a minute while the server starts."""
    for _ in range(60):
        with suppress(ConnectionRefusedError):
            return _asked(url, "/")
        time.sleep(0.5)
    return _asked(url, "/")


@pytest.mark.slow
@pytest.mark.parametrize("signal", [2, 15])
def test_server_answers_and_stops(tmp_path: Path, signal: int) -> None:
    """Proves: the printed address answers on this machine only, not without key; Ctrl-C and SIGTERM end it.

    If ignored: who stops the server as a service reads that the system was short of memory.
    """
    command = [sys.executable, "-m", "edsim", "--lang", "es", "serve", str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        assert "Ctrl-C" in process.stdout.readline()
        url = process.stdout.readline().strip()
        assert urlsplit(url).hostname == "127.0.0.1"
        try:
            status, text = _when_up(url)
            assert status == 401
            assert "clave" in text
            assert _asked(url, f"/?{urlsplit(url).query}")[0] == 303
            process.send_signal(signal)
            assert process.wait(15) in {0, 130}
        finally:
            process.kill()
        assert process.stderr is not None
        said = process.stderr.read()
        assert "Traceback" not in said
        assert "E930" not in said


def test_compare_needs_two_runs(edsim: Callable[..., Any], tmp_path: Path) -> None:
    assert edsim("compare", tmp_path).code == 2
    assert edsim("compare", tmp_path / "a", tmp_path / "b").code == 2


@pytest.mark.slow
def test_compare_names_the_input_that_differs(edsim: Callable[..., Any], case: Path, tmp_path: Path) -> None:
    """Proves: inputs that differ come first, with units and both values, then results with their change."""
    text = (case / "case.yaml").read_text("utf-8") + "variants: {bau: {baseline: frozen}, district: {}}\n"
    names = []
    for price in (0.16, 0.24):
        (case / "case.yaml").write_text(text.replace("0.16}", f"{price}}}"), "utf-8")
        names.append(tmp_path / f"run-{price}")
        assert edsim("run", case, "--out", names[-1], "--screening").code == 0
    page = tmp_path / "page.html"
    done = edsim("compare", *names, "--out", page)
    assert done.code == 0
    assert done.out.index("tariffs.main.energy_per_kwh") < done.out.index("BAU" if "BAU" in done.out else "Business")
    assert "USD/kWh" in done.out
    assert "0.24" in done.out
    assert page.read_text("utf-8").count("<script") >= 3
    data = json.loads(edsim("compare", *names, "--json").out)
    assert [d["path"] for d in data["inputs"]] == ["tariffs.main.energy_per_kwh"]
    bill = next(r for r in data["results"] if r["group"] == "bau" and r["id"] == "energy_cost")
    assert bill["values"][1] == pytest.approx(1.5 * bill["values"][0], rel=1e-9)
