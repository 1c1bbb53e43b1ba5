"""The command line: arguments in, one call of the package, text and exit code out. The only place that prints."""

from collections.abc import Sequence


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the command line and leave with its exit code.

    Parameters
    ----------
    arguments
        Words after the program name; default those of the process.
    """
    import os
    import sys

    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "__all__")  # looking for them takes a fifth of a check's time
    from edsim.cli.root import run

    sys.exit(run(arguments))
