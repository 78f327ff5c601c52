"""Reliability as code: SLOs, alert policy and ownership, checked, compiled, synced, replayed."""

__version__ = "0.1.0"
