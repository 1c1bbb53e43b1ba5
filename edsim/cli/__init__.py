"""The command line: arguments in, one call of the package, text and exit code out. The only place that prints."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments
        Words after the program name; default those of the process.
    """
    import gc
    import os
    import sys

    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them takes a fifth of a check's time
    for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # more threads on many small matrices only wait for each other
    gc.set_threshold(100_000)  # start-up makes tens of thousands of objects and no garbage
    from edsim.cli.watch import Watch, language_of

    watch = Watch(language_of(sys.argv)) if arguments is None else None
    from edsim.cli.root import run

    try:
        code = run(arguments)
    finally:
        if watch is not None:
            watch.done()
    if arguments is None and "duckdb" not in sys.modules:  # which reports as leaks, on screen, what is not searched
        gc.freeze()  # what is left need not be searched for cycles on the way out
    sys.exit(code)
