"""Alertmanager: its matchers, routing tree and receivers, and the settings that it refuses."""
