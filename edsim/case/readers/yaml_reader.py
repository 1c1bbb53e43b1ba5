"""Reading YAML with positions: the core scalars of YAML 1.2, no tags, aliases, merge keys or duplicate keys.

The parser's event stream is used and never its composer or constructor: nothing in the file is built, called or
expanded, and reading stops at the first level deeper than :data:`edsim.case.nodes.MAX_DEPTH`.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import yaml

from edsim.case.nodes import MAX_DEPTH, Node, Place, Scalar
from edsim.case.wording.messages import Fault

_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_WORDS: dict[str, Scalar] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL")),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INT = re.compile(r"[-+]?[0-9]+")
_OTHER_BASE = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_LONG = re.compile(r"[-+]?[0-9][0-9a-fA-FoxX.+-]*")
_LONGEST_NUMBER = 40
_USUAL_CAUSES = {
    "unknown escape": "backslash",
    "hexdecimal": "backslash",
    "quoted": "open_quote",
    "mapping values are not allowed": "second_colon",
    "',' or": "open_bracket",
    "cannot start any token": "quote_sign",
    "block sequence entries": "list_below",
    "expected key": "same_indent",
    "'-' indicator": "same_indent",
    "<document start>": "same_indent",
}
"""What a reader of YAML says, and the advice for what usually leads to it."""
_MERGE_MARK = re.compile(r"<{7} |={7}\s*$|>{7} ")
_TIGHT_DASH = re.compile(r"\s*-[{\[A-Za-z]")
_EQUALS = re.compile(r"\s*[A-Za-z]\w* *= *[^=:{}\[\]]*$")
_HARD_BLANK = re.compile(r" *[\u00a0\u2000-\u200b\u202f\u3000]")
_MOST_FAULTS = 300


class _StopError(Exception):
    """Reading cannot go on; the fault says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.code)
        self.fault = fault


def read_yaml(text: str, file: str, faults: list[Fault]) -> Node | None:
    """Return the tree of one YAML document, or None when it cannot be read.

    Parameters
    ----------
    text
        Content of the file.
    file
        Name shown in messages.
    faults
        Receives what is wrong, with places.
    """
    reader = _Reader(file, faults)
    try:
        return reader.document(yaml.parse(text, Loader=_LOADER))
    except _StopError as stop:
        faults.append(stop.fault)
    except yaml.MarkedYAMLError as error:
        faults.append(_syntax_fault(error, text, file, reader.quoted))
    except yaml.YAMLError as error:
        position = getattr(error, "position", None)
        place = _place_of(text, position, file) if isinstance(position, int) else Place(file)
        faults.append(Fault("E103", place, params={"problem": str(getattr(error, "reason", error))}))
    return None


def _syntax_fault(error: yaml.MarkedYAMLError, text: str, file: str, opened: Any) -> Fault:
    """Return the fault of a file that is no YAML, with what usually leads to it.

    Parameters
    ----------
    error, text, file
        What the parser reports, the whole text, and the name of the file.
    opened
        The last text between quotation marks that goes over several lines.
    """
    slip = _slip_of_line(text, error.problem_mark)
    if slip is not None:
        return Fault("E103", Place(file, slip[1], 1), params={"problem": _problem(error)}, hint=slip[0])
    context = str(error.context or "")
    of_key = context == "while scanning a simple key"
    at_end = error.problem_mark is not None and error.problem_mark.line > text.rstrip().count("\n")
    mark = (error.context_mark if of_key or at_end else None) or error.problem_mark or error.context_mark
    place = Place(file, mark.line + 1, mark.column + 1) if mark else Place(file)
    if opened is not None and mark and opened.end_mark.line == mark.line:
        start = opened.start_mark
        words = {"problem": _problem(error), "line": str(mark.line + 1)}
        return Fault("E103", Place(file, start.line + 1, start.column + 1), params=words, hint="close_quotation")
    said = _problem(error)
    sign = _sign_at(text, error.problem_mark)
    hint = next((key for words, key in _USUAL_CAUSES.items() if words in said), "")
    if sign == "\t" or "tab" in said:
        said, hint = said if "tab" in said else f"{said} (a tab)", "indent"
    elif of_key:
        hint = "colon_space"
    elif sign and sign in "]}" and "flow" not in context:
        hint = "no_bracket"
    line = error.context_mark.line + 1 if error.context_mark else 0
    return Fault("E103", place, params={"problem": said, "line": str(line)}, hint=hint)


def _slip_of_line(text: str, mark: yaml.Mark | None) -> tuple[str, int] | None:
    """Return the advice for marks of version control, a dash without a blank or = for a colon, and its line."""
    lines = text.split("\n")
    marked = [number for number, line in enumerate(lines, 1) if _MERGE_MARK.match(line)]
    if len(marked) > 1:
        return "merge_marks", marked[0]
    for number in range(mark.line, max(mark.line - 2, -1), -1) if mark else ():
        line = lines[number] if number < len(lines) else ""
        slips = {"plain_blanks": _HARD_BLANK, "dash_blank": _TIGHT_DASH, "key_colon": _EQUALS}
        hint = next((key for key, pattern in slips.items() if pattern.match(line)), "")
        if hint:
            return hint, number + 1
    return None


def _problem(error: yaml.MarkedYAMLError) -> str:
    return ", ".join(str(part) for part in (error.context, error.problem) if part)


def _sign_at(text: str, mark: yaml.Mark | None) -> str:
    """Return the character a reader stopped at, or nothing."""
    lines = text.split("\n")
    return lines[mark.line][mark.column : mark.column + 1] if mark and mark.line < len(lines) else ""


def _place_of(text: str, position: int, file: str) -> Place:
    before = text[:position]
    return Place(file, before.count("\n") + 1, len(before) - before.rfind("\n"))


class _Reader:
    """Turns the events of one document into nodes."""

    def __init__(self, file: str, faults: list[Fault]) -> None:
        self._file = file
        self._faults = faults
        self.quoted: Any = None
        """The last text between quotation marks that goes over several lines."""

    def document(self, events: Iterator[Any]) -> Node | None:
        root: Node | None = None
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                if root is not None:
                    raise _StopError(Fault("E110", self.place(event), hint="one_document"))
                root = self._node(next(events), events, 1)
        return root

    def place(self, event: Any) -> Place:
        return Place(self._file, event.start_mark.line + 1, event.start_mark.column + 1)

    def _refuse(self, event: Any, name: str) -> None:
        self._report(Fault("E104", self.place(event), got=name, hint="no_tags"))

    def _report(self, fault: Fault) -> None:
        """Record a fault; a file full of them is not read to its end."""
        if len(self._faults) >= _MOST_FAULTS:
            raise _StopError(fault)
        self._faults.append(fault)

    def _node(self, event: Any, events: Iterator[Any], depth: int) -> Node:
        place = self.place(event)
        if depth > MAX_DEPTH:
            raise _StopError(Fault("E106", place, params={"limit": str(MAX_DEPTH)}))
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"*{event.anchor}")
            return Node(None, place)
        if event.anchor is not None:
            self._refuse(event, f"&{event.anchor}")
        if event.tag is not None:
            self._refuse(event, str(event.tag))
        if isinstance(event, yaml.ScalarEvent):
            return self._scalar(event, place)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(event := next(events), yaml.SequenceEndEvent):
                items.append(self._node(event, events, depth + 1))
            return Node(tuple(items), place)
        return self._mapping(place, events, depth)

    def _mapping(self, place: Place, events: Iterator[Any], depth: int) -> Node:
        members: dict[str, Node] = {}
        while not isinstance(event := next(events), yaml.MappingEndEvent):
            key_place = self.place(event)
            key = self._node(event, events, depth + 1)
            value = self._node(next(events), events, depth + 1)
            if not key.raw:
                self._report(Fault("E111", key_place))
                continue
            if key.raw == "<<":
                self._report(Fault("E104", key_place, got="<<", hint="no_tags"))
                continue
            if key.raw in members:
                first = members[key.raw].key_place
                words = {"line": str(first.line), "name": value.raw}
                hint = "next_part" if key.raw == "id" and value.raw else ""
                self._report(Fault("E105", key_place, key.raw, params=words, hint=hint))
                continue
            members[key.raw] = Node(value.value, value.place, value.raw, key_place)
        return Node(members, place)

    def _scalar(self, event: Any, place: Place) -> Node:
        raw: str = event.value
        if event.style:
            self.quoted = event if event.end_mark.line > event.start_mark.line and event.style in "\"'" else self.quoted
            return Node(raw, place, raw)
        value, problem = core_scalar(raw)
        if problem:
            self._report(Fault(problem, place, got=raw))
        return Node(value, place, raw)


def core_scalar(raw: str) -> tuple[Scalar, str]:
    """Return the value of a plain scalar by the YAML 1.2 core schema, and the code of the fault when it has none."""
    if raw in _WORDS:
        return _WORDS[raw], ""
    if raw[0] not in "+-.0123456789":
        return raw, ""
    number: Scalar = raw
    if len(raw) > _LONGEST_NUMBER and _LONG.fullmatch(raw):
        number = math.inf
    elif _INT.fullmatch(raw):
        number = int(raw)
    elif _OTHER_BASE.fullmatch(raw):
        number = int(raw, 0)
    elif _FLOAT.fullmatch(raw):
        number = float(raw)
    elif _NOT_FINITE.fullmatch(raw):
        number = math.inf
    return (None, "E134") if isinstance(number, float) and not math.isfinite(number) else (number, "")
