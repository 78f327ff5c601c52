"""Refusals of a configuration by Alertmanager, key by key."""
