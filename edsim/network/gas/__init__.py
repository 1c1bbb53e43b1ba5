"""Networks of steam and compressed air."""
