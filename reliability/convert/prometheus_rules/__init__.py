"""Prometheus rule files and PrometheusRule resources -> signals, and SLOs of burn-rate alerts."""
