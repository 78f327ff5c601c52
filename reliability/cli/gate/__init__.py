"""`reliability gate`."""
