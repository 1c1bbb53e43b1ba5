"""Where a network may run: streets, trenches by length, coordinates, what can be reached."""
