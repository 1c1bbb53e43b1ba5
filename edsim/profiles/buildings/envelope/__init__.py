"""Envelope of zones: opaque elements, surface coefficients, glass, sun and sky."""
