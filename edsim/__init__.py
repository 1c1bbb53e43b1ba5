"""edsim: energy-district feasibility simulator, from a building list to a bankable study."""

__version__ = "0.1.0"
