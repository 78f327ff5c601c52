"""The database of a Prometheus on this machine: what it holds, and blocks that are added to it."""
