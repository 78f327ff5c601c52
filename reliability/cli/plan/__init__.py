"""`reliability plan`."""
