"""Prometheus rule files and PrometheusRule resources -> signals, and objectives where they burn."""
