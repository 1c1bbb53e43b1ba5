"""The process a run started from a page runs in: ``python -m edsim.web.child``.

The job comes as one line of JSON on standard input, which then stays open: when it closes, the server is gone and this
process ends at once. Every line on standard output is JSON: progress, then one result.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Mapping
from pathlib import Path
from typing import Any, TextIO

from edsim.core.child import serve_one_job
from edsim.core.errors import EdsimError, Finding


def answer(job: dict[str, Any], reply: TextIO) -> None:
    """Run the case of a job; say every step, then how it ended."""
    from edsim.app import RunOptions, run
    from edsim.report.said import sentence

    def say(content: Mapping[str, Any]) -> None:
        reply.write(json.dumps(dict(content)) + "\n")
        reply.flush()

    options = RunOptions(scenario=job["scenario"] or None, mode=job["mode"], lang=job["lang"])
    try:
        run(Path(job["case"]), Path(job["out"]), options, lambda text: say({"step": text}))
    except EdsimError as fault:
        findings = fault.findings or (Finding("E594", fault.message),)
        say({"end": "refused", "findings": [sentence(f, job["lang"]) for f in findings if f.severity == "error"]})
    except MemoryError:
        say({"end": "failed", "findings": ["out of memory"]})
    except Exception as fault:  # noqa: BLE001  the page must learn of every fault
        traceback.print_exc()
        say({"end": "failed", "findings": [f"{type(fault).__name__}: {fault}"[:500]]})
    else:
        say({"end": "done", "findings": []})


if __name__ == "__main__":
    serve_one_job(answer)
