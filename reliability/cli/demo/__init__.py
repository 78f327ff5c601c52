"""`reliability demo`."""
