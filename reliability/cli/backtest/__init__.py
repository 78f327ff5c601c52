"""`reliability backtest`."""
