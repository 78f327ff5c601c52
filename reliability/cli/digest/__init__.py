"""`reliability digest`."""
