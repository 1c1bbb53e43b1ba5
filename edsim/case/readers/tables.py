"""Lists of parts kept in a file beside the case: ``buildings: {file: buildings.csv}``, a workbook or a map.

``columns`` says which column is which field; then all other columns are passed over. ``for_all`` holds fields of every
part that the file says nothing of.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from edsim.case.files import MAX_TABLE_BYTES, decode, find_data_file, read_bytes
from edsim.case.nodes import Node, Origin, Place
from edsim.case.readers.csv_table import DELIMITERS, TOTALS, Dialect, Table, read_csv
from edsim.case.readers.layers import GEOPACKAGE, MAPS, PARTED
from edsim.case.reflect import field_kinds
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault, unknown_name
from edsim.core.units import parse_unit

TABLE_KEYS = ("buildings", "sources", "tariffs", "fuels", "refrigerants")
"""Keys of a case that may be kept in a table."""
_COMMON = ("columns", "file", "for_all")
_OPTIONS = {
    "text": (*_COMMON, "delimiter", "decimal"),
    "workbook": (*_COMMON, "sheet"),
    "map": _COMMON,
    "layers": (*_COMMON, "layer"),
}
_MAPPINGS = {"columns": "columns: {storeys: levels}", "for_all": "for_all: {connect: must}"}
"""What is said of a file field by field, with an example."""
_BEGINS_AS_NUMBER = re.compile(r"\s*[-+]?[.,]?\d")
_IN_PARENTHESES = re.compile(r"\(([^()]+)\)\s*$")
_NO_UNIT = frozenset({"-", "–", "—", "a", "text", "texto", "id"})
_WORKBOOKS = frozenset({".xlsx", ".xlsm"})
_OTHER_WORKBOOKS = frozenset({".xls", ".xlsb", ".ods", ".numbers"})


def expand_tables(root: Node, folder: Path, faults: list[Fault]) -> Node:
    """Return the case with every ``{file: ...}`` under :data:`TABLE_KEYS` replaced by the rows of the file."""
    members = dict(root.members)
    for key in TABLE_KEYS:
        node = members.get(key)
        if node is None or "file" not in node.members:
            continue
        parts = _parts(node, key, folder, faults)
        members[key] = replace(node, value=parts, raw=node.text("file"))
    return root.with_value(members)


def table_files(root: Node) -> tuple[str, ...]:
    """Return the names of the files the tables of an expanded case were read from."""
    nodes = (root.members.get(key) for key in TABLE_KEYS)
    return tuple(node.raw for node in nodes if node is not None and node.raw and not node.members)


def _parts(node: Node, key: str, folder: Path, faults: list[Fault]) -> tuple[Node, ...] | None:
    """Return the rows of the file, None when it cannot be read."""
    name = node.text("file")
    suffix = Path(name).suffix.lower()
    faults.extend(_wrong_options(node, key, suffix))
    found = find_data_file(folder, name, node.members["file"].place, f"{key}.file")
    if isinstance(found, Fault):
        faults.append(found)
        return None
    shown = found.relative_to(folder.resolve()).as_posix()
    if suffix in _OTHER_WORKBOOKS:
        faults.append(Fault("E161", Place(shown), f"{key}.file", params={"problem": suffix}, hint="save_xlsx"))
        return None
    if suffix in MAPS | PARTED:
        found_parts = _map_parts(found, shown, (node, key), faults)
        return None if found_parts is None else tuple(found_parts)
    data = read_bytes(found, shown, MAX_TABLE_BYTES)
    if isinstance(data, Fault):
        faults.append(data)
        return None
    if suffix in _WORKBOOKS:
        from edsim.case.readers.xlsx_table import read_xlsx

        table = read_xlsx(data, shown, node.text("sheet"), faults)
    else:
        table = _csv_table(data, shown, (node, key), faults)
    if table is None:
        return None
    if "columns" in node.members:
        table = _renamed(table, node, faults)
    unknown = _unknown_columns(table, key, faults)
    parts = [row for row in table.rows if not _is_no_part(row, key, faults)]
    if _holds_words(parts):
        faults.append(_no_part(parts.pop(0), key, "unit_header"))
    rows = (row.with_value({k: n for k, n in row.members.items() if k not in unknown}) for row in parts)
    return tuple(_with_common(nested(row), node) for row in rows)


def _wrong_options(node: Node, key: str, suffix: str) -> Iterator[Fault]:
    """Yield what the case says about a file that such files do not have, or in another shape."""
    form = "layers" if suffix == GEOPACKAGE else "map" if suffix in MAPS else "text"
    options = _OPTIONS["workbook" if suffix in _WORKBOOKS else form]
    for name, option in node.members.items():
        path = f"{key}.{name}"
        if name == "layer" and form == "map":
            yield Fault("E121", option.key_place, path, name, ", ".join(options), hint="one_layer_only")
        elif name not in options:
            fault = unknown_name("E121", option.key_place, path, name, options)
            of_map = form in {"text", "workbook"} and (name == "layer" or Path(option.raw).suffix.lower() in MAPS)
            yield replace(fault, hint="join_in_gis") if of_map else fault
        elif name in _MAPPINGS and not isinstance(option.value, Mapping):
            words = {"expected": "mapping", "example": _MAPPINGS[name]}
            yield Fault("E122", option.place, path, option.raw or "- list", "", words, "as_fields")


def _map_parts(path: Path, shown: str, asked: tuple[Node, str], faults: list[Fault]) -> list[Node] | None:
    """Return the features of a map as parts; `asked` is what the case says about it, and under which key."""
    from edsim.case.readers.footprints import feature_part
    from edsim.case.readers.layers import map_features

    node, key = asked
    before = len(faults)
    found = map_features(path, shown, faults, node.text("layer"))
    if len(faults) > before:
        return None
    fields = _columns(node, {name for f in found for name in f.properties.members}, faults)
    areas = faults if key == "buildings" else None
    parts = [feature_part(f, fields, lambda row: _with_common(nested(row), node), areas) for f in found]
    return None if any(f.severity == "error" for f in faults[before:]) else parts


def _columns(node: Node, known: set[str], faults: list[Fault]) -> dict[str, str] | None:
    """Return column → field as the case maps them, None when it maps none; columns that are not there are reported."""
    stated = node.members.get("columns")
    if stated is None:
        return None
    names = {field: (stated.text(field), member) for field, member in stated.members.items()}
    for field, (column, member) in names.items():
        if column not in known:
            fault = unknown_name("E121", member.place, f"columns.{field}", column, known)
            words = {"name": column, "nearest": field}
            faults.append(replace(fault, params=words, hint="columns_turned") if field in known else fault)
    return {column: field for field, (column, _) in names.items()}


def _renamed(table: Table, node: Node, faults: list[Fault]) -> Table:
    """Return a table with the columns the case maps, under the names of their fields; the others are passed over."""
    fields = _columns(node, set(table.header), faults) or {}
    kept = [(name, place) for name, place in zip(table.header, table.header_places, strict=True) if name in fields]
    units = {name: _unit_of_name(name) for name in fields}
    rows = tuple(
        row.with_value(
            {fields[name]: _in_unit(cell, units[name]) for name, cell in row.members.items() if name in fields}
        )
        for row in table.rows
    )
    return Table(rows, tuple(fields[name] for name, _ in kept), tuple(place for _, place in kept), table.dialect)


def _unit_of_name(name: str) -> str:
    """Return the unit in parentheses at the end of the name of a column, ``Peak (TR)``; "" for other words there."""
    found = _IN_PARENTHESES.search(name)
    return found[1].strip() if found and parse_unit(found[1].strip()) is not None else ""


def _in_unit(cell: Node, unit: str) -> Node:
    """Return the number of a cell in the unit of its column, any other cell as it is."""
    numeric = unit and cell.origin is None and _BEGINS_AS_NUMBER.match(cell.raw)
    return replace(cell, origin=Origin(unit=unit)) if numeric else cell


def _with_common(part: Node, node: Node) -> Node:
    """Return a part with what the case states for all of them where the part itself states nothing."""
    common = node.members.get("for_all")
    return part if common is None else _filled(part, common)


def _filled(part: Node, common: Node) -> Node:
    members = dict(common.members)
    for name, member in part.members.items():
        both = name in members and members[name].members and member.members
        members[name] = _filled(member, members[name]) if both else member
    return part.with_value(members)


def _csv_table(data: bytes, shown: str, asked: tuple[Node, str], faults: list[Fault]) -> Table | None:
    """Return the table of a CSV file; `asked` is what the case says about it, and under which key."""
    node, key = asked
    text = decode(data, shown, fallback=True)
    if isinstance(text, Fault):
        faults.append(text)
        return None
    if text[1] == "cp1252":
        faults.append(Fault("W102", Place(shown), f"{key}.file", got=shown, params={"encoding": "Windows-1252"}))
    return read_csv(text[0], shown, faults, _dialect(node, key, faults))


def _is_no_part(row: Node, key: str, faults: list[Fault]) -> bool:
    """Return whether a row holds totals, or the units or names of its columns, and no part; it is reported."""
    texts = [str(n.value).strip() for n in row.members.values()]
    total = bool(texts) and texts[0].casefold().rstrip(":") in TOTALS and "use" not in row.members
    names = len(texts) > 1 and texts == [*row.members]
    units = len(texts) > 1 and all(
        t.strip("[]()") in _NO_UNIT or parse_unit(t.strip("[]()")) is not None for t in texts
    )
    if total or units or names:
        faults.append(_no_part(row, key, "drop_row" if total else "repeated_names" if names else "unit_header"))
    return total or units or names


def _no_part(row: Node, key: str, hint: str) -> Fault:
    texts = [str(n.value).strip() for n in row.members.values()]
    return Fault("E1886", row.place, key, ", ".join(texts[:4]), hint=hint)


def _holds_words(parts: Sequence[Node]) -> bool:
    """Return whether the first of some rows names no part and has words alone above two columns of numbers or more."""
    if len(parts) < 2 or parts[0].text("id").strip("[]()") not in {"", *_NO_UNIT}:
        return False
    head, *below = (row.members for row in parts)
    texts = {name: [row[name].raw for row in below if name in row] for name in head}
    numbers = {name for name, found in texts.items() if found and all(map(_BEGINS_AS_NUMBER.match, found))}
    return len(numbers) > 1 and not any(_BEGINS_AS_NUMBER.match(head[name].raw) for name in numbers)


def _unknown_columns(table: Table, key: str, faults: list[Fault]) -> set[str]:
    """Return the columns that are no field of the parts, each reported once, at the header."""
    model = field_kinds(Case)[key].model
    if model is None:
        return set()
    fields = field_kinds(model)
    unknown = set()
    for name, place in zip(table.header, table.header_places, strict=True):
        if name and name.partition(".")[0] not in fields:
            unknown.add(name)
            head, _, rest = name.partition("_")
            of_group = rest and head in fields and fields[head].shape not in {"number", "text"}
            known = [f"{head}.{rest}"] if of_group else fields
            faults.append(unknown_name("E121", place, f"{key}.{name}", name, known))
    return unknown


def _dialect(node: Node, key: str, faults: list[Fault]) -> Dialect:
    chosen = {}
    for name, choices in (("delimiter", DELIMITERS), ("decimal", (".", ","))):
        text = {"tab": "\t", "\\t": "\t"}.get(node.text(name), node.text(name))
        if text and text not in choices:
            allowed = ", ".join(repr(c) for c in choices)
            faults.append(Fault("E124", node.members[name].place, f"{key}.{name}", got=text, allowed=allowed))
            text = ""
        chosen[name] = text
    return Dialect(chosen["delimiter"], chosen["decimal"])


def nested(row: Node) -> Node:
    """Return a row with dotted columns (``bau.cooling``) as nested mappings."""
    return row.with_value(_nest(row.members.items(), row))


def _nest(cells: Iterable[tuple[str, Node]], row: Node) -> dict[str, Node]:
    plain: dict[str, Node] = {}
    groups: dict[str, list[tuple[str, Node]]] = {}
    for name, cell in cells:
        head, dot, tail = name.partition(".")
        if dot and head and tail:
            groups.setdefault(head, []).append((tail, cell))
        else:
            plain[name] = cell
    for head, inner in groups.items():
        place = inner[0][1].place
        plain[head] = Node(_nest(inner, row), place, key_place=place)
    return plain
