"""A district that grows: its tables, its audit, and what the summary says of it."""
