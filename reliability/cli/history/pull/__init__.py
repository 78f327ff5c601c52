"""`reliability history pull`."""
