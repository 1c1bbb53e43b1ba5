"""edsim: energy-district feasibility simulator, from a building list to a bankable study.

What most scripts need::

    edsim.check(case)              everything that is wrong with a case folder, as findings
    edsim.run(case, out=folder)    the whole study: RunOutcome with .appraisal.tables, data frames by name
    edsim.load(folder)             a stored run
    edsim.write_report(folder)     its report again, in another language or as one file
    edsim.run_portfolio(...)       many cases
    edsim.load_case, prepare, build, evaluate    the stages of a run one by one

Each has ``help()``; the guide "From maps and from Python" shows them together. The names are imported when they are
first used, so that ``import edsim`` is fast.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from edsim.app import run, write_report
    from edsim.appraisal.evaluate import evaluate
    from edsim.appraisal.types import Appraisal
    from edsim.bundle.store import load
    from edsim.case.schema import Case
    from edsim.core.run_options import RunOptions
    from edsim.core.technology import Technology
    from edsim.network.district import District
    from edsim.optimization.model.model import Model
    from edsim.optimization.types import Objective
    from edsim.portfolio.runs import run_portfolio
    from edsim.studies.diagnosis.examined import check
    from edsim.workflow import build, load_case, prepare

__version__ = "0.1.0"

_HOMES = {
    "check": "edsim.studies.diagnosis.examined",
    "load_case": "edsim.workflow",
    "Case": "edsim.case.schema",
    "prepare": "edsim.workflow",
    "District": "edsim.network.district",
    "build": "edsim.workflow",
    "Model": "edsim.optimization.model.model",
    "Objective": "edsim.optimization.types",
    "evaluate": "edsim.appraisal.evaluate",
    "Appraisal": "edsim.appraisal.types",
    "run": "edsim.app",
    "RunOptions": "edsim.core.run_options",
    "load": "edsim.bundle.store",
    "run_portfolio": "edsim.portfolio.runs",
    "write_report": "edsim.app",
    "Technology": "edsim.core.technology",
}

__all__ = [
    "Appraisal",
    "Case",
    "District",
    "Model",
    "Objective",
    "RunOptions",
    "Technology",
    "build",
    "check",
    "evaluate",
    "load",
    "load_case",
    "prepare",
    "run",
    "run_portfolio",
    "write_report",
]


def __getattr__(name: str) -> Any:
    """Import a public name when it is first asked for."""
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(home), name)


def __dir__() -> list[str]:
    """Return the public names."""
    return [*__all__, "__version__"]
