"""The last word for a process that a signal ends."""

import os
import subprocess
import sys

import pytest

from edsim.cli.watch import language_of, last_word

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="processes cannot be forked here")
ENDING = """
import os, signal, sys
import edsim.cli.root as root
from edsim.cli import main
root.run = lambda _: {}
main()
"""


def ended(what: str, *words: str) -> subprocess.CompletedProcess[str]:
    """Return how the command ends when its work is `what`."""
    command = [sys.executable, "-c", ENDING.format(what), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)


@pytest.mark.parametrize(
    ("name", "words", "said"),
    [("SIGFPE", (), "crashed (Floating point exception)"), ("SIGKILL", (), "short of memory"),
     ("SIGSEGV", ("--lang", "es"), "falló (Segmentation fault)")],
)  # fmt: skip
def test_a_process_that_a_signal_ends_has_a_last_word(name: str, words: tuple[str, ...], said: str) -> None:
    """Proves: a crash and a kill leave one line that names them, with their exit code. If ignored: silence."""
    found = ended(f"os.kill(os.getpid(), signal.{name})", *words)
    assert said in found.stderr
    assert found.stderr.endswith("[E930]\n")
    assert found.stderr.count("\n") == 1
    assert found.returncode < 0


@pytest.mark.parametrize(("what", "code"), [("3", 3), ("(_ for _ in ()).throw(SystemExit(5))", 5)])
def test_a_process_that_ends_by_itself_has_none(what: str, code: int) -> None:
    """Proves: an ordinary end, whatever its code, is silent. If ignored: every refused case looks like a crash."""
    found = ended(what)
    assert (found.returncode, found.stderr) == (code, "")


@pytest.mark.parametrize(
    ("words", "environment", "lang"),
    [((), "", "en"), (("--lang", "es", "run"), "", "es"), (("--lang=es",), "en", "es"), (("run",), "es", "es"),
     (("--lang", "en"), "es", "en")],
)  # fmt: skip
def test_the_last_word_is_in_the_language_asked_for(
    words: tuple[str, ...], environment: str, lang: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Proves: flag before environment, as for every other message. If ignored: English for whoever asked Spanish."""
    monkeypatch.setenv("EDSIM_LANG", environment)
    assert language_of(("edsim", *words)) == lang
    assert ("señal" in last_word(b"", lang)) == (lang == "es")
