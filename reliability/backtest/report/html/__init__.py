"""Report of a backtest as one self-contained page: rows of episodes, old above new."""
