"""`reliability drift`."""
