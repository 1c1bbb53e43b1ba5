"""The year every calculation has, free of imports so that the fields of technologies can use it."""

HOURS_PER_YEAR = 8760
HOURS_OF_MONTH = (744, 672, 744, 720, 744, 720, 744, 744, 720, 744, 720, 744)
