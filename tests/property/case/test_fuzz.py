"""Mutated input files: always a case or findings, never a traceback, never more than two seconds."""

import random
from collections.abc import Mapping
from pathlib import Path
from time import perf_counter, process_time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from edsim.case import load
from edsim.case.readers.csv_table import read_csv
from edsim.case.readers.geojson import features
from edsim.case.readers.json_reader import read_json
from edsim.case.readers.yaml_reader import read_yaml
from edsim.case.wording.messages import Fault, render_all
from edsim.core.errors import CaseError, Finding
from edsim.core.technology import Technology
from tests.support.chance import dice

NASTY = (
    "", "null", "~", "true", "no", ".inf", ".nan", "NaN", "1e999", "-0", "012", "0x1F", "1:30", "18.500", "1.234,5",
    "9" * 400, "-1", "1e-300", "[]", "{}", "[[", "}}", "{a: {b: [", "&a", "*a", "<<: *a", "!!python/object:os.system",
    "? ", ": ", "- ", "| ", "> ", "'", '"', "#", "\t", "\r", "\x00", "\x1b[2J", "\u202e", "\ufeff", "ñ", "😀", "\ud7ff",
    "../../etc/passwd", "https://example.org/x", "file", "{file: case.yaml}", "{value: 1}", "{value: {value: 1}}",
    "{value: 3, unit: TR, year: x}", "450 TR", "8 %", "1 XXX/kWh", "12 USD1/kW", "HHV", "[" * 80,
    "{a: " * 80, '{"a":' * 80,
    ",", ";", "|", '""', '"""', "hall", "bau", "id", "kind", "---", "...", "=cmd()", "%s", "{0}", "{problem}",
)  # fmt: skip


def mutate(text: str, rng: random.Random) -> bytes:
    """Return `text` with a few random edits."""
    for _ in range(rng.randint(1, 4)):
        at, span = rng.randrange(len(text) + 1), rng.randrange(1, 30)
        kind = rng.randrange(7)
        if kind == 0:
            text = text[:at] + rng.choice(NASTY) + text[at:]
        elif kind == 1:
            text = text[:at] + rng.choice(NASTY) + text[at + span :]
        elif kind == 2:
            text = text[:at] + text[at + span :]
        elif kind == 3:
            other = rng.randrange(len(text) + 1)
            text = text[:at] + text[other : other + span] + text[at:]
        elif kind == 4:
            text = text[:at]
        else:
            lines = text.split("\n")
            i, j = rng.randrange(len(lines)), rng.randrange(len(lines))
            lines[i], lines[j] = lines[j], lines[i] if kind == 5 else lines[j]
            text = "\n".join(lines)
        text = text or " "
    data = bytearray(text.encode("utf-8", "surrogatepass"))
    if rng.random() < 0.2 and data:
        data[rng.randrange(len(data))] = rng.randrange(256)
    return bytes(data)


def broken(folder: Path, seeds: Mapping[str, str], kinds: Mapping[str, type[Technology]], seed: int) -> list[str]:
    """Mutate one of the files, load the case, and return the promises the result breaks."""
    rng = dice(seed)
    victim = rng.choice(sorted(seeds)) if seed % 3 else "case.yaml"
    for name, content in seeds.items():
        (folder / name).write_bytes(mutate(content, rng) if name == victim else content.encode())
    start = process_time()
    findings: tuple[Finding, ...] | None = None
    try:
        load(folder, kinds)
    except CaseError as error:
        findings = error.findings
    seconds = process_time() - start
    promises = {
        f"takes {seconds:.1f} s": seconds < 2.0,
        "refused without a finding": findings != (),
        **{f"not printable: {f!r}": f.text().isprintable() for f in findings or ()},
        **{f"without a place: {f!r}": bool(f.file or f.field) for f in findings or ()},
    }
    return [f"seed {seed}: {what}" for what, kept in promises.items() if not kept]


@pytest.mark.parametrize("block", range(3))
def test_mutated_cases(
    tmp_path: Path, seeds: Mapping[str, str], kinds: Mapping[str, type[Technology]], block: int
) -> None:
    """Proves: 150 mutated cases end in a case or findings. If ignored: a typo shows a traceback."""
    tried = range(50 * block, 50 * block + 50)
    assert [b for seed in tried for b in broken(tmp_path, seeds, kinds, seed)] == []


@pytest.mark.slow
def test_many_mutated_cases(tmp_path: Path, seeds: Mapping[str, str], kinds: Mapping[str, type[Technology]]) -> None:
    """Proves: the same for 20 000."""
    assert [b for seed in range(1000, 21_000) for b in broken(tmp_path, seeds, kinds, seed)] == []


def _unprintable(text: str) -> list[Finding]:
    """Read `text` as each kind of file and return the findings a terminal could not show."""
    faults: list[Fault] = []
    read_yaml(text, "f.yaml", faults)
    read_json(text, "f.json", faults)
    features(text, "f.geojson", faults)
    read_csv(text, "f.csv", faults)
    return [f for f in render_all(faults) if not f.text().isprintable()]


@settings(max_examples=150, deadline=2000)
@given(st.text(max_size=300))
def test_any_text(text: str) -> None:
    """Proves: the readers take any text. If ignored: a binary file crashes them."""
    assert _unprintable(text) == []


_STRUCTURE = st.text(alphabet="{}[]:,;-?\"'\n\t \\|>&*!%#@`0123456789.eE+aé", max_size=200)


@settings(max_examples=250, deadline=2000)
@given(_STRUCTURE)
def test_any_structure(text: str) -> None:
    """Proves: the same for texts dense in structure characters."""
    assert _unprintable(text) == []


@pytest.mark.parametrize(
    "text",
    [
        "[" * 200_000,
        "{a: " * 50_000,
        '{"a":' * 50_000,
        "- " * 100_000,
        "? " * 100_000,
        '"' + "x" * 1_000_000,
        '"a",' * 100_000,
        "a" * 1_000_000,
        " " * 1_000_000 + "1",
        "1" * 100_000,
        "1 " + " " * 100_000 + "x",
        "a: &a [1]\n" + "".join(f"b{i}: [*a, *a]\n" for i in range(10_000)),
        "\n" * 1_000_000,
        '[{"a": [' * 1000,
        "a,b;c|d\n" * 20_000,
        '"\n' * 50_000,
        "a," * 30_000 + "b\n" + "1," * 30_000 + "2\n",
        "id,use" + "," * 30_000 + "\na,b" + "," * 30_000 + "\n",
    ],
    ids=range(18),
)
def test_bombs_are_defused_in_time(text: str) -> None:
    """Proves: deep, long and repetitive files end in two seconds. If ignored: one file stops a portfolio."""
    start = perf_counter()
    assert _unprintable(text) == []
    assert perf_counter() - start < 4 * 2.0
