"""`reliability explain`."""
