"""Tables of tests written as YAML."""

from pathlib import Path
from typing import Any

import yaml


def read_table(path: Path) -> Any:
    """Return what a YAML file holds, read by libyaml where it is there: ten times as fast as PyYAML's own reader."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)(path.read_text(encoding="utf-8"))
    try:
        return loader.get_single_data()
    finally:
        loader.dispose()
