"""The examples of the how-to pages run, and print what the pages say."""

import ast
import re
from pathlib import Path
from typing import Any

import pytest

_DOCS = Path(__file__).parents[3] / "docs" / "how-to"
_SAYS = re.compile(r"^(?P<code>.*?)\s*# → (?P<value>.*)$")


def _agrees(value: Any, printed: Any, digits: int) -> bool:
    if isinstance(printed, tuple | list):
        return len(value) == len(printed) and all(_agrees(v, p, digits) for v, p in zip(value, printed, strict=True))
    if isinstance(printed, float | int) and not isinstance(printed, bool):
        return bool(value == pytest.approx(printed, rel=10.0 ** (1 - digits), abs=1e-6))
    return bool(value == printed)


def _digits(text: str) -> int:
    """Return how many significant digits the first number of a printed value has."""
    number = re.search(r"[\d.]+", text)
    return max(len(number[0].replace(".", "").lstrip("0")), 2) if number else 0


@pytest.mark.parametrize("page", ["finance-from-python.md", "ghg.md"])
def test_examples_print_what_the_page_says(page: str) -> None:
    blocks = re.findall(r"```python\n(.*?)```", (_DOCS / page).read_text("utf-8"), flags=re.DOTALL)
    assert blocks
    names: dict[str, Any] = {}
    checked = 0
    for block in blocks:
        for node in ast.parse(block).body:
            source = ast.get_source_segment(block, node)
            assert source is not None
            if not isinstance(node, ast.Expr):
                exec(source, names)
                continue
            value = eval(source, names)
            said = _SAYS.match(block.splitlines()[(node.end_lineno or 1) - 1])
            assert said, f"no value beside: {source}"
            printed = ast.literal_eval(said["value"])
            assert _agrees(value, printed, _digits(said["value"])), (
                f"{source} is {value}, the page says {said['value']}"
            )
            checked += 1
    assert checked >= 12
