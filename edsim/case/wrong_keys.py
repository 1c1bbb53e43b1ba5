"""Keys of a mapping that are no fields: misspelt, the rest of a number, or of a text without quotation marks."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from difflib import get_close_matches

from edsim.case.nodes import Node
from edsim.case.wording.messages import Fault, unknown_name

_MUCH_ALIKE = 0.8
"""Likeness of a wrong name and a missing one from which the one is taken for the other."""


def unknown_keys(node: Node, known: Collection[str], path: str, wanted: Collection[str] = ()) -> Iterator[Fault]:
    """Yield the keys of a mapping that are not `known`; one that is much like a `wanted` key is taken for it.

    Digits after ``a: 0,`` are the rest of a number, words after ``a: some text,`` those of a text without
    quotation marks.
    """
    name, whole = "", Node(None)
    cut = _cut_texts(node, known)
    for key, member in node.members.items():
        field = f"{path}.{key}" if path else key
        if key.isdecimal() and not member.raw and whole.raw.lstrip("+-").isdecimal():
            at, words = field.removesuffix(key) + name, {"reading": f"{name}: {whole.raw}.{key}"}
            got = f"{whole.raw},{key}"
            yield Fault("E1884", whole.place, at, got=got, params=words, hint="decimal_point")
        elif key in cut:
            if cut[key]:
                yield Fault("E121", member.key_place, field, got=key, params={"text": cut[key]}, hint="quote_comma")
        elif key not in known:
            fault = unknown_name("E121", member.key_place, field, key, known)
            meant = get_close_matches(key, wanted, n=1, cutoff=_MUCH_ALIKE)
            yield replace(fault, params={"nearest": meant[0]}, hint="nearest") if meant else fault
        name, whole = key, member


def _cut_texts(node: Node, known: Collection[str]) -> dict[str, str]:
    """Return the keys that are the rest of a text with commas and no quotation marks, the first with the whole text.

    ``{description: a, b, c}`` is read as three keys; the second and third have no value and are no fields.
    """
    cut: dict[str, str] = {}
    name, first, text = "", "", ""
    for key, member in node.members.items():
        if text and key not in known and not member.raw and member.value is None:
            first, text = first or key, f"{text}, {key}"
            cut[key], cut[first] = "", f'{name}: "{text}"'
        else:
            name, first, text = key, "", member.raw if isinstance(member.value, str) else ""
    return cut
