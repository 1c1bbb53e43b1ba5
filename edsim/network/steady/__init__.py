"""Flow, pressure and temperature of a network in single hours."""
