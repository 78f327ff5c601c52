"""Where history comes from: one module a source."""
