"""`reliability triage`."""
