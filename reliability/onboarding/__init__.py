"""The first ten minutes: a repository begun, alerts imported and triaged, the first SLO."""
