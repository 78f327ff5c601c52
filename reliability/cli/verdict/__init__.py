"""`reliability verdict`."""
