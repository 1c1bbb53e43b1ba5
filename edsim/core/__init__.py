"""Shared foundations: units, time, errors, air and water properties, the Technology base class.

Everything here is imported by the packages above; nothing here imports them.

==========  ========================================================================================================
technology  `technology`, `registry`, `quantity` (fields with unit and source), `accounts`, `carriers`, `machines`
numbers     `units`, `money`, `currencies`, `countries`, `property_table`, `resources` (where tables and cases are)
time        `hours`, `timegrid`, `windows` (hours of day, days, months), `tariff`, `outages`
physics     `moist_air`, `water`, `steam`, `heating_value`, `outdoor_reset`, `valid_range`
words       `errors` (findings), `arguments` (checks of calls), `i18n`, `language`
processes   `run_options`, `child`, `interpreter` (other processes), `lazy`, `deferred` (imports on first use)
==========  ========================================================================================================
"""
