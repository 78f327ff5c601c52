"""The whole loop on built-in data: a copy of the shipped repository, changed and replayed."""
