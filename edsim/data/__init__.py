"""Catalogue tables: every row with value, unit, source, year and quality."""
