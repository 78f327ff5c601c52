"""`reliability history`."""
