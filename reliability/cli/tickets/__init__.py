"""`reliability tickets`."""
