"""``python -m edsim`` is the command line."""

from edsim.cli import main

main()
