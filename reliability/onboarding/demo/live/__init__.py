"""A real Prometheus and Alertmanager on this machine, a service that fails, and who is told."""
