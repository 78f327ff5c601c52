"""Backstage catalogs -> ownership of components and systems, teams of groups."""
