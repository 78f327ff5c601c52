"""The declarations of a catalog, indexed for rules."""
