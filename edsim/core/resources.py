"""Where the shipped cases, weather normals and data tables are, from a checkout or from a wheel."""

from importlib.resources import files
from pathlib import Path


def data_path(*parts: str) -> Path:
    """Return the path of a table in ``edsim/data``."""
    return Path(str(files("edsim") / "data")).joinpath(*parts)


def share_path(*parts: str) -> Path:
    """Return the path of a shipped file or folder under ``cases`` or ``weather``.

    A wheel carries both folders inside the package; an editable install finds them beside it.
    """
    package = Path(str(files("edsim")))
    inside = package / "_share"
    root = inside if inside.is_dir() else package.parent
    return root.joinpath(*parts)
