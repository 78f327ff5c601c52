"""A real Prometheus and Alertmanager on this machine, and a service that fails."""
