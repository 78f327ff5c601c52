"""`reliability check`."""
