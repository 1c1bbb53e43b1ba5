"""Shipped cases whose parts are moved, swapped, copied and mistyped as a whole: findings or a case, never a traceback.

Texts mutated letter by letter mostly end in the reader of YAML. A tree that is grafted stays YAML, so that it goes
through the schema and into the checks, with parts where nobody expects them.
"""

import copy
import random
import shutil
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import pytest
import yaml

from edsim.case.lazy_kinds import LazyKinds
from edsim.case.loading import examine
from edsim.case.wording.messages import render_all
from edsim.core.i18n import LANGUAGES
from edsim.core.resources import share_path
from tests.support.chance import dice
from tests.support.tables import read_table

CASES = ("medellin-alpujarra", "cali-yumbo-park", "rosario-island", "colombia/cali-health")
ODD: tuple[Any, ...] = (
    None, True, False, 0, -1, 1e-9, 1e12, 3.6, 1000, "", " ", "no", "1,5", "12 kW", "8 %", "-", "building", "bau", [],
    {}, [[]], [None], {"": None}, {"value": None}, {"value": []}, {"value": 1, "unit": 3}, {"file": "case.yaml"},
    {"file": "../x.csv"}, [1, "a", None], {"id": {"id": "x"}}, "2025-01-01", "ñ", "a.b.c", "*", "energy_center",
)  # fmt: skip
MOST_SECONDS = 1.0
KINDS = LazyKinds("edsim.technologies")


@cache
def _tree(name: str) -> Any:
    return read_table(share_path("cases") / name / "case.yaml")


def _slots(node: Any) -> Iterator[tuple[Any, Any]]:
    """Yield every container of a tree with each of its keys or indices."""
    items = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, value in list(items):
        yield node, key
        yield from _slots(value)


def graft(tree: Any, rng: random.Random) -> None:
    """Change a tree in one to four places."""
    for _ in range(rng.randint(1, 4)):
        slots = list(_slots(tree))
        if slots:
            _change(rng.choice(slots), rng.choice(slots), rng)


def _change(here: tuple[Any, Any], there: tuple[Any, Any], rng: random.Random) -> None:
    """Replace, swap, remove, rename, wrap, repeat or scale what stands in a slot of a tree."""
    (home, key), (other, name) = here, there
    own, foreign = copy.deepcopy(home[key]), copy.deepcopy(other[name])
    change = rng.choice(("odd", "foreign", "swap", "remove", "rename", "wrap", "repeat", "scale"))
    if change == "remove" or (change == "rename" and isinstance(home, dict)):
        del home[key]
        if change == "rename":
            home[str(name)] = own
        return
    if change == "repeat" and isinstance(home, list):
        home.insert(key, own)
    elif change == "swap":
        other[name] = own
    number = isinstance(own, int | float) and not isinstance(own, bool)
    home[key] = {
        "odd": copy.deepcopy(rng.choice(ODD)),
        "foreign": foreign,
        "swap": foreign,
        "wrap": [own] if rng.random() < 0.5 else {str(name): own},
        "scale": own * rng.choice((-1, 0, 1e-3, 1e3, 3.6, 100, 1e9)) if number else own,
    }.get(change, own)


def broken(folder: Path, seed: int) -> list[str]:
    """Graft a shipped case, check it, and return the promises the result breaks."""
    rng = dice(seed)
    name = CASES[seed % len(CASES)]
    if not folder.exists():
        shutil.copytree(share_path("cases") / name, folder)
    tree = copy.deepcopy(_tree(name))
    graft(tree, rng)
    (folder / "case.yaml").write_text(yaml.safe_dump(tree, allow_unicode=True, sort_keys=False), encoding="utf-8")
    start = process_time()
    case, faults = examine(folder, KINDS)
    findings = [f for lang in LANGUAGES for f in render_all(faults, lang)]
    seconds = process_time() - start
    refused = any(f.severity == "error" for f in findings)
    promises = {
        f"takes {seconds:.1f} s": seconds < MOST_SECONDS,
        "neither a case nor an error": refused or case is not None,
        **{f"not printable: {f!r}": f.text().isprintable() for f in findings},
        **{f"without a place: {f!r}": bool(f.file or f.field) for f in findings},
    }
    return [f"seed {seed}: {what}" for what, kept in promises.items() if not kept]


@pytest.mark.medium
@pytest.mark.parametrize("case", range(len(CASES)))
def test_grafted_cases(tmp_path: Path, case: int) -> None:
    """Proves: 15 grafts of each shipped case end in a case or findings. If ignored: a moved part shows a traceback."""
    broken(tmp_path / "case", case)  # imports are not what is timed
    assert [b for seed in range(case, 60 + case, len(CASES)) for b in broken(tmp_path / "case", seed)] == []


@pytest.mark.slow
@pytest.mark.parametrize("case", range(len(CASES)))
def test_many_grafted_cases(tmp_path: Path, case: int) -> None:
    """Proves: the same for 1500 of each."""
    tried = range(10_000 + case, 16_000 + case, len(CASES))
    assert [b for seed in tried for b in broken(tmp_path / "case", seed)] == []
