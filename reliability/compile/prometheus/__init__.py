"""Catalog -> Prometheus rules: recordings, metadata, alerts, and the tests of what was built."""
