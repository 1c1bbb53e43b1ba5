"""The plotting script of the pages: plotly.js as the plotly package carries it, starting only what pages draw."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files

PLOTLY = "plotly.min.js"
"""Name of the script a page of several files expects beside it."""

TRACES = frozenset({"bar", "sankey", "waterfall"})
"""Kinds of trace the figures use beside ``scatter``, which the core of plotly.js holds."""

REGISTER = re.compile(r"\.register\(\[((?:[\w$]+\(\),?){3,})\]\)")
_PASSED_ON = re.compile(r'\([\w$]+,([\w$]+)\)=>\{"use strict";\1\.exports=([\w$]+)\(\)\}')
_NAME = re.compile(r'moduleType:"trace",.{0,40}?name:"(\w+)"')
_TAIL = 10_000
"""Letters at the end of the bundle that hold the list of modules to register."""
_MODULE = 20_000
"""Letters of a module that are read for its name."""


@cache
def plotly_script() -> str:
    """Return plotly.js with the kinds of trace in :data:`TRACES`.

    The full script starts fifty kinds of trace, among them maps with tiles and three-dimensional plots, which takes a
    browser four times as long as all the rest of a page.
    """
    return lean((files("plotly") / "package_data" / PLOTLY).read_text("utf-8"), TRACES)


def lean(script: str, traces: frozenset[str]) -> str:
    """Return plotly.js with only `traces` in the list it registers at its start.

    Parameters
    ----------
    script
        The minified bundle. Its last statement registers a list of modules, each a call that loads one.
    traces
        Names of the kinds to keep.

    Returns
    -------
    str
        The script with a shorter list; the script as it is where it is not built in the known way.
    """
    found = REGISTER.search(script, len(script) - _TAIL)
    if found is None:
        return script
    calls = found.group(1).split(",")
    kept = {trace_of(script, call.removesuffix("()")): call for call in calls}
    if not traces <= set(kept):
        return script
    chosen = ",".join(kept[name] for name in sorted(traces))
    return script[: found.start(1)] + chosen + script[found.end(1) :]


def trace_of(script: str, module: str) -> str:
    """Return the name of the kind of trace a module of the bundle defines, empty for anything else."""
    text = _module(script, module)
    while (passed := _PASSED_ON.match(text)) is not None:
        text = _module(script, passed.group(2))
    found = _NAME.search(text)
    return found.group(1) if found else ""


def _module(script: str, name: str) -> str:
    """Return the text of a module of the bundle, ``name=HELPER((exports,module)=>…)``: from its head to the next."""
    start = script.find(f"var {name}=")
    if start < 0:
        return ""
    head = script.find("((", start)
    helper = script[start + len(name) + 5 : head]
    end = script.find(f"{helper}((", head + 1, head + _MODULE)
    return script[head + 1 : end if end > 0 else head + _MODULE]
