"""Reading JSON with positions: no NaN, no duplicate keys, no deep nesting, no lone surrogates."""

from __future__ import annotations

import json
import math
import re
from bisect import bisect_right

from edsim.case.nodes import MAX_DEPTH, Node, Place, Scalar
from edsim.case.wording.messages import Fault

_SPACE = re.compile(r"[ \t\r\n]*+")
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*+"')
_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]{0,300})(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,4})?(?![0-9.eE])")
_WORD = re.compile(r"[A-Za-z]+|-Infinity")
_POSITION = re.compile(r"\[[ \t\r\n]*(-?[0-9.eE+-]+(?:[ \t\r\n]*,[ \t\r\n]*-?[0-9.eE+-]+){1,2}+)[ \t\r\n]*\]")
_WORDS: dict[str, Scalar] = {"true": True, "false": False, "null": None}


class _StopError(Exception):
    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def read_json(text: str, file: str, faults: list[Fault]) -> Node | None:
    """Return the tree of a JSON text, or None when it cannot be read; see `yaml_reader.read_yaml`."""
    parser = _Parser(text, file, faults)
    try:
        return parser.document()
    except _StopError as stop:
        faults.append(stop.fault)
    return None


class _Parser:
    """A JSON parser that knows where each value starts."""

    def __init__(self, text: str, file: str, faults: list[Fault]) -> None:
        self._text = text
        self._file = file
        self._faults = faults
        self._lines = [0, *(m.end() for m in re.finditer("\n", text))]
        self._at = 0

    def document(self) -> Node:
        node = self._value(1)
        self._skip()
        if self._at != len(self._text):
            raise self._stop("text after the end")
        return node

    def _place(self, offset: int) -> Place:
        line = bisect_right(self._lines, offset)
        return Place(self._file, line, offset - self._lines[line - 1] + 1)

    def _stop(self, problem: str, code: str = "E107") -> _StopError:
        got = self._text[self._at : self._at + 20]
        return _StopError(Fault(code, self._place(self._at), got=got, params={"problem": problem}))

    def _skip(self) -> str:
        if blank := _SPACE.match(self._text, self._at):
            self._at = blank.end()
        return self._text[self._at : self._at + 1]

    def _value(self, depth: int) -> Node:
        if depth > MAX_DEPTH:
            raise _StopError(Fault("E106", self._place(self._at), params={"limit": str(MAX_DEPTH)}))
        first = self._skip()
        place = self._place(self._at)
        if first == "{":
            return self._object(place, depth)
        if first == "[":
            return self._array(place, depth)
        if first == '"':
            raw = self._string()
            return Node(raw, place, raw)
        return self._number_or_word(place)

    def _number_or_word(self, place: Place) -> Node:
        match = _NUMBER.match(self._text, self._at)
        if match is not None:
            self._at = match.end()
            return Node(self._number(match[0]), place, match[0])
        word = _WORD.match(self._text, self._at)
        if word is not None and word[0] in _WORDS:
            self._at = word.end()
            return Node(_WORDS[word[0]], place, word[0])
        if word is not None and word[0] in {"NaN", "Infinity", "-Infinity"}:
            raise self._stop(word[0], "E108")
        raise self._stop("a value is expected")

    def _number(self, raw: str) -> float | int:
        value = float(raw)
        if not math.isfinite(value):
            raise self._stop(raw, "E108")
        return int(raw) if raw.lstrip("-").isdigit() and len(raw) < 18 else value

    def _string(self) -> str:
        match = _STRING.match(self._text, self._at)
        if match is None:
            raise self._stop("the text is not closed or holds a control character")
        value = str(json.loads(match[0]))
        if any("\ud800" <= c <= "\udfff" for c in value):
            raise self._stop("half of a surrogate pair")
        self._at = match.end()
        return value

    def _array(self, place: Place, depth: int) -> Node:
        match = _POSITION.match(self._text, self._at)
        if match is not None:
            parts = [p.strip(" \t\r\n") for p in match[1].split(",")]
            if all(_NUMBER.fullmatch(p) for p in parts):
                self._at = match.end()
                return Node(tuple(Node(self._number(p), place, p) for p in parts), place)
        self._at += 1
        items: list[Node] = []
        if self._skip() == "]":
            self._at += 1
            return Node((), place)
        while True:
            items.append(self._value(depth + 1))
            if not self._separator("]"):
                return Node(tuple(items), place)

    def _object(self, place: Place, depth: int) -> Node:
        self._at += 1
        members: dict[str, Node] = {}
        if self._skip() == "}":
            self._at += 1
            return Node(members, place)
        while True:
            if self._skip() != '"':
                raise self._stop("a key in quotation marks is expected")
            key_place = self._place(self._at)
            key = self._string()
            if self._skip() != ":":
                raise self._stop("a colon is expected")
            self._at += 1
            node = self._value(depth + 1)
            if key in members:
                line = members[key].key_place.line
                self._faults.append(Fault("E105", key_place, field=key, params={"line": str(line)}))
            else:
                members[key] = Node(node.value, node.place, node.raw, key_place)
            if not self._separator("}"):
                return Node(members, place)

    def _separator(self, close: str) -> bool:
        """Consume a comma (True) or `close` (False)."""
        sign = self._skip()
        if sign not in {",", close} or not sign:
            raise self._stop(f"a comma or {close} is expected")
        self._at += 1
        return sign == ","
