"""Reading a file beside the case, YAML or CSV, into a record, with place and remedy of every fault as in a case."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel, ValidationError

from edsim.case.conform import Setting, conform
from edsim.case.files import MAX_TABLE_BYTES, decode, read_bytes
from edsim.case.nodes import Node, Place, plain
from edsim.case.readers.csv_table import read_csv
from edsim.case.readers.yaml_reader import read_yaml
from edsim.case.schema_faults import schema_faults
from edsim.case.wording.messages import Fault, listing, nearest, render_all
from edsim.core.errors import DataError
from edsim.core.i18n import Lang

_Record = TypeVar("_Record", bound=BaseModel)


def read_text(path: Path, lang: Lang = "en") -> str:
    """Return the text of a file named on the command line.

    Raises
    ------
    DataError
        E100 there is no such file; E101, E102, E1838, E1945 it is too large, cannot be read, or is no text.
    """
    name = str(path)
    fault: Fault | None = None
    if not path.is_file():
        near = sorted(p.name for p in (path if path.is_dir() else path.parent).glob("*") if p.is_file())[:300]
        close = "" if path.is_dir() else nearest(path.name, near)
        hint = "is_folder" if path.is_dir() and near else "nearest" if close else ""
        fault = Fault("E100", Place(name), params={"files": listing(near), "nearest": close}, hint=hint)
    else:
        data = read_bytes(path, name, MAX_TABLE_BYTES)
        text = data if isinstance(data, Fault) else decode(data, name, fallback=True)
        if not isinstance(text, Fault):
            return text[0]
        fault = text
    raise DataError.of(render_all([fault], lang))


def read_record(path: Path, cls: type[_Record], rows: str, lang: Lang = "en") -> _Record:
    """Return the record a file holds: a mapping in YAML, or in CSV the list of its field `rows`, one item a row.

    Raises
    ------
    DataError
        Everything that is wrong with the file, with line and column.
    """
    faults: list[Fault] = []
    root = _root(read_text(path, lang), path, rows, faults)
    if root is not None and not faults:
        root = conform(root, cls, "", Setting(path.parent, None, faults))
        try:
            record = cls.model_validate(plain(root))
        except ValidationError as error:
            faults += schema_faults(error.errors(include_url=False), root, cls)
        else:
            if not faults:
                return record
    raise DataError.of(render_all(faults, lang))


def _root(text: str, path: Path, rows: str, faults: list[Fault]) -> Node | None:
    """Return the file as a mapping, or None with at least one fault."""
    name = str(path)
    if path.suffix.lower() == ".csv":
        table = read_csv(text, name, faults)
        return None if table is None else Node({rows: Node(table.rows, Place(name, 1))}, Place(name, 1))
    root = read_yaml(text, name, faults)
    if not faults and (root is None or not isinstance(root.value, Mapping)):
        faults.append(Fault("E110", Place(name, 1)))
    return root
