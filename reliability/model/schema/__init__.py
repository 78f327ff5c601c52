"""Models -> JSON Schemas, for editors: every kind, with descriptions."""
