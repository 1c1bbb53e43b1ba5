"""Readers of the files of a case: YAML, JSON, GeoJSON, tables and series."""
