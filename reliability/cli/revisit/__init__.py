"""`reliability revisit`."""
