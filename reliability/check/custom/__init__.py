"""Custom rules: written in CEL, checked for their types, run in a separate process."""
