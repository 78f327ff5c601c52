"""Compiler of Prometheus rules: recordings, metadata, alerts, and tests of the rules."""
