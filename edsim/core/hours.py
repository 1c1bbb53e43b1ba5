"""The year every calculation has, free of imports so that the fields of technologies can use it."""

HOURS_PER_YEAR = 8760
