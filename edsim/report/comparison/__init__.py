"""Two and more runs side by side."""
