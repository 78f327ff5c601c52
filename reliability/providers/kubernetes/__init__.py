"""Kubernetes manifests in a folder: labels, namespace, size limits, and the files."""
