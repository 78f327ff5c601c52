"""Raw samples that rule files read, stored for backtests without a server."""
