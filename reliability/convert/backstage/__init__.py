"""Converter of Backstage catalogs to ownership and teams."""
