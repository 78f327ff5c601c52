"""Reports of a backtest of rule files."""
