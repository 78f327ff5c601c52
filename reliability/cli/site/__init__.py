"""`reliability site`."""
