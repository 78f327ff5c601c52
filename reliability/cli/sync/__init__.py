"""`reliability sync`."""
