"""SLOs of Sloth: `prometheus/v1`, its Kubernetes resources, and OpenSLO v1alpha."""
