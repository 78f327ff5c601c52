"""The gate for pipelines, and the table of the error budget of every SLO."""
