"""`reliability init`."""
