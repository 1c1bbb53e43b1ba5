"""Pipes: catalogue, diameters, friction, cost, and the ground around them."""
