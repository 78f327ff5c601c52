"""`reliability dashboard`."""
