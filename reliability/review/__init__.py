"""Texts for people: reviews of pull requests, issues, and the gate."""
