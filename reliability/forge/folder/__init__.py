"""Forge in a folder: the same comments and issues, as Markdown files that people can read."""
