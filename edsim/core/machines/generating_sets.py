"""Fuel use of generating sets at part load: diesel sets of 150 to 250 kW.

Source: chart of fuel use at https://www.bigrentz.com/blog/diesel-generator-fuel-consumption-chart.
"""

SET_LOADS_FRAC = (0.25, 0.5, 0.75, 1.0)
"""Loads, share of full load."""
SET_RELATIVE_EFFICIENCY = (0.78, 0.92, 0.98, 1.0)
"""Efficiency over that at full load, at `SET_LOADS_FRAC`."""
