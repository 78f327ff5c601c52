"""Catalog -> findings: rules, the engine that runs them, waivers, reports."""
