"""Remote read of Prometheus: raw samples with stale markers and native histograms."""
