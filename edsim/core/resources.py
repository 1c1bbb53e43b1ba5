"""Where the shipped cases, weather normals and data tables are, and what the program that makes figures consists of."""

import hashlib
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_PACKAGE = Path(__file__).parents[1]


def data_path(*parts: str) -> Path:
    """Return the path of a table in ``edsim/data``."""
    return _PACKAGE.joinpath("data", *parts)


def share_path(*parts: str) -> Path:
    """Return the path of a shipped file or folder under ``cases`` or ``weather``.

    A wheel carries both folders inside the package; an editable install finds them beside it.
    """
    inside = _PACKAGE / "_share"
    root = inside if inside.is_dir() else _PACKAGE.parent
    return root.joinpath(*parts)


RECORDED = ("numpy", "scipy", "pandas", "pyomo", "highspy", "tsam", "pvlib", "networkx")
"""Packages whose version a result states."""


def package_versions() -> dict[str, str]:
    """Return package → installed version, of the packages whose version a result states."""
    return {name: _version(name) for name in RECORDED}


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "not installed"


@cache
def program_digest() -> str:
    """Return the SHA-256 of all files figures come from besides the case: code, data tables and weather normals.

    Two versions of a checkout differ in it though they state one number; reading all takes some 30 ms.
    """
    found = hashlib.sha256()
    for root in (_PACKAGE, share_path("weather")):
        for path in sorted(root.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts:
                found.update(f"\n{path.relative_to(root).as_posix()} {path.stat().st_size}\n".encode())
                found.update(path.read_bytes())
    return found.hexdigest()
