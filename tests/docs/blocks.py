"""Read the fenced blocks of pages and run them in order, as a reader who copies them would."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[2]
SHELL_WORDS = frozenset({"edsim", "pip", "python", "pytest", "mypy", "ruff", "uv", "dask", "mkdocs", "git"})
"""First words that make a block without a language one for the shell."""
_FENCE = re.compile(r"^```(\w*)[ ]*(.*)$")
_TITLE = re.compile(r'title="([^"]+)"')
_NOT_RUN = re.compile(r"<!-- not run: (.+?) -->")
_EXIT = re.compile(r"<!-- exit code: (\d+) -->")
_SERVE = re.compile(r"^(edsim (?:--\S+ \S+ )*serve\b.*)$", re.MULTILINE)
_PRELUDE = """set -euo pipefail
pip() { if [ "$1 $2" = "install -e" ]; then return 0; else command pip "$@"; fi; }
"""
"""The package is installed already: `pip install -e` does nothing here, and continuous integration runs it."""
_DRIVER = """
import json, os, sys, traceback
answers = os.fdopen(os.dup(1), "w")
os.dup2(2, 1)
names = {"__name__": "__main__"}
for line in sys.stdin:
    job = json.loads(line)
    try:
        exec(compile(job["text"], job["where"], "exec"), names)
        fault = ""
    except Exception:
        fault = traceback.format_exc()
    sys.stdout.flush()
    print(json.dumps(fault), file=answers, flush=True)
"""


@dataclass(frozen=True, slots=True)
class Block:
    """A fenced block of a page: where it stands, what it is, why it is not run."""

    page: str
    line: int
    language: str
    title: str
    text: str
    not_run: str
    exit_code: int

    @property
    def where(self) -> str:
        """Return page and line."""
        return f"{self.page}:{self.line}"

    @property
    def kind(self) -> str:
        """Return ``shell``, ``python``, ``file``, ``addition`` or ``other``."""
        if self.language in {"bash", "sh"} or (not self.language and self._first_word() in SHELL_WORDS):
            return "shell"
        if self.language == "python":
            return "python"
        if self.title:
            return "addition" if self.title.startswith("add to ") else "file"
        return "other"

    def _first_word(self) -> str:
        lines = [line for line in self.text.splitlines() if line.strip() and not line.startswith("#")]
        words = (w for w in lines[0].split() if not re.match(r"[A-Z_]+=", w)) if lines else iter(())
        return next(words, "")


def blocks(page: str) -> tuple[Block, ...]:
    """Return the fenced blocks of a page in order."""
    return tuple(_blocks(page, (ROOT / page).read_text(encoding="utf-8").splitlines()))


def _blocks(page: str, lines: list[str]) -> Iterator[Block]:
    start = None
    before = ""
    for number, line in enumerate(lines, 1):
        match = _FENCE.match(line)
        if match and start is None:
            start, language, rest = number, match[1], match[2]
            reason, code, title = _NOT_RUN.search(before), _EXIT.search(before), _TITLE.search(rest)
        elif line == "```" and start is not None:
            text = "\n".join(lines[start : number - 1]) + "\n"
            yield Block(
                page,
                start,
                language,
                title[1] if title else "",
                text,
                reason[1] if reason else "",
                int(code[1]) if code else 0,
            )
            start = None
        if line.strip():
            before = line


def merged(old: Any, new: Any) -> Any:
    """Return `old` with `new` added: mappings join, lists join by id, anything else replaces."""
    if isinstance(old, dict) and isinstance(new, dict):
        return old | {k: merged(old[k], v) if k in old else v for k, v in new.items()}
    if isinstance(old, list) and isinstance(new, list) and all(isinstance(v, dict) and "id" in v for v in new):
        by_id = {v["id"]: v for v in old}
        return list((by_id | {v["id"]: merged(by_id.get(v["id"], {}), v) for v in new}).values())
    return new


class Reader:
    """Runs blocks one after another in a folder; Python blocks share their names."""

    def __init__(self, folder: Path, prelude: str = "") -> None:
        self.folder = folder
        tools = Path(sys.executable).parent
        self.env: Mapping[str, str] = {
            **{k: v for k, v in os.environ.items() if not k.startswith(("PYTEST", "COV"))},
            "PYTHONPATH": str(ROOT),
            "PLOTLY_RENDERER": "json",  # figures are printed, no browser is opened
            "PATH": f"{tools}{os.pathsep}{os.environ['PATH']}",
        }
        self._log = (folder / ".blocks.log").open("w+", encoding="utf-8")
        self._python = subprocess.Popen(
            [sys.executable, "-c", _DRIVER],
            cwd=folder,
            env=dict(self.env),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
        )
        self._prelude = prelude

    def first_fault(self, todo: Iterable[Block]) -> str:
        """Run blocks in order up to the first that fails; return its place and output, or nothing."""
        start = [self._run_python(self._prelude, "prelude")] if self._prelude else []
        return next(filter(None, (*start, *map(self._run, todo))), "")

    def _run(self, block: Block) -> str:
        if block.kind == "shell":
            return self._run_shell(block)
        if block.kind == "python":
            return self._run_python(block.text, block.where)
        if block.kind == "file":
            path = self.folder / block.title
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(block.text, encoding="utf-8")
        elif block.kind == "addition":
            self._add(block)
        return ""

    def _add(self, block: Block) -> None:
        import yaml

        path = self.folder / block.title.removeprefix("add to ")
        whole = merged(yaml.safe_load(path.read_text(encoding="utf-8")), yaml.safe_load(block.text))
        path.write_text(yaml.safe_dump(whole, allow_unicode=True, sort_keys=False), encoding="utf-8")

    def _run_shell(self, block: Block) -> str:
        script = _PRELUDE + _SERVE.sub(r"timeout -s INT 10 \1 || [ $? -eq 124 ]", block.text)
        done = subprocess.run(
            ["bash", "-c", script],
            cwd=self.folder,
            env=dict(self.env),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )
        if done.returncode == block.exit_code:
            return ""
        return f"{block.where}: exit code {done.returncode}\n{block.text}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}"

    def _run_python(self, text: str, where: str) -> str:
        stdin, stdout = self._python.stdin, self._python.stdout
        assert stdin is not None
        assert stdout is not None
        stdin.write(json.dumps({"text": text, "where": where}) + "\n")
        stdin.flush()
        answer = stdout.readline()
        fault = json.loads(answer) if answer else "Python ended"
        return f"{where}:\n{fault}" if fault else ""

    def close(self) -> None:
        """End the Python process."""
        self._python.communicate(timeout=60)
        self._log.close()
