"""Texts of the findings about a case, in English and Spanish."""
