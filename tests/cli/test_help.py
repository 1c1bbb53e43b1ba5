"""Help and refusals of the command line, in English and Spanish."""

from collections.abc import Callable, Iterator
from typing import Any

import click
import pytest

from edsim.cli.help_es import in_spanish
from edsim.cli.root import COMMANDS, root
from edsim.core.resources import data_path

Call = Callable[..., Any]


def commands() -> Iterator[click.Command]:
    """Yield the program and each of its commands."""
    yield root
    context = click.Context(root)
    for name in COMMANDS:
        command = root.get_command(context, name)
        assert command is not None
        yield from (command, *getattr(command, "commands", {}).values())


def paragraphs() -> set[str]:
    """Return every paragraph of help."""
    found = {"Show this message and exit."}
    for command in commands():
        options = (p for p in command.params if isinstance(p, click.Option))
        for text in (command.help, command.epilog, *(o.help for o in options)):
            found |= {" ".join(part.split()) for part in (text or "").split("\n\n")}
    return found - {""}


def table() -> dict[str, str]:
    lines = data_path("help_es.tsv").read_text(encoding="utf-8").splitlines()[1:]
    return dict(line.split("\t", 1) for line in lines)


def test_every_paragraph_of_help_has_its_spanish_and_none_outlives_it() -> None:
    """Proves: the table is whole and holds nothing else. If ignored: Spanish help turns English bit by bit."""
    said = {english for english in table() if "{}" not in english and "give" not in english.split()}
    assert paragraphs() - table().keys() == set()
    assert said - paragraphs() == {"Missing command.", "this study needs --uncertainty FILE"}


def test_a_spanish_sentence_keeps_what_is_filled_in() -> None:
    """Proves: as many places in both languages. If ignored: a wrong call ends in a crash."""
    counted = {e: (e.count("{}"), s.count("{}")) for e, s in table().items() if "{}" in e}
    assert len(counted) > 10
    assert {e: n for e, n in counted.items() if n[1] > n[0] or n[1] == 0} == {}


@pytest.mark.parametrize("command", [(), *((name,) for name in COMMANDS), ("portfolio", "report")])
def test_help_is_in_the_language_asked_for(edsim: Call, command: tuple[str, ...]) -> None:
    """Proves: usage, headings, options and example. If ignored: a Spanish reader meets English at the first step."""
    text = edsim("--lang", "es", *command, "--help").out
    assert text.startswith("Uso: edsim")
    assert "Opciones:" in text
    assert "Ejemplo: edsim" in text
    assert not {" the ", " of ", "Options", "default", "required", "..."} & set(
        text.replace("[ARGS]...", "").split(" ")
    )
    english = edsim(*command, "--help").out
    assert english.startswith("Usage: edsim")
    assert "Example: edsim" in english


def test_an_example_stays_on_one_line(edsim: Call) -> None:
    """Proves: examples can be copied. If ignored: a name broken at its hyphen is pasted in two words."""
    example = root.epilog
    assert example is not None
    assert len(example) > 80
    assert f"  {example}\n" in edsim("--help").out


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("chekc",), "No existe la orden 'chekc'. ¿Quiso decir check?"),
        (("check",), "Falta el argumento 'CASE'."),
        (("run", "x", "--nope"), "No existe la opción '--nope'."),
        (("run", "x", "--out"), "La opción '--out' necesita un valor."),
        (("check", "a", "b"), "Sobra un argumento (b)"),
        (("portfolio", "run", "x"), "Falta la opción '--out'."),
        (("serve", "x", "--port", "abc"), "Valor no válido para '--port': 'abc' no es un número válido."),
        (("serve", "x", "--port", "-1"), "Valor no válido para '--port': -1 no está en el rango 0<=x<=65535."),
        (("sweep", "x", "--mode", "y"), "'y' no es uno de 'fixed', 'redispatched', 'optimized', 'certified'."),
        (("compare", "x"), "dé al menos dos carpetas de corridas"),
    ],
)
def test_a_wrong_call_is_refused_in_spanish(edsim: Call, words: tuple[str, ...], said: str) -> None:
    """Proves: what click says is said in Spanish, with the way to help. If ignored: half a message is English."""
    result = edsim("--lang", "es", *words)
    assert result.code == 2
    assert said in result.err
    assert "Pruebe 'edsim" in result.err


def test_what_nobody_translated_stays() -> None:
    """Proves: an unknown sentence is shown as it is. If ignored: a message is lost."""
    assert in_spanish("something new") == "something new"
