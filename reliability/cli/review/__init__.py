"""`reliability review`."""
