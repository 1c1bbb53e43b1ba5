"""Help and refusals of the command line in Spanish.

``edsim/data/help_es.tsv`` has a line per paragraph of help and per refusal of a call; ``{}`` stands for what is filled
in. Names of commands, options and arguments are the same in both languages.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import cache

import click

from edsim.cli.session import Session

_WORDS = {"Options": "Opciones", "Commands": "Órdenes", "[required]": "[obligatorio]"}
_TYPES = {
    "INTEGER RANGE": "ENTERO", "INTEGER": "ENTERO", "FLOAT RANGE": "NÚMERO", "FLOAT": "NÚMERO", "TEXT": "TEXTO",
    "PATH": "RUTA", "FILE": "ARCHIVO", "DIRECTORY": "CARPETA", "RULE|NAME|CASE=NAME": "REGLA|NOMBRE|CASO=NOMBRE",
}  # fmt: skip
"""What click writes behind an option for the kind of its value."""
_USAGE = {"[OPTIONS]": "[OPCIONES]", "COMMAND [ARGS]...": "ORDEN [ARGUMENTOS]..."}
_OPTION = re.compile("(.*--?[a-z-]+) (" + "|".join(map(re.escape, _TYPES)) + ")")
_EXTRA = re.compile(r"(.*?)(?:  (\[[^\]]*\]))?", re.DOTALL)
"""Help of an option and what click puts behind it."""


class HelpContext(click.Context):
    """A call of a command whose help is in the language of the session."""

    def make_formatter(self) -> click.HelpFormatter:
        """Return what lays out the help."""
        session = self.find_object(Session)
        self.formatter_class = SpanishHelp if session is not None and session.lang == "es" else Help
        return super().make_formatter()


class Help(click.HelpFormatter):
    """Help of a command, its example on one line, to be copied."""

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        if text.startswith(("Example: ", "Ejemplo: ")):
            self.write(f"{' ' * self.current_indent}{text}\n")
        else:
            super().write_text(text)


class SpanishHelp(Help):
    """Help of a command in Spanish."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        """Write how a command is called."""
        for english, spanish in _USAGE.items():
            args = args.replace(english, spanish)
        super().write_usage(prog, args, prefix or "Uso: ")

    def write_heading(self, heading: str) -> None:
        """Write the heading of a section."""
        super().write_heading(_WORDS.get(heading, heading))

    def write_text(self, text: str) -> None:
        """Write paragraphs."""
        super().write_text("\n\n".join(in_spanish(paragraph) for paragraph in text.split("\n\n")))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        """Write names and what each of them is."""
        super().write_dl([(_typed(name), _with_extra(text)) for name, text in rows], col_max, col_spacing)


def in_spanish(text: str) -> str:
    """Return a paragraph of help or a refusal in Spanish, as it is where the table does not know it."""
    flat = " ".join(text.split())
    if flat in _table():
        return _table()[flat]
    if f"{flat}." in _table():  # the lists of commands leave out the full stop
        return _table()[f"{flat}."].removesuffix(".")
    for pattern, spanish in _patterns():
        found = pattern.fullmatch(flat)
        if found is not None:
            return spanish.format(*found.groups())
    return text


def _typed(name: str) -> str:
    """Return an option with the kind of its value in Spanish."""
    found = _OPTION.fullmatch(name)
    return f"{found[1]} {_TYPES[found[2]]}" if found else name


def _with_extra(text: str) -> str:
    found = _EXTRA.fullmatch(text)
    assert found is not None  # it matches every text
    said, extra = in_spanish(found[1]), found[2]
    return f"{said}  {_WORDS.get(extra, extra).replace('[default: ', '[por defecto: ')}" if extra else said


@cache
def _table() -> dict[str, str]:
    from edsim.core.resources import data_path

    lines = data_path("help_es.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t", 1) for line in lines)


@cache
def _patterns() -> list[tuple[re.Pattern[str], str]]:
    """Return what click says of a wrong call, the most specific first."""
    filled = sorted((pair for pair in _table().items() if "{}" in pair[0]), key=lambda pair: -len(pair[0]))
    return [(re.compile("(.*?)".join(map(re.escape, english.split("{}")))), spanish) for english, spanish in filled]
