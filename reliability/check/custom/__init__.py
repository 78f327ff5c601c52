"""Custom rules: written in CEL, checked for their types, run in a process of their own."""
