"""Converter of an Alertmanager configuration to a base configuration and teams."""
