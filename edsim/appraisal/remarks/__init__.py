"""Remarks with amounts on what leans on the comparison: boundary, size, what was not bought, uneven choices."""
