"""Checks of a case that its fields alone cannot make: one module per matter."""
