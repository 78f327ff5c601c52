"""Sample mode: rules evaluated over raw samples, bit-identical to Prometheus."""
