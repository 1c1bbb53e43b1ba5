"""The charts: each function selects rows of the result tables, scales them for reading and returns a chart, or None."""
