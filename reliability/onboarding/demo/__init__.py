"""The demo: a copy of the shipped repository, changed and replayed."""
