"""Code pages: what is no UTF-8 is Windows-1252 or refused, never read with other letters than were written."""

import pytest

from edsim.case.files import decode
from edsim.case.wording.messages import Fault


@pytest.mark.parametrize(
    ("text", "encoding", "guess"),
    [
        ("id,name\na,İstanbul ısıtma\n", "cp1254", "Windows-1254"),
        ("ay,kWh\nŞubat,3\n", "cp1254", "Windows-1254"),
        ("id,name\na,Łódź, półka\n", "cp1250", "Windows-1250"),
        ("id,name\na,Москва отопление\n", "cp1251", "Windows-1251 / 1253"),
        ("id,name\na,Αθήνα\n", "cp1253", "Windows-1251 / 1253"),
        ("id,name\na,Bogotá\n", "utf-16-le", "UTF-16"),
        ("id,name\na,Bogota\n", "utf-16-be", "UTF-16"),
    ],
)
def test_other_code_pages_are_refused(text: str, encoding: str, guess: str) -> None:
    """Proves: names in other alphabets are asked for in UTF-8. If ignored: Şubat becomes Þubat in every result."""
    found = decode(text.encode(encoding), "f.csv", fallback=True)
    assert isinstance(found, Fault)
    assert (found.code, found.params["guess"]) == ("E1838", guess)


def test_a_broken_byte_does_not_turn_the_whole_file() -> None:
    """Proves: one damaged byte in a UTF-8 file is said, and no mojibake stands in the results."""
    found = decode("id,name\na,Bogotá\n".encode() + b"\xff", "f.csv", fallback=True)
    assert isinstance(found, Fault)
    assert found.params["guess"] == "UTF-8 (damaged)"


@pytest.mark.parametrize(
    "text", ["Alcaldía, ¿señal? Nº 3, 12 m³/h, 1/2 ½", "Größe Straße", "où être, cœur", "São João", "Perché è così"]
)
def test_western_texts_are_read(text: str) -> None:
    """Proves: what spreadsheets of Western Europe and America write is still read, without a letter changed."""
    assert decode(text.encode("cp1252"), "f.csv", fallback=True) == (text, "cp1252")
