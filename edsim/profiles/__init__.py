"""Hourly profiles of a district as arrays: weather, sun, demand of buildings, photovoltaics, heat sources.

`district` makes them all for a case and `types` says what they hold. ``weather/``, ``buildings/`` and ``sources/`` are
the physics, usable without a case, as are `solar` and `pv`. `described` turns the buildings of a case into those of
``buildings/``; `metered`, `metered_heat`, `heat_bills` and `calibrated` bring in what was measured, `retrofits` and
`milestones` what changes later; `summary`, `files` and `pictures` show the profiles.
"""
