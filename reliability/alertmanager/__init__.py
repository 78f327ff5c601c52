"""Alertmanager: its matchers, routing tree and receivers, and what it refuses."""
