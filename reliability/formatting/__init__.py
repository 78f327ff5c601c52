"""Formats YAML files: indentation, spacing, quoting style and the final newline, nothing else."""
