"""`reliability history backfill`."""
