"""Rulers that store rule groups behind an API: Mimir, Cortex, Amazon Managed Prometheus."""
