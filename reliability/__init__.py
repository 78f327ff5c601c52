"""Reliability as code: SLOs, alert policy and ownership as files, checked, compiled, planned, synced and replayed."""

__version__ = "0.1.0"
