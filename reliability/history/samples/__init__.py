"""Raw samples that rule files read, stored for backtests that ask no server."""
