"""Sizes on typical days and their proof on all hours, for the least cost or another goal."""
