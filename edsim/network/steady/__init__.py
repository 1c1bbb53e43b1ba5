"""Flow, pressure and temperature of a network in single hours."""

from edsim.core.lazy import lazy_names

__getattr__ = lazy_names(__name__, {"solve_steady": "solve"})
