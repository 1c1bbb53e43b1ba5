"""Whole numbers: units bought and running, least loads, starts, fixed investments; plans and bounds."""
