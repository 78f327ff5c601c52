"""The first ten minutes: a new repository, imported and triaged alerts, the first SLO."""
