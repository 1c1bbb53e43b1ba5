"""The Python examples of a page of the documentation."""

import re
import runpy
from pathlib import Path
from typing import Any

DOCS = Path(__file__).parents[2] / "docs"


def run_examples(page: str, folder: Path) -> dict[str, Any]:
    """Run the Python examples of a page in order, as one script written into `folder`; return the names they leave."""
    blocks = re.findall(r"```python\n(.*?)```", (DOCS / page).read_text(encoding="utf-8"), re.DOTALL)
    script = folder / "examples.py"
    script.write_text("\n".join(blocks), encoding="utf-8")
    return runpy.run_path(str(script))
