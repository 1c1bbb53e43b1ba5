"""Ambient networks of one pipe and of two, hour by hour."""
