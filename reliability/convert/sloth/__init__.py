"""Converter of Sloth's SLOs: `prometheus/v1`, Kubernetes resources, and OpenSLO v1alpha."""
