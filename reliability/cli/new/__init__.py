"""`reliability new`."""
