"""Provider of a Datadog site: SLOs, monitors and corrections, each an object of its own."""
