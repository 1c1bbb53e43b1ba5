"""One number for the inputs of a case: the same for the same normalized values and data files."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from edsim.case.files import data_file
from edsim.case.reflect import field_kinds
from edsim.case.schema import Case

_CHUNK = 1 << 20


def hash_inputs(case: Case) -> str:
    """Return the SHA-256 of all values of `case` in schema units and of the content of its data files.

    Comments, order of keys, units as typed and where a value stands do not change it; any value does.

    Raises
    ------
    DataError
        When a data file is not there any more.
    """
    digest = hashlib.sha256()
    values: dict[str, Any] = case.model_dump(mode="json")
    digest.update(json.dumps(values, sort_keys=True, ensure_ascii=False, allow_nan=False).encode())
    for name in sorted(set(data_file_names(case))):
        digest.update(f"\n{name}\n{_file_hash(data_file(case.folder, name))}".encode())
    return digest.hexdigest()


def data_file_names(part: BaseModel) -> Iterator[str]:
    """Yield the names of all data files that `part` and the parts below it refer to."""
    for name, kind in field_kinds(type(part)).items():
        value = getattr(part, name)
        if kind.is_data_file and value:
            yield str(value)
        elif kind.shape == "model" and value is not None:
            yield from data_file_names(value)
        elif kind.shape == "models":
            for item in value:
                yield from data_file_names(item)
        elif kind.shape == "model_map":
            for item in value.values():
                yield from data_file_names(item)


def _file_hash(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while chunk := stream.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()
