"""PromQL over arrays of samples, equal to Prometheus in every bit."""
