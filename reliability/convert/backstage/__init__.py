"""Backstage catalogs -> ownership of components and systems, and teams from groups."""
