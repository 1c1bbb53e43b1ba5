"""Technologies, one file each, independent of each other; importing a file registers its kind."""
