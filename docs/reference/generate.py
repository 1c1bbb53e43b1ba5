"""Write every reference page that is made from the code: command line, case file, indicators, tables, checks, machines.

Run from the repository: ``python docs/reference/generate.py``. tests/docs compares the pages with what this module
gives, so they cannot fall behind the code.
"""

from __future__ import annotations

import ast
import importlib.util
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_args

import click
from pydantic import BaseModel

from edsim.appraisal.kpis import COMPANY_KPIS, KPIS, RETURN_KPIS, Kpi
from edsim.bundle.dictionary import markdown as results_page
from edsim.case.describe import describe_fields
from edsim.case.schema import Case
from edsim.cli.root import root
from edsim.core.i18n import screen_unit
from edsim.core.technology import Technology

HERE = Path(__file__).resolve().parent
TESTS = HERE.parents[1] / "tests"
NOTE = "<!-- Written by docs/reference/generate.py; do not edit by hand. -->"
MARKER = "reference"


def table(head: tuple[str, ...], rows: Iterable[tuple[object, ...]]) -> str:
    """Return a Markdown table."""
    lines = ["| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
    lines += ["| " + " | ".join(_cell(c) for c in r) + " |" for r in rows]
    return "\n".join(lines)


def _cell(value: object) -> str:
    return " ".join(str(value).replace("|", "\\|").replace("<", "&lt;").split())


def _commands(command: click.Command, path: str) -> Iterator[tuple[str, click.Command]]:
    """Yield path and command of a group's commands, depth first."""
    if isinstance(command, click.Group):
        context = click.Context(command, info_name=path)
        for name in command.list_commands(context):
            found = command.get_command(context, name)
            if found is not None:
                yield f"{path} {name}", found
                yield from _commands(found, f"{path} {name}")


def _usage(command: click.Command, path: str) -> str:
    pieces = command.collect_usage_pieces(click.Context(command, info_name=path))
    return " ".join([path, *pieces])


def _options(command: click.Command, path: str) -> list[tuple[object, ...]]:
    """Return options with what they take and do."""
    context = click.Context(command, info_name=path)
    records = (p.get_help_record(context) for p in command.params if isinstance(p, click.Option) and not p.hidden)
    return [(f"`{record[0]}`", record[1]) for record in records if record is not None]


def cli_page() -> str:
    """Return the page of the command line."""
    codes = [
        (0, "done"),
        (1, "a fault of the program; please report it"),
        (2, "the input is wrong; every fault is listed"),
        (3, "no plant can serve the demand; `edsim explain` says what is missing"),
        (4, "the solver or its time limit left no usable result"),
        (5, "some cases of a portfolio failed"),
        (130, "interrupted"),
    ]
    parts = [
        "# Command line",
        NOTE,
        "Every command has `--help` with an example. `edsim --lang es COMMAND` answers in Spanish, `--json` as data.",
        "## Exit codes",
        table(("code", "meaning"), codes),
        "## edsim",
        table(("option", "effect"), _options(root, "edsim")),
    ]
    for path, command in _commands(root, "edsim"):
        text = " ".join((command.help or "").split("\f")[0].split())
        parts += [f"## {path}", f"```text\n{_usage(command, path)}\n```", text]
        options = _options(command, path)
        if options:
            parts.append(table(("option", "effect"), options))
        if command.epilog:
            parts.append(f"{command.epilog.split(':', 1)[0]}: `{command.epilog.split(':', 1)[1].strip()}`")
    return "\n\n".join(parts) + "\n"


def _models(annotation: Any) -> Iterator[type[BaseModel]]:
    """Yield the models an annotation names, outermost first; technologies have pages of their own."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        if not issubclass(annotation, Technology):
            yield annotation
        return
    for inner in get_args(annotation):
        yield from _models(inner)


def _keys(cls: type[BaseModel], path: str, seen: set[type[BaseModel]]) -> Iterator[tuple[str, type[BaseModel]]]:
    """Yield the path and model of every part below `cls`, each model once."""
    for name, info in cls.model_fields.items():
        if info.exclude is True:
            continue
        for model in _models(info.annotation):
            if model not in seen:
                seen.add(model)
                here = f"{path}.{name}" if path else name
                yield here, model
                yield from _keys(model, here, seen)


def _summary(cls: type[BaseModel], name: str) -> str:
    """Return the first line of what a field holds, where that is a part with fields of its own."""
    docs = [(m.__doc__ or "").strip().split("\n")[0] for m in _models(cls.model_fields[name].annotation)]
    return docs[0] if docs else ""


def _field_rows(cls: type[BaseModel]) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for fact in describe_fields(cls):
        default = "" if fact.default in (None, (), {}, "") or isinstance(fact.default, BaseModel) else fact.default
        source = f" Source of the default: {fact.source}." if fact.source else ""
        rows.append(
            (
                f"`{fact.name}`",
                "**required**" if fact.required else default,
                screen_unit(fact.unit),
                fact.limits,
                (fact.description or _summary(cls, fact.name)) + source,
            )
        )
    return rows


def case_page() -> str:
    """Return the page of the case file."""
    head = ("field", "default", "unit", "limits", "meaning")
    parts = [
        "# Case file",
        NOTE,
        "Every key of `case.yaml`. Any value may be written plain, with a unit (`2.5 MW`) or with its origin: see "
        "[write a case](../how-to/case.md) and [units](../how-to/units.md). Fields of machines are under "
        "[technologies](technologies/index.md). `edsim schema` prints the same as JSON Schema for an editor.",
        "## Top level",
        table(head, _field_rows(Case)),
    ]
    for path, model in _keys(Case, "", set()):
        doc = (model.__doc__ or "").strip().split("\n\n")[0]
        parts += [f"## {path}", " ".join(doc.split()), table(head, _field_rows(model))]
    return "\n\n".join(parts) + "\n"


def kpi_page() -> str:
    """Return the page of the indicators."""
    groups: dict[str, list[tuple[object, ...]]] = {}
    every: tuple[Kpi[Any], ...] = (*KPIS, *RETURN_KPIS, *COMPANY_KPIS)
    for kpi in every:
        row = (f"`{kpi.id}`", kpi.label_en, kpi.label_es, kpi.unit, kpi.better, kpi.formula)
        groups.setdefault(kpi.section, []).append(row)
    parts = [
        "# Indicators",
        NOTE,
        "Rows of `kpis.csv`: one per project variant, beside BAU. `currency` is that of the case; a difference is BAU "
        "less project, so that positive is a saving. *Better* says which way is good.",
    ]
    for section, rows in groups.items():
        parts += [f"## {section}", table(("id", "name", "nombre", "unit", "better", "formula"), rows)]
    return "\n\n".join(parts) + "\n"


def _is_marked(node: ast.AST) -> bool:
    return any(isinstance(n, ast.Attribute) and n.attr == MARKER for n in ast.walk(node))


def _checks(path: Path) -> Iterator[tuple[str, str]]:
    """Yield name and what it proves of every test of a module that compares with published figures."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    whole = any(
        isinstance(n, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "pytestmark" for t in n.targets)
        for n in tree.body
        if _is_marked(n)
    )
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef) or not node.name.startswith("test_"):
            continue
        if whole or any(_is_marked(d) for d in node.decorator_list):
            text = " ".join((ast.get_docstring(node) or "").split())
            yield node.name, text.split(" If ignored:")[0].removeprefix("Proves: ")


def checks_page() -> str:
    """Return the page of the checks against published figures."""
    parts = [
        "# Checks against published figures",
        NOTE,
        "Every test with the marker `reference`; run them with `pytest -m reference`. What they add up to: "
        "[validation](../explanation/validation.md).",
    ]
    total = 0
    for path in sorted(TESTS.rglob("test_*.py")):
        rows = [(f"`{name.removeprefix('test_')}`", text) for name, text in _checks(path)]
        if rows:
            total += len(rows)
            doc = ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or ""
            parts += [f"## {path.relative_to(TESTS).as_posix()}", _cell(doc), table(("test", "proves"), rows)]
    parts.insert(3, f"{total} tests.")
    return "\n\n".join(parts) + "\n"


def _script(name: str, file: str) -> ModuleType:
    """Return a script that writes other pages of the reference."""
    spec = importlib.util.spec_from_file_location(name, HERE / file)
    if spec is None or spec.loader is None:
        raise ImportError(f"docs/reference/{file} cannot be loaded")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


def files() -> dict[str, str]:
    """Return file name → text of every page of this folder that is made from the code; machines apart."""
    return {
        "cli.md": cli_page(),
        "case.md": case_page(),
        "kpis.md": kpi_page(),
        "results.md": results_page(),
        "published-checks.md": checks_page(),
        "mensajes.md": _script("spanish_messages", "spanish_messages.py").page(),
    }


if __name__ == "__main__":
    pages = files() | {
        f"technologies/{name}": text
        for name, text in _script("technology_pages", "technologies/generate.py").files().items()
    }
    for file_name, content in pages.items():
        (HERE / file_name).write_text(content, encoding="utf-8")
