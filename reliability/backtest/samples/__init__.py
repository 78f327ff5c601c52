"""Sample mode: rules evaluated over raw samples, equal to Prometheus in every bit."""
