"""Converter of Prometheus rules to signals, and of burn-rate alerts to SLOs."""
