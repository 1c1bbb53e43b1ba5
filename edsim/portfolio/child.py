"""The process one case runs in: ``python -m edsim.portfolio.child``, started and watched by `supervise`.

The job comes as one line of JSON on standard input, which then stays open: when it closes, the starter is gone and
this process ends at once. The answer is one line of JSON on standard output; all other output goes to the log.
"""

from __future__ import annotations

import json
import sys
import traceback
from collections.abc import Callable, Mapping
from dataclasses import asdict
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from edsim.core.child import serve_one_job
from edsim.core.errors import DataError, EdsimError, Finding
from edsim.portfolio.store import Store
from edsim.portfolio.supervise import CHANGED, UNWRITABLE, failed
from edsim.report.said import sentence

if TYPE_CHECKING:
    from edsim.app import RunOptions
    from edsim.bundle.as_read import CaseAsRead
    from edsim.core.i18n import Lang

Runner = Callable[[Mapping[str, Any], Path], None]


def run_case(task: Mapping[str, Any], out: Path) -> None:
    """Run the case of a task and store the run folder `out`; lines of progress go to the log."""
    from edsim.app import RunOptions, run_read

    options = RunOptions(scenario=task["scenario"] or None, mode=task["mode"], lang=task["lang"])
    run_read(read_planned(task, options), out, options, _log)


def read_planned(task: Mapping[str, Any], options: RunOptions) -> CaseAsRead:
    """Return the case of a task; one that is no longer what the task is named by is refused.

    Its run would stand under the name of another.

    Raises
    ------
    DataError
        E589 the case was changed after the portfolio was planned, be it that it cannot be read any more.
    """
    from edsim.app import read_case
    from edsim.portfolio.tasks import PortfolioOptions, content_hash

    got = ""
    try:
        read = read_case(task["case"], options)
    except EdsimError as fault:  # the plan could read it: an edit is under way
        got = fault.findings[0].what if fault.findings else fault.message
    else:
        if task["id"].endswith(content_hash(read.case, PortfolioOptions(mode=task["mode"], lang=options.lang))):
            return read
    what, hint = "the case was changed while the portfolio ran", "give the same command again: only it is computed"
    raise DataError.of([Finding("E589", what, file=task["case"], got=got, hint=hint)])


def _log(text: str) -> None:
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def answer(job: Mapping[str, Any]) -> dict[str, Any]:
    """Do a job: run its task unless it is finished already, and say how it went."""
    task, store = job["task"], Store(Path(job["store"]))
    with store.locked(task["id"]):
        if store.sound(task["id"]):
            return {"status": "ok", "computed": False}
        try:
            store.set_aside(task["id"])
            _runner(job["runner"])(task, store.run_folder(task["id"]))
        except EdsimError as fault:
            return _stopped(fault, task["lang"])
        except MemoryError:
            return {"status": "failed", "reason": "out of memory"}
        except Exception as fault:  # noqa: BLE001  any fault of a case is reported, and never stops the others
            traceback.print_exc()
            return failed(fault)
    return {"status": "ok", "computed": True}


def _stopped(fault: EdsimError, lang: Lang) -> dict[str, Any]:
    """Return the record of an attempt that edsim ended on purpose, its reason in a language."""
    findings = fault.findings or (Finding("E571", fault.message),)
    first = findings[0]
    if first.code == "E801":
        return {"status": UNWRITABLE, "reason": first.got}
    if first.code in {"E589", "E807"}:
        return {"status": CHANGED, "reason": sentence(first, lang)}
    listed = [asdict(f) for f in findings]
    return {"status": "refused", "exit_code": fault.exit_code, "findings": listed, "reason": sentence(first, lang)}


def _runner(name: str) -> Runner:
    module, _, function = name.partition(":")
    found: Runner = getattr(import_module(module), function)
    return found


def _reply(job: Mapping[str, Any], reply: TextIO) -> None:
    reply.write(json.dumps(answer(job)) + "\n")


if __name__ == "__main__":
    serve_one_job(_reply)
