"""`reliability suggest`."""
