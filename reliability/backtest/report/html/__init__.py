"""A backtest as one page that needs nothing else: rows of episodes, old above new."""
