"""Where the shipped cases, weather normals and data tables are, from a checkout or from a wheel."""

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
