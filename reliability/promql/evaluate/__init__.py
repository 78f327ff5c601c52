"""PromQL evaluation over arrays of samples, bit-identical to Prometheus."""
