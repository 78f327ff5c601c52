"""`reliability import`."""
