"""Shared foundations: units, time, errors, air and water properties, the Technology base class.

Everything here is imported by the packages above; nothing here imports them.
"""
