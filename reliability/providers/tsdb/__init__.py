"""Database of a Prometheus on this machine: its content, and blocks that a backfill adds to it."""
